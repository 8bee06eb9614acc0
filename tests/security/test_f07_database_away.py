"""F7: with the database away every address says so at once, and so does every command."""

import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


def away(*_arguments):
    raise OperationalError("the connection is lost")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/catalog/", "/no-such/", "/api/catalog/entities"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wmk_x"}, {"Cookie": f"sessionid={'a' * 32}"}])
def test_f07_an_address_that_asks_the_database_says_that_it_is_away(settings, address, headers):
    settings.ANONYMOUS_READ = True
    with connection.execute_wrapper(away):
        answer = Client(raise_request_exception=False).get(address, headers=headers)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0


@pytest.fixture
def silent():
    """The address of a server that takes connections and says nothing."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=16)) as server:
        yield f"postgres://a:b@127.0.0.1:{server.getsockname()[1]}/c"


@pytest.mark.parametrize("command", [["reconcile"], ["create_token", "ci", "--role", "viewer"]])
def test_f07_a_command_says_in_one_line_that_the_database_is_silent(silent, command):
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *command],
        env={**os.environ, "DATABASE_URL": silent, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be used")
    assert len(done.stderr.splitlines()) == 1
    assert time.monotonic() - begun < 30
