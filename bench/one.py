"""Measures one portal of one size on one database, and prints what it found as JSON: `python -m bench.one ENTITIES`.

`python -m bench` runs it for each size and database; by itself it leaves the choice of the database to DATABASE_URL.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench import ingesting, synthetic
from bench.questions import EMPTY, UNCHANGED, Question, Samples, get, of_machines, of_people
from bench.server import Client, Server, percentile, serving, times

ROUNDS = 150
CLIENTS, ROUNDS_OF_EACH = 8, 25
COLD_ROUNDS = 3
ENTITIES_OF_A_COMPONENT = 1.675


def environment(folder: Path) -> dict[str, str]:
    """Return what a portal that keeps everything in `folder` is started with."""
    config = folder / "waymark.yaml"
    # A person searches sixty times a minute, and a benchmark more often.
    config.write_text("search: {per_minute: 1000000}\n", encoding="utf-8")
    return {
        **os.environ,
        "WAYMARK_CONFIG": str(config),
        "VAR": str(folder),
        "WAYMARK_STATIC_ROOT": os.environ.get("WAYMARK_STATIC_ROOT", str(folder / "static")),
        "SECRET_KEY": "x" * 50,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "WAYMARK_ENCRYPTION_KEYS": "4ftBZIWHa3TuXSpBkLlPJKqLhVwJ3pDl6GWiGrGQm7A=",
        "WAYMARK_ALLOWED_HOSTS": "127.0.0.1,testserver",
        "LOG_LEVEL": "ERROR",
    }


def start(folder: Path) -> None:
    """Start Django on an empty database."""
    os.environ.update(environment(folder))
    Path(os.environ["WAYMARK_STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def credentials() -> tuple[dict[str, str], dict[str, str]]:
    """Return the headers of a machine and of a person who may read."""
    from django.test import Client as Browser

    from accounts import tokens
    from accounts.actors import system
    from accounts.models import User
    from accounts.roles import Role

    _, token = tokens.create("bench", role=Role.VIEWER, actor=system())
    browser = Browser()
    browser.force_login(User.objects.create_superuser("bench", "bench"))
    return {"Authorization": f"Bearer {token}"}, {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}


def samples(client: Client) -> Samples:
    """Return what the questions name, as the portal gives it."""
    from catalog.models import Entity

    refs = list(Entity.objects.order_by("name").values_list("ref", flat=True)[:1000:50])
    component = Entity.objects.filter(kind="component").order_by("ref")[5]
    deep = Entity.objects.filter(kind="component").count() * 4 // 5
    ask: dict[str, Any] = {"filter": "kind=component", "limit": 20}
    _, content, _ = client.answer(get("deep", "/entities/by-query", offset=deep, **ask))
    cursor = json.loads(content)["pageInfo"]["nextCursor"]
    return Samples(refs, component.name, component.owner_ref, str(component.uid), cursor)


def ask(server: Server, question: Question, headers: dict[str, str]) -> dict[str, Any]:
    """Ask one question in each way."""
    from catalog.models import CatalogRevision

    client = Client(server.port, headers)
    client.ask(question)
    cold = []
    for _ in range(COLD_ROUNDS):
        CatalogRevision.rise()  # so that nothing that was counted or sorted holds any more
        cold.append(client.ask(question))
    if question.aim == UNCHANGED:
        question = replace(question, headers={"If-None-Match": client.answer(question)[2]["ETag"]})
    worked = server.processor
    one = times(server.port, question, headers, clients=1, rounds=ROUNDS)
    worked = (server.processor - worked) / ROUNDS
    # A thread's first question opens its connection to the database, once in the life of a process.
    times(server.port, question, headers, clients=CLIENTS, rounds=2)
    eight = times(server.port, question, headers, clients=CLIENTS, rounds=ROUNDS_OF_EACH)
    return {
        "name": question.name,
        "aim": question.aim,
        "is_page": question.is_page,
        "cold": sorted(cold)[COLD_ROUNDS // 2],
        "processor": worked,
        "one": {str(percent): percentile(one, percent) for percent in (50, 95, 99)},
        "eight": {str(percent): percentile(eight, percent) for percent in (50, 95, 99)},
        "statements": statements(question, headers),
    }


def statements(question: Question, headers: dict[str, str]) -> int:
    """Return how many statements an answer takes when it is asked for again."""
    from django.db import connection
    from django.test import Client as Browser
    from django.test.utils import CaptureQueriesContext

    browser = Browser()
    every = {**headers, **question.headers}
    asked: dict[str, Any] = {"content_type": "application/json", "headers": every, "data": question.body or ""}
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            response = browser.generic(question.method, question.path, **asked)
            # An answer that is written piece by piece sends its statements while it is read.
            b"".join(response)
    return len(captured)


def run(entities: int, folder: Path) -> dict[str, Any]:
    """Fill a portal and ask it everything."""
    start(folder)
    company = folder / "company"
    written = synthetic.generate(round(entities / ENTITIES_OF_A_COMPONENT), company)
    found: dict[str, Any] = {"entities": written, "ingest": {"first": ingesting.read(company)}}
    found["ingest"]["unchanged"] = ingesting.read(company)
    ingesting.change_some(company)
    found["ingest"]["1 % changed"] = ingesting.read(company)
    machine, person = credentials()
    settle()
    with serving(environment(folder)) as server:
        client = Client(server.port, machine)
        look = get("alone", "/entities/by-name/component/default/alone")
        found["one_file_ms"] = ingesting.one_file(folder, lambda: client.answer(look)[1])
        named = samples(client)
        empty = Question(EMPTY, "/healthz")
        found["answers"] = [ask(server, each, machine) for each in (empty, *of_machines(named))]
        found["answers"] += [ask(server, each, person) for each in of_people(named)]
        found["memory"] = server.memory
    return found


def settle() -> None:
    """Have PostgreSQL look at what was written, as its own housekeeping does within a minute."""
    from django.db import connection

    gc.collect()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as place:
        print(json.dumps(run(int(sys.argv[1]), Path(place))))
