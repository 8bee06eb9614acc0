"""GitHub, and whatever else speaks its REST API at a host of the configuration."""

from integrations import hosts
from integrations.github.client import GitHubClient
from integrations.github.credentials import of_host
from integrations.http import TIMEOUTS, HttpClient

API_VERSION = "2022-11-28"
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION}


def client(
    host: str,
    *,
    token: str | None = None,
    owner: str = "",
    timeouts: tuple[float, float] = TIMEOUTS,
    tries: int | None = None,
) -> GitHubClient:
    """Return the client of a GitHub host, with `token` in place of the configuration's credential when given.

    Args:
        owner: whose repositories are meant, where an app of the configuration is installed by several accounts.
        timeouts, tries: for somebody who cannot wait; see `HttpClient`.

    Raises:
        EgressDenied: the configuration does not know `host`.
    """
    known = hosts.github_host(host)
    http = HttpClient(
        known.api,
        headers=HEADERS,
        credential=of_host(known, token=token, owner=owner),
        budget_host=known.host,
        write_interval=known.write_interval,
        timeouts=timeouts,
        tries=tries,
    )
    return GitHubClient(known, http)
