"""The places that the catalog reads: registering, previewing, reading again and removing them.

Registering reads first and stores after, so that nobody brings in what another team owns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Act, Rule, may, require, rule
from catalog import configured, ingest, removal
from catalog.causes import Cause, because
from catalog.descriptor import checks
from catalog.models import CatalogRevision, Entity, Location
from catalog.problems import Problem
from catalog.removal import Outcome
from catalog.sources import Unreadable, is_too_long
from catalog.storage import children, generated, memberships, reading
from catalog.storage.reading import Tree
from integrations import http

# How long somebody waits for a page while places are read; a worker reads what is left.
WAIT_SECONDS = 30.0


class ReadOnly(PermissionDenied):
    """`catalog.readonly` forbids to change the places that are read (I18)."""

    def __init__(self) -> None:
        super().__init__(_("This operation not allowed in readonly mode"))


class LocationExists(Exception):
    """The catalog reads the place already; `location` is the row."""

    def __init__(self, location: Location) -> None:
        super().__init__(_("The catalog reads %(location)s already.") % {"location": location})
        self.location = location


class LocationUnreadable(Exception):
    """The place cannot be read, or nothing in it is right; `problems` say why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)) or _("There is no entity in it."))
        self.problems = problems


@dataclass(frozen=True)
class Registration:
    """A place that was registered, and the refs of what came of it."""

    location: Location
    entity_refs: list[str]


@dataclass(frozen=True)
class PreviewedEntity:
    """A document of a place that is not registered yet.

    Attributes:
        entity: with the annotations that it would have; None when it is refused.
        held_by: the place that has the ref already, which then stays with it; empty when the ref is free.
        is_allowed: whether the actor may register what this owner owns.
    """

    ref: str
    path: str
    line: int
    entity: dict[str, Any] | None
    owner_ref: str
    held_by: str
    is_allowed: bool
    problems: list[Problem] = field(default_factory=list)


def register(
    *,
    target: str,
    type: str = "url",  # noqa: A002
    actor: Actor,
    is_optional: bool = False,
    expected_owner: str = "",
) -> Registration:
    """Add a place and store what it holds.

    Args:
        target: absolute address of a descriptor, such as `https://git.example/shop/blob/main/catalog-info.yaml`.
        is_optional: a place that may not be there yet; that is then no error.
        expected_owner: ref of the team that will own what is not there yet.

    Raises:
        LocationExists: the catalog reads it already.
        LocationUnreadable: it cannot be read, or holds no entity that is right.
        PermissionDenied: an entity in it belongs to a team that is not the actor's.
    """
    _refuse_readonly()
    tree = _read(target=target, type_=type, actor=actor, is_optional=is_optional)
    for owner_ref in _owners(tree) if tree.documents else {expected_owner}:
        require(actor, Act.REGISTER_ENTITY, owner_refs=[owner_ref] if owner_ref else [])
    location = _create(type, target, actor, is_optional)
    _store(location, tree, actor)
    return Registration(location, _entity_refs(location))


def update(location: Location, *, target: str, type: str = "url", actor: Actor) -> Location:  # noqa: A002
    """Have a registered place read from another address; what is described there as well keeps its uid.

    Raises:
        LocationExists: the catalog reads the address already.
        LocationUnreadable: it cannot be read, or holds no entity that is right; all stays as it was.
        PermissionDenied: an entity of the place as it is or as it would be belongs to another team.
    """
    _refuse_readonly()
    _require_all_of(location, actor)
    if (location.type, location.target) == (type, target):
        refresh(location, actor)
        location.refresh_from_db()
        return location
    tree = _read(target=target, type_=type, actor=actor, is_optional=location.is_optional)
    for owner_ref in _owners(tree):
        require(actor, Act.REGISTER_ENTITY, owner_refs=[owner_ref] if owner_ref else [])
    outcome = _move(location, type, target, actor)
    _store(location, tree, actor)
    follow_up(outcome)
    return location


