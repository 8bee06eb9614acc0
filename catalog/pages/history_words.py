"""A revision in sentences: what happened, why and by whom, and what changed in the fields that people ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts import actors
from catalog import refs
from catalog.causes import Cause
from catalog.history.differences import Told
from catalog.models import EntityRevision

Titles = Mapping[str, str]
# {relation: (sentence for what is new, sentence for what is no more)}
RELATIONS: dict[str, tuple[str | Promise, str | Promise]] = {
    "partOf": (gettext_lazy("Is part of %(names)s now."), gettext_lazy("Is no longer part of %(names)s.")),
    "dependsOn": (gettext_lazy("Depends on %(names)s now."), gettext_lazy("No longer depends on %(names)s.")),
    "dependencyOf": (gettext_lazy("Is needed by %(names)s now."), gettext_lazy("Is no longer needed by %(names)s.")),
    "providesApi": (gettext_lazy("Provides %(names)s now."), gettext_lazy("No longer provides %(names)s.")),
    "consumesApi": (gettext_lazy("Consumes %(names)s now."), gettext_lazy("No longer consumes %(names)s.")),
    "memberOf": (gettext_lazy("Is a member of %(names)s now."), gettext_lazy("Is no longer a member of %(names)s.")),
    "hasMember": (gettext_lazy("Has the member %(names)s now."), gettext_lazy("No longer has the member %(names)s.")),
    "childOf": (gettext_lazy("Belongs to %(names)s now."), gettext_lazy("No longer belongs to %(names)s.")),
    "parentOf": (
        gettext_lazy("Is the parent of %(names)s now."),
        gettext_lazy("Is no longer the parent of %(names)s."),
    ),
    "tags": (gettext_lazy("Has the tags %(names)s now."), gettext_lazy("No longer has the tags %(names)s.")),
}
FIELDS: dict[str, str | Promise] = {
    "title": gettext_lazy("Title"),
    "type": gettext_lazy("Type"),
    "lifecycle": gettext_lazy("Lifecycle"),
    "ownedBy": gettext_lazy("Owner"),
}
PORTAL = actors.system().ref
# Fields that hold no refs.
PLAIN = ("title", "description", "type", "lifecycle", "tags")
# Names in one sentence; a group may have hundreds of members.
MOST_NAMES = 6
LONGEST = 80


def why(revision: EntityRevision, titles: Titles) -> str:
    """Return what made a revision, in a sentence without its beginning: "ada registered its place"."""
    is_portal = revision.actor_ref in ("", PORTAL)
    who = _("the portal") if is_portal else name_of(revision.actor_ref, titles)
    other = name_of(revision.other_ref, titles)
    if revision.cause == Cause.RENAMED:
        return (_("it goes on as %(name)s") if revision.is_removal else _("it was %(name)s before")) % {"name": other}
    if revision.is_removal and revision.cause == Cause.PUSHED:
        return _("a push took it out of its file")
    if revision.is_removal and revision.cause not in _LEAVING:
        return revision.reason or _("its place has it no more")
    cause = Cause.READ if is_portal and revision.cause == Cause.REFRESHED else revision.cause
    sentence = _LEAVING.get(cause) or _CAUSES.get(cause, "")
    return str(sentence) % {"who": who}


_CAUSES: dict[str, str | Promise] = {
    Cause.READ: gettext_lazy("found when its place was read"),
    Cause.REFRESHED: gettext_lazy("found when %(who)s had it read again"),
    Cause.REGISTERED: gettext_lazy("%(who)s registered its place"),
    Cause.PUSHED: gettext_lazy("pushed to its repository"),
    Cause.COMMAND: gettext_lazy("read by manage.py ingest"),
    Cause.CONFIGURED: gettext_lazy("its place is named in waymark.yaml"),
    Cause.UPGRADE: gettext_lazy("the history begins here; how it was before is not known"),
}
_LEAVING: dict[str, str | Promise] = {
    Cause.UNREGISTERED: gettext_lazy("%(who)s unregistered its place"),
    Cause.DELETED: gettext_lazy("%(who)s deleted it"),
    Cause.LET_BACK: gettext_lazy("%(who)s let it back in"),
    Cause.ORPHANED: gettext_lazy("its place stayed away for longer than the catalog waits"),
}


def name_of(ref: str, titles: Titles) -> str:
    """Return what people call an entity."""
    return titles.get(ref) or refs.short(ref)


def named(found: Iterable[Told]) -> set[str]:
    """Return the refs that sentences name."""
    return {item for told in found if told.field not in PLAIN for item in (*told.before, *told.after)}


def sentences(found: Iterable[Told], titles: Titles) -> list[str]:
    """Return what changed, a sentence each."""
    return [sentence for told in found for sentence in _sentences(told, titles)]


def _sentences(told: Told, titles: Titles) -> list[str]:
    if told.field == "description":
        return [_("The description changed.")]
    if told.field in FIELDS:
        return [_of_field(told, titles)]
    new, gone = RELATIONS.get(told.field, (_("%(type)s: %(names)s came."), _("%(type)s: %(names)s went.")))
    is_ref = told.field not in PLAIN
    pairs = ((new, told.gained), (gone, told.lost))
    return [
        str(words) % {"names": _names(items, titles, is_ref=is_ref), "type": told.field}
        for words, items in pairs
        if items
    ]


def _of_field(told: Told, titles: Titles) -> str:
    is_ref = told.field not in PLAIN
    values = {
        "field": str(FIELDS[told.field]),
        "old": _names(told.before, titles, is_ref=is_ref),
        "new": _names(told.after, titles, is_ref=is_ref),
    }
    if not told.before:
        return _("%(field)s is %(new)s now; there was none.") % values
    if not told.after:
        return _("%(field)s was %(old)s; there is none now.") % values
    return _("%(field)s changed from %(old)s to %(new)s.") % values


def _names(items: tuple[str, ...], titles: Titles, *, is_ref: bool) -> str:
    names = [(titles.get(item) or (refs.short(item) if is_ref else item))[:LONGEST] for item in items[:MOST_NAMES]]
    if len(items) > MOST_NAMES:
        names.append(pgettext("more names of a list", "%(count)d more") % {"count": len(items) - MOST_NAMES})
    return ", ".join(names)
