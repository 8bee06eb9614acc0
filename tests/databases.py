"""A pytest plugin: choose the database before the settings are read, and hold its server for as long as tests run.

`WAYMARK_TEST_DB=sqlite` (the default) or `postgres`. A `DATABASE_URL` that is given wins. `WAYMARK_TEST_ONLY_DB=1`
leaves out the tests that touch no database: once is enough for those.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import servers

SERVERS = pytest.StashKey[ExitStack]()
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
# What `tests/settings.py` calls the folder that it makes for what a portal writes.
OWN_FOLDER = "waymark-tests-"
CHOICES = ("sqlite", "postgres")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start PostgreSQL when it is asked for; the processes of pytest-xdist inherit its address."""
    chosen = os.environ.get("WAYMARK_TEST_DB") or "sqlite"
    if chosen not in CHOICES:
        raise pytest.UsageError(f"WAYMARK_TEST_DB is {chosen!r}; expected {' or '.join(CHOICES)}.")
    early_config.stash[SERVERS] = stack = ExitStack()
    if chosen == "postgres" and not os.environ.get("DATABASE_URL"):
        server = stack.enter_context(servers.postgres())
        os.environ["DATABASE_URL"] = server.url("waymark")
    yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if os.environ.get("WAYMARK_TEST_ONLY_DB") != "1":
        return
    kept = [item for item in items if _touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _touches_database(item)])
    items[:] = kept


def _touches_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or not fixtures.isdisjoint(DATABASE_FIXTURES)


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[SERVERS].close()
    var = Path(os.environ.get("VAR", ""))
    if var.name.startswith(OWN_FOLDER):
        shutil.rmtree(var, ignore_errors=True)


def pytest_report_header() -> str:
    # Not before the settings are there.
    from django.db import connection

    return f"database: {connection.vendor}"
