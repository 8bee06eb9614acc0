"""Where the fields of filters and orders are kept: a few in columns of the entity, all in its facets.

Whatever a request names is compared with values of the table of facet keys; it never becomes a name in a query. The
conditions are pieces of SQL of our own around the entity's key: a request has several, and to have Django build the
same ones as nested querysets takes longer than the database does to answer them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, CharField, Expression, F, Q, QuerySet, Subquery

from catalog.models import Facet, FacetKey
from catalog.query.predicates import AllOf, AnyOf, Equals, Exists, HasPrefix, Not, Predicate, Term

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

# Columns with an index that hold the same as the facet, in lower case, for every entity.
COLUMNS = {"kind": "kind__in"}
# Longer keys and values are not kept, so nothing is equal to one.
LONGEST = 200
DESCRIPTION = "metadata.description"
# Looked up once, as a value; a join would be looked up for every entity.
KEY = "(SELECT id FROM catalog_facetkey WHERE key = %s)"
EXISTS = "EXISTS (SELECT 1 FROM catalog_facet f WHERE f.entity_id = {pk} AND {test}{end})"
# PostgreSQL takes thousands of facets for three, and makes a join that collects them all; not with this at its end.
NO_JOIN = {"postgresql": " OFFSET 0"}
COLLECTED = "{pk} IN (SELECT f.entity_id FROM catalog_facet f WHERE {test})"
FIRST = f"(SELECT {{first}}(f.value) FROM catalog_facet f WHERE f.entity_id = {{pk}} AND f.key_id = {KEY})"  # noqa: S608 — our own names
LAST_SIGN, BEFORE_SURROGATES, AFTER_SURROGATES = 0x10FFFF, 0xD7FF, 0xE000
# No primary key is in an empty list; Django knows that and asks the database for less.
NOTHING = Q(pk__in=[])


def facets(key: str) -> QuerySet[Facet]:
    """The facets of the field `key`, whose name is in lower case."""
    return Facet.objects.filter(key=Subquery(FacetKey.objects.filter(key=key).values("pk")[:1]))


class OfEntity(Expression):
    """A piece of SQL about the facets of an entity, which is found by its key."""

    def __init__(self) -> None:
        super().__init__()
        self.pk: Any = F("pk")

    def get_source_expressions(self) -> list[Any]:
        return [self.pk]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        [self.pk] = exprs


class HasFacet(OfEntity):
    """The condition that an entity has a facet `f` for which `test` holds.

    Args:
        test: SQL about `f.key_id` and `f.value`.
        is_broad: many entities have one: look at each of those that are asked about, instead of collecting all.
    """

    output_field = BooleanField()

    def __init__(self, test: str, values: Iterable[str], *, is_broad: bool = False) -> None:
        super().__init__()
        self.test, self.values, self.is_broad = test, tuple(values), is_broad

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        pk, params = compiler.compile(self.pk)
        condition = EXISTS if self.is_broad else COLLECTED
        end = NO_JOIN.get(connection.vendor, "")
        return condition.format(pk=pk, test=self.test, end=end), (*params, *self.values)


class LowestFacet(OfEntity):
    """The value of a field; of a list, the one that comes first in the direction asked for."""

    output_field = CharField()

    def __init__(self, key: str, *, is_descending: bool) -> None:
        super().__init__()
        self.key, self.first = key, "MAX" if is_descending else "MIN"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        pk, params = compiler.compile(self.pk)
        return FIRST.format(first=self.first, pk=pk), (*params, self.key)


def condition(predicate: Predicate, *, is_broad: bool = False) -> Q:
    """Return the condition on `Entity` that `predicate` stands for."""
    if isinstance(predicate, Not):
        return ~condition(predicate.part, is_broad=is_broad)
    if isinstance(predicate, AllOf):
        return _joined(predicate.parts, Q.AND, is_broad=is_broad) or ~NOTHING
    if isinstance(predicate, AnyOf):
        return _joined(predicate.parts, Q.OR, is_broad=is_broad) or NOTHING
    return _term(predicate, is_broad=is_broad)


def _joined(parts: tuple[Predicate, ...], connector: str, *, is_broad: bool) -> Q:
    return Q(*(condition(part, is_broad=is_broad) for part in parts), _connector=connector)


def _term(term: Term, *, is_broad: bool) -> Q:
    lookup = COLUMNS.get(term.key)
    if lookup is not None and isinstance(term, Equals):
        return Q((lookup, term.values))
    test, values = _test(term)
    if not test:
        return NOTHING
    found = Q(HasFacet(f"f.key_id = {KEY} AND {test}", [term.key, *values], is_broad=is_broad))
    return ~found if isinstance(term, Exists) and not term.is_there else found


def _test(term: Term) -> tuple[str, list[str]]:
    """Return the SQL that a facet's value is tested by, with its parameters; no SQL where none can be like that."""
    if isinstance(term, Exists):
        return "1 = 1", []
    if isinstance(term, HasPrefix):
        return _begins(term.prefix)
    values = [value for value in term.values if len(value) <= LONGEST]
    if len(values) == 1:
        return "f.value = %s", values
    return (f"f.value IN ({', '.join(['%s'] * len(values))})", values) if values else ("", [])


def _begins(prefix: str) -> tuple[str, list[str]]:
    """Return the range of texts that begin with `prefix`: an index has it, a pattern is tried on every row."""
    kept = prefix.rstrip(chr(LAST_SIGN))
    if not prefix:
        return "f.value IS NOT NULL", []
    if not kept:
        return "f.value >= %s", [prefix]
    last = ord(kept[-1])
    after = AFTER_SURROGATES if last == BEFORE_SURROGATES else last + 1
    return "f.value >= %s AND f.value < %s", [prefix, kept[:-1] + chr(after)]


def contains(keys: Iterable[str], text: str, *, is_broad: bool = False) -> Q:
    """Return the condition that one of the fields `keys` contains `text`, whatever the case."""
    names = list(keys)
    marks = ", ".join(["%s"] * len(names))
    test = f"f.key_id IN (SELECT id FROM catalog_facetkey WHERE key IN ({marks})) AND f.value LIKE %s ESCAPE '\\'"  # noqa: S608 — marks alone
    found = Q(HasFacet(test, [*names, f"%{_escaped(text.lower())}%"], is_broad=is_broad))
    # Descriptions are often too long for a facet, and are kept whole beside it.
    return found | Q(description__icontains=text) if DESCRIPTION in names else found


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
