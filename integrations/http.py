"""The one way out: every HTTP call of the portal goes through here.

`HttpClient` talks to hosts of the configuration, with their credential; `fetch` reads an address that a stranger
wrote. Both read at most 5 MB, follow no redirect to another place and take no proxy from the environment.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from integrations import answers, budget, egress, transport
from integrations.answers import Response
from integrations.deadlines import seconds_left
from integrations.deadlines import within as within
from integrations.errors import EgressDenied, RateLimited, Refused, Unavailable

log = logging.getLogger(__name__)

TIMEOUTS = (3.0, 10.0)  # to connect, and between two pieces of the answer
MAX_PAGES = 1_000
LONGEST_BACKOFF_SECONDS = 30.0
# A pause up to this is sat out here; a longer one goes to the caller, so that nothing holds a worker while it waits.
PATIENCE_SECONDS = 2.0
AGENT = "waymark"


class Credential(Protocol):
    """What proves who we are to a host."""

    def headers(self) -> Mapping[str, str]: ...

    def renew(self) -> bool:
        """Get a new proof after a refusal; false when there is none to be had."""


class Anonymous:
    """No credential."""

    def headers(self) -> Mapping[str, str]:
        return {}

    def renew(self) -> bool:
        return False


@dataclass(frozen=True)
class Fetched:
    """What an address of a stranger gave; `status` is 200, or 304 with an empty body."""

    status: int
    body: bytes
    etag: str


class HttpClient:
    """Calls to one host of the configuration, tried again by class of failure.

    Args:
        base_url: used exactly as the configuration has it; no redirect leaves it.
        headers: sent with each call.
        timeouts: seconds to connect, and between two pieces of the answer.
        budget_host: the name under which all workers share this host's pauses.
        write_interval: seconds between two writes of all workers to the host.
        tries: how often a call is tried; as the settings have it unless somebody cannot wait.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        credential: Credential | None = None,
        timeouts: tuple[float, float] = TIMEOUTS,
        budget_host: str = "",
        write_interval: float = 0.0,
        tries: int | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.host = budget_host or urlsplit(base_url).netloc
        self._headers = {"User-Agent": AGENT, **(headers or {})}
        self._credential = credential or Anonymous()
        self._timeouts = timeouts
        self._write_interval = write_interval
        self._tries = tries

    def get(
        self, path: str, params: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        return self.request("GET", path, params=params, headers=headers)

    def post(self, path: str, json: object = None, *, once: bool = False) -> Response:
        """Send a POST. With `once` a lost answer is not followed by a second try, as the act may not be repeated."""
        return self.request("POST", path, json=json, once=once)

    def put(self, path: str, json: object = None) -> Response:
        return self.request("PUT", path, json=json)

    def patch(self, path: str, json: object = None) -> Response:
        return self.request("PATCH", path, json=json)

    def delete(self, path: str) -> Response:
        return self.request("DELETE", path)

    def pages(self, path: str, params: Mapping[str, str] | None = None) -> Iterator[Any]:
        """Yield each page of a list as JSON, along the host's `Link` headers, 100 things a page.

        Raises:
            EgressDenied: a link leads away from the base address.
        """
        for response in self._pages_from(self.get(path, {"per_page": "100", **(params or {})})):
            yield response.json()

    def pages_since(
        self, path: str, params: Mapping[str, str] | None = None, *, etags: Sequence[str] = ()
    ) -> tuple[list[Any], list[str]] | None:
        """Return each page of a list as JSON and their ETags; None when all are as they were when `etags` was given."""
        asked = {"per_page": "100", **(params or {})}
        first: Response | None = None
        for number, etag in enumerate(etags, 1):
            response = self.get(path, {**asked, "page": str(number)}, headers={"If-None-Match": etag})
            if response.status != 304:
                first = response if number == 1 else None
                break
        else:
            if etags:
                return None
        responses = list(self._pages_from(first or self.get(path, asked)))
        pages = [response.json() for response in responses]
        if len(_items(pages[-1])) >= int(asked["per_page"]):
            # What comes next may leave a full last page as it is: the empty one behind it is watched as well.
            beyond = self.get(path, {**asked, "page": str(len(pages) + 1)})
            responses.append(beyond)
            pages.append(beyond.json())
        return pages, [response.headers.get("etag", "") for response in responses]

    def _pages_from(self, response: Response) -> Iterator[Response]:
        for _ in range(MAX_PAGES):
            yield response
            address = transport.next_page(response)
            if not address:
                return
            response = self.get(self._inside(address))

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        headers: Mapping[str, str] | None = None,
        once: bool = False,
    ) -> Response:
        """Send a request and return the good answer.

        Raises:
            IntegrationError: one of its kinds, after as many tries as its kind is worth.
        """
        tries = max(1, int(self._tries or settings.HTTP["tries"]))
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._once(method, path, params=params, json=json, headers=headers or {})
            except Refused:
                if renewed or not self._credential.renew():
                    raise
                renewed = True
            except RateLimited as limit:
                if limit.retry_after > min(PATIENCE_SECONDS, seconds_left(self.host)) or attempt >= tries:
                    raise
                time.sleep(limit.retry_after)
            except Unavailable as error:
                if once or attempt >= tries:
                    raise
                log.info("Try %d of %s %s failed: %s", attempt, method, path, error)
                time.sleep(min(backoff_seconds(attempt), seconds_left(self.host)))

    def _once(
        self, method: str, path: str, *, params: Mapping[str, str] | None, json: object, headers: Mapping[str, str]
    ) -> Response:
        self._await_leave(method)
        sent = {**self._headers, **self._credential.headers(), **headers}
        response = self._call(method, self.base_url + path, params=params, json=json, headers=sent)
        for _ in range(3):
            if response.status not in (301, 302, 307, 308) or method != "GET":
                break
            target = urljoin(self.base_url + path, response.headers.get("location", ""))
            response = self._call("GET", self.base_url + self._inside(target), params=None, json=None, headers=sent)
        error = answers.failure(response, host=self.host, doing=f"{method} {path}")
        if isinstance(error, RateLimited):
            budget.block(self.host, seconds=error.retry_after)
        if error is not None:
            raise error
        return response

    def _await_leave(self, method: str) -> None:
        """Wait for the host's pause, if it is short, and for the moment that is ours to write."""
        blocked = budget.blocked_seconds(self.host)
        if blocked:
            raise RateLimited(
                f"{self.host} asked for a pause; {blocked:.0f} s are left.", host=self.host, retry_after=blocked
            )
        if method != "GET" and self._write_interval:
            time.sleep(budget.reserve_write(self.host, interval_seconds=self._write_interval))

    def _call(
        self, method: str, url: str, *, params: Mapping[str, str] | None, json: object, headers: Mapping[str, str]
    ) -> Response:
        return transport.send(
            transport.session(),
            self.host,
            method,
            url,
            params=params,
            json=json,
            headers=headers,
            timeout=self._timeouts,
        )

    def _inside(self, url: str) -> str:
        """Return the path of `url` below the base address."""
        if not url.startswith(self.base_url + "/"):
            raise EgressDenied(f"{self.host} leads to another place, where the portal does not follow.", host=self.host)
        return url.removeprefix(self.base_url)


