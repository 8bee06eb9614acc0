"""Raw files of hosts that aren't GitHub: with the token of the configuration, else as any address of the web."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from integrations import hosts, http
from integrations.git.shapes import HostedFile, Style
from integrations.hosts import ForgeHost
from integrations.http import Fetched, HttpClient

# Where the API is when the configuration doesn't say, after the host's address.
APIS: Mapping[Style, str] = {
    "gitlab": "https://{host}/api/v4",
    "gitea": "https://{host}/api/v1",
    "bitbucket-server": "https://{host}/rest/api/latest",
    "bitbucket-cloud": "https://api.bitbucket.org/2.0",
    "azure": "https://{host}",
}
Asked = tuple[str, dict[str, str]]


def read(file: HostedFile, *, etag: str = "") -> Fetched:
    """Return the bytes of a file; the status is 304 when it is what `etag` was given for.

    Raises:
        IntegrationError: the host did not give it, or may not be asked.
    """
    known = hosts.forge_host(file.style, file.host)
    if known is None:
        return http.fetch(file.raw, etag=etag)
    client = HttpClient(
        known.api or APIS[file.style].format(host=file.host), headers=_credential(known), budget_host=file.host
    )
    path, query = _CALLS[file.style](file)
    answer = client.get(path, query, headers={"If-None-Match": etag} if etag else None)
    return Fetched(answer.status, answer.body, answer.headers.get("etag", ""))


def _credential(host: ForgeHost) -> dict[str, str]:
    """Return the header that each host wants for a token."""
    if not host.token:
        return {}
    if host.style == "gitlab":
        return {"PRIVATE-TOKEN": host.token}
    if host.style == "gitea":
        return {"Authorization": f"token {host.token}"}
    if host.style == "azure":
        return {"Authorization": f"Basic {base64.b64encode(f':{host.token}'.encode()).decode()}"}
    return {"Authorization": f"Bearer {host.token}"}


def _gitlab(file: HostedFile) -> Asked:
    path = f"/projects/{quote(file.repository, safe='')}/repository/files/{quote(file.path, safe='')}/raw"
    return path, {"ref": file.ref}


def _gitea(file: HostedFile) -> Asked:
    return f"/repos/{quote(file.repository)}/raw/{quote(file.path)}", {"ref": file.ref}


def _bitbucket_server(file: HostedFile) -> Asked:
    # A context path before `projects` is part of the API's address already.
    repository = file.repository[file.repository.index(f"{_owners(file)}/") :]
    return f"/{repository}/raw/{quote(file.path)}", {"at": file.ref} if file.ref else {}


def _owners(file: HostedFile) -> str:
    return "projects" if "projects/" in file.repository else "users"


def _bitbucket_cloud(file: HostedFile) -> Asked:
    return f"/repositories/{file.repository}/src/{quote(file.ref)}/{quote(file.path)}", {}


def _azure(file: HostedFile) -> Asked:
    parts = urlsplit(file.raw)
    return f"{parts.path}?{parts.query}", {}


_CALLS: Mapping[Style, Callable[[HostedFile], Asked]] = {
    "gitlab": _gitlab,
    "gitea": _gitea,
    "bitbucket-server": _bitbucket_server,
    "bitbucket-cloud": _bitbucket_cloud,
    "azure": _azure,
}
