"""When pages were changed, as the host's history tells it; asked for apart, some pages at a time."""

from __future__ import annotations

from django.db.models import Max

from catalog.docs.places import DocsPlace
from catalog.models import DocsSite
from integrations import github, http
from integrations.errors import IntegrationError
from integrations.git.source_url import SourceUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Commit

# Calls of one reading; what has no date then gets one at the next.
MOST = 60
SECONDS = 30.0


def date(site: DocsSite, place: DocsPlace) -> None:
    """Note of pages that have no date yet when they were changed last, and by whom."""
    if place.type != "url":
        return
    undated = list(site.pages.filter(is_dated=False).order_by("path").only("path")[:MOST])
    if not undated and site.code_changed_at:
        return
    source = SourceUrl.parse(place.target)
    try:
        with http.within(SECONDS):
            client = github.client(source.host, owner=source.owner)
            if site.code_changed_at is None:
                newest = _newest(client, source, site.commit)
                site.code_changed_at = newest.authored_at if newest else None
            for page in undated:
                found = _newest(client, source, site.commit, f"{site.folder}/{page.path}".lstrip("/"))
                page.is_dated, page.changed_at = True, found.authored_at if found else None
                page.commit, page.changed_by = (
                    (found.sha, found.author.name.replace("\0", "")[:255]) if found else ("", "")
                )
                page.save(update_fields=["is_dated", "changed_at", "commit", "changed_by"])
    except IntegrationError:
        # The host limits its calls, or is away: the next reading asks on. Without a date a page is no worse to read.
        pass
    site.changed_at = site.pages.aggregate(newest=Max("changed_at"))["newest"]
    site.save(update_fields=["changed_at", "code_changed_at"])


def _newest(client: GitHubClient, source: SourceUrl, commit: str, path: str = "") -> Commit | None:
    return next(client.commits(source.repo_url, branch=commit or source.ref, path=path), None)