def _move(location: Location, type_: str, target: str, actor: Actor) -> Outcome:
    """Give a place another address; the entity that stood for the old one goes."""
    outcome = Outcome()
    before, old_ref = str(location), generated.ref_of(location)
    location.type, location.target = type_, target
    location.etag, location.memory, location.repository = "", None, ""
    location.next_refresh_at = timezone.now()
    try:
        with because(Cause.REGISTERED, actor.ref), transaction.atomic():
            CatalogRevision.lock()
            location.save(update_fields=["type", "target", "etag", "memory", "repository", "next_refresh_at"])
            removal.remove([old_ref], outcome=outcome, reason=f"{before} moved"[:255], now=timezone.now())
            audit.record("location.changed", actor=actor, subject=location)
            CatalogRevision.rise()
    except IntegrityError:
        raise LocationExists(Location.objects.get(type=type_, target=target)) from None
    return outcome


def _store(location: Location, tree: Tree, actor: Actor) -> None:
    """Store what was read of a place. What it leads to beyond that is read by a worker, if there is no time for it."""
    with because(Cause.REGISTERED, actor.ref), http.within(WAIT_SECONDS):
        ingest.Run(readings=tree.readings, library=tree.library, seconds=WAIT_SECONDS).read([location.pk], deep=False)
    location.refresh_from_db()


def preview(*, target: str, type: str = "url", actor: Actor) -> list[PreviewedEntity]:  # noqa: A002
    """Return what a place would add, and store nothing.

    Raises:
        LocationExists, LocationUnreadable, PermissionDenied: as `register` does.
    """
    tree = _read(target=target, type_=type, actor=actor, is_optional=False)
    refs = [parsed.ref for _, parsed in tree.documents if parsed.ref]
    holders = {
        entity.ref: str(entity.location) for entity in Entity.objects.filter(ref__in=refs).select_related("location")
    }
    return [
        PreviewedEntity(
            ref=parsed.ref,
            path=path,
            line=parsed.document.line,
            entity=parsed.entity,
            owner_ref=parsed.owner_ref,
            held_by=holders.get(parsed.ref, ""),
            is_allowed=may(actor, Act.REGISTER_ENTITY, owner_refs=[parsed.owner_ref] if parsed.owner_ref else []),
            problems=parsed.problems,
        )
        for path, parsed in tree.documents
    ]


def refresh(location: Location, actor: Actor) -> ingest.Report:
    """Read a place again, now: first those that lead to it, for they may name it no more (I12), then all below it.

    Raises:
        PermissionDenied: nothing of it belongs to the actor's team.
    """
    owners = set(Entity.objects.filter(location=location).exclude(owner_ref="").values_list("owner_ref", flat=True))
    require(actor, Act.REGISTER_ENTITY, owner_refs=owners)
    audit.record("location.refreshed", actor=actor, subject=location)
    run = ingest.Run(seconds=WAIT_SECONDS)
    with because(Cause.REFRESHED, actor.ref), http.within(WAIT_SECONDS):
        ingest.Run(seconds=WAIT_SECONDS).read(_ancestors(location), deep=False)
        run.read([location.pk], deep=True)
    return run.report


def _ancestors(location: Location) -> list[int]:
    """Return the ids of the places that a location was reached from, the one that somebody named first.

    A provider is none of them: it would look through a whole organisation for the sake of one repository.
    """
    found: list[int] = []
    while location.parent and not location.parent.is_provider:
        location = location.parent
        found.insert(0, location.pk)
    return found


def unregister(location: Location, actor: Actor) -> None:
    """Remove a place and all entities that came of it; their refs get the same uids if they return.

    Raises:
        PermissionDenied: an entity of it belongs to another team, or the place is not one that was registered.
    """
    _refuse_readonly()
    _require_all_of(location, actor)
    outcome = Outcome()
    with because(Cause.UNREGISTERED, actor.ref), transaction.atomic():
        CatalogRevision.lock()
        audit.record("location.removed", actor=actor, subject=location)
        children.remove(location, outcome=outcome, now=timezone.now())
        CatalogRevision.rise()
    follow_up(outcome)


