"""Works on stored deliveries. Those about one thing are taken together, by one worker at a time: a burst of pushes to a
branch is one reading, and no reading overtakes another.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from delivery import bodies, handlers
from delivery.handlers import Origin, Unusable
from delivery.models import Delivery
from integrations.bell import ring
from integrations.errors import IntegrationError, RateLimited
from integrations.git.repo_url import RepoUrl

State = Delivery.State
MOST_AT_ONCE = 200
# A message is on its way for about this long; before that the reconciler leaves a delivery alone.
ON_ITS_WAY = timedelta(seconds=5)
KEPT = timedelta(days=30)
SWEPT_AT_ONCE = 1_000
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 5.0, 900.0


def process(delivery_id: int) -> None:
    """Do what follows from a delivery, and from those that wait with it. Harmless when somebody has done it."""
    taken = take(delivery_id)
    if not taken:
        return
    newest, handler = taken[-1], handlers.of_event(taken[-1].event)
    usable, events = [], []
    for delivery in taken:
        try:
            events.append(handler.read(_payload(delivery)))
            usable.append(delivery)
        except Unusable as error:
            delivery.end(State.PARKED, now=timezone.now(), error=str(error))
    if usable:
        _act(usable, lambda: handler.act(_origin(newest), events, _keeper(usable)))
    _ring_next(newest)


def take(delivery_id: int) -> list[Delivery]:
    """Lease a delivery and those that are about the same, oldest first; none when they are done or somebody has them.

    One that was tried as often as it may be is parked: it has ended its workers, or time, again and again.
    """
    now, most = timezone.now(), settings.DELIVERIES["ATTEMPTS"]
    with transaction.atomic():
        asked = Delivery.objects.waiting().filter(pk=delivery_id).defer("body").first()
        if asked is None:
            return []
        # Locked together, so that of two workers the second sees what the first has leased.
        group = list(Delivery.objects.waiting().alike(asked).select_for_update().defer("body")[:MOST_AT_ONCE])
        if any(one.leased_until and one.leased_until >= now for one in group):
            return []  # Whoever has them rings for those that came in the meantime.
        due = [one for one in group if one.not_before is None or one.not_before <= now]
        for one in due:
            if one.attempts >= most:
                one.end(State.PARKED, now=now, error=one.error or f"Tried {most} times, and never to its end.")
        ids = [one.pk for one in due if one.attempts < most]
        Delivery.lease(ids, until=now + timedelta(seconds=settings.DELIVERIES["LEASE"]))
    return list(Delivery.objects.filter(pk__in=ids).order_by("pk"))


def reconcile() -> None:
    """Ring for deliveries that no message tells of, and clear away those that ended long ago."""
    from delivery import tasks

    now = timezone.now()
    lost = Delivery.objects.free(now).filter(received_at__lt=now - ON_ITS_WAY).order_by("pk")
    rung: set[tuple[str, ...]] = set()
    for pk, *group in lost.values_list("pk", "source", "host", "event", "repository", "subject")[:SWEPT_AT_ONCE]:
        if tuple(group) not in rung:
            rung.add(tuple(group))
            ring(tasks.process_delivery, pk)
    old = Delivery.objects.filter(processed_at__lt=now - KEPT).order_by("processed_at")
    Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:SWEPT_AT_ONCE])).delete()


def process_again(ids: list[int]) -> int:
    """Have deliveries that ended looked at once more, as if they had just come; return how many."""
    from delivery import tasks

    ended = Delivery.objects.filter(pk__in=ids).exclude(state=State.WAITING)
    found = list(ended.values_list("pk", flat=True))
    with transaction.atomic():
        Delivery.objects.filter(pk__in=found).update(
            state=State.WAITING, processed_at=None, attempts=0, error="", outcome="", not_before=None
        )
        for pk in found:
            ring(tasks.process_delivery, pk)
    return len(found)


def _payload(delivery: Delivery) -> dict[str, Any]:
    try:
        return bodies.parse(bytes(delivery.body), delivery.headers.get("Content-Type", ""))
    except bodies.BodyRefused as error:  # taken by an older version that knew the rule not yet
        raise Unusable(str(error)) from error


def _origin(delivery: Delivery) -> Origin:
    owner, _, name = delivery.repository.partition("/")
    return Origin(delivery.host, RepoUrl(delivery.host, owner, name) if name else None)


def _act(taken: list[Delivery], act: Callable[[], str]) -> None:
    """Act, and write down for each of `taken` how it ended."""
    try:
        outcome = act()
    except Unusable as error:
        _end(taken, State.PARKED, error=str(error))
    except IntegrationError as error:
        _failed(taken, error)
    else:
        _end(taken, State.DONE, outcome=outcome)


def _end(taken: list[Delivery], state: Delivery.State, *, error: str = "", outcome: str = "") -> None:
    for delivery in taken:
        delivery.end(state, now=timezone.now(), error=error, outcome=outcome)


def _failed(taken: list[Delivery], error: IntegrationError) -> None:
    """Let deliveries wait until the host may have recovered; park what a person must see to."""
    for delivery in taken:
        tries = delivery.attempts
        if not error.retryable or tries >= settings.DELIVERIES["ATTEMPTS"]:
            delivery.end(State.PARKED, now=timezone.now(), error=str(error))
            continue
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1), LONGEST_PAUSE_SECONDS) * settings.DELIVERIES["TEMPO"]
        if isinstance(error, RateLimited):
            pause = max(pause, error.retry_after)
        delivery.put_back(not_before=timezone.now() + timedelta(seconds=pause), error=str(error))


def _keeper(taken: list[Delivery]) -> Callable[[str], None]:
    """Return what a long reading calls now and then, so that nobody takes it for dead."""
    ids, lease = [one.pk for one in taken], float(settings.DELIVERIES["LEASE"])
    renewed = time.monotonic()

    def keep(_line: str) -> None:
        nonlocal renewed
        if time.monotonic() - renewed > lease / 3:
            renewed = time.monotonic()
            until = timezone.now() + timedelta(seconds=lease)
            Delivery.objects.waiting().filter(pk__in=ids).update(leased_until=until)

    return keep


def _ring_next(newest: Delivery) -> None:
    """Ring for what came while these were worked on; its own message found them taken."""
    from delivery import tasks

    following = Delivery.objects.free(timezone.now()).alike(newest).values_list("pk", flat=True).first()
    if following is not None:
        ring(tasks.process_delivery, following)
