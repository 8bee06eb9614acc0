"""What repositories tell of themselves (I16): places that a push touches are read again at once, a descriptor that was
renamed takes its place along, one that was deleted is told apart from one that is out of reach.

`catalog.scmEvents` says which of these the portal does: refresh, move, unregister.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.actors import system
from catalog import ingest, locations, removal, scm_places, tasks
from catalog.attribution import attributing
from catalog.causes import Cause, because
from catalog.ingest import Progress, Report
from catalog.models import CatalogRevision, Location
from catalog.removal import Outcome
from catalog.scm_places import Branch
from catalog.storage import children
from integrations import github
from integrations.bell import ring
from integrations.errors import IntegrationError
from integrations.git.repo_url import RepoUrl
from integrations.git.source_url import SourceUrl

# Places that somebody named by their address, which may follow their file. What the configuration or another
# descriptor names is moved there.
OURS = (Location.Origin.REGISTERED, Location.Origin.COMMAND)
KINDS = ("refresh", "move", "unregister")


@dataclass(frozen=True)
class Push:
    """What was pushed to a branch: paths by what happened to them.

    Attributes:
        is_whole: more may have changed than is listed, as after a forced push.
        between: the commits before and after.
    """

    branch: str
    added: frozenset[str] = frozenset()
    modified: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    is_default: bool = False
    is_whole: bool = False
    between: tuple[str, str] = ("", "")
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def paths(self) -> frozenset[str]:
        return self.added | self.modified | self.removed


def together(pushes: Iterable[Push]) -> Push:
    """Return pushes to one branch, oldest first, as if they had been one."""
    first, *others = pushes
    found = first
    for push in others:
        found = replace(
            push,
            added=found.added | push.added,
            modified=found.modified | push.modified,
            removed=found.removed | push.removed,
            is_whole=found.is_whole or push.is_whole,
            between=(found.between[0], push.between[1]),
        )
    return found


def is_wanted(kind: str) -> bool:
    """Whether `catalog.scmEvents` has the portal do `kind`; true or false there stands for all of them."""
    chosen: bool | Mapping[str, bool] = settings.WAYMARK["catalog"]["scmEvents"]
    return chosen if isinstance(chosen, bool) else bool(chosen[kind])


def pushed(repository: RepoUrl, push: Push, *, progress: Progress = lambda line: None) -> Report | None:
    """Read again what a push touched; None when it touched nothing that the catalog reads.

    Raises:
        IntegrationError: the host did not say what was renamed.
    """
    branch = Branch(repository, push.branch, push.is_default)
    if attributing.touches_codeowners(push.paths):
        attributing.codeowners_changed(repository)
    ids = scm_places.all_of(branch) if push.is_whole else scm_places.touched_by(branch, push.paths)
    if not ids:
        return None
    with because(Cause.PUSHED):
        if push.removed and is_wanted("move"):
            _follow_files(branch, _renames(repository, push))
        if push.removed and is_wanted("unregister"):
            _unregister(Location.objects.filter(pk__in=ids), branch, push.removed - push.added)
        return _read_again(ids, progress)


def renamed(before: RepoUrl, now: RepoUrl, *, progress: Progress = lambda line: None) -> Report | None:
    """Have the places of a repository that has another name or owner now follow it."""
    ids = scm_places.reading_from(before) | scm_places.reading_from(now)
    if not ids:
        return None
    with because(Cause.PUSHED):
        if is_wanted("move"):
            for location in scm_places.in_repository(before):
                source = scm_places.place_of(location.target)
                if source is not None and location.origin in OURS:
                    _move(location, str(replace(source, owner=now.owner, repo=now.repo)))
        return _read_again(ids, progress)


def deleted(repository: RepoUrl, *, progress: Progress = lambda line: None) -> Report | None:
    """Tell the places of a repository that is gone: unregistered if that is wanted, else marked when read again."""
    ids = scm_places.reading_from(repository)
    if not ids:
        return None
    with because(Cause.PUSHED):
        if is_wanted("unregister"):
            for location in scm_places.in_repository(repository).filter(origin__in=OURS):
                _remove(location)
        return _read_again(ids, progress)


def changed(repository: RepoUrl, *, progress: Progress = lambda line: None) -> Report | None:
    """Read again whatever lies in a repository or may find something in it: it was made, archived, made private."""
    ids = scm_places.reading_from(repository)
    with because(Cause.PUSHED):
        return _read_again(ids, progress) if ids else None


def organization_changed(host: str, organization: str, *, progress: Progress = lambda line: None) -> Report | None:
    """Read the people and teams of an organization again."""
    found = scm_places.of_organization(host, organization, Location.Type.GITHUB_ORG)
    ids = {provider.pk for provider in found}
    with because(Cause.PUSHED):
        return _read_again(ids, progress) if ids else None


def _read_again(ids: Collection[int], progress: Progress) -> Report | None:
    if not is_wanted("refresh"):
        return None
    run = ingest.Run(progress=progress)
    run.read(sorted(ids), deep=False)
    if run.report.problems:
        ring(tasks.attribute_problems)
    return run.report


def _renames(repository: RepoUrl, push: Push) -> dict[str, str]:
    """Return {path before: path now}, which a push does not tell; the host compares for us."""
    if push.renamed or not (push.added and all(push.between)):
        return dict(push.renamed)
    try:
        changes = github.client(repository.host, owner=repository.owner).compare(repository, *push.between)
    except IntegrationError as error:
        if error.retryable:
            raise
        return {}  # A commit that is there no more, say: then the file counts as deleted.
    return {change.previous_path: change.path for change in changes if change.previous_path}


def _follow_files(branch: Branch, renames: Mapping[str, str]) -> None:
    """Have each place that names a renamed file name its new path."""
    if not renames:
        return
    for location in scm_places.in_repository(branch.repository).filter(origin__in=OURS):
        path = branch.path_in(location.target) or ""
        source = SourceUrl.parse(location.target)
        if path in renames and source.path.endswith(path):
            _move(location, str(replace(source, path=source.path.removesuffix(path) + renames[path])))


def _move(location: Location, target: str) -> None:
    """Give a place another address; where that is read already, the older place goes."""
    before = str(location)
    with transaction.atomic():
        CatalogRevision.lock()
        outcome = Outcome()
        if Location.objects.filter(type=location.type, target=target).exists():
            children.remove(location, outcome=outcome, now=timezone.now())
        else:
            # The entity that stands for the place is called by its address; the reading makes the new one.
            removal.remove(
                [_generated_ref(before)], outcome=outcome, reason=f"{before} moved"[:255], now=timezone.now()
            )
            location.target, location.etag, location.error, location.repository = target, "", "", ""
            location.save(update_fields=["target", "etag", "error", "repository"])
        audit.record("location.moved", actor=system(), subject=before, detail={"target": target})
        CatalogRevision.rise()
    locations.follow_up(outcome)


def _generated_ref(place: str) -> str:
    digest = hashlib.sha1(place.encode(), usedforsecurity=False).hexdigest()
    return f"location:default/generated-{digest}"


def _unregister(found: Iterable[Location], branch: Branch, removed: Collection[str]) -> None:
    for location in found:
        if location.origin in OURS and branch.path_in(location.target) in removed:
            _remove(location)


def _remove(location: Location) -> None:
    try:
        locations.unregister(location, system())
    except PermissionDenied:
        # A portal that only reads keeps its places; what is in this one is marked when it is read again.
        return
