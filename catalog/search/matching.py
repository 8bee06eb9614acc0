"""What a question means in SQL: which entries match, and how well.

Which ones match the index says, in the language of either engine. How well is asked of the words as they are stored, in
one SQL for both, so that they give one order: neither engine's own ranking has a say. It is written as SQL since Django
takes longer to build such expressions than a database to answer them. Every word in it is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, IntegerField, Q, TextField
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

from accounts.actors import Actor
from catalog.search import tokens
from catalog.search.questions import MINE, Question, Word
from catalog.search.rows import ENTITY, IN_NAME, OF_KIND, OF_TYPE

# How well all of the question matches: it is the name or title, the name begins so, the title begins so, else the sum
# of its words; an entry with a word that is in neither comes after all that have every word there.
EXACT, NAME_BEGINS, TITLE_BEGINS, WORDS = range(4)
ELSEWHERE = 1000
# How well a word matches that is there as a whole; one more where a word only begins so.
PLACES = {"name_words": 0, "title_words": 2, "tag_words": ELSEWHERE + 4}
IN_TEXT = ELSEWHERE + 6
# After every sign that a name can have.
LAST = "\U0010ffff"
# The last word on the order; each entry has its own key.
TIE = ("precedence", "type", "key")

Alternative = list[str]
Sql = tuple[str, list[object]]
QUERIES = {
    "sqlite": "SELECT rowid FROM catalog_searchindex WHERE catalog_searchindex MATCH %s",
    "postgresql": "SELECT rowid FROM catalog_searchindex WHERE words @@ %s::tsquery",
}


def condition(question: Question, *, actor: Actor, types: tuple[str, ...] = (), at: str = "") -> Q:
    """Return the condition that an entry matches in every way.

    Args:
        types: that the entries have, where only some are asked for.
        at: the way to the entry from the model that is asked, such as `search_entries__`.
    """
    found = narrowed(question, actor=actor, at=at)
    groups = _groups(question)
    if groups:
        found &= _in_index(groups + _marks(question, types), at)
    for phrase in question.phrases:
        found &= _has_phrase(phrase, at)
    return found


def in_names(question: Question) -> Q:
    """Return the condition that an entry has all words in its name or title."""
    marked = [
        [[f"{IN_NAME}{term}" for term in alternative] for alternative in alternatives]
        for alternatives in _of_words(question)
    ]
    return _in_index(marked, "")


def narrowed(question: Question, *, actor: Actor, at: str = "") -> Q:
    """Return the condition that the operators of a question make."""
    found = Q()
    if question.kinds:
        found &= Q((f"{at}kind__in", question.kinds))
    if question.owners:
        owners = {each for owner in question.owners for each in (actor.owner_refs if owner == MINE else (owner,))}
        found &= Q((f"{at}owner_ref__in", sorted(owners)))
    if question.types:
        found &= Q((f"{at}spec_type__in", question.types))
    for tag in question.tags:
        found &= Q((f"{at}tags__contains", f" {tag} "))
    return found


def beginnings(question: Question) -> list[tuple[RawSQL, tuple[RawSQL | str, ...]]]:
    """Return the first three ranks: the condition of each and its order, which an index of names or titles has."""
    text = question.text
    names, titles = ("(name_key >= %s AND name_key < %s)", "(title_key >= %s AND title_key < %s)")
    span, same = [text, text + LAST], "(name_key = %s OR title_key = %s)"
    return [
        (_is(same, [text, text]), (_tie(question), *TIE)),
        (_is(f"{names} AND NOT {same}", [*span, text, text]), ("name_key", *TIE)),
        (_is(f"{titles} AND NOT {same} AND NOT {names}", [*span, text, text, *span]), ("title_key", *TIE)),
    ]


def place(question: Question, rank: int, name: str, title: str, *last: object) -> tuple[object, ...]:
    """Return what sorts as the database does."""
    text = question.text
    return (rank, name if rank != TITLE_BEGINS and text <= name < text + LAST else title, *last)


def order(question: Question, *, at: str = "") -> list[RawSQL | str]:
    """Return the order of entries: the best match first, without words that by title."""
    last = [f"{at}{column}" for column in TIE]
    return [_rank(question), _tie(question), *last] if question.text else [f"{at}title_key", *last]


def _rank(question: Question) -> RawSQL:
    """Return how well an entry matches: the lower, the better."""
    text = question.text
    words = [_word_rank(word) for word in question.words]
    words += [_word_rank(Word((" ".join(phrase),))) for phrase in question.phrases]
    total = " + ".join([str(WORDS), *(sql for sql, _ in words)])
    sql = (
        f"CASE WHEN name_key = %s OR title_key = %s THEN {EXACT}"
        f" WHEN name_key >= %s AND name_key < %s THEN {NAME_BEGINS}"
        f" WHEN title_key >= %s AND title_key < %s THEN {TITLE_BEGINS} ELSE {total} END"
    )
    params: list[object] = [text, text, text, text + LAST, text, text + LAST]
    for _, more in words:
        params += more
    return RawSQL(sql, params, IntegerField())  # noqa: S611 — words are parameters


def _tie(question: Question) -> RawSQL:
    """Return what decides between entries that match equally well: a name that begins so, else the title."""
    sql, text = "CASE WHEN name_key >= %s AND name_key < %s THEN name_key ELSE title_key END", question.text
    return RawSQL(sql, [text, text + LAST], TextField())  # noqa: S611 — words are parameters


def _is(sql: str, params: list[str]) -> RawSQL:
    return RawSQL(sql, params, BooleanField())  # noqa: S611 — words are parameters


def _word_rank(word: Word) -> Sql:
    parts: list[str] = []
    params: list[object] = []
    for column, whole in PLACES.items():
        for end, value in ((" %", whole), ("%", whole + 1)):
            sql, values = _written(word, column, end)
            parts.append(f"WHEN {sql} THEN {value}")
            params += values
    return f"CASE {' '.join(parts)} ELSE {IN_TEXT} END", params


def _written(word: Word, column: str, end: str) -> Sql:
    """Return the condition that a column has `word`, whole or as a beginning."""
    here = f"{column} LIKE %s"
    if word.instead:
        return " OR ".join(here for _ in word.instead), [f"% {each}{end}" for each in word.instead]
    sql, params = " AND ".join(here for _ in word.parts), [f"% {part}{end}" for part in word.parts]
    return (f"({sql}) OR {here}", [*params, f"% {word.joined}{end}"]) if word.joined else (sql, [*params])


def _has_phrase(phrase: Iterable[str], at: str) -> Q:
    words = f" {' '.join(phrase)} "
    columns = ("name_words", "title_words", "tag_words", "text_words")
    return Q(*((f"{at}{column}__contains", words) for column in columns), _connector=Q.OR)


# -- The index ---------------------------------------------------------------------------------------------------------


def _groups(question: Question) -> list[list[Alternative]]:
    """Return what must all be in the index: alternatives, each of terms that must all be there; `*` is any end."""
    groups = _of_words(question)
    return groups + [[[part]] for tag in question.tags for part in tokens.of(tag)[0]]


def _of_words(question: Question) -> list[list[Alternative]]:
    groups = [_alternatives(word) for word in question.words]
    return groups + [[[part]] for phrase in question.phrases for part in phrase]


def _marks(question: Question, types: tuple[str, ...]) -> list[list[Alternative]]:
    """Return what the index has for kinds and types, so that it answers with no more than those."""
    marks = []
    if question.kinds and all(map(str.isalnum, question.kinds)):
        marks.append([[f"{OF_KIND}{kind}"] for kind in question.kinds])
    if types and ENTITY not in types:
        marks.append([[f"{OF_TYPE}{type_}"] for type_ in types])
    return marks


def _alternatives(word: Word) -> list[Alternative]:
    if word.instead:
        return [[f"{each}*"] for each in word.instead]
    found = [[f"{part}*" for part in word.parts]]
    return [*found, [f"{word.joined}*"]] if word.joined else found


class InIndex(Func):
    """Whether an entry is among the answers of the index.

    The index is asked first, and entries looked up by number. Left to itself, PostgreSQL does it the other way round
    for as long as it has no statistics, which takes a thousand times as long.
    """

    arg_joiner = " = ANY(ARRAY"
    template = "%(expressions)s)"
    output_field = BooleanField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", arg_joiner=" IN ", **context)


def _in_index(groups: list[list[Alternative]], at: str) -> Q:
    vendor = connection.vendor
    # Terms are letters, digits and our own marks, so there is nothing in them that an engine could take for its own.
    answer = RawSQL(QUERIES[vendor], [_expression(groups, vendor)])  # noqa: S611 — a constant
    return Q(InIndex(F(f"{at}pk"), answer))


def _expression(groups: list[list[Alternative]], vendor: str) -> str:
    """Return groups in the language of FTS5, or of a `tsquery`."""
    both, either, term = (" AND ", " OR ", _fts5) if vendor == "sqlite" else (" & ", " | ", _tsquery)
    return both.join(
        f"({either.join(f'({both.join(map(term, alternative))})' for alternative in alternatives)})"
        for alternatives in groups
    )


def _fts5(term: str) -> str:
    return f'"{term.removesuffix("*")}"{"*" if term.endswith("*") else ""}'


def _tsquery(term: str) -> str:
    return f"'{term.removesuffix('*')}'{':*' if term.endswith('*') else ''}"
