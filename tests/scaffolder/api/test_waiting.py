"""`Prefer: wait`, and many callers at once; with real transactions."""

import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from demo.forge.app import create_app
from demo.forge.seed import SEEDED_AT
from demo.forge.server import serving
from demo.forge.store import Store
from scaffolder import api, engine
from scaffolder.models import IdempotencyKey, Task
from tests.scaffolder.api.conftest import BODY, HOST, Machine
from tests.scaffolder.runs import no_heartbeat

pytestmark = pytest.mark.django_db(transaction=True)

needs_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer, so nothing happens at once"
)


def ask(token: str, body: dict[str, Any], **headers: str) -> Any:
    """Post from a thread of its own, which has a connection of its own."""
    try:
        client = Client(headers={"authorization": f"Bearer {token}"})
        return client.post("/api/v1/services", json.dumps(body), content_type="application/json", headers=headers)
    finally:
        connection.close()


def work_off() -> None:
    """Do what a worker does, as soon as there is a run."""
    try:
        while not Task.objects.exists():
            time.sleep(0.05)
        engine.run(Task.objects.get().pk, heartbeat=no_heartbeat)
    finally:
        connection.close()


@needs_postgres
def test_twenty_calls_with_one_key_at_once_make_one_run(acme):
    acme()
    token = Machine().token
    start = threading.Barrier(20)

    def call(_number: int) -> Any:
        start.wait()
        return ask(token, BODY, **{"Idempotency-Key": "2f0c"})

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(call, range(20)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert (Task.objects.count(), IdempotencyKey.objects.count()) == (1, 1)


@needs_postgres
def test_who_waits_gets_201_when_the_run_is_done(acme):
    acme()
    token = Machine().token
    with ThreadPoolExecutor(1) as worker:
        worker.submit(work_off)
        answer = ask(token, BODY, Prefer="wait=30")

    assert answer.status_code == 201
    assert answer.json()["status"] == "completed"
    assert answer["Preference-Applied"] == "wait=30"


def test_who_waits_too_short_gets_202_with_the_state(acme):
    acme()
    begun = time.monotonic()
    answer = Machine().ask(BODY, Prefer="respond-async, wait=1")

    assert answer.status_code == 202
    assert answer.json()["status"] == "open"
    assert 1 <= time.monotonic() - begun < 5


def test_when_eight_hold_the_next_one_does_not_wait(acme):
    acme()
    for _ in range(8):
        api._waiting.acquire()
    try:
        begun = time.monotonic()
        answer = Machine().ask(BODY, Prefer="wait=30")
    finally:
        for _ in range(8):
            api._waiting.release()

    assert answer.status_code == 202
    assert "Preference-Applied" not in answer
    assert time.monotonic() - begun < 5


def test_a_name_that_the_git_host_has_is_taken(acme, tmp_path: Path):
    store = Store(tmp_path, organizations=("acme",))
    store.create("acme", "basket", at=SEEDED_AT, default_branch="main")
    with serving(create_app(store, token="t0ken")) as url:
        acme(HOST | {"api": f"{url}/api/v3", "token": "t0ken"})
        machine = Machine()
        taken = machine.ask(BODY | {"name": "basket"})
        free = machine.ask(BODY)

    assert free.status_code == 202
    assert [fault["message"] for fault in taken.json()["errors"]] == [
        "The git host has a repository of this name already."
    ]


def test_a_git_host_that_does_not_answer_holds_nobody_up(acme):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        acme(HOST | {"api": f"http://127.0.0.1:{silent.getsockname()[1]}/api/v3"})
        machine = Machine()
        begun = time.monotonic()
        answer = machine.ask(BODY)

    assert answer.status_code == 202
    assert time.monotonic() - begun < 5
