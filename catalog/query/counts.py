"""How often each value of a field occurs, counted once in an edition of the catalog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Coalesce

from catalog.models import Facet
from catalog.query.editions import Edition
from catalog.query.filters import ALL, EntityFilter


@dataclass(frozen=True)
class FacetValue:
    """One value as it is written, and how many entities have it."""

    value: str
    count: int


def facets(edition: Edition, fields: Sequence[str], entity_filter: EntityFilter = ALL) -> dict[str, list[FacetValue]]:
    """Return the values of each of `fields` among the entities that match, in the order of their code points.

    Values that were too long to be kept are left out, and so are those that are null.
    """
    keys = {field: field.lower() for field in fields}
    question = ["facets", sorted(set(keys.values())), entity_filter.to_json()]
    counted = edition.cached(question, lambda: _counted(edition, set(keys.values()), entity_filter))
    return {field: [FacetValue(value, count) for value, count in counted.get(key, [])] for field, key in keys.items()}


def _counted(edition: Edition, keys: set[str], entity_filter: EntityFilter) -> dict[str, list[tuple[str, int]]]:
    rows = Facet.objects.filter(key__key__in=keys, value__isnull=False)
    visible = entity_filter.apply(edition.entities)
    # A reader who sees everything and filters nothing needs no look at the entities.
    if visible.query.where:
        rows = rows.filter(entity__in=visible.values("pk"))
    spelled = rows.annotate(spelling=Coalesce("original", "value"))
    found: dict[str, list[tuple[str, int]]] = {}
    for key, value, count in spelled.values_list("key__key", "spelling").annotate(count=Count("pk")).order_by():
        found.setdefault(key, []).append((value, count))
    return {key: sorted(values) for key, values in found.items()}
