"""Takes webhooks in: whoever sent them, they are stored first, each once, and looked at after the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from prometheus_client import Counter

from delivery import bodies, pulls, tasks
from delivery.bodies import BodyRefused
from delivery.models import Delivery
from integrations import webhooks
from integrations.bell import ring
from integrations.git.repo_url import NAME
from integrations.hosts import GitHubHost

TAKEN = Counter("waymark_deliveries_total", "Webhooks that were taken or refused", ["source", "answer"])
# GitHub sends up to 25 MB; what the portal reads of an event is far smaller.
LARGEST_BODY = 5 * 1024 * 1024
IDENTIFIER = re.compile(r"[\x21-\x7e]{1,100}")
WORD = re.compile(r"[a-z_]{1,63}")
LONGEST_SUBJECT = 255
# What is kept of the headers: nothing that proves anything.
KEPT_HEADERS = ("Content-Type", "User-Agent", "X-GitHub-Hook-ID", "X-GitHub-Hook-Installation-Target-ID")
LONGEST_HEADER = 200


class Refused(Exception):
    """A webhook that is not stored; `status` is what its sender is answered."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Arrival:
    """A webhook as it came over HTTP; the names of `headers` in any case."""

    headers: Mapping[str, str]
    body: bytes


def accept_github(arrival: Arrival) -> bool:
    """Store a webhook of GitHub and have it processed; false when it is there already.

    Raises:
        Refused: it has no right signature, or cannot be read.
    """
    try:
        is_new = _store(arrival)
    except Refused as refusal:
        TAKEN.labels(source="github", answer=str(refusal.status)).inc()
        raise
    TAKEN.labels(source="github", answer="taken" if is_new else "again").inc()
    return is_new


def _store(arrival: Arrival) -> bool:
    senders = _senders(arrival)
    event, delivery_id = arrival.headers.get("X-GitHub-Event", ""), arrival.headers.get("X-GitHub-Delivery", "")
    if not WORD.fullmatch(event) or not IDENTIFIER.fullmatch(delivery_id):
        raise Refused(400, "X-GitHub-Event or X-GitHub-Delivery is missing or odd.")
    try:
        payload = bodies.parse(arrival.body, arrival.headers.get("Content-Type", ""))
    except BodyRefused as error:
        raise Refused(400, str(error)) from error
    row = Delivery(
        source=Delivery.Source.GITHUB,
        delivery_id=delivery_id,
        host=_host(senders, payload),
        event=event,
        action=_word(payload.get("action")),
        repository=_repository(payload),
        subject=_subject(event, payload),
        headers={name: arrival.headers.get(name, "")[:LONGEST_HEADER] for name in KEPT_HEADERS},
        body=arrival.body,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            ring(tasks.process_delivery, row.pk)
    except IntegrityError:
        return False
    return True


def _senders(arrival: Arrival) -> list[GitHubHost]:
    """Return who may have sent it.

    Raises:
        Refused: nobody whom the configuration knows.
    """
    known = webhooks.github_senders()
    if not known:
        raise Refused(503, "No webhook secret is configured. Name one in integrations.github[].webhook_secrets.")
    found = webhooks.signed_by(arrival.body, arrival.headers.get("X-Hub-Signature-256", ""), known)
    if not found:
        raise Refused(401, "The signature in X-Hub-Signature-256 is missing, or not that of a configured secret.")
    return found


def _host(senders: list[GitHubHost], payload: Mapping[str, Any]) -> str:
    """Return the host that sent it; where several share the secret, the one whose address the repository has."""
    repository = payload.get("repository")
    address = str(repository.get("html_url", "")) if isinstance(repository, dict) else ""
    return next((one for one in senders if address.startswith(f"{one.web}/")), senders[0]).host


def _word(value: object) -> str:
    return value if isinstance(value, str) and WORD.fullmatch(value) else ""


def _repository(payload: Mapping[str, Any]) -> str:
    """Return `owner/name`; empty when there is none, or one that no repository can have."""
    repository = payload.get("repository")
    name = repository.get("full_name") if isinstance(repository, dict) else None
    parts = name.split("/") if isinstance(name, str) else []
    return "/".join(parts) if len(parts) == 2 and all(NAME.fullmatch(part) for part in parts) else ""


def _subject(event: str, payload: Mapping[str, Any]) -> str:
    """Return what in the repository the event is about; events about one thing are looked at together."""
    subject = ""
    if event == "push" and isinstance(payload.get("ref"), str):
        subject = str(payload["ref"])
    elif event in ("pull_request", "check_run") and (number := pulls.number_of(payload)) is not None:
        subject = f"pull/{number}"
    is_storable = len(subject) <= LONGEST_SUBJECT and subject.isprintable()
    return subject if is_storable else ""
