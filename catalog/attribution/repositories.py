"""What repositories tell of who answers for a file: their CODEOWNERS, kept here, and who changed the file last."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from catalog.attribution import codeowners
from catalog.models import CodeOwners
from integrations import github, hosts
from integrations.errors import EgressDenied, IntegrationError, Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.git.source_url import SourceUrl, SourceUrlError
from integrations.github.client import GitHubClient

log = logging.getLogger(__name__)
# A file that is kept is asked for again after this long, with its ETag; a push that touches it says so at once.
KEPT = timedelta(minutes=30)
# Nobody waits for this: a host that does not answer at once is asked another time.
TIMEOUTS, TRIES = (2.0, 5.0), 1


@dataclass(frozen=True)
class Committer:
    """Who changed a file last."""

    login: str
    email: str
    sha: str


def source_of(address: str) -> SourceUrl | None:
    """Return the file of a GitHub of the configuration that `address` names; None for any other place."""
    try:
        source = SourceUrl.parse(address)
        hosts.github_host(source.host)
    except (SourceUrlError, EgressDenied):
        return None
    return source


def owners_file(source: SourceUrl, *, now: datetime) -> CodeOwners:
    """Return the CODEOWNERS of a repository as it is, or, where its host does not answer, as it was."""
    kept, _ = CodeOwners.objects.get_or_create(repository=name_of(source.repo_url))
    if kept.read_at and now - kept.read_at < KEPT:
        return kept
    try:
        _read(_client(source.repo_url), source.repo_url, kept)
        kept.error = ""
    except IntegrationError as error:
        log.info("CODEOWNERS of %s: %s", kept.repository, error)
        kept.error = str(error)
    kept.read_at = now
    as_it_was = CodeOwners.objects.filter(pk=kept.pk, touched=kept.touched)
    as_it_was.update(path=kept.path, text=kept.text, etag=kept.etag, error=kept.error, read_at=now)
    return kept


def forget(repository: RepoUrl) -> None:
    """Have the CODEOWNERS of a repository read anew the next time that somebody asks; also if it is being read now."""
    kept, _ = CodeOwners.objects.get_or_create(repository=name_of(repository))
    CodeOwners.objects.filter(pk=kept.pk).update(read_at=None, touched=F("touched") + 1)


def last_committer(source: SourceUrl) -> Committer | None:
    """Return who changed a file last; None where its host does not tell."""
    try:
        found = _client(source.repo_url).last_change(source.repo_url, source.path, source.ref)
    except IntegrationError as error:
        log.info("Last change of %s: %s", source, error)
        return None
    return Committer(found.login, found.email, found.sha) if found else None


def name_of(repository: RepoUrl) -> str:
    """Return a repository as the database calls it."""
    return f"{repository.host}/{repository.slug}".lower()


def _client(repository: RepoUrl) -> GitHubClient:
    return github.client(repository.host, owner=repository.owner, timeouts=TIMEOUTS, tries=TRIES)


def _read(client: GitHubClient, repository: RepoUrl, kept: CodeOwners) -> None:
    """Bring `kept` in line with the first CODEOWNERS that the repository has."""
    for place in codeowners.PLACES:
        try:
            found = client.contents(repository, place, etag=kept.etag if place == kept.path else "")
        except (NotFound, Invalid):  # it is not there, or is a folder
            continue
        if found is not None:
            text = found.content[: codeowners.LARGEST + 1].decode("utf-8-sig", "replace").replace("\0", "\ufffd")
            kept.path, kept.text, kept.etag = place, text, found.etag[:255]
        return
    kept.path = kept.text = kept.etag = ""
