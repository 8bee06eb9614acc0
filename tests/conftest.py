"""What every test may ask for: people who are signed in, and a broker that runs."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from accounts.roles import Role
from catalog.query.kept import shelf
from tests import servers, shared
from tests.people import SignedIn, make_person


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
