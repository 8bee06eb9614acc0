"""Orders: how a basket becomes one."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Basket:
    id: UUID
    total: Decimal
    currency: str


class Steps(Protocol):
    def freeze(self, basket: UUID) -> Basket: ...
    def score(self, basket: Basket) -> str: ...
    def reserve(self, basket: Basket) -> UUID: ...
    def write(self, basket: Basket, payment: UUID) -> UUID: ...


class Refused(Exception):
    """The order is not taken; the message is for the customer."""


def place(basket: UUID, steps: Steps) -> UUID:
    """Return the order that `basket` became. Called again with the same basket, it gives the same order."""
    frozen = steps.freeze(basket)
    if steps.score(frozen) == "refuse":
        raise Refused("We cannot take this order. Please call us.")
    return steps.write(frozen, steps.reserve(frozen))
