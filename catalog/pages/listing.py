"""The list of entities: what is asked for, the rows of a page, and how many there are of everything beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.utils.translation import get_language

from accounts.actors import Actor
from catalog import personal, search
from catalog.models import Descriptor, Entity, EntityQuerySet
from catalog.query import matching
from catalog.query.editions import Edition

PER_PAGE = 25
# The kinds in the order in which people look for them; others follow by name.
KINDS = ("component", "api", "resource", "system", "domain", "group", "user", "template", "location")
_COLUMNS = {
    "name": "sort_key",
    "owner": "owner_ref",
    "system": "system_ref",
    "type": "type",
    "lifecycle": "lifecycle",
    "namespace": "namespace",
}
SORTS = [*_COLUMNS, *(f"-{name}" for name in _COLUMNS)]
ATTENTION = ("problems", "orphans")
SHOWS = ("all", "owned", "starred")
# What stands in an address for "nobody owns it".
NO_OWNER = "none"
TAGS = "metadata.tags"
# Choices of a facet that are counted; the rest can be reached by search.
MOST_CHOICES = 60


@dataclass(frozen=True)
class Criteria:
    """What somebody asks the list for. Choices of one field are alternatives, tags must all be there."""

    kind: str = ""
    text: str = ""
    show: str = "all"
    sort: str = ""
    types: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    lifecycles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()
    attention: tuple[str, ...] = ()

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values that are chosen of `facet`: type, owner, lifecycle, tag, namespace or attention."""
        chosen: dict[str, tuple[str, ...]] = {
            "type": self.types,
            "owner": self.owners,
            "lifecycle": self.lifecycles,
            "tag": self.tags,
            "namespace": self.namespaces,
            "attention": self.attention,
        }
        return chosen[facet]

    def of_kind(self, kind: str) -> Criteria:
        return replace(self, kind=kind)

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the kind is asked for."""
        facets = (self.types, self.owners, self.lifecycles, self.tags, self.namespaces, self.attention)
        return bool(self.text) or any(facets) or self.show != "all"


@dataclass
class Tally:
    """How many entities there are: of each kind, of each choice of a facet, and in the list itself."""

    kinds: dict[str, int] = field(default_factory=dict)
    # {facet: {value: count}}, the most frequent first.
    choices: dict[str, dict[str, int]] = field(default_factory=dict)
    total: int = 0


class CountedPaginator(Paginator[Entity]):
    """A paginator that was told how many rows there are."""

    def __init__(self, rows: QuerySet[Entity], per_page: int, *, count: int) -> None:
        super().__init__(rows, per_page)
        self._known = count

    @property
    def count(self) -> int:
        return self._known

    def page(self, number: int | str) -> Page[Entity]:
        """Return a page, which is read when somebody asks for its rows."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        return LazyPage(self.object_list[start : start + self.per_page], number, self)


class LazyPage(Page[Entity]):
    """A page whose keys are found in the index alone; only those rows are read, however far back it is."""

    def __iter__(self) -> Iterator[Entity]:
        keys = list(cast("EntityQuerySet", self.object_list).values_list("pk", flat=True))
        rows = {row.pk: row for row in _rows(keys)}
        return iter([rows[key] for key in keys if key in rows])

    def __len__(self) -> int:
        before = (self.number - 1) * self.paginator.per_page
        return max(0, min(self.paginator.per_page, self.paginator.count - before))


def kinds_in_order(kinds: Iterable[str]) -> list[str]:
    """Return `kinds` as people look for them."""
    return sorted(kinds, key=lambda kind: (KINDS.index(kind) if kind in KINDS else len(KINDS), kind))


@dataclass(frozen=True)
class Reader:
    """Who asks for a list: what they may see, and what they starred, be it there or not."""

    actor: Actor
    edition: Edition
    starred: frozenset[str] = frozenset()

    @classmethod
    def of(cls, actor: Actor) -> Reader:
        return cls(actor, Edition.now(actor), personal.starred_refs(actor))

    def question(self, criteria: Criteria) -> list[object]:
        """Return what the answer to `criteria` depends on, beside the edition: the same for all who see the same."""
        mine = {"owned": self.actor.owner_refs, "starred": self.starred}.get(criteria.show, ())
        return [asdict(criteria), sorted(mine), get_language()]


def tally(criteria: Criteria, *, reader: Reader) -> Tally:
    """Return the counts that the page tells, counted once for each revision of the catalog."""
    question = ["tally", *reader.question(replace(criteria, sort=""))]
    return reader.edition.cached(question, lambda: _tally(criteria, reader))


def entities(criteria: Criteria, *, reader: Reader) -> EntityQuerySet:
    """Return the entities that are asked for, in the order that is asked for."""
    of_kind = search.containing(criteria.text, reader.edition.entities.of_kind(criteria.kind))
    return _under(of_kind, _conditions(criteria, reader)).order_by(*_order(criteria))


def count_owned(kind: str, *, reader: Reader) -> int:
    """Return how many entities of a kind belong to the reader or to their teams."""
    refs = sorted(reader.actor.owner_refs)
    owned = reader.edition.entities.of_kind(kind).owned_by(refs)
    return reader.edition.cached(["owned", kind, refs], owned.count) if refs else 0


def count_starred(kind: str, *, reader: Reader) -> int:
    """Return how many entities of a kind the reader has starred."""
    refs = sorted(ref for ref in reader.starred if ref.startswith(f"{kind}:"))
    starred = reader.edition.entities.filter(ref__in=refs)
    return reader.edition.cached(["starred", kind, refs], starred.count) if refs else 0


