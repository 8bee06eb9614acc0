"""The tabs of the entity page. Any app adds its own in `entity_tabs.py`: one new file, and no old one changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from accounts.http import PortalRequest
    from catalog.models import Entity


def always(entity: Entity) -> bool:
    return True


def nothing(entity: Entity, request: PortalRequest) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Tab:
    """A tab: its `id` is the last part of its address; `template` is included with what `context` gives."""

    id: str
    title: str | Promise
    order: int
    template: str
    applies: Callable[[Entity], bool] = always
    context: Callable[[Entity, PortalRequest], Mapping[str, Any]] = nothing


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Add a tab; a second one with the same id takes its place."""
    _tabs[tab.id] = tab


def of(entity: Entity) -> list[Tab]:
    """The tabs that `entity` has, in their order."""
    return sorted((tab for tab in _tabs.values() if tab.applies(entity)), key=lambda tab: (tab.order, tab.id))
