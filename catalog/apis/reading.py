"""Reads the definitions of APIs after their entities were stored: their outline, and what each new text changes.

It is done by a worker: a definition of a megabyte takes a second, and the catalog does not wait for it.
"""

from __future__ import annotations

import hashlib
import json
import time
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from catalog.apis import changes, languages
from catalog.apis.changes import Change
from catalog.apis.outlines import Outline, Unreadable
from catalog.models import Entity
from catalog.models.apis import ApiDefinition, packed

# Signs of a definition that are read; the text itself is shown at any length.
LONGEST = 3_000_000
# Texts of one API that are kept.
MOST_VERSIONS = 50
# How long one go takes; what is left is read in the next.
PATIENCE = timedelta(seconds=60)
LONGEST_LABEL = 255


def read_unread(*, patience: timedelta = PATIENCE) -> int:
    """Read the definitions that are new, until `patience` is over; return how many."""
    until = time.monotonic() + patience.total_seconds()
    count = 0
    for pk in list(ApiDefinition.unread().values_list("pk", flat=True)):
        if time.monotonic() > until:
            break
        entity = Entity.objects.filter(pk=pk).only("ref", "type", "source", "source_hash").first()
        if entity:
            read(entity, now=timezone.now())
            count += 1
    return count


def definition_of(entity: Entity) -> str:
    """Return the definition in an API's descriptor; empty when it has none."""
    spec = json.loads(entity.source).get("spec") or {}
    found = spec.get("definition")
    return found if isinstance(found, str) else ""


def read(entity: Entity, *, now: datetime) -> ApiDefinition:
    """Read the definition of one API, and keep its text if it is new."""
    text = definition_of(entity)
    outline, problem = _outline(entity.type, text)
    values = {
        "type": entity.type,
        "source_hash": entity.source_hash,
        "label": outline.label[:LONGEST_LABEL],
        "operation_count": outline.size,
        "outline": outline.to_json(),
        "problem": problem,
        "read_at": now,
    }
    with transaction.atomic():
        definition, _ = ApiDefinition.objects.update_or_create(ref=entity.ref, defaults=values)
        if text:
            _keep(definition, text, outline.label, now=now)
    return definition


def remember(entity: Entity, text: str, *, seen_at: datetime) -> None:
    """Keep a text that an API had before the portal read it first; once it has, its past stays as it is."""
    values = {"type": entity.type, "source_hash": "", "read_at": seen_at}
    with transaction.atomic():
        definition, is_new = ApiDefinition.objects.get_or_create(ref=entity.ref, defaults=values)
        if is_new:
            _keep(definition, text, _outline(entity.type, text)[0].label, now=seen_at)


def _outline(type_: str, text: str) -> tuple[Outline, dict[str, object]]:
    language = languages.of_type(type_)
    if language is None or not text:
        return Outline(), {}
    if len(text) > LONGEST:
        message = f"It is longer than {LONGEST // 1_000_000} million signs, more than the portal reads."
        return Outline(), {"message": message, "line": 0, "column": 0}
    try:
        return language.outline(text), {}
    except Unreadable as error:
        return Outline(), {"message": str(error), "line": error.line, "column": error.column}


def _keep(definition: ApiDefinition, text: str, label: str, *, now: datetime) -> None:
    """Keep a text that is another than the last one, with what it changes."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = definition.versions.first()
    if last is not None and last.digest == digest:
        return
    found = (between(definition.type, last.text, text) or []) if last is not None else []
    number = last.number + 1 if last else 1
    breaking_count = len(changes.breaking(found))
    definition.versions.create(
        number=number,
        label=label[:LONGEST_LABEL],
        digest=digest,
        packed=packed(text),
        seen_at=now,
        changes=[change.to_json() for change in found[: changes.MOST]],
        breaking_count=breaking_count,
    )
    definition.version_count, definition.changed_at, definition.breaking_count = number, now, breaking_count
    definition.save(update_fields=["version_count", "changed_at", "breaking_count"])
    definition.versions.filter(number__lte=number - MOST_VERSIONS).delete()


def between(type_: str, old: str, new: str) -> list[Change] | None:
    """Return what differs between two definitions; None when one of them cannot be read, or its language is not."""
    language = languages.of_type(type_)
    if language is None or max(len(old), len(new)) > LONGEST:
        return None
    try:
        return language.compare(old, new)
    except Unreadable:
        return None
