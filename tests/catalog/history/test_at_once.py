"""Several write at once: the history stays one line for each entity."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts import actors
from catalog import leaving
from catalog.models import Entity, EntityRevision, OwnershipSpan
from tests.catalog.factories import read
from tests.catalog.history.test_replaying import no_gaps_and_no_overlaps

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8
COMPONENT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: NAME, description: Round ROUND}
spec: {type: service, lifecycle: production, owner: OWNER}
"""


def text(number: int, names: tuple[str, ...]) -> str:
    found = (COMPONENT.replace("NAME", name).replace("ROUND", str(number)) for name in names)
    return "---\n".join(found).replace("OWNER", "shop" if number % 2 else "money")


def in_its_own_connection(work: Callable[[int], None]) -> Callable[[int], None]:
    def run(number: int) -> None:
        try:
            work(number)
        finally:
            connection.close()

    return run


@in_its_own_connection
def write_one(number: int) -> None:
    read({"/test/one.yaml": text(number, ("cart", "till"))})


@in_its_own_connection
def write_two(number: int) -> None:
    """Another place that names one of the same refs, and comes second wherever it is."""
    read({"/test/two.yaml": text(number, ("till", "web"))})


@in_its_own_connection
def delete(number: int) -> None:
    for entity in Entity.objects.filter(name="cart" if number % 2 else "web"):
        leaving.delete_entity(entity, actors.system())


@pytest.fixture(autouse=True)
def _consistent() -> Iterator[None]:
    yield
    no_gaps_and_no_overlaps()
    open_now = set(EntityRevision.objects.open().values_list("ref", "owner_ref"))
    assert open_now == set(Entity.objects.values_list("ref", "owner_ref"))
    owned = Entity.objects.exclude(owner_ref="").values_list("ref", "owner_ref")
    assert set(OwnershipSpan.objects.filter(ended_at=None).values_list("ref", "owner_ref")) == set(owned)


def test_two_places_and_somebody_who_deletes_leave_one_line_for_each_entity():
    read({"/test/one.yaml": text(0, ("cart", "till")), "/test/two.yaml": text(0, ("till", "web"))})
    jobs = itertools.chain.from_iterable((write_one, write_two, delete) for _ in range(ROUNDS))
    with ThreadPoolExecutor(max_workers=3) as pool:
        for future in [pool.submit(job, number) for number, job in enumerate(jobs, start=1)]:
            future.result()

    assert EntityRevision.objects.filter(event="changed").exists()
    assert EntityRevision.objects.filter(event="removed").exists()


def test_of_two_who_delete_one_entity_one_does_it():
    read({"/test/one.yaml": text(0, ("cart",))})
    entity = Entity.objects.get(name="cart")
    work = in_its_own_connection(lambda _number: leaving.delete_entity(entity, actors.system()))
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(work, range(2)))

    assert EntityRevision.objects.filter(name="cart", event="removed").count() == 1
