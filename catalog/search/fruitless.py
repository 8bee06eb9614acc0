"""Terms that found nothing: what people look for and the catalog does not have. Never who looked.

A page tells of a term once its reader has paused there, so that a word typed letter by letter counts once.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from catalog.models import FruitlessTerm
from catalog.search import tokens
from catalog.search.asking import Asked

# What is longer was pasted, and may be a secret; nobody reads it on a page.
LONGEST_TERM, LONGEST_WORD = 60, 24
# Terms that are kept, and what one session may add within an hour.
MOST_KEPT, MOST_IN_AN_HOUR = 2_000, 30
HOUR = timedelta(hours=1)


def terms() -> QuerySet[FruitlessTerm]:
    """The terms that found nothing, the most frequent first."""
    return FruitlessTerm.objects.order_by("-count", "-last_at", "term")


def note(asked: Asked, *, session: str) -> bool:
    """Count the term of a question that found nothing; whether it was counted.

    Args:
        session: who asks, only to count each term once an hour; it is not kept with the term.
    """
    term = normalized(asked)
    if not term or not _is_first(term, session) or asked.total():
        return False
    now = timezone.now()
    with transaction.atomic():
        _, is_new = FruitlessTerm.objects.get_or_create(term=term, defaults={"last_at": now})
        if is_new:
            _keep_few()
        else:
            FruitlessTerm.objects.filter(term=term).update(count=F("count") + 1, last_at=now)
    return True


def normalized(asked: Asked) -> str:
    """Return the words of a question as terms are counted; empty for one that is not kept."""
    words = asked.question.text.split()
    text = " ".join(words)
    is_kept = 0 < len(text) <= LONGEST_TERM and all(len(word) <= LONGEST_WORD for word in words)
    return tokens.key(text) if is_kept else ""


def _is_first(term: str, session: str) -> bool:
    """Whether a session has not told of the term within the hour, nor of too many."""
    seconds = int(HOUR.total_seconds())
    key = f"fruitless:{session}"
    if not cache.add(f"{key}:{hashlib.sha256(term.encode()).hexdigest()}", 1, seconds):
        return False
    cache.add(key, 0, seconds)
    try:
        return int(cache.incr(key)) <= MOST_IN_AN_HOUR
    except ValueError:  # it went in this moment
        return True


def _keep_few() -> None:
    """Let those go that were looked for once and longest ago, when there are too many."""
    surplus = FruitlessTerm.objects.count() - MOST_KEPT
    if surplus > 0:
        gone = FruitlessTerm.objects.order_by("count", "last_at").values_list("pk", flat=True)[:surplus]
        FruitlessTerm.objects.filter(pk__in=list(gone)).delete()
