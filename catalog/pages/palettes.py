"""What the command palette offers: what was looked at last, what matches, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog import personal, refs, search
from catalog.models import Entity, SearchEntry
from catalog.pages import neighbours
from catalog.search import commands, entry_types, marks, questions
from catalog.search.asking import Asked
from catalog.search.commands import Offered
from catalog.search.questions import Question
from catalog.search.rows import ENTITY

MOST_ENTITIES, MOST_OTHERS, MOST_RECENT, MOST_COMMANDS = 6, 3, 5, 5
# What stands first where only commands are wanted.
COMMANDS_ONLY = ">"
# Of fewer signs than this there is too much in the text of docs to be of use.
SHORTEST = 3
PEOPLE = ("user", "group")


@dataclass(frozen=True)
class Option:
    """One line: where it leads and what it is."""

    title: list[marks.Piece]
    url: str
    end: str | Promise
    icon: str = ""
    kind: str = ""  # of an entity, whose icon it has


@dataclass(frozen=True)
class OptionGroup:
    """Options of one sort."""

    name: str | Promise
    options: list[Option]


def read(term: str, *, actor: Actor) -> list[OptionGroup]:
    """Return the options for `term`, the best matches first; without a term what was seen last and can be done."""
    question = questions.read(term.removeprefix(COMMANDS_ONLY))
    if term.startswith(COMMANDS_ONLY):
        return _filled([OptionGroup(_("Do"), _do(question, commands.offered(question, actor=actor)))])
    if question.is_empty:
        recent = [_recent(entity) for entity in personal.recently_seen(actor, most=MOST_RECENT)]
        offered = _do(question, commands.offered(question, actor=actor))
        return _filled([OptionGroup(_("Recently seen"), recent), OptionGroup(_("Do"), offered)])
    return _filled(_matching(Asked(question, actor)))


def _filled(groups: Iterable[OptionGroup]) -> list[OptionGroup]:
    return [group for group in groups if group.options]


def _matching(asked: Asked) -> list[OptionGroup]:
    """Return the groups for a question: those of entities first, each sort of others after what can be done."""
    asked, numbers = _numbers(asked)
    rows = SearchEntry.objects.for_listing().in_bulk([each for found in numbers.values() for each in found])
    owners = neighbours.titles({row.owner_ref for row in rows.values()}, actor=asked.actor)
    words = asked.question.marked
    options = {
        type_: [(row, _option(row, words, owners)) for number in found if (row := rows.get(number))]
        for type_, found in numbers.items()
    }
    entities = options.pop(ENTITY, [])
    offered = commands.offered(asked.question, actor=asked.actor)[:MOST_COMMANDS]
    offered = [*commands.from_rooms(asked.question, actor=asked.actor), *offered]
    return [
        OptionGroup(_("Entities"), [option for row, option in entities if row.kind not in PEOPLE]),
        OptionGroup(_("People"), [option for row, option in entities if row.kind in PEOPLE]),
        OptionGroup(_("Do"), _do(asked.question, offered)),
        *(OptionGroup(_title(type_), [option for _row, option in found]) for type_, found in options.items()),
    ]


def _numbers(asked: Asked) -> tuple[Asked, dict[str, list[int]]]:
    """Return the numbers of the best hits of each type; of a question as it may be meant, where it finds nothing."""
    entities = replace(asked, types=(ENTITY,))
    first = entities.page(MOST_ENTITIES)
    if not first and len(asked.question.text) >= SHORTEST:
        meant = search.forgiving(entities)
        if meant.question.is_corrected:
            asked, first = replace(asked, question=meant.question), meant.page(MOST_ENTITIES)
    numbers = {ENTITY: first}
    if len(asked.question.text) >= SHORTEST or asked.question.is_narrow:
        for each in entry_types.all_types():
            if each.id != ENTITY:
                numbers[each.id] = replace(asked, types=(each.id,)).page(MOST_OTHERS)
    return asked, numbers


def _option(row: SearchEntry, words: tuple[str, ...], owners: dict[str, str]) -> Option:
    title = marks.pieces(row.title, words)
    if row.type == ENTITY:
        owner = owners.get(row.owner_ref) or (refs.short(row.owner_ref) if row.owner_ref else "")
        end = " · ".join(filter(None, [neighbours.word(row.kind, row.spec_type), owner]))
        return Option(title, row.get_absolute_url(), end, kind=row.kind)
    found = entry_types.named(row.type)
    about = refs.short(str(row.entity_id)) if row.entity_id else owners.get(row.owner_ref, "")
    end = " · ".join(filter(None, [str(found.word) if found else row.type, about]))
    return Option(title, row.get_absolute_url(), end, icon=found.icon if found else "")


def _recent(entity: Entity) -> Option:
    return Option([(entity.title, False)], entity.get_absolute_url(), _end(entity), kind=entity.kind)


def _end(entity: Entity) -> str:
    owner = refs.short(entity.owner_ref) if entity.owner_ref else ""
    return " · ".join(filter(None, [neighbours.word(entity.kind, entity.type), owner]))


def _do(question: Question, offered: Iterable[Offered]) -> list[Option]:
    return [Option(marks.pieces(each.title, question.marked), each.url, each.word, icon=each.icon) for each in offered]


def _title(type_: str) -> str | Promise:
    found = entry_types.named(type_)
    return found.title if found else type_