def _items(page: Any) -> list[Any]:
    """Return the things of a page: a list, or the list in an object that also counts them."""
    if isinstance(page, dict):
        return next((value for value in page.values() if isinstance(value, list)), [])
    return page if isinstance(page, list) else []


def backoff_seconds(attempt: int) -> float:
    """Return how long to wait after try number `attempt`: full jitter under a ceiling that doubles."""
    ceiling = min(LONGEST_BACKOFF_SECONDS, float(settings.HTTP["backoff"]) * 2 ** (attempt - 1))
    return random.uniform(0.0, ceiling)  # noqa: S311 — spreads calls, guards nothing


def look(url: str, *, etag: str = "", gate: egress.Gate | None = None, ca: str | None = None) -> Response:
    """Return what an address that a stranger wrote answers, whatever that is.

    Args:
        etag: what an earlier look gave; the answer may then be 304.
        ca: path of the certificates to trust in place of the usual ones.

    Raises:
        EgressDenied: the portal may not call it.
        IntegrationError: there was no answer.
    """
    target = (gate or egress.gate()).target(url)
    headers = {"User-Agent": AGENT, "Host": target.host, **({"If-None-Match": etag} if etag else {})}
    return transport.get_pinned(target, headers=headers, timeout=TIMEOUTS, ca=ca)


def fetch(url: str, *, etag: str = "", gate: egress.Gate | None = None, ca: str | None = None) -> Fetched:
    """Read an address that a stranger wrote.

    Args:
        etag: what an earlier reading gave; the answer is 304 when nothing changed.
        ca: path of the certificates to trust in place of the usual ones.

    Raises:
        EgressDenied: the portal may not call it, or it leads elsewhere.
        IntegrationError: the host did not give it.
    """
    response = look(url, etag=etag, gate=gate, ca=ca)
    host, path = urlsplit(url).hostname or "", urlsplit(url).path or "/"
    if 300 <= response.status < 400 and response.status != 304:
        raise EgressDenied(f"{url} leads to another address. Name the address of the file itself.", host=host)
    error = answers.failure(response, host=host, doing=f"GET {path}")
    if error is not None:
        raise error
    return Fetched(status=response.status, body=response.body, etag=response.headers.get("etag", ""))
