"""F18: a webhook twice, fifty at once, and a worker that dies or a broker that forgets between storing and working."""

import base64
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from celery import Celery
from django.db import connection
from django.utils import timezone

from catalog.models import Entity, Location
from delivery import intake, processing, tasks
from delivery.intake import Arrival
from delivery.models import Delivery
from tests import servers
from tests.catalog.reading import COMPONENT
from tests.delivery.webhooks import SECRET, push, signature
from tests.faults.conftest import Site

pytestmark = [pytest.mark.fault]
END_SECONDS = 60.0


@pytest.fixture
def door(site: Site, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., bool]]:
    """Takes webhooks in as the web process does; what it stores rings the bell of the site's broker."""

    entry = {"host": site.forge.host, "api": f"{site.forge.url}/api/v3", "web": site.forge.url}
    settings.WAYMARK["integrations"]["github"] = [{**entry, "token": site.forge.token, "webhook_secrets": [SECRET]}]
    sender = Celery(broker=site.redis.url, set_as_current=False)

    def send(args: list[str], retry: bool) -> None:
        sender.send_task(tasks.process_delivery.name, args=args, retry=retry, ignore_result=True)

    monkeypatch.setattr(tasks.process_delivery, "apply_async", send)

    def accept(payload: dict[str, Any], delivery: str) -> bool:
        body = json.dumps(payload).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": signature(body),
        }
        return intake.accept_github(Arrival(headers, body))

    yield accept
    sender.close()


def registered(site: Site, name: str) -> None:
    """Put a repository with a descriptor into the forge, and a place that is read when it is pushed."""

    api = f"{site.forge.url}/api/v3"
    headers = {"Authorization": f"Bearer {site.forge.token}"}
    requests.post(f"{api}/orgs/acme/repos", json={"name": name, "auto_init": True}, headers=headers, timeout=10)
    text = base64.b64encode(COMPONENT.replace("checkout", name).encode()).decode()
    body = {"message": "Add", "content": text}
    path = f"{api}/repos/acme/{name}/contents/catalog-info.yaml"
    requests.put(path, json=body, headers=headers, timeout=10).raise_for_status()
    target = f"{site.forge.url}/acme/{name}/blob/main/catalog-info.yaml"
    Location.objects.create(type="url", target=target, origin="command", next_refresh_at=None)


def payload(name: str) -> dict[str, Any]:
    return push(f"acme/{name}", added=["catalog-info.yaml"])


def all_done() -> bool:
    return not Delivery.objects.waiting().exists()


def test_f18_fifty_at_once_and_each_twice_have_one_effect(site, door):
    registered(site, "f18a")

    def post(number: int) -> bool:
        try:
            return bool(door(payload("f18a"), f"d-{number % 25}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(post, range(50)))
    assert (taken.count(True), Delivery.objects.count()) == (25, 25)
    servers.wait_until(all_done, "all are worked on", seconds=END_SECONDS)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"done"}
    assert Entity.objects.filter(ref="component:default/f18a").count() == 1


def test_f18_what_the_broker_forgot_is_found_by_the_scheduler(site, door, monkeypatch):
    registered(site, "f18b")
    monkeypatch.setattr(tasks.process_delivery, "apply_async", lambda args, retry: None)
    door(payload("f18b"), "lost")
    servers.wait_until(all_done, "the scheduler finds it", seconds=END_SECONDS)
    assert Entity.objects.filter(ref="component:default/f18b").exists()


def test_f18_a_worker_that_is_killed_in_the_middle_is_followed_by_another(site, door, monkeypatch):
    registered(site, "f18c")
    site.fault(latency={"seconds": 30, "path": "/repos/acme/f18c"})
    door(payload("f18c"), "killed")
    servers.wait_until(lambda: Delivery.objects.filter(attempts=1).exists(), "a worker has it", seconds=END_SECONDS)
    for worker in site.workers:
        worker.kill()
    site.forget()
    site.start_worker()
    servers.wait_until(all_done, "another one does it", seconds=END_SECONDS)
    row = Delivery.objects.get()
    assert (row.state, row.attempts >= 2) == ("done", True)
    assert Entity.objects.filter(ref="component:default/f18c").exists()


def test_f18_a_delivery_a_day_later_changes_nothing(site, door):
    registered(site, "f18d")
    assert door(payload("f18d"), "again")
    servers.wait_until(all_done, "it is worked on", seconds=END_SECONDS)
    before = Entity.objects.get(ref="component:default/f18d").changed_at
    assert not door(payload("f18d"), "again")
    assert door(payload("f18d"), "new-id-old-body")
    servers.wait_until(all_done, "it is worked on", seconds=END_SECONDS)
    assert Entity.objects.get(ref="component:default/f18d").changed_at == before
    assert timezone.now() > before
    processing.reconcile()
    assert Delivery.objects.count() == 2
