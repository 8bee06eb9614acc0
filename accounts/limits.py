"""How often somebody may ask for something within a minute."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from accounts.actors import Actor

SECONDS = 60
# Many people may stand behind one address.
ADDRESS_FACTOR = 10


def take(what: str, actor: Actor, request: HttpRequest, *, most: int) -> bool:
    """Count one more `what` of `actor`, or of the address of somebody unknown; whether it is within `most` a minute.

    The address is that of the peer: what a request says of itself counts for nothing. Each process counts by itself.
    """
    who = actor.ref if actor.is_known else request.META.get("REMOTE_ADDR", "")
    allowed = most if actor.is_known else most * ADDRESS_FACTOR
    key = f"limit:{what}:{who}"
    cache.add(key, 0, SECONDS)
    try:
        return int(cache.incr(key)) <= allowed
    except ValueError:  # the minute ended in this moment
        return True
