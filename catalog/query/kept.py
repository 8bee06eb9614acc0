"""What was counted or sorted, kept in this process for as long as the catalog stays as it is.

An answer belongs to a revision, so it is never stale; what goes is what was not asked for the longest, and all together
weigh no more than `HEAVIEST`. What many ask for at once is computed by one of them, and the others wait for it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
# The weight of an answer is about the number of its rows; a sorted list has 250 bytes for each, so 50 MB in all.
HEAVIEST = 200_000
LIGHTEST = 50


@dataclass
class Shelf:
    """A place for answers, for all threads of the process."""

    heaviest: int = HEAVIEST
    _answers: OrderedDict[Hashable, tuple[Any, int]] = field(default_factory=OrderedDict)
    _turns: dict[Hashable, Lock] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _weight: int = 0

    def get(self, key: Hashable, compute: Callable[[], T], weigh: Callable[[T], int] = lambda answer: 0) -> T:
        """Return the answer under `key`; computed if there is none. Who gets it must not change it."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
                answer: T = found[0]
                return answer
            turn = self._turns.setdefault(key, Lock())
        try:
            with turn:
                return self._computed(key, compute, weigh)
        finally:
            with self._lock:
                self._turns.pop(key, None)

    def _computed(self, key: Hashable, compute: Callable[[], T], weigh: Callable[[T], int]) -> T:
        with self._lock:
            found = self._answers.get(key)
        answer: T = found[0] if found is not None else compute()
        with self._lock:
            if key not in self._answers:
                self._put(key, answer, max(weigh(answer), LIGHTEST))
        return answer

    def _put(self, key: Hashable, answer: Any, weight: int) -> None:
        self._answers[key] = answer, weight
        self._weight += weight
        while self._weight > self.heaviest and self._answers:
            _, (_, gone) = self._answers.popitem(last=False)
            self._weight -= gone

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._weight = 0


shelf = Shelf()
