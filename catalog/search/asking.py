"""Finding entities by what people remember of them: name, title, description, tags.

Every word of the question must occur. An exact name or title comes first, then one that begins with the question, then
one with a word that does, then all others; among equals the title decides.
"""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, Value, When

from accounts.actors import Actor
from catalog.models import Entity, EntityQuerySet

LONGEST = 200
MOST_WORDS = 20
# Ranks, best first.
EXACT, PREFIX, WORD, ELSEWHERE = range(4)


def words(term: str) -> list[str]:
    """Return the words of a question in lower case, no more of them than are looked for."""
    return term[:LONGEST].replace("\0", " ").lower().split()[:MOST_WORDS]


def entities(term: str, *, actor: Actor, kind: str = "") -> EntityQuerySet:
    """Return the entities that match `term`, the best ones first, each with its `rank`; none when it has no words."""
    found = Entity.objects.visible_to(actor)
    if kind:
        found = found.of_kind(kind)
    wanted = words(term)
    if not wanted:
        return found.none().annotate(rank=Value(ELSEWHERE))
    for word in wanted:
        found = found.filter(search_text__contains=word)
    return found.annotate(rank=_rank(" ".join(wanted))).order_by("rank", "sort_key", "ref")


def containing(term: str, found: EntityQuerySet) -> EntityQuerySet:
    """Return those of `found` that have every word of `term`, in their order; all of them when it has none."""
    for word in words(term):
        found = found.filter(search_text__contains=word)
    return found


def _rank(phrase: str) -> Case:
    # `search_text` has the name on its first line and the title on its second; a word begins after a blank or a hyphen.
    beginnings = (" ", "-", "_", ".", "\n", "/")
    word = Q(*(Q(("search_text__contains", f"{before}{phrase}")) for before in beginnings), _connector=Q.OR)
    return Case(
        When(Q(name__iexact=phrase) | Q(title__iexact=phrase), then=EXACT),
        When(Q(name__istartswith=phrase) | Q(title__istartswith=phrase), then=PREFIX),
        When(word, then=WORD),
        default=ELSEWHERE,
        output_field=IntegerField(),
    )
