"""Which places of the catalog lie in a repository, and which of them a change to it touches."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from catalog import providers
from catalog.models import FileReference, Location, SourceFile
from catalog.sources import GLOB_SIGNS
from integrations import hosts
from integrations.git.globs import Glob
from integrations.git.repo_url import RepoUrl
from integrations.git.source_url import RAW_HOST, SourceUrl, SourceUrlError

HEADS = "refs/heads/"


@dataclass(frozen=True)
class Branch:
    """A branch of a repository; `is_default`: addresses without a branch mean it."""

    repository: RepoUrl
    name: str
    is_default: bool = False

    def path_in(self, address: str) -> str | None:
        """Return which path of this branch an address means; None when it means something else.

        The branch is known here, so a name with slashes can be told from a path.
        """
        source = place_of(address)
        if source is None or not _same(source, self.repository):
            return None
        if source.ref in ("", "HEAD"):
            return source.path if self.is_default else None
        rest = f"{source.ref}/{source.path}".removeprefix(HEADS)
        return rest.removeprefix(f"{self.name}/") if rest.startswith(f"{self.name}/") else None


def place_of(address: str) -> SourceUrl | None:
    """Return the file or folder of a repository that an address names; None when it names none."""
    try:
        return SourceUrl.parse(address)
    except SourceUrlError:
        return None


def touched_by(branch: Branch, paths: Collection[str]) -> set[int]:
    """Return the ids of the locations that read one of `paths`, or would read it now that it is there."""
    wanted = set(paths)
    found = {pk for pk, path in _files_in(branch) if path in wanted}
    found |= {location.pk for location, target in _targets_in(branch) if _reads_one_of(target, wanted)}
    # A repository that discovery has not seen yet; the places that it found are locations of their own.
    return found or {provider.pk for provider in providers_of(branch.repository) if _may_find(provider, wanted)}


def all_of(branch: Branch) -> set[int]:
    """Return the ids of all locations that read something of a branch."""
    found = {pk for pk, _ in _files_in(branch)} | {location.pk for location, _ in _targets_in(branch)}
    return found | {provider.pk for provider in providers_of(branch.repository)}


def known_paths(branch: Branch) -> set[str]:
    """Return the descriptors of a branch that were read, and the files that places name by a whole path."""
    named = {target for _, target in _targets_in(branch) if GLOB_SIGNS.isdisjoint(target)}
    return {path for _, path in readers(branch)} | named


def is_matched(branch: Branch, path: str) -> bool:
    """Whether a place of `branch` reads `path`, by name or by its glob."""
    return any(_reads_one_of(target, {path}) for _, target in _targets_in(branch))


def readers(branch: Branch) -> Iterator[tuple[Location, str]]:
    """Yield each file of a branch that was read, with the location that reads it."""
    files = SourceFile.objects.filter(files_of(branch.repository)).select_related("location").defer("text")
    for file in files:
        path = branch.path_in(file.path)
        if path is not None:
            yield file.location, path


def naming(branch: Branch, paths: Collection[str]) -> set[str]:
    """Return the files of a branch with a placeholder that leads to one of `paths`."""
    rows = FileReference.objects.filter(_begins("target", branch.repository)).values_list("file__path", "target")
    found = {branch.path_in(address) for address, target in rows if branch.path_in(target) in paths}
    return {path for path in found if path is not None}


def files_of(repository: RepoUrl) -> Q:
    """Return the condition that a source file lies in `repository`."""
    return _begins("path", repository)


def in_repository(repository: RepoUrl) -> QuerySet[Location]:
    """Return the locations whose address lies in a repository, on whatever branch."""
    return Location.objects.filter(_begins("target", repository), type=Location.Type.URL).order_by("pk")


def reading_from(repository: RepoUrl) -> set[int]:
    """Return the ids of all locations that read something of a repository, on whatever branch."""
    files = SourceFile.objects.filter(_begins("path", repository)).values_list("location_id", flat=True)
    found = {*files, *in_repository(repository).values_list("pk", flat=True)}
    return found | {provider.pk for provider in providers_of(repository)}


def providers_of(repository: RepoUrl) -> Iterator[Location]:
    """Yield the providers that look for descriptors in all repositories of the owner."""
    return of_organization(repository.host, repository.owner, Location.Type.GITHUB)


def of_organization(host: str, organization: str, type_: Location.Type) -> Iterator[Location]:
    """Yield the providers of a type that read an organization."""
    for provider in Location.objects.filter(type=type_).order_by("pk"):
        options: dict[str, Any] = provider.options or {}
        named = [options.get("organization", ""), *options.get("orgs", ())]
        if providers.host_of(options) != host.lower():
            continue
        if not any(named) or organization.lower() in {str(name).lower() for name in named}:
            yield provider


def _files_in(branch: Branch) -> Iterator[tuple[int, str]]:
    """Yield location and path of each file of a branch that was read, also of those that placeholders lead to."""
    read = SourceFile.objects.filter(_begins("path", branch.repository)).values_list("location_id", "path")
    named = FileReference.objects.filter(_begins("target", branch.repository))
    for pk, address in (*read.iterator(), *named.values_list("file__location_id", "target").iterator()):
        path = branch.path_in(address)
        if path is not None:
            yield pk, path


def _targets_in(branch: Branch) -> Iterator[tuple[Location, str]]:
    for location in in_repository(branch.repository):
        path = branch.path_in(location.target)
        if path is not None:
            yield location, path


def _reads_one_of(target: str, paths: Collection[str]) -> bool:
    if GLOB_SIGNS.isdisjoint(target):
        return target in paths
    pattern = Glob(target)
    return any(pattern.fullmatch(path) for path in paths)


def _may_find(provider: Location, paths: Collection[str]) -> bool:
    """Whether one of `paths` is called as the descriptors are that a provider looks for."""
    wanted = str((provider.options or {}).get("catalogPath", "/catalog-info.yaml")).lstrip("/")
    pattern = Glob(wanted)
    return any(pattern.fullmatch(path) or posixpath.basename(path) == wanted for path in paths)


def _begins(field: str, repository: RepoUrl) -> Q:
    """Return the condition that the address in `field` lies in `repository`, in each way to write it."""
    bases = {f"https://{repository.host}", f"http://{repository.host}"}
    if repository.host == hosts.GITHUB_COM:
        bases.add(f"https://{RAW_HOST}")
    found = Q()
    for base in sorted(bases):
        # An address of the whole repository ends with its name, the others go on behind it.
        whole = f"{base}/{repository.slug}"
        found |= Q(**{f"{field}__istartswith": f"{whole}/"}) | Q(**{f"{field}__iexact": whole})
    return found


def _same(source: SourceUrl, repository: RepoUrl) -> bool:
    return (source.host, source.owner.lower(), source.repo.lower()) == (
        repository.host,
        repository.owner.lower(),
        repository.repo.lower(),
    )
