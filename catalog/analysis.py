"""What an address that somebody pastes would bring: a file, or all descriptors of a repository or folder.

Nothing is stored. A repository without a descriptor can be given one, by a pull request.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from accounts.actors import Actor
from catalog import locations
from catalog.drafts import FILE_NAME, Draft, name_for
from catalog.locations import LocationExists, LocationUnreadable, PreviewedEntity
from catalog.models import Location
from catalog.problems import Problem
from integrations import github, hosts
from integrations.errors import EgressDenied, IntegrationError, NotFound
from integrations.git import codeowners, looks, reader
from integrations.git.source_url import SourceUrl, SourceUrlError

NAMES = (FILE_NAME, "catalog-info.yml")
# Descriptors of one repository that are read for somebody who waits.
MOST_FILES = 25


@dataclass(frozen=True)
class FoundFile:
    """A descriptor and what it would add; `location` when the catalog reads it already.

    Attributes:
        target: its address, as it would be registered.
        path: in its repository; elsewhere the address again.
    """

    target: str
    path: str
    documents: Sequence[PreviewedEntity] = ()
    problems: Sequence[Problem] = ()
    location: Location | None = None

    @property
    def is_registrable(self) -> bool:
        """Whether the reader may register it: a file is taken as a whole, so all that it holds must be theirs."""
        return not (self.location or self.problems) and all(map(_is_registrable, self.documents))

    @property
    def added(self) -> int:
        """How many entities it would add."""
        return sum(bool(each.entity) and not each.held_by for each in self.documents)


@dataclass(frozen=True)
class Analysis:
    """What was found at an address.

    Attributes:
        source: the repository or folder, with its branch; None for a single file.
        left_out: how many descriptors more there are than are read at once.
        owners: what CODEOWNERS of the repository says of all its files, such as `@acme/shop`.
    """

    url: str
    source: SourceUrl | None = None
    files: Sequence[FoundFile] = ()
    left_out: int = 0
    owners: Sequence[str] = ()

    @property
    def may_propose(self) -> bool:
        """Whether a descriptor can be added by a pull request."""
        return self.source is not None and not self.files

    @property
    def repository(self) -> str:
        return self.source.repo_url.slug if self.source else ""

    def draft(self) -> Draft:
        """Return the descriptor that is proposed where there is none (P15)."""
        if self.source is None:
            raise ValueError("A single file has no repository to write to.")
        name = posixpath.basename(self.source.folder) or self.source.repo
        return Draft(name=name_for(name), project_slug=self.source.repo_url.slug)


@dataclass(frozen=True)
class _Tree:
    """The branch that an address means, and the paths of its files."""

    source: SourceUrl
    paths: Collection[str] = field(repr=False)


def analyse(url: str, *, actor: Actor, names: Collection[str] = NAMES, only: Collection[str] = ()) -> Analysis:
    """Return what is at `url`: a file, or the descriptors below a folder or repository.

    Args:
        names: what a descriptor is called.
        only: addresses of the files that are wanted; empty: all.

    Raises:
        LocationUnreadable: it cannot be read; `.problems` say why and what to do.
        PermissionDenied: nothing may be registered here.
    """
    source = _folder(url)
    if source is None:
        return Analysis(url, files=[_file(url, url, actor)])
    with looks.one_look():
        tree = _tree(source, url)
        found = [path for path in _descriptors(tree, names) if not only or str(tree.source.blob(path)) in only]
        files = [_file(str(tree.source.blob(path)), path, actor) for path in found[:MOST_FILES]]
        owners = () if found else _owners(tree)
    return Analysis(url, tree.source, files, max(0, len(found) - MOST_FILES), owners)


def _is_registrable(found: PreviewedEntity) -> bool:
    # What is refused is not stored, and a Location entity belongs to nobody; neither stands in the way of the rest.
    return found.is_allowed or found.entity is None or found.ref.startswith("location:")


def _folder(url: str) -> SourceUrl | None:
    """Return the repository or folder that `url` names; None when it names a file, or is no address of that kind."""
    try:
        source = SourceUrl.parse(url)
    except SourceUrlError:
        return None
    if source.kind != "tree":
        return None
    try:
        hosts.github_host(source.host)
    except EgressDenied as denied:
        cure = _("Give the address of the descriptor itself: of those the portal reads more hosts.")
        raise LocationUnreadable([Problem(str(denied), path=url, cure=cure)]) from denied
    return source


def _tree(source: SourceUrl, url: str) -> _Tree:
    try:
        client = github.client(source.host, owner=source.owner)
        repository = client.repository(source.repo_url)
        if repository is None:
            raise NotFound(
                _("There is no repository %(slug)s, or the portal’s credential may not see it.")
                % {"slug": source.repo_url.slug}
            )
        branch = replace(source, ref=source.ref or repository.default_branch)
        return _Tree(branch, looks.files(branch, looks.head(branch, known=None).sha))
    except IntegrationError as error:
        raise LocationUnreadable([Problem(str(error), path=url)]) from error


def _descriptors(tree: _Tree, names: Collection[str]) -> list[str]:
    """Return the paths of the descriptors below the folder, those near its top first."""
    folder = f"{tree.source.folder}/" if tree.source.folder else ""
    found = (path for path in tree.paths if path.startswith(folder) and posixpath.basename(path) in names)
    return sorted(found, key=lambda path: (path.count("/"), path))


def _file(target: str, path: str, actor: Actor) -> FoundFile:
    try:
        return FoundFile(target, path, documents=locations.preview(target=target, actor=actor))
    except LocationExists as known:
        return FoundFile(target, path, location=known.location)
    except LocationUnreadable as unreadable:
        return FoundFile(target, path, problems=unreadable.problems)


def _owners(tree: _Tree) -> Sequence[str]:
    path = next((path for path in codeowners.PLACES if path in tree.paths), None)
    if path is None:
        return ()
    try:
        found = reader.read_file(str(tree.source.blob(path)))
    except IntegrationError:
        return ()  # a convenience: whoever fills in the form chooses the owner
    return codeowners.of_everything(found.text) if found else ()


def generated(analysis: Analysis) -> Iterable[dict[str, object]]:
    """Yield the entities that are proposed for a repository without any, in the shape of the API."""
    if analysis.may_propose:
        yield {"entity": analysis.draft().entity(), "fields": []}
