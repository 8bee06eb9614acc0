import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from delivery import tasks
from tests.delivery.webhooks import SECRET
from tests.forge.conftest import contract, forge
from tests.forge.contract import Contract
from tests.forge.running import Running, configured, running

__all__ = ["contract", "forge"]


@pytest.fixture
def door(settings: Any, db: None) -> Any:
    """A portal that takes webhooks of git.example, signed with either of two secrets."""
    changed = copy.deepcopy(settings.WAYMARK)
    entry = {"host": "git.example", "webhook_secrets": ["the-newer-secret", SECRET]}
    changed["integrations"]["github"] = [entry]
    settings.WAYMARK = changed
    return settings


@pytest.fixture
def telling(tmp_path: Path, contract: Contract, settings: Any, live_server: Any, monkeypatch: Any) -> Iterator[Running]:
    """A forge that tells a portal, which listens, whatever happens; what arrives is worked on at once."""
    settings.HTTP = {**settings.HTTP, "backoff": 0.01}
    monkeypatch.setattr(tasks.process_delivery, "apply_async", lambda args, retry: tasks.process_delivery(*args))
    address = f"{live_server.url}/webhooks/github"
    with running(tmp_path / "git", contract=contract, webhook_url=address) as found:
        settings.WAYMARK = configured(settings.WAYMARK, found, webhook_secrets=[SECRET])
        settings.WAYMARK["catalog"]["scmEvents"] = dict(settings.WAYMARK["catalog"]["scmEvents"])
        yield found
    assert found.slips == []
