"""Finding things by what people remember of them: names, titles, tags, and what is written about them.

Each word of a question must be there, as a word or its beginning. What is called so comes first, then what begins so,
then names before titles before tags before text; among equals the title decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from accounts.actors import Actor
from catalog.models import Entity, EntityQuerySet, SearchEntry, SearchEntryQuerySet
from catalog.search import entry_types, matching, questions, vocabulary
from catalog.search.questions import Question, Word
from catalog.search.rows import ENTITY

BEST, BY_TITLE = "best", "title"
SORTS = (BEST, BY_TITLE)
# So many entries are put in order within a millisecond or two.
FEW = 500
FOR_ORDER = ("pk", "name_key", "title_key", "precedence", "type", "key")
# Words of a question that are corrected; who mistypes more of them types it anew.
MOST_CORRECTED = 2


@dataclass(frozen=True)
class Asked:
    """A question, who asks it, and among which entries.

    Attributes:
        types: of entries; empty for all.
        is_everything: a question without words stands for all there is.
        among: what else narrows the entries.
    """

    question: Question
    actor: Actor
    types: tuple[str, ...] = ()
    among: Q = field(default_factory=Q)
    sort: str = BEST
    is_everything: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for, so that nothing is found."""
        return self.question.is_empty and not self.is_everything

    def matches(self) -> SearchEntryQuerySet:
        """All entries that match and may be seen, in no order."""
        return self._seen().filter(matching.condition(self.question, actor=self.actor, types=self.types))

    def page(self, limit: int, offset: int = 0, *, total: int | None = None) -> list[int]:
        """Return the numbers of the entries on a page, the best first.

        Args:
            total: how many match, where that is known: few are put in order at once.
        """
        if self.is_empty:
            return []
        if self.sort == BY_TITLE:
            ordered = self.matches().order_by("title_key", "precedence", "type", "key")
            return list(ordered.values_list("pk", flat=True)[offset : offset + limit])
        wanted = offset + limit
        # What begins as was typed is found in the order of names, so the broadest questions are answered at once; and
        # few of those with a word somewhere in their text have it in their name.
        is_broad = total is None or total > FEW
        if is_broad and self.question.is_plain and self.types in ((), (ENTITY,)) and not self.among:
            first = self._beginnings(wanted)
            if len(first) == wanted:
                return first[offset:]
            # Where no name begins so, hardly one has it inside.
            named = self._ranked(self.matches().filter(matching.in_names(self.question)), wanted) if first else []
            if len(named) == wanted:
                return named[offset:]
        return self._ranked(self.matches(), wanted)[offset:]

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many match, {(type, kind): number}."""
        if self.is_empty:
            return {}
        found = self.matches().values("type", "kind").annotate(number=Count("pk")).order_by()
        return {(type_, kind): number for type_, kind, number in found.values_list("type", "kind", "number")}

    def owners(self) -> dict[str, int]:
        """Return how many each owner has among those that match."""
        if self.is_empty:
            return {}
        found = self.matches().exclude(owner_ref="").values("owner_ref").annotate(number=Count("pk")).order_by()
        return dict(found.values_list("owner_ref", "number"))

    def total(self) -> int:
        return 0 if self.is_empty else self.matches().count()

    def _seen(self) -> SearchEntryQuerySet:
        seen = SearchEntry.objects.filter(entry_types.visible(self.actor)).filter(self.among)
        return seen.filter(type__in=self.types) if self.types else seen

    def _ranked(self, entries: SearchEntryQuerySet, most: int) -> list[int]:
        ordered = entries.order_by(*matching.order(self.question))
        return list(ordered.values_list("pk", flat=True)[:most])

    def _beginnings(self, most: int) -> list[int]:
        """Return at most so many of the first ones: what is called so, or has a name or title that begins so."""
        ways = [
            self._seen().filter(condition).order_by(*order).values_list(*FOR_ORDER)[:most]
            for condition, order in matching.beginnings(self.question)
        ]
        try:
            parts = [way.query.sql_with_params() for way in ways]
        except EmptyResultSet:  # who asks may see nothing
            return []
        # Each part is short, so all of them are asked for in one statement and put in order here.
        union = " UNION ALL ".join(f"SELECT {rank}, part.* FROM ({sql}) part" for rank, (sql, _) in enumerate(parts))  # noqa: S608 — Django's own
        with connection.cursor() as cursor:
            cursor.execute(union, [param for _, params in parts for param in params])
            rows = sorted(cursor.fetchall(), key=lambda row: matching.place(self.question, row[0], *row[2:]))
        return [row[1] for row in rows[:most]]


def ask(term: str, *, actor: Actor, types: tuple[str, ...] = (), sort: str = BEST) -> Asked:
    """Return what was asked, to be answered."""
    return Asked(questions.read(term), actor, types, sort=sort)


def in_order(numbers: list[int]) -> list[SearchEntry]:
    """Return the entries with these numbers, in their order, as hits show them, each with its `owner_title`."""
    owner = Entity.objects.filter(ref=OuterRef("owner_ref")).values("title")[:1]
    rows = SearchEntry.objects.for_listing().annotate(owner_told=Subquery(owner)).in_bulk(numbers)
    return [rows[number] for number in numbers if number in rows]


@dataclass(frozen=True)
class Spelling:
    """A question that found nothing, as it may have been meant.

    Attributes:
        asked: with other words in the place of those that nothing has; as it was where there is nothing to correct.
        known: the words that find something by themselves.
    """

    asked: Asked
    known: tuple[Word, ...] = ()

    @property
    def is_corrected(self) -> bool:
        return self.asked.question.is_corrected


def forgiving(asked: Asked) -> Spelling:
    """Return the question as it may have been meant: for words that nothing has, others that are near to them.

    Those stand in names that everybody finds who reads the catalog, or did; what they find is asked by whoever asks.
    """
    typed = asked.question.words
    if not typed:
        return Spelling(asked)
    alone = [replace(asked, question=Question(words=(word,))) for word in typed]
    is_found, *there = _find_something([asked, *alone])
    known = tuple(word for word, is_there in zip(typed, there, strict=True) if is_there)
    if is_found:
        return Spelling(asked, known)
    unknown = [word for word in typed if word not in known][:MOST_CORRECTED]
    meant = vocabulary.meant_by([word.joined or word.parts[0] for word in unknown])
    instead = dict(zip(unknown, meant, strict=True))
    words = tuple(replace(word, instead=tuple(instead.get(word, ()))) for word in typed)
    return Spelling(replace(asked, question=asked.question.with_words(words)), known)


def _find_something(questions_asked: list[Asked]) -> list[bool]:
    """Return which questions find something, all of them in one statement."""
    found = [Exists(each.matches()) for each in questions_asked]
    names = [f"finds_{number}" for number in range(len(found))]
    # Asked beside any one row: where there is none, there is nothing to find.
    row = SearchEntry.objects.order_by("pk").annotate(**dict(zip(names, found, strict=True))).values_list(*names)
    return list(row[:1].first() or [False] * len(found))


def entities(term: str, *, actor: Actor, kind: str = "") -> EntityQuerySet:
    """Return the entities that match `term`, the best ones first; none when it asks for nothing."""
    found = Entity.objects.visible_to(actor)
    if kind:
        found = found.of_kind(kind)
    question = questions.read(term)
    if question.is_empty:
        found = found.none()
    at = "search_entries__"
    return found.filter(matching.condition(question, actor=actor, at=at), search_entries__type=ENTITY).order_by(
        *matching.order(question, at=at)
    )


def containing(term: str, found: EntityQuerySet) -> EntityQuerySet:
    """Return those of `found` that have each word of `term` somewhere, in their order; all of them without a word."""
    for word in term[: questions.LONGEST].replace("\0", " ").lower().split()[: questions.MOST_WORDS]:
        found = found.filter(search_text__contains=word)
    return found
