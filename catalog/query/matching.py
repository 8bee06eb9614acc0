"""Where the fields of filters and orders are kept: a few in columns of the entity, all in its facets.

Whatever a request names is compared with values of the table of facet keys; it never becomes a name in a query.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists as HasRows
from django.db.models import OuterRef, Q, QuerySet, Subquery

from catalog.models import Facet, FacetKey
from catalog.query.predicates import AllOf, AnyOf, Equals, Exists, HasPrefix, Not, Predicate, Term

# Columns with an index that hold the same as the facet, in lower case, for every entity.
COLUMNS = {"kind": "kind__in"}
# Longer keys and values are not kept, so nothing is equal to one.
LONGEST = 200


def facets(key: str) -> QuerySet[Facet]:
    """The facets of the field `key`, whose name is in lower case."""
    # As a value that the database looks up once; a join would be looked up for every entity.
    return Facet.objects.filter(key=Subquery(FacetKey.objects.filter(key=key).values("pk")[:1]))


def condition(predicate: Predicate, *, is_broad: bool = False) -> Q:
    """Return the condition on `Entity` that `predicate` stands for."""
    if isinstance(predicate, Not):
        return ~condition(predicate.part, is_broad=is_broad)
    if isinstance(predicate, AllOf):
        return _joined(predicate.parts, Q.AND, is_broad=is_broad) or ~NOTHING
    if isinstance(predicate, AnyOf):
        return _joined(predicate.parts, Q.OR, is_broad=is_broad) or NOTHING
    return _term(predicate, is_broad=is_broad)


# No primary key is in an empty list; Django knows that and asks the database for less.
NOTHING = Q(pk__in=[])


def _joined(parts: tuple[Predicate, ...], connector: str, *, is_broad: bool) -> Q:
    return Q(*(condition(part, is_broad=is_broad) for part in parts), _connector=connector)


def _term(term: Term, *, is_broad: bool) -> Q:
    lookup = COLUMNS.get(term.key)
    if lookup is not None and isinstance(term, Equals):
        return Q((lookup, term.values))
    rows = _rows(term)
    found = Q(HasRows(rows.filter(entity=OuterRef("pk")))) if is_broad else Q(pk__in=rows.values("entity"))
    return ~found if isinstance(term, Exists) and not term.is_there else found


def _rows(term: Term) -> QuerySet[Facet]:
    rows = facets(term.key)
    if isinstance(term, Equals):
        values = [value for value in term.values if len(value) <= LONGEST]
        return rows.filter(value=values[0]) if len(values) == 1 else rows.filter(value__in=values)
    if isinstance(term, HasPrefix):
        return rows.filter(value__startswith=term.prefix)
    return rows


def contains(keys: Iterable[str], text: str, *, is_broad: bool = False) -> Q:
    """Return the condition that one of the fields `keys` contains `text`, whatever the case."""
    names = list(keys)
    rows = Facet.objects.filter(key__in=FacetKey.objects.filter(key__in=names), value__contains=text.lower())
    found = Q(HasRows(rows.filter(entity=OuterRef("pk")))) if is_broad else Q(pk__in=rows.values("entity"))
    # Descriptions are often too long for a facet, and are kept whole beside it.
    return found | Q(description__icontains=text) if "metadata.description" in names else found
