"""`python -m demo.forge`, as the launcher starts it."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

from tests.servers import free_port, listens, wait_until
from tests.shared import ROOT


def command(*arguments, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "demo.forge", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_it_serves_until_it_is_told_to_stop(tmp_path):
    port = free_port()
    process = command("--root", str(tmp_path), "--port", str(port), FORGE_TOKEN="t0ken-of-a-test")
    wait_until(lambda: listens(port), "the forge listens")
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v3/orgs/acme/repos", headers={"Authorization": "Bearer t0ken-of-a-test"}
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b"[]"
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "t0ken-of-a-test" not in said


def test_a_port_that_is_taken_is_one_plain_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said, _ = (process := command("--root", str(tmp_path), "--port", str(port), "--token", "t0ken")).communicate()
    assert process.returncode == 2
    assert said.splitlines() == [
        f"The forge cannot listen on port {port}: Address already in use. Choose another --port."
    ]


def test_without_a_token_it_says_how_to_give_one(tmp_path):
    process = command("--root", str(tmp_path))
    said, _ = process.communicate()
    assert process.returncode == 2
    assert "FORGE_TOKEN" in said
