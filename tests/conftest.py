"""What every test may ask for: people who are signed in, and a broker that runs."""

import gc
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management.color import Style
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.roles import Role
from catalog.query.kept import shelf
from tests import servers, shared
from tests.people import SignedIn, make_person


def pytest_collection_finish() -> None:
    """Let the collector pass by what has been collected: it lasts as long as the process, and is much."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Let PostgreSQL empty its tables by DELETE after a test that commits: TRUNCATE makes each table's files anew."""
    if connection.vendor == "postgresql":
        connection.ops.sql_flush = _deleting  # type: ignore[method-assign]


def _deleting(style: Style, tables: Iterable[str], **options: Any) -> list[str]:
    names = [connection.ops.quote_name(name) for name in tables]
    # So, no foreign key is asked, and the order does not matter.
    return [
        "SET LOCAL session_replication_role = replica",
        *(style.SQL_KEYWORD("DELETE FROM ") + name for name in names),
    ]


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Let no test see what another one left in the cache: counts, facets, rate limits."""
    cache.clear()
    shelf.clear()
    yield
    cache.clear()
    shelf.clear()


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database for a fixture of a whole module: its tests share the rows, and each takes back only its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def member(db: None) -> SignedIn:
    """Vera, who may read and nothing more, and is in no team."""
    return SignedIn(make_person("vera", role=Role.VIEWER, groups=()))


@pytest.fixture
def developer(db: None) -> SignedIn:
    """Ada, a developer in the team `group:default/shop`."""
    return SignedIn(make_person("ada"))


@pytest.fixture
def team_lead(db: None) -> SignedIn:
    """Lin, who leads the team `group:default/shop`."""
    return SignedIn(make_person("lin", role=Role.TEAM_LEAD))


@pytest.fixture
def platform(db: None) -> SignedIn:
    """Grace, a platform engineer."""
    return SignedIn(make_person("grace", role=Role.PLATFORM, groups=("group:default/platform",)))


@pytest.fixture
def admin_client(db: None) -> SignedIn:
    """Root, an administrator."""
    return SignedIn(make_person("root", role=Role.ADMIN, groups=()))


@pytest.fixture(scope="session")
def git() -> str:
    """The real git."""
    return shared.program("git")


@pytest.fixture(scope="session")
def node() -> str:
    """Node.js."""
    return shared.program("node")


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Redis]:
    """A broker that runs for as long as the tests do; `redis.url` is its address."""
    with servers.redis(tmp_path_factory.mktemp("redis")) as server:
        yield server
