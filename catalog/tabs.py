"""The tabs of the entity page. Any app adds its own in `entity_tabs.py`: one new file, and no old one changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
class Needs:
    """An annotation that a tab lives from. Where it is missing, the tab tells how to write it (U11).

    Attributes:
        example: a value that is right for most.
        gives: what one gets for it, as a sentence.
        kinds: of entities that should have it; others have no tab.
    """

    annotation: str
    example: str
    gives: str | Promise
    kinds: tuple[str, ...] = ("component",)


@dataclass(frozen=True)
class Tab:
    """A tab: its `id` is the last part of its address; `template` is included with what `context` gives."""

    id: str
    title: str | Promise
    order: int
    template: str
    applies: Callable[[Entity], bool] = always
    context: Callable[[Entity, PortalRequest], Mapping[str, Any]] = nothing
    needs: Needs | None = None


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    """Add a tab; a second one with the same id takes its place."""
    _tabs[tab.id] = tab


def of(entity: Entity) -> list[Tab]:
    """The tabs that `entity` has, in their order; one whose annotation is missing says so in its place."""
    found = (_of(tab, entity) for tab in sorted(_tabs.values(), key=lambda tab: (tab.order, tab.id)))
    return [tab for tab in found if tab]


def _of(tab: Tab, entity: Entity) -> Tab | None:
    if tab.applies(entity):
        return tab
    if tab.needs is None or entity.kind not in tab.needs.kinds:
        return None
    return replace(tab, template="catalog/missing_annotation.html", context=nothing)
