"""What the command palette offers: what was looked at last, what matches, and what can be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
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
    return _filled(_matching(Asked(question, actor), term))


def _filled(groups: Iterable[OptionGroup]) -> list[OptionGroup]:
    return [group for group in groups if group.options]


def _matching(asked: Asked, term: str) -> list[OptionGroup]:
    """Return the groups for a question: those of entities first, each sort of others after what can be done."""
    asked, numbers = _numbers(asked)
    rows = search.in_order(numbers)
    offered = commands.offered(asked.question, actor=asked.actor)[:MOST_COMMANDS]
    offered = [*commands.from_rooms(asked.question, actor=asked.actor), *offered]
    options: dict[str, list[Option]] = {}
    for row in rows:
        group = "people" if row.kind in PEOPLE else row.type
        options.setdefault(group, []).append(_option(row, asked.question.marked))
    others = [each for each in entry_types.all_types() if each.id != ENTITY]
    return [
        OptionGroup(_("Entities"), options.get(ENTITY, [])),
        OptionGroup(_("People"), options.get("people", [])),
        OptionGroup(_("Do"), _do(asked.question, offered)),
        *(OptionGroup(each.title, options.get(each.id, [])[:MOST_OTHERS]) for each in others),
        OptionGroup(_("Search"), _everywhere(term, asked.actor)),
    ]


def _everywhere(term: str, actor: Actor) -> list[Option]:
    """Return the way to the page that has all hits, and helps where there are none."""
    if rule(actor, Act.READ_CATALOG) is Rule.DENY:
        return []
    title = _("All results for “%(term)s”") % {"term": term}
    return [Option([(title, False)], f"{reverse('catalog:search')}?{urlencode({'q': term})}", _("page"), icon="search")]


def _numbers(asked: Asked) -> tuple[Asked, list[int]]:
    """Return the numbers of the best hits; of the question as it may be meant, where it finds no entity."""
    is_long = len(asked.question.text) >= SHORTEST
    entities = replace(asked, types=(ENTITY,))
    found = entities.page(MOST_ENTITIES)
    if not found and is_long:
        spelling = search.forgiving(entities)
        if spelling.is_corrected:
            asked = replace(asked, question=spelling.asked.question)
            found = spelling.asked.page(MOST_ENTITIES)
    others = tuple(each.id for each in entry_types.all_types() if each.id != ENTITY)
    if others and (is_long or asked.question.is_narrow):
        found = found + replace(asked, types=others).page(MOST_OTHERS * len(others))
    return asked, found


def _option(row: SearchEntry, words: tuple[str, ...]) -> Option:
    title = marks.pieces(row.title, words)
    owner = row.owner_title or (refs.short(row.owner_ref) if row.owner_ref else "")
    if row.type == ENTITY:
        end = " · ".join(filter(None, [neighbours.word(row.kind, row.spec_type), owner]))
        return Option(title, row.get_absolute_url(), end, kind=row.kind)
    found = entry_types.named(row.type)
    about = refs.short(str(row.entity_id)) if row.entity_id else owner
    end = " · ".join(filter(None, [str(found.word) if found else row.type, about]))
    return Option(title, row.get_absolute_url(), end, icon=found.icon if found else "")


def _recent(entity: Entity) -> Option:
    return Option([(entity.title, False)], entity.get_absolute_url(), _end(entity), kind=entity.kind)


def _end(entity: Entity) -> str:
    owner = refs.short(entity.owner_ref) if entity.owner_ref else ""
    return " · ".join(filter(None, [neighbours.word(entity.kind, entity.type), owner]))


def _do(question: Question, offered: Iterable[Offered]) -> list[Option]:
    return [Option(marks.pieces(each.title, question.marked), each.url, each.word, icon=each.icon) for each in offered]
