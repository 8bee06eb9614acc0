"""The servers that the tests stand on: if one of these fails, look here first."""

import psycopg
import pytest

from tests import servers

pytestmark = pytest.mark.fault


def test_postgresql_starts_and_comes_back_with_its_rows():
    with servers.postgres() as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("CREATE EXTENSION pg_trgm")
        server.restart()
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_redis_comes_back_on_its_port_and_empty(tmp_path):
    with servers.redis(tmp_path) as server:
        server.restart()
        assert servers.listens(server.port)
    assert not servers.listens(server.port)


@pytest.mark.django_db(transaction=True)
def test_a_worker_starts_and_stops_with_its_children(tmp_path, redis):
    worker = servers.worker(tmp_path, servers.environment(tmp_path, redis_url=redis.url))
    worker.start()
    worker.wait_for_text("ready")
    assert len(worker.children()) == 2
    worker.terminate()
    assert not worker.is_running