def _tally(criteria: Criteria, reader: Reader) -> Tally:
    """Count everything in two statements.

    A facet is counted under all other filters, so that its counts say what choosing would give.
    """
    base = reader.edition.entities
    of_kind = search.containing(criteria.text, base.of_kind(criteria.kind))
    conditions = _conditions(criteria, reader)
    found = _folded(_under(of_kind, conditions, but=_FACETS), criteria)
    parts = [
        _grouped_tags(_under(of_kind, conditions)),
        _counted("problems", _under(of_kind, conditions, but=("attention",)).filter(_PROBLEMS)),
        _counted("orphans", _under(of_kind, conditions, but=("attention",)).filter(_ORPHANS)),
    ]
    for dimension, value, count in _grouped("kind", base, "kind").union(*parts, all=True):
        if dimension == "kind":
            found.kinds[value] = count
        elif dimension == "tag":
            found.choices["tag"][value] = count
        else:
            found.choices["attention"][dimension] = count
    found.choices = {name: _most_frequent(counts) for name, counts in found.choices.items()}
    return found


def _folded(entities: EntityQuerySet, criteria: Criteria) -> Tally:
    """Count the choices of all facets of one value in one reading, which an index answers in its own order."""
    counts: list[dict[str, int]] = [defaultdict(int) for _ in _FACETS]
    chosen = [(place, _values(criteria, name)) for place, name in enumerate(_FACETS) if criteria.chosen(name)]
    found = Tally(choices={**dict(zip(_FACETS, counts, strict=True)), "tag": {}, "attention": {}})
    groups = entities.order_by().values_list(*_FACETS.values(), "is_orphan").annotate(rows=Count("*"))
    for *values, _, rows in groups:
        others = [place for place, wanted in chosen if values[place] not in wanted]
        if not others:
            found.total += rows
        if len(others) < 2:
            for place in others or range(len(values)):
                counts[place][values[place]] += rows
    return found


def _values(criteria: Criteria, facet: str) -> set[str]:
    return {"" if value == NO_OWNER and facet == "owner" else value for value in criteria.chosen(facet)}


def _most_frequent(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda row: (-row[1], row[0]))[:MOST_CHOICES])


def page(criteria: Criteria, number: object, *, reader: Reader, count: int) -> Page[Entity]:
    """Return a page of the entities that are asked for; a number out of range gives the nearest page."""
    found = entities(criteria, reader=reader)
    return CountedPaginator(found, PER_PAGE, count=count).get_page(cast("Any", number))


_FACETS = {"type": "type", "owner": "owner_ref", "lifecycle": "lifecycle", "namespace": "namespace"}
# As a list of few, which an index gives, and not as a look at the descriptor of every entity.
_PROBLEMS = Q(descriptor__in=Descriptor.objects.filter(failing_since__isnull=False))
_ORPHANS = Q(is_orphan=True)


def _rows(keys: list[int]) -> QuerySet[Entity]:
    """The entities of a page, each with the `problems` that its descriptor has now."""
    return Entity.objects.filter(pk__in=keys).for_listing().annotate(problems=F("descriptor__problems"))


def _order(criteria: Criteria) -> tuple[str, ...]:
    column = _COLUMNS.get(criteria.sort.removeprefix("-"), "sort_key")
    sign = "-" if criteria.sort.startswith("-") else ""
    return (f"{sign}{column}", "sort_key", "ref") if column != "sort_key" else (f"{sign}sort_key", f"{sign}ref")


def _conditions(criteria: Criteria, reader: Reader) -> dict[str, Q]:
    found: dict[str, Q] = {}
    if criteria.types:
        found["type"] = Q(type__in=criteria.types)
    if criteria.owners:
        found["owner"] = Q(owner_ref__in=_values(criteria, "owner"))
    if criteria.lifecycles:
        found["lifecycle"] = Q(lifecycle__in=criteria.lifecycles)
    for tag in criteria.tags:
        found[f"tag {tag}"] = Q(pk__in=matching.facets(TAGS).filter(value=tag).values("entity"))
    if criteria.namespaces:
        found["namespace"] = Q(namespace__in=criteria.namespaces)
    if criteria.show == "owned":
        found["show"] = Q(owner_ref__in=reader.actor.owner_refs)
    if criteria.show == "starred":
        found["show"] = Q(ref__in=reader.starred)
    if criteria.attention:
        alternatives = {"problems": _PROBLEMS, "orphans": _ORPHANS}
        found["attention"] = Q(*(alternatives[word] for word in criteria.attention), _connector=Q.OR)
    return found


def _under(entities: EntityQuerySet, conditions: dict[str, Q], but: Collection[str] = ()) -> EntityQuerySet:
    return entities.filter(*(condition for name, condition in conditions.items() if name not in but))


def _grouped(name: str, entities: EntityQuerySet, column: str) -> QuerySet[Any, Any]:
    rows = entities.order_by().annotate(dimension=_word(name), value=F(column)).values("dimension", "value")
    return rows.annotate(rows=Count("*")).values_list("dimension", "value", "rows")


def _grouped_tags(entities: EntityQuerySet) -> QuerySet[Any, Any]:
    tags = matching.facets(TAGS).filter(entity__in=entities.order_by().values("pk"), value__isnull=False)
    rows = tags.annotate(dimension=_word("tag")).values("dimension", "value")
    return rows.annotate(rows=Count("*")).values_list("dimension", "value", "rows")


def _counted(name: str, entities: EntityQuerySet) -> QuerySet[Any, Any]:
    rows = entities.order_by().annotate(dimension=_word(name), value_=_word("")).values("dimension", "value_")
    return rows.annotate(rows=Count("*")).values_list("dimension", "value_", "rows")


def _word(text: str) -> Value:
    return Value(text, output_field=CharField())
