import socket

import pytest

from setup.launch import environment, lock, options
from setup.launch.options import HOST, WrongUse


@pytest.mark.parametrize("text", ["", "abc", "0", "65536", "-1", "80 80", "8000x", "٨٠٠٠", "$(id)"])
def test_a_port_that_is_no_port_is_told_in_one_line(text, tmp_path):
    with pytest.raises(WrongUse, match=r"^PORT is .*; expected a number from 1 to 65535, as in: make run PORT=8000$"):
        options.read({"PORT": text, "VAR": str(tmp_path)})


@pytest.mark.parametrize("text", ["", "yes", "2"])
def test_demo_is_one_or_zero(text, tmp_path):
    with pytest.raises(WrongUse, match="expected 1 or 0"):
        options.read({"DEMO": text, "VAR": str(tmp_path)})


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_folder_is_told(text):
    with pytest.raises(WrongUse, match="VAR is empty"):
        options.read({"VAR": text})


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongUse, match="cannot be made"):
        options.read({"VAR": str(tmp_path / "file")})


def test_the_folder_is_made_with_its_parents(tmp_path):
    found = options.read({"VAR": str(tmp_path / "a" / "b"), "PORT": "8001", "DEMO": "0"})
    assert found == options.Options(port=8001, var=tmp_path / "a" / "b", demo=False)
    assert found.var.is_dir()


def test_a_busy_port_is_told_with_the_cure():
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        with pytest.raises(WrongUse, match="Choose another"):
            options.require_free(holder.getsockname()[1], "Choose another.")


def test_the_second_portal_in_a_folder_is_told_who_has_it(tmp_path):
    with (
        lock.held(tmp_path, url="http://127.0.0.1:8000"),
        pytest.raises(WrongUse, match=r"already runs .*process \d+, http://127.0.0.1:8000"),
        lock.held(tmp_path, url="http://127.0.0.1:8001"),
    ):
        pass


def test_a_lock_that_a_crash_left_behind_is_no_lock(tmp_path):
    (tmp_path / "lock").write_text("process 1, http://127.0.0.1:8000\n")
    with lock.held(tmp_path, url="http://127.0.0.1:8001"):
        assert "8001" in (tmp_path / "lock").read_text()


def empty_portal(tmp_path):
    return options.Options(port=8001, var=tmp_path, demo=False)


def test_secrets_are_made_once_and_nobody_else_reads_them(tmp_path):
    first = environment.complete(empty_portal(tmp_path), {})
    second = environment.complete(empty_portal(tmp_path), {})
    secret = ("SECRET_KEY", "WAYMARK_ENCRYPTION_KEYS", "BROKER_PASSWORD")
    assert [first[name] for name in secret] == [second[name] for name in secret]
    assert (tmp_path / "environment").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "broker.conf").stat().st_mode & 0o777 == 0o600


def test_addresses_follow_what_was_asked_this_time(tmp_path):
    environment.complete(empty_portal(tmp_path), {})
    later = environment.complete(options.Options(port=8002, var=tmp_path, demo=False), {})
    assert later["WAYMARK_BASE_URL"] == "http://127.0.0.1:8002"


def test_what_the_caller_gives_wins(tmp_path):
    given = {"DATABASE_URL": "postgresql://db/waymark", "REDIS_URL": "redis://broker/1", "SECRET_KEY": "mine"}
    found = environment.complete(empty_portal(tmp_path), given)
    assert found | given == found
    assert "BROKER_PROGRAM" not in found


def test_a_secret_that_the_caller_keeps_in_a_file_stays_there(tmp_path):
    found = environment.complete(empty_portal(tmp_path), {"SECRET_KEY_FILE": "/run/secrets/key"})
    assert "SECRET_KEY" not in found


def test_the_brokers_password_is_in_no_command_line(tmp_path):
    found = environment.complete(empty_portal(tmp_path), {})
    procfile = (options.ROOT / "Procfile").read_text()
    assert found["BROKER_PASSWORD"] in (tmp_path / "broker.conf").read_text()
    assert "PASSWORD" not in procfile
