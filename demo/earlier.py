"""What Acme's APIs said before the portal came: earlier texts of some definitions, to compare with today's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from catalog.apis import reading
from catalog.models import Entity
from demo.loading import ACME


@dataclass(frozen=True)
class Earlier:
    """A text that an API had some days ago."""

    ref: str
    file: str
    days_ago: int


TEXTS = (
    Earlier("api:default/payments-api", "payments-api.1.4.0.yaml", 41),
    Earlier("api:default/product-graph", "product-graph.graphql", 12),
)


def load() -> None:
    """Remember the earlier texts of APIs that are here and were not read yet, then read what they say today."""
    now = timezone.now()
    for earlier in TEXTS:
        entity = Entity.objects.filter(ref=earlier.ref).only("ref", "type").first()
        if entity is not None:
            text = (ACME / "earlier" / earlier.file).read_text(encoding="utf-8")
            reading.remember(entity, text, seen_at=now - timedelta(days=earlier.days_ago))
    reading.read_unread()
