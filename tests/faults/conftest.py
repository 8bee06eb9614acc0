"""A portal of real processes: PostgreSQL, broker, workers, scheduler and a GitHub, at a tenth of the usual tempo."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from celery import Celery
from django.conf import settings
from django.db import connection

from accounts import actors
from accounts.models import Membership
from integrations.broker import Transport
from scaffolder import engine, tasks
from scaffolder.models import CreatedResource, Task, TaskEvent
from tests import servers
from tests.people import SHOP, make_person
from tests.scaffolder.runs import fresh, make_template, steps_of
from tests.servers import Program

TEMPO = 0.1
# What a run may take from the fault to its end.
END_SECONDS = 60.0

COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: "${{ values.name }}"}
spec: {type: service, lifecycle: experimental, owner: group:default/shop}
"""


@dataclass
class Site:
    """The processes of a portal, and what a test does to them."""

    folder: Path
    redis: servers.Redis
    forge: servers.Forge
    environment: dict[str, str]
    workers: list[Program] = field(default_factory=list)
    schedulers: list[Program] = field(default_factory=list)
    _names: Iterator[int] = field(default_factory=itertools.count)

    def start_worker(self, children: int = 4) -> Program:
        worker = servers.worker(self.folder, self.environment, name=f"worker{next(self._names)}", children=children)
        worker.start()
        worker.wait_for_text("ready.", seconds=90)
        self.workers.append(worker)
        return worker

    def start_scheduler(self) -> Program:
        scheduler = servers.scheduler(self.folder, self.environment, name=f"scheduler{next(self._names)}")
        scheduler.start()
        self.schedulers.append(scheduler)
        return scheduler

    def ensure(self) -> None:
        """Start what an earlier test ended."""
        self.workers = [worker for worker in self.workers if worker.is_running]
        self.schedulers = [scheduler for scheduler in self.schedulers if scheduler.is_running]
        for scheduler in self.schedulers:
            scheduler.thaw()
        if not self.workers:
            self.start_worker()
        if not self.schedulers:
            self.start_scheduler()

    def keep_one(self) -> None:
        """Stop all workers and schedulers but the first, and wait until they rest: the database is emptied next."""
        for program in [*self.workers[1:], *self.schedulers[1:]]:
            program.kill()
        for scheduler in self.schedulers[:1]:
            if scheduler.is_running:
                scheduler.freeze()
        servers.wait_until(self.is_at_rest, "the workers rest")

    def is_at_rest(self) -> bool:
        """Whether no other process is in the middle of something in the database, now and a moment later."""
        return all(_is_idle(pause) for pause in (0.0, 0.3))

    def stop(self) -> None:
        for program in [*self.workers, *self.schedulers]:
            program.kill()

    def arm(self, point: str, order: str = "") -> None:
        """Let the next process that comes to `point` do what `integrations.faults` says."""
        (self.folder / "faults" / point).write_text(order, encoding="utf-8")

    def armed(self) -> list[str]:
        return [path.name for path in (self.folder / "faults").iterdir()]

    # -- The forge -----------------------------------------------------------------------------------------------------

    def fault(self, **switches: Any) -> None:
        requests.post(f"{self.forge.url}/_forge/switches", json=switches, timeout=10).raise_for_status()

    def calls(self) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.forge.url}/_forge/calls", timeout=10).json()
        found: list[dict[str, Any]] = answer["calls"]
        return found

    def forget(self) -> None:
        requests.delete(f"{self.forge.url}/_forge/calls", timeout=10)
        requests.delete(f"{self.forge.url}/_forge/switches", timeout=10)

    def created(self) -> list[str]:
        """Return the calls that made a repository."""
        return [
            c["path"]
            for c in self.calls()
            if (c["method"], c["status"], c["path"]) == ("POST", 201, "/orgs/acme/repos")
        ]

    def commits(self, name: str) -> list[str]:
        url = f"{self.forge.url}/api/v3/repos/acme/{name}/commits"
        answer = requests.get(url, headers={"Authorization": f"Bearer {self.forge.token}"}, timeout=10).json()
        return [one["commit"]["message"] for one in answer]

    # -- Runs ----------------------------------------------------------------------------------------------------------

    def golden_path(self, name: str) -> Task:
        """Submit a run that renders, publishes and registers a service; no two tests share a name."""
        skeleton = self.folder / "template" / "skeleton"
        skeleton.mkdir(parents=True, exist_ok=True)
        (skeleton / "catalog-info.yaml").write_text(COMPONENT)
        (skeleton / "README.md").write_text("# ${{ values.name }}\n")
        url = f"{self.forge.host}?owner=acme&repo={name}"
        steps = steps_of(
            f"{{id: fetch, action: 'fetch:template', input: {{url: ./skeleton, values: {{name: {name}}}}}}}",
            f"{{id: publish, action: 'publish:github', input: {{repoUrl: '{url}'}}}}",
            "{id: register, action: 'catalog:register', "
            "input: {repoContentsUrl: '${{ steps.publish.output.repoContentsUrl }}'}}",
        )
        template = make_template(steps, name=name, base_url=f"file://{self.folder / 'template'}/")
        ada = make_person(groups=())
        # As sign-in tells it: the catalog of this portal knows no people, and takes away what it does not tell.
        Membership.objects.create(user=ada, group_ref=SHOP, source="sign-in")
        return engine.submit(template=template, parameters={}, actor=actors.for_user(ada))

    def small(self, count: int) -> list[Task]:
        """Submit runs of one step, for the portal itself."""
        template = make_template(steps_of("{id: log, action: 'debug:log', input: {message: hi}}"))
        return [engine.submit(template=template, parameters={}, actor=actors.system()) for _ in range(count)]


