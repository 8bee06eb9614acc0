"""Files of a repository at a GitHub host of the configuration, read so that one that has not changed costs one call.

What is remembered between two readings, in `location.memory`: the ETag of the branch's newest commit (`head`); of one
file the ETag of its contents and git's name of its bytes (`contents`, `blob`); of many, that name by path (`blobs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.documents import LIMITS
from catalog.sources.base import GLOB_SIGNS, Reading, SourceText, Unreadable, is_too_long
from integrations import github
from integrations.errors import Conflict, Invalid, NotFound, Unavailable
from integrations.git import looks
from integrations.git.globs import Glob
from integrations.git.source_url import SourceUrl
from integrations.github.records import Head, TreeEntry

if TYPE_CHECKING:
    from catalog.models import Location

LINK = "120000"
TOO_LARGE = f"The file is larger than {LIMITS.bytes // 1_000_000} MB. Split it."


def key_of(source: SourceUrl) -> str:
    """Return the name under which places of one repository and ref are told to be of one."""
    return f"{source.host}/{source.owner}/{source.repo}@{source.ref}".lower()


def read(location: Location, source: SourceUrl) -> Reading:
    """Return what `location` holds, or that nothing is new.

    Raises:
        Unreadable: it is not there.
        IntegrationError: the host did not give it.
    """
    memory = location.memory or {}
    missing = memory.get("missing", "")
    is_known = bool(location.etag and location.commit)
    known = Head(location.commit if is_known else missing, memory.get("head", "")) if is_known or missing else None
    head = Head("", "")
    try:
        head = looks.head(source, known=known)
        if head.sha == missing:
            raise NotFound("", host=source.host)
        if known and known.sha == head.sha:
            found = Reading(etag=location.etag, unchanged=True, memory=memory)
        elif GLOB_SIGNS.isdisjoint(source.path):
            found = _one(location, source, head)
        else:
            found = _many(location, source, head)
    except (NotFound, Invalid, Conflict) as error:
        raise _missing(source, error, head) from error
    # What was cut short is asked for again, though no commit is new.
    commit = "" if found.is_partial else head.sha
    memory = {**(found.memory or {}), "head": head.etag}
    return replace(found, commit=commit, memory=memory, repository=key_of(source))


def _missing(source: SourceUrl, error: NotFound | Invalid | Conflict, head: Head) -> Exception:
    """Return the error in words that name the address.

    GitHub says 409 of a repository without commits, and 422 of a ref that it does not know.
    """
    if isinstance(error, Invalid) and "No commit found" not in str(error):
        return error
    return Unreadable(
        f"There is no file at {source}, or the portal may not see it. Look at the spelling, the branch and the "
        "repository's name.",
        is_gone=True,
        memory={"head": head.etag, "missing": head.sha} if head.sha else None,
        repository=key_of(source) if head.sha else "",
    )


def _one(location: Location, source: SourceUrl, head: Head) -> Reading:
    memory = location.memory or {}
    if looks.is_crowded(source, head.sha):
        entry = looks.files(source, head.sha).get(source.path)
        if entry is None:
            raise NotFound(f"{source} is gone.", host=source.host)
        if location.etag and entry.sha == memory.get("blob"):
            return Reading(etag=location.etag, unchanged=True, memory=memory)
        if entry.mode != LINK:
            text = _text(source, entry)
            return Reading([_named(text, location.target)], etag=entry.sha, memory={"blob": entry.sha})
    etag = memory.get("contents", "") if location.etag else ""
    client = github.client(source.host, owner=source.owner)
    found = client.contents(source.repo_url, source.path, source.ref, etag=etag)
    if found is None or (location.etag and found.sha == memory.get("blob")):
        return Reading(etag=location.etag, unchanged=True, memory=memory)
    text = SourceText.of(location.target, found.content)
    return Reading([text], etag=found.sha, memory={"contents": found.etag, "blob": found.sha})


def _many(location: Location, source: SourceUrl, head: Head) -> Reading:
    pattern = Glob(source.path)
    entries = [entry for path, entry in looks.files(source, head.sha).items() if pattern.fullmatch(path)]
    places = {str(replace(source, path=entry.path)): entry for entry in entries}
    places = {url: entry for url, entry in places.items() if not is_too_long(url)}
    if not places:
        raise NotFound(f"{location.target} matches no file. Look at its spelling.", host=source.host)
    before: Mapping[str, str] = (location.memory or {}).get("blobs", {}) if location.etag else {}
    same = {url for url, entry in places.items() if before.get(entry.path) == entry.sha}
    files: list[SourceText] = []
    blobs = {places[url].path: places[url].sha for url in same}
    for url, entry in places.items():
        if url in same:
            continue
        try:
            files.append(_named(_text(source, entry), url))
        except NotFound:
            continue  # removed since the list was made
        except Unavailable:
            if not files:
                raise
            # So much has been read; the rest keeps what it was.
            rest = frozenset(places.keys() - {file.path for file in files})
            return Reading(files, "partial", same=rest, memory={"blobs": blobs}, is_partial=True)
        blobs[entry.path] = entry.sha
    return Reading(files, etag=head.sha, same=frozenset(same), memory={"blobs": blobs})


def _text(source: SourceUrl, entry: TreeEntry) -> SourceText:
    if entry.size > LIMITS.bytes:
        return SourceText(entry.path, error=TOO_LARGE)
    client = github.client(source.host, owner=source.owner)
    if entry.mode == LINK:
        # Of a link the bytes are where it leads; the host follows it as long as it stays in the repository.
        try:
            found = client.contents(source.repo_url, entry.path, source.ref)
        except Invalid:
            found = None
        error = "This link leads to no file of the repository. Put the file itself here."
        return SourceText.of(entry.path, found.content) if found else SourceText(entry.path, error=error)
    return SourceText.of(entry.path, client.blob(source.repo_url, entry.sha))


def _named(text: SourceText, path: str) -> SourceText:
    return replace(text, path=path)
