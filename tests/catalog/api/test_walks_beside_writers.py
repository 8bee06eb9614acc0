"""Walks by cursor beside several writers lose and double nothing that is there all the time."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connections

from tests.catalog.api.conftest import names
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/entities/by-query"
ENTITY = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s%s}
spec: {type: %s, lifecycle: production, owner: shop}
"""
TITLES = ["", ", title: A", ", title: m", ", title: Z"]
TYPES = ["library", "service", "website"]
LASTING = 40
WRITERS, ROUNDS = 3, 3
ORDERS = [[], ["metadata.name,desc"], ["metadata.title,asc"], ["spec.type,desc", "metadata.title,asc"]]


def text(chance, name):
    return ENTITY % (name, chance.choice(TITLES), chance.choice(TYPES))


def write(number, stop, rounds):
    """Rewrite a file of up to 20 entities, whose names lie between those that last, until it is told to stop."""
    chance = random.Random(number)  # noqa: S311 — it makes examples
    try:
        while not stop.is_set():
            names = chance.sample([f"e{place:03}-{number}" for place in range(LASTING)], chance.randrange(20))
            make_entities("---\n".join(text(chance, name) for name in names), target=f"/test/writer-{number}.yaml")
            rounds[number] += 1
    finally:
        connections.close_all()


@contextmanager
def writers():
    """Writers that are at work as long as the block runs; it is given a function that tells whether they go on."""
    stop, rounds = threading.Event(), [0] * WRITERS
    with ThreadPoolExecutor(WRITERS) as pool:
        working = [pool.submit(write, number, stop, rounds) for number in range(WRITERS)]
        try:
            yield lambda: min(rounds) < ROUNDS and not any(each.done() for each in working)
        finally:
            stop.set()
        for each in working:
            each.result()


def walk(api, order, which="nextCursor", cursor=None):
    """Return the names on each page from `cursor` on, and the cursor of the last page's other side."""
    ask = {"cursor": cursor} if cursor else {"filter": "kind=component", "orderField": order}
    pages = []
    while ask is not None:
        response = api.get(PATH, limit=7, **ask)
        pages.append(names(response))
        info = response.json()["pageInfo"]
        ask = {"cursor": info[which]} if which in info else None
    return pages, info


@pytest.fixture
def lasting(api):
    """The order in which what is there all the time must come, for each order."""
    chance = random.Random(0)  # noqa: S311 — it makes examples
    make_entities("---\n".join(text(chance, f"e{number:03}") for number in range(LASTING)), target="/test/lasting.yaml")
    return [[name for page in walk(api, order)[0] for name in page] for order in ORDERS]


@pytest.mark.parametrize("way", ["sorted", "walked"])
def test_what_is_there_all_the_time_comes_once_and_in_order(api, lasting, monkeypatch, way):
    if way == "walked":
        monkeypatch.setattr("catalog.query.queries.FEW", -1)
        monkeypatch.setattr("catalog.query.queries.MOST_KEPT", -1)
    with writers() as go_on:
        while go_on():
            for order, expected in zip(ORDERS, lasting, strict=True):
                forward, info = walk(api, order)
                assert [name for page in forward for name in page if name in expected] == expected
                if "prevCursor" in info:
                    backward, _ = walk(api, order, "prevCursor", info["prevCursor"])
                    seen = [name for page in [*reversed(backward), forward[-1]] for name in page]
                    assert [name for name in seen if name in expected] == expected


def test_a_list_without_pages_holds_them_all_too(api, lasting, monkeypatch):
    monkeypatch.setattr("catalog.api.pieces.MOST_IN_ONE_PIECE", 0)
    monkeypatch.setattr("catalog.query.queries.CHUNK", 5)
    with writers() as go_on:
        while go_on():
            streamed = b"".join(api.get("/entities", filter="kind=component", fields="metadata.name"))
            assert all(streamed.count(b'"%s"' % name.encode()) == 1 for name in lasting[0])