def _require_all_of(location: Location, actor: Actor) -> None:
    """Refuse to change a place that the actor did not register, or whose entities are not all the actor's teams'."""
    if location.origin in (Location.Origin.CONFIGURATION, Location.Origin.LOCATION):
        where = _("waymark.yaml") if location.origin == Location.Origin.CONFIGURATION else location.parent_ref
        raise PermissionDenied(
            _("%(location)s is named in %(where)s; remove it there.") % {"location": location, "where": where}
        )
    below = Location.objects.below(location)
    entities = Entity.objects.filter(location__in=below).exclude(kind="location")
    owners = set(entities.values_list("owner_ref", flat=True))
    if not owners:  # nothing could be read yet, or all of it is refused
        require(actor, Act.REGISTER_ENTITY, own=location.registered_by == actor.ref)
    for owner_ref in owners:
        require(actor, Act.REGISTER_ENTITY, owner_refs=[owner_ref] if owner_ref else [])


def follow_up(outcome: Outcome) -> None:
    """Do what follows from a removal: whoever came second with a ref is read again, people leave groups."""
    run = ingest.Run()
    run.read(sorted(outcome.woken), deep=False)
    memberships.sync(outcome.people)


def sync_configured() -> None:
    """Bring the places in line with waymark.yaml; one that is named no more goes (I07)."""
    outcome = configured.sync()
    if outcome.has_written:
        follow_up(outcome)


def _read(*, target: str, type_: str, actor: Actor, is_optional: bool) -> Tree:
    """Read a place that is to be registered, and all that it leads to."""
    if rule(actor, Act.REGISTER_ENTITY) is Rule.DENY:
        require(actor, Act.REGISTER_ENTITY)
    _refuse_type(type_, target, actor)
    known = Location.objects.filter(type=type_, target=target).first()
    if known:
        raise LocationExists(known)
    try:
        tree = reading.read_tree(type_, target)
    except Unreadable as error:
        if is_optional and error.is_gone:
            return Tree()
        raise LocationUnreadable([Problem(str(error), path=target)]) from error
    if not tree.is_usable:
        raise LocationUnreadable(tree.problems)
    return tree


def is_readonly() -> bool:
    """Whether places come and go only with waymark.yaml and the command."""
    return bool(settings.WAYMARK["catalog"]["readonly"])


def conflict_strategy() -> str:
    """Return what registering a place once more does where the caller does not say: reject or refresh (I03)."""
    return str(settings.WAYMARK["catalog"]["defaultLocationConflictStrategy"])


def _refuse_readonly() -> None:
    if is_readonly():
        raise ReadOnly


def _refuse_type(type_: str, target: str, actor: Actor) -> None:
    """Refuse what nobody may register: only the portal itself names files of its own disk (I02, C16)."""
    if type_ == Location.Type.FILE and actor.kind != "system":
        raise PermissionDenied(_("Only locations of type url may be registered; name files in waymark.yaml."))
    if checks.location_ref(f"{type_}:{target}") is None or is_too_long(target):
        cure = _("Write an absolute address, such as https://github.com/acme/shop/blob/main/catalog-info.yaml.")
        raise LocationUnreadable(
            [Problem(_("This is not a place that can be read."), rule="C16", cure=cure, path=target)]
        )


def _owners(tree: Tree) -> set[str]:
    """Return who owns what is in `tree`; an empty text stands for what nobody owns."""
    found = [parsed for _, parsed in tree.documents if not parsed.is_refused]
    owned = {parsed.owner_ref for parsed in found if not parsed.ref.startswith("location:")}
    return owned or {""}


def _create(type_: str, target: str, actor: Actor, is_optional: bool) -> Location:
    try:
        with transaction.atomic():
            location = Location.objects.create(
                type=type_,
                target=target,
                origin=Location.Origin.REGISTERED,
                registered_by=actor.ref,
                is_optional=is_optional,
                # Until it is read; if that is cut short, the schedule reads it.
                next_refresh_at=timezone.now(),
            )
            audit.record("location.registered", actor=actor, subject=location)
    except IntegrityError:
        raise LocationExists(Location.objects.get(type=type_, target=target)) from None
    return location


def _entity_refs(location: Location) -> list[str]:
    found = Entity.objects.filter(location__in=Location.objects.below(location), descriptor__isnull=False)
    return list(found.order_by("location_id", "descriptor__position").values_list("ref", flat=True))
