"""Placeholders: in a descriptor, `{$text: ./openapi.yaml}` stands for what is in that file (I10).

Pure: files come from a `Files` that the caller brings. An object with exactly one key, which begins with `$`, is a
placeholder; of those that are not known here (`$ref`, say) and of objects with more keys nothing is touched.
Source: https://backstage.io/docs/features/software-catalog/descriptor-format#substitutions-in-the-descriptor-format
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from catalog import documents
from catalog.building import MOST_DIGITS
from catalog.descriptor.faults import Fault, Path
from catalog.documents import LIMITS

RULE = "I10"
# Of all placeholders of one file: how many there may be, and what they may bring in.
MOST = 1_000
MOST_BYTES = 4 * LIMITS.bytes
EXPECTED = "a file that the portal can read"
CURE = "Name a file by its path from this one, such as `./openapi.yaml`, or by its whole address."
# What can stand for `$` in a text of YAML: itself, or an escape in double quotes.
SIGNS = ("$", "\\")


class NotRead(Exception):
    """The file that a placeholder names cannot be had; the message says why."""

    def __init__(self, message: str, cure: str = CURE) -> None:
        super().__init__(message)
        self.cure = cure


class NotAsked(Exception):
    """Nobody is asked for the file here; what stands there is taken for good."""


class Files(Protocol):
    """Gives the texts of files that a descriptor names."""

    def text(self, reference: str) -> str:
        """Return the text of the file that `reference` names, a path or an address.

        Raises:
            NotRead, NotAsked: there is no text of it.
        """


@dataclass
class Budget:
    """What the placeholders of one file may still bring in."""

    count: int = MOST
    bytes: int = MOST_BYTES
    nodes: int = LIMITS.nodes

    def take(self, text: str) -> None:
        self.count -= 1
        self.bytes -= len(text.encode("utf-8", "surrogatepass"))
        if self.count < 0 or self.bytes < 0:
            cure = "Spread the entities over several files, or leave some of the texts where they are."
            raise NotRead(
                f"the placeholders of one file may bring in {MOST} files and {MOST_BYTES // 1_000_000} MB at most.",
                cure,
            )


@dataclass
class Filled:
    """A document with its placeholders filled in.

    Attributes:
        faults: of placeholders that could not be.
        open: where those stand, and those that nobody was asked for; what is there is still the placeholder.
    """

    value: Any
    faults: list[Fault] = field(default_factory=list)
    open: list[Path] = field(default_factory=list)

    def is_open(self, path: Path) -> bool:
        """Whether a placeholder that is not filled in stands at `path`, around it or, for a whole map, in it."""
        return any(path[: len(known)] == known for known in self.open)


def fill(value: Any, files: Files, budget: Budget) -> Filled:
    """Return `value` with what its placeholders name in their place. What was read is not looked through again."""
    filled = Filled(value)
    filled.value = _filled(value, (), _Filling(files, budget, filled))
    return filled


@dataclass
class _Filling:
    files: Files
    budget: Budget
    filled: Filled


def _filled(value: Any, path: Path, filling: _Filling) -> Any:
    """Return `value` itself where nothing in it is a placeholder."""
    if isinstance(value, list):
        items = [_filled(item, (*path, index), filling) for index, item in enumerate(value)]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not isinstance(value, dict):
        return value
    if any(key.startswith("$") for key in value):
        return _of_placeholder(value, path, filling) if len(value) == 1 else value
    parts = {key: _filled(part, (*path, key), filling) for key, part in value.items()}
    return parts if any(parts[key] is not value[key] for key in value) else value


def _of_placeholder(value: dict[str, Any], path: Path, filling: _Filling) -> Any:
    ((key, reference),) = value.items()
    read = _READERS.get(key)
    if read is None:
        return value
    try:
        return read(_text(key, reference, filling), path, filling.budget)
    except NotAsked:
        filling.filled.open.append(path)
    except NotRead as error:
        filling.filled.open.append(path)
        shown = reference if isinstance(reference, str) else json.dumps(reference, ensure_ascii=False)
        message = f"Placeholder {key} could not read location {shown[:200]}: {error}"
        if str(error) == SAME_REPOSITORY:
            message = f"{SAME_REPOSITORY}."
        filling.filled.faults.append(Fault((*path, key), RULE, EXPECTED, shown, error.cure, message=message))
    return value


SAME_REPOSITORY = "Placeholder may only reference files from the same repository as the entity"


def _text(key: str, reference: Any, filling: _Filling) -> str:
    if not isinstance(reference, str) or not reference.strip():
        raise NotRead("expected a string value parameter, in the form of an absolute URL or a relative path.")
    text = filling.files.text(reference.strip())
    filling.budget.take(text)
    if "\0" in text:
        raise NotRead("it holds the sign U+0000, so it is no text.", "Name a text; pictures and archives are none.")
    return text


# -- What each placeholder makes of a text ---------------------------------------------------------------------------


def _as_text(text: str, path: Path, budget: Budget) -> str:
    return text


def _as_yaml(text: str, path: Path, budget: Budget) -> Any:
    limits = replace(LIMITS, depth=LIMITS.depth - len(path), nodes=budget.nodes)
    found = documents.load_all(text, limits=limits, has_merge_keys=False)
    problems = [problem for document in found for problem in document.problems if problem.is_error]
    if problems:
        problem = problems[0]
        raise NotRead(f"line {problem.line}, column {problem.column} of it: {problem.message}", problem.cure or CURE)
    if len(found) != 1:
        cure = "Keep one document in the file; remove `---`." if found else "Put the content into the file."
        raise NotRead(f"expected to find exactly one document of data, found {len(found)}.", cure)
    return _measured(found[0].value, path, budget)


def _as_json(text: str, path: Path, budget: Budget) -> Any:
    try:
        value = json.loads(
            text, object_pairs_hook=_without_doubles, parse_int=_int, parse_float=_float, parse_constant=_float
        )
    except json.JSONDecodeError as error:
        raise NotRead(
            f"line {error.lineno}, column {error.colno} of it is no JSON: {error.msg}.", "Mend it."
        ) from error
    except RecursionError as error:
        raise NotRead(f"it is nested deeper than {LIMITS.depth}.", "Flatten it.") from error
    return _measured(value, path, budget)


_READERS: dict[str, Callable[[str, Path, Budget], Any]] = {
    "$text": _as_text,
    "$json": _as_json,
    "$yaml": _as_yaml,
    # Of a package that many add to Backstage, which also follows what the file refers to; here that stays as it is.
    "$openapi": _as_text,
    "$asyncapi": _as_text,
}


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotRead(f'the key "{key[:100]}" stands there twice in one map.', "Keep one of the two.")
        found[key] = value
    return found


def _int(text: str) -> int:
    if len(text.lstrip("-")) > MOST_DIGITS:
        raise NotRead(f"a number in it has more than {MOST_DIGITS} digits.", "Put it in quotes if it is a name.")
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotRead(f"{text[:40]} in it is not a number that JSON can hold.", "Write a number.")
    return number


def _measured(value: Any, path: Path, budget: Budget) -> Any:
    """Return `value`, whose size is taken from the budget."""
    for depth, item in _walk(value):
        budget.nodes -= 1
        if budget.nodes < 0:
            raise NotRead(f"the placeholders of one file may bring in {LIMITS.nodes} values at most.", "Name less.")
        if isinstance(item, dict | list) and depth + len(path) >= LIMITS.depth:
            raise NotRead(f"it is nested deeper than {LIMITS.depth}.", "Flatten it.")
        sign = documents.UNREADABLE.search(item) if isinstance(item, str) else None
        if sign:
            raise NotRead(f"the sign U+{ord(sign[0]):04X} in it is not allowed.", "Remove it.")
    return value


def _walk(value: Any) -> Iterator[tuple[int, Any]]:
    """Yield every key and value with its depth."""
    waiting = [(0, value)]
    while waiting:
        depth, item = waiting.pop()
        yield depth, item
        if isinstance(item, dict):
            for key, part in item.items():
                yield depth, key
                waiting.append((depth + 1, part))
        elif isinstance(item, list):
            waiting += [(depth + 1, part) for part in item]
