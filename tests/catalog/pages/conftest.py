from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.forge.conftest import contract, forge

__all__ = ["contract", "forge"]


@pytest.fixture
def statements() -> Callable[[Client, str], int]:
    """How many statements a page takes once its caches are warm."""

    def count(client: Client, address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    return count