def _is_idle(pause: float) -> bool:
    time.sleep(pause)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        (count,) = cursor.fetchone()
    return bool(count == 0)


@pytest.fixture(scope="module")
def running(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "faults").mkdir()
    with servers.redis(folder) as redis, servers.forge(folder) as forge:
        environment = servers.environment(
            folder, redis_url=redis.url, forge=forge, tempo=TEMPO, WAYMARK_FAULT_DIR=str(folder / "faults")
        )
        site = Site(folder, redis, forge, environment)
        try:
            yield site
        finally:
            site.stop()


@pytest.fixture
def site(running: Site, transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A portal that runs, on an empty database; what the tests submit rings the bell of its broker."""
    sender = Celery(broker=running.redis.url, set_as_current=False)
    sender.conf.broker_transport = Transport
    sender.conf.broker_transport_options = {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        **settings.BROKER_PATIENCE,
    }

    def send(args: list[str], retry: bool) -> None:
        sender.send_task(tasks.run_task.name, args=args, retry=retry, ignore_result=True)

    monkeypatch.setattr(tasks.run_task, "apply_async", send)
    running.ensure()
    running.forget()
    yield running
    running.keep_one()
    for name in running.armed():
        (running.folder / "faults" / name).unlink()
    sender.close()


def ended(task: Task, *, seconds: float = END_SECONDS) -> Task:
    """Wait until a run ends, and return it."""
    servers.wait_until(lambda: fresh(task).has_ended, f"run {task.pk} ends", seconds=seconds)
    return fresh(task)


def lines(task: Task) -> list[str]:
    """Return the log; fail when it has a gap, a line of a step twice, or not one end."""
    events = list(TaskEvent.objects.filter(task=task).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    said = [(event.step_id, event.message) for event in events if event.type == TaskEvent.Type.LOG]
    assert len(said) == len(set(said)), f"a line stands twice in {said}"
    assert [event.type for event in events].count(TaskEvent.Type.COMPLETION) == 1
    return [event.message for event in events]


def resources(task: Task) -> list[tuple[str, str]]:
    return list(CreatedResource.objects.filter(task=task).order_by("kind").values_list("kind", "title"))
