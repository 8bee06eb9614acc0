from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.forge import contract as contract_module
from tests.forge.contract import Contract
from tests.forge.running import Running, configured, running
from tests.shared import ROOT, missing


@pytest.fixture(scope="session")
def contract() -> Contract:
    """GitHub's description of its REST API."""
    path = ROOT / "node_modules" / contract_module.DESCRIPTION
    if not path.is_file():
        missing("GitHub's description is not there: run npm install with the development dependencies.")
    return Contract(path)


@pytest.fixture
def forge(tmp_path: Path, contract: Contract, settings: Any, db: None) -> Iterator[Running]:
    """A forge with nothing in it, and a portal that knows it; a call that GitHub would not know fails the test."""
    settings.HTTP = {**settings.HTTP, "backoff": 0.01}
    with running(tmp_path / "git", contract=contract) as found:
        settings.WAYMARK = configured(settings.WAYMARK, found)
        yield found
    assert found.slips == []
