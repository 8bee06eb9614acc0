"""H3: a command that is given nonsense says so in one line and ends with the code of wrong use."""

import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import actors, tokens
from accounts.models import ApiToken
from accounts.roles import Role

LONG = "a" * 5_000


@pytest.fixture
def odd(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe.yaml")
    return tmp_path


def refusal(*arguments):
    with pytest.raises(CommandError) as caught:
        call_command(*arguments, stdout=StringIO(), stderr=StringIO())
    assert "\n" not in str(caught.value)
    return caught.value.returncode


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["ingest", "validate"])
@pytest.mark.parametrize("target", ["loop", LONG, f"{LONG}*", "missing", "a\0b"])
def test_h3_a_target_that_leads_nowhere_is_wrong_use(odd, command, target):
    assert refusal(command, target) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["ingest", "validate"])
def test_h3_a_pipe_is_told_and_never_waited_for(odd, command):
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command(command, "pipe.yaml", stdout=out, stderr=StringIO())
    assert stop.value.code == 1
    assert "no regular file" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "team"), [("", ""), (LONG, ""), ("ci", "shop"), ("ci", "no team"), ("ci", f"group:default/{LONG}")]
)
def test_h3_a_token_that_cannot_be_kept_is_wrong_use(name, team):
    assert refusal("create_token", name, "--role", "developer", "--team", team) == 2
    assert not ApiToken.objects.exists()


@pytest.mark.django_db
def test_h3_a_second_token_of_a_name_is_wrong_use():
    tokens.create("ci", role=Role.VIEWER, actor=actors.system())
    assert refusal("create_token", "ci", "--role", "viewer") == 2


@pytest.mark.django_db
def test_t8_two_tokens_whose_names_differ_in_case_are_two_actors():
    made = [tokens.create(name, role=Role.DEVELOPER, actor=actors.system())[0] for name in ("ci", "CI")]
    assert len({actors.for_token(token).ref for token in made}) == 2
