"""How often each value of a field occurs, counted once in an edition of the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count

from catalog.models import Facet, FacetKey
from catalog.query.editions import Edition
from catalog.query.filters import ALL, EntityFilter


@dataclass(frozen=True)
class FacetValue:
    """One value as it is written, and how many entities have it."""

    value: str
    count: int


Counted = list[tuple[str, int]]


def facets(edition: Edition, fields: Sequence[str], entity_filter: EntityFilter = ALL) -> dict[str, list[FacetValue]]:
    """Return the values of each of `fields` among the entities that match, in the order of their code points.

    Values that were too long to be kept are left out, and so are those that are null.
    """
    keys = {field: field.lower() for field in fields}
    question = ["facets", sorted(set(keys.values())), entity_filter.to_json()]
    counted = edition.cached(question, lambda: _counted(edition, set(keys.values()), entity_filter), weigh=_weight)
    return {field: [FacetValue(value, count) for value, count in counted.get(key, [])] for field, key in keys.items()}


def _counted(edition: Edition, keys: Iterable[str], entity_filter: EntityFilter) -> dict[str, Counted]:
    numbers = dict(FacetKey.objects.filter(key__in=keys).values_list("id", "key"))
    rows = Facet.objects.filter(key__in=list(numbers), value__isnull=False)
    # A reader who sees everything and filters nothing needs no look at the entities.
    visible = entity_filter.apply(edition.entities)
    if visible.query.where:
        rows = rows.filter(entity__in=visible.values("pk"))
    found: dict[str, Counted] = {}
    # Grouped by the columns of the index in its order, so the database counts while it reads and sorts nothing.
    grouped = rows.values("key", "value", "original").annotate(count=Count("*")).order_by()
    for number, value, original, count in grouped.values_list("key", "value", "original", "count"):
        found.setdefault(numbers[number], []).append((original or value or "", count))
    return {key: sorted(values) for key, values in found.items()}


def _weight(counted: dict[str, Counted]) -> int:
    return sum(map(len, counted.values()))
