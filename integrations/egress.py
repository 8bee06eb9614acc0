"""Which addresses written by strangers the portal may call.

The order is: scheme https, a host of the allow-list, port 443, look the name up, every address public. The caller
connects to the address that was checked, so that a name whose address changes in between gains nothing. Base
addresses of the configuration do not come through here (`integrations/hosts.py`).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings

from integrations.errors import EgressDenied, Unavailable

# The whole grammar of an address that we take: no user, no backslash, no fragment, no sign outside ASCII. What two
# parsers could read in two ways does not match.
ADDRESS = re.compile(
    r"https://(?P<host>[A-Za-z0-9.-]{1,253})(?::(?P<port>[0-9]{1,5}))?(?P<path>[/?][!-\"$-\[\]-~]*)?", re.ASCII
)

# `ipaddress.is_global` says yes to NAT64, 6to4, site-local and multicast, so the list is our own.
# Source: the IANA special-purpose address registries for IPv4 and IPv6.
CLOSED_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
# Of IPv6 only the global unicast block is open, without the parts of it that wrap other addresses or document.
OPEN_V6 = ipaddress.IPv6Network("2000::/3")
CLOSED_V6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)


@dataclass(frozen=True)
class Target:
    """An address that was checked: what to ask for (`path`), by which name, at which IP address."""

    host: str
    port: int
    path: str
    ip: str


def is_public(ip: str) -> bool:
    """Whether `ip` is an address of the open internet."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in CLOSED_V4)
    return address in OPEN_V6 and not any(address in network for network in CLOSED_V6)


def look_up(host: str) -> list[str]:
    """Return the IP addresses of `host`.

    Raises:
        Unavailable: the name has none, or the name server does not answer.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(f"{host} has no address at the moment: {error.strerror}. Try again.", host=host) from error
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True)
class Gate:
    """The check, with what it depends on: the hosts allowed, the port, how names become addresses."""

    allow: frozenset[str]
    port: int = 443
    resolve: Callable[[str], Iterable[str]] = look_up
    public: Callable[[str], bool] = is_public

    def target(self, url: str) -> Target:
        """Return where to connect for `url`.

        Raises:
            EgressDenied: the portal may not call it; the message says why.
            Unavailable: its name cannot be looked up.
        """
        match = ADDRESS.fullmatch(url)
        if match is None:
            raise EgressDenied(f"{url!r} is not an address that the portal reads. Use https://host/path, plain.")
        host, port = match["host"].lower(), int(match["port"] or self.port)
        if host not in self.allow:
            raise EgressDenied(
                f"{host} is not on the list of hosts that the portal may call (egress.allow).", host=host
            )
        if port != self.port:
            raise EgressDenied(f"The portal calls port {self.port} only, not {port}.", host=host)
        addresses = list(self.resolve(host))
        if not addresses or not all(map(self.public, addresses)):
            raise EgressDenied(f"{host} leads to an address that is not public.", host=host)
        return Target(host=host, port=port, path=match["path"] or "/", ip=addresses[0])


def gate() -> Gate:
    """Return the gate of this installation."""
    return Gate(allow=frozenset(map(str.lower, settings.WAYMARK["egress"]["allow"])))


def check(url: str) -> None:
    """Make sure that the portal may call `url`, which a stranger wrote.

    Raises:
        EgressDenied: it may not; the message says why.
        Unavailable: the host's name cannot be looked up.
    """
    gate().target(url)
