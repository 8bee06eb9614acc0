"""A forge that runs for one test, with every call held against GitHub's description."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from demo.forge import server
from demo.forge.app import Application, Exchange, create_app
from demo.forge.store import Store
from integrations import github
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from tests.forge.contract import Contract

TOKEN = "a-token-of-the-tests"
SECRET = "a-webhook-secret"


@dataclass(frozen=True)
class Said:
    """An answer as it came over HTTP; the names of `headers` are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def call(method: str, url: str, body: object, headers: dict[str, str]) -> Said:
    """Send a request and return the answer, a bad one too."""
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(url, data, headers, method=method)) as answer:
            return _said(answer.status, answer.headers, answer.read())
    except HTTPError as error:
        with error:
            return _said(error.code, error.headers, error.read())


def _said(status: int, headers: Message, body: bytes) -> Said:
    return Said(status, {name.lower(): value for name, value in headers.items()}, body)


@dataclass
class Running:
    """The forge, its address, and what GitHub's description says against its calls so far."""

    url: str
    app: Application
    store: Store
    slips: list[str] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def entry(self) -> dict[str, Any]:
        """The forge as `integrations.github` names it."""
        return {"host": self.host, "api": f"{self.url}/api/v3", "web": self.url, "token": TOKEN}

    def client(self, *, token: str | None = None) -> GitHubClient:
        """The portal's own client for this forge."""
        return github.client(self.host, token=token)

    def repo(self, name: str, owner: str = "acme") -> RepoUrl:
        return RepoUrl(self.host, owner, name)

    def api(self, method: str, path: str, body: object = None, *, token: str = TOKEN) -> Said:
        """Call the REST API without the portal's client."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return call(method, f"{self.url}/api/v3{path}", body, headers)

    def page(self, path: str) -> Said:
        """Ask for one of the pages that people look at."""
        return call("GET", f"{self.url}{path}", None, {})

    def desk(self, path: str, body: object = None, *, method: str = "") -> dict[str, Any]:
        """Call the control desk: `switches`, `calls`, `tokens`."""
        said: dict[str, Any] = call(
            method or ("GET" if body is None else "POST"), f"{self.url}/_forge/{path}", body, {}
        ).json
        return said

    def turn_on(self, **switches: object) -> None:
        """Turn faults on, such as `outage={"times": 2}`; None turns one off."""
        self.desk("switches", switches)

    def calls(self) -> list[str]:
        """What was asked of the REST API so far, as `GET /repos/acme/web`."""
        return [f"{call['method']} {call['path']}" for call in self.desk("calls")["calls"]]

    def statuses(self) -> list[int]:
        """How the calls so far were answered."""
        return [call["status"] for call in self.desk("calls")["calls"]]


@contextmanager
def running(root: Path, *, contract: Contract, webhook_url: str = "") -> Iterator[Running]:
    """Serve a forge with an empty storage under `root`."""
    slips: list[str] = []

    def watch(exchange: Exchange) -> None:
        slips.extend(slips_of(contract, exchange))

    store = Store(root)
    app = create_app(store, token=TOKEN, webhook_url=webhook_url, webhook_secret=SECRET, watch=watch)
    with server.serving(app) as url:
        yield Running(url, app, store, slips)


def slips_of(contract: Contract, exchange: Exchange) -> list[str]:
    """Return what of a call and its answer GitHub's description does not allow."""
    request, answer = exchange.request, exchange.answer
    body = json.loads(request.body) if request.body else None
    # GitHub's description leaves out what may happen at any call.
    is_limited = answer.status == 403 and "rate limit" in str(answer.value)
    if (
        is_limited
        or answer.status in (304, 401, 429, 503)
        or request.headers.get("accept", "").endswith(("raw", "sha"))
    ):
        return contract.request(request.method, request.path, request.query, body)
    return [
        *contract.request(request.method, request.path, request.query, body),
        *contract.answer(request.method, request.path, answer.status, answer.value),
    ]


def configured(waymark: dict[str, Any], forge: Running, **more: object) -> dict[str, Any]:
    """Return a configuration that knows the forge as its only GitHub."""
    changed = copy.deepcopy(waymark)
    changed["integrations"]["github"] = [{**forge.entry, **more}]
    return changed
