"""What a JSON Schema finds wrong with a value, in the words of somebody who writes YAML."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from scaffolder.lint.subject import MARK, Path, did_you_mean, listed, nearest

# The form library of Backstage reads pages by this draft.
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
WORDS = {
    "object": "a map",
    "array": "a list",
    "string": "text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "null": "nothing",
}


@dataclass(frozen=True)
class Mistake:
    """Something that a schema refuses.

    Attributes:
        path: of what is meant; of a missing field, the path that it would have.
        keyword: the schema's word that refuses it, `required` or `type`.
        says: the end of a sentence that begins with the path.
        is_key: the key is wrong, not its value.
    """

    path: Path
    keyword: str
    says: str
    expected: str = ""
    found: str = ""
    cure: str = ""
    is_key: bool = False


def mistakes(schema: Mapping[str, Any], value: Any, *, literal_only: bool = False) -> Iterator[Mistake]:
    """Yield what `schema` refuses in `value`.

    Args:
        literal_only: leave out what an expression in `value` decides about, since only the run can tell.
    """
    for error in _validator(json.dumps(schema)).iter_errors(value):
        if not (literal_only and _depends(error)):
            yield from _told(error, tuple(error.instance_path), schema)


@functools.lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    return jsonschema_rs.Draft202012Validator(json.loads(schema), offline=True)


def schema_mistake(value: Any) -> tuple[Path, str] | None:
    """Return where and why a value is no JSON Schema; None when it is one."""
    try:
        jsonschema_rs.meta.validate(_without_patterns(value) | {"$schema": DRAFT_7})
    except jsonschema_rs.ValidationError as error:
        path: Path = tuple(error.instance_path)
        return path, error.message
    return None


def _without_patterns(value: Any) -> Any:
    """Patterns have rules of their own, and so have references that lead out: neither is looked at here."""
    if isinstance(value, dict):
        return {
            key: _without_patterns(item)
            for key, item in value.items()
            if not (key in ("pattern", "$ref", "$schema") and isinstance(item, str))
        }
    return [_without_patterns(item) for item in value] if isinstance(value, list) else value


def _told(error: Any, path: Path, schema: Mapping[str, Any]) -> Iterator[Mistake]:
    kind, keyword = error.kind, str(error.kind.name)
    if keyword == "required":
        yield Mistake((*path, kind.property), keyword, "is missing.", expected=kind.property)
    elif keyword == "additionalProperties":
        known = _declared(schema, error.schema_path[:-1])
        for name in kind.unexpected:
            yield Mistake(
                (*path, name), keyword, "is not known here.", found=name, cure=_rename(name, known), is_key=True
            )
    elif keyword == "type":
        wanted = " or ".join(WORDS.get(name, name) for name in kind.types)
        yield Mistake(path, keyword, f"must be {wanted}.", expected=wanted, found=_shown(error.instance))
    elif keyword == "enum":
        options = [str(option) for option in kind.options]
        said = did_you_mean(str(error.instance), options)
        yield Mistake(
            path, keyword, f"must be one of {listed(options)}.", listed(options), _shown(error.instance), said
        )
    elif keyword in ("anyOf", "oneOf"):
        yield from _choice(error, path, keyword)
    else:
        yield Mistake(path, keyword, f"is refused: {error.message}.", found=_shown(error.instance))


def _choice(error: Any, path: Path, keyword: str) -> Iterator[Mistake]:
    """Say what would do, where a schema takes one of several."""
    wanted = [branch[0].kind.property for branch in _branches(error) if _misses_one(branch)]
    if wanted:
        says = f"needs {' or '.join(f'`{name}`' for name in wanted)}."
        yield Mistake(path, keyword, says, cure=f"Add `{wanted[0]}`.")
    else:
        yield Mistake(path, keyword, "is none of the forms that are taken.", found=_shown(error.instance))


def _branches(error: Any) -> list[list[Any]]:
    return list(getattr(error.kind, "context", []))


def _misses_one(branch: list[Any]) -> bool:
    return len(branch) == 1 and branch[0].kind.name == "required"


def _declared(schema: Any, path: Iterable[str | int]) -> list[str]:
    """Return the fields that the part of a schema at `path` knows."""
    for part in path:
        schema = schema[part]
    return list(schema.get("properties", {}))


def _rename(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f"Did you mean `{near}`?" if near else "Remove it, or mend its spelling."


def _depends(error: Any) -> bool:
    """Tell whether an expression decides about an error, so that only the run can tell."""
    keyword = error.kind.name
    if keyword in ("required", "additionalProperties"):
        return False
    if keyword in ("anyOf", "oneOf") and all(_misses_one(branch) for branch in _branches(error)):
        return False
    return _holds_expression(error.instance)


def _holds_expression(value: Any) -> bool:
    if isinstance(value, str):
        return MARK.search(value) is not None
    if isinstance(value, dict):
        return any(_holds_expression(item) for item in value.values())
    return isinstance(value, list) and any(_holds_expression(item) for item in value)


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
