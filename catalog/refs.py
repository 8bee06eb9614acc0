"""Entity references: `component:default/checkout` (C15)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

# Three names of at most 63 signs and two marks; a longer text can name no entity.
LONGEST = 191


class RefError(ValueError):
    """A text that is no entity reference; the message says what is missing."""


def generated_name(type_: str, target: str) -> str:
    """Return the name of the Location entity that stands for a place, which Backstage's clients compute too (I01)."""
    return f"generated-{hashlib.sha1(f'{type_}:{target}'.encode(), usedforsecurity=False).hexdigest()}"


@dataclass(frozen=True)
class EntityRef:
    """Kind, namespace and name of an entity; two refs that differ only in case are one."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}".lower()


def parse(text: str, *, default_kind: str | None = None, default_namespace: str | None = "default") -> EntityRef:
    """Return the parts of `[<kind>:][<namespace>/]<name>`.

    Raises:
        RefError: a part is empty, or one without a default is missing.
    """
    head, slash, tail = text.partition("/")
    kind, colon, rest = head.partition(":")
    if not colon:
        kind, rest = default_kind or "", head
    namespace, name = (rest, tail) if slash else (default_namespace or "", rest)
    if not (kind and namespace and name):
        raise RefError(f'"{text}" is not an entity reference; expected [<kind>:][<namespace>/]<name>.')
    return EntityRef(kind, namespace, name)


def short(text: str) -> str:
    """Return what people say for a ref: `shop` for `group:default/shop`, `ops/shop` in another namespace."""
    try:
        ref = parse(text, default_kind="any")
    except RefError:
        return text
    return ref.name if ref.namespace.lower() == "default" else f"{ref.namespace}/{ref.name}"
