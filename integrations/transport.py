"""How bytes travel: sessions that keep connections, time-outs that hold, answers that are read only so far.

Only this module imports requests.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from integrations import egress
from integrations.answers import Response
from integrations.deadlines import end, seconds_left
from integrations.errors import IntegrationError, Invalid, Unavailable

LONGEST_ANSWER_SECONDS = 60.0
LARGEST_BODY = 5 * 1024 * 1024
_local = threading.local()


class TimelyAdapter(HTTPAdapter):
    """Gives up on a host that sends the head of its answer sign by sign; the time-out counts only between two signs."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Timely:
    """What a connection adds: the head of the answer in the time that is left."""

    sock: Any

    def getresponse(self) -> Any:
        gave_up = threading.Event()

        def give_up() -> None:
            gave_up.set()
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(min(LONGEST_ANSWER_SECONDS, seconds_left()), give_up)
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()  # type: ignore[misc]
        finally:
            timer.cancel()
        if gave_up.is_set():
            # What came until then looks like an answer that is over.
            response.close()
            raise TimeoutError("The head of the answer took too long.")
        return response


class _Connection(_Timely, HTTPConnection):
    pass


class _SecureConnection(_Timely, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PinnedAdapter(TimelyAdapter):
    """Connects to the IP address that was checked, and still asks for the certificate of the name."""

    def __init__(self, target: egress.Target) -> None:
        self._target = target
        super().__init__()

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Put the checked address in the place of the name; requests calls this for each connection."""
        place, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        names = {"server_hostname": self._target.host, "assert_hostname": self._target.host}
        return {**place, "host": self._target.ip}, {**pool, **names}


def session() -> requests.Session:
    """Return this thread's session, which keeps connections open."""
    if not hasattr(_local, "session"):
        _local.session = new_session(TimelyAdapter())
    kept: requests.Session = _local.session
    return kept


def new_session(adapter: HTTPAdapter) -> requests.Session:
    """Return a session without cookies, proxies or anything else from the environment."""
    made = requests.Session()
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


def get_pinned(
    target: egress.Target, *, headers: Mapping[str, str], timeout: tuple[float, float], ca: str | None = None
) -> Response:
    """Read an address whose host was looked up and checked, at the IP address that was found then."""
    with new_session(PinnedAdapter(target)) as pinned:
        address = f"https://{target.host}:{target.port}{target.path}"
        return send(pinned, target.host, "GET", address, headers=headers, timeout=timeout, verify=ca or True)


def next_page(response: Response) -> str:
    """Return the address of the page after an answer, as its `Link` header tells it; empty after the last one."""
    links = requests.utils.parse_header_links(response.headers.get("link", ""))
    return next((link["url"] for link in links if link.get("rel") == "next"), "")


def send(
    using: requests.Session, host: str, method: str, url: str, *, timeout: tuple[float, float], **options: Any
) -> Response:
    """Make one call and read its answer, in the time that is left.

    Raises:
        Unavailable: no answer came, or not all of it.
        Invalid: it is no address.
        IntegrationError: the answer is too large.
    """
    left = seconds_left(host)
    options["timeout"] = tuple(min(seconds, left) for seconds in timeout)
    try:
        with using.request(method, url, stream=True, allow_redirects=False, **options) as raw:
            body = _read(raw, host)
            return Response(raw.status_code, {name.lower(): value for name, value in raw.headers.items()}, body)
    except requests.exceptions.Timeout as error:
        raise Unavailable(f"{host} did not answer in time. Try again.", host=host) from error
    except requests.exceptions.InvalidURL as error:
        raise Invalid(f"{host}: the address is not valid.", host=host) from error
    except (requests.exceptions.RequestException, HTTPError, OSError) as error:
        raise Unavailable(f"{host} cannot be reached, or broke off its answer. Try again.", host=host) from error


def _read(raw: requests.Response, host: str) -> bytes:
    """Return the body, inflated; counted while it is read, so that neither a bomb nor a trickle goes on for long."""
    parts, size, ends_at = [], 0, min(time.monotonic() + LONGEST_ANSWER_SECONDS, end())
    while part := raw.raw.read1(65536, decode_content=True):
        parts.append(part)
        size += len(part)
        if size > LARGEST_BODY:
            raise IntegrationError(
                f"{host} sent more than {LARGEST_BODY // 1024**2} MB. Make the file smaller.", host=host
            )
        if time.monotonic() > ends_at:
            raise Unavailable(f"{host} took longer to answer than the portal waits. Try again.", host=host)
    return b"".join(parts)
