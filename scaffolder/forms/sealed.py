"""What somebody has answered so far, carried by the form itself: encrypted, for its person, template and day only.

Without it the portal would keep half-filled forms, and secrets in them, for people who never come back. Encrypted and
not only signed, because a secret travels with it and is never shown again.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

if TYPE_CHECKING:
    from accounts.actors import Actor

LIFE_SECONDS = 24 * 3600


class SealBroken(ValueError):
    """The answers are of another person or template, too old, or changed."""


@dataclass(frozen=True)
class Answers:
    """The answers to a form so far.

    Attributes:
        reached: the number of the last page that was opened.
        key: names this filling-in, so that pressing the last button twice starts one run.
    """

    values: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    reached: int = 0
    key: str = field(default_factory=lambda: uuid4().hex)

    @property
    def idempotency_key(self) -> str:
        """What is the same for two clicks on the last button, and another once an answer was changed."""
        values = json.dumps(self.values, sort_keys=True)
        return f"form:{self.key}:{hashlib.sha256(values.encode()).hexdigest()}"


def seal(answers: Answers, *, template_ref: str, actor: Actor) -> str:
    """Return `answers` as a text that only this portal can open."""
    content = {
        "template": template_ref,
        "actor": actor.ref,
        "values": answers.values,
        "secrets": answers.secrets,
        "reached": answers.reached,
        "key": answers.key,
    }
    return _keys().encrypt(json.dumps(content).encode()).decode()


def unseal(text: str, *, template_ref: str, actor: Actor) -> Answers:
    """Return what was sealed for this template and person.

    Raises:
        SealBroken: it was sealed for others, too long ago, or is no seal of ours.
    """
    try:
        content = json.loads(_keys().decrypt(text.encode(), ttl=LIFE_SECONDS))
    except (InvalidToken, ValueError) as error:
        raise SealBroken from error
    if (content["template"], content["actor"]) != (template_ref, actor.ref):
        raise SealBroken
    return Answers(content["values"], content["secrets"], content["reached"], content["key"])


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])
