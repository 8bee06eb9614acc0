"""What tests of the catalog share."""

import pytest

from catalog import custom_kinds
from catalog.descriptor import kinds


@pytest.fixture
def own_kinds():
    """Let a test add kinds; the others have those that every catalog has, and no more."""
    before = dict(kinds._kinds)
    _begin_with({name: kind for name, kind in before.items() if name in kinds.CORE})
    yield
    _begin_with(before)


def _begin_with(known):
    kinds._kinds.clear()
    kinds._kinds.update(known)
    kinds.use_custom([])
    custom_kinds._state["seen"] = (0, None)
