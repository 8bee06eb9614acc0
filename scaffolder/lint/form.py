"""The pages of the form: schemas, patterns, what must be asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from scaffolder.lint import patterns
from scaffolder.lint.backstage import FIELDS
from scaffolder.lint.schemas import schema_mistake
from scaffolder.lint.subject import Page, Path, Property, Subject, did_you_mean, listed

STANDARD_FIELDS = re.compile(r"[A-Z][A-Za-z]*Field")


def check(subject: Subject, used: Collection[str]) -> None:
    """Note what is wrong with the pages.

    Args:
        used: the parameters that steps or output refer to.
    """
    for page in subject.pages:
        _check_references(subject, page)
        _check_schema(subject, page)
        _check_required(subject, page, used)
        for path, pattern in _patterns(page.schema, page.path):
            patterns.check(subject, path, pattern)
    for found in subject.properties:
        _check_field(subject, found)


def _check_schema(subject: Subject, page: Page) -> None:
    if any(key.startswith("$") for key in page.schema):
        return
    mistake = schema_mistake(dict(page.schema))
    if mistake is not None:
        path, says = mistake
        subject.add(
            "L37",
            f"This is no JSON Schema: {says}.",
            subject.value_at((*page.path, *path)),
            cure="Mend it as https://json-schema.org/understanding-json-schema/ describes the keyword.",
        )


def _check_references(subject: Subject, page: Page) -> None:
    for path, reference in _values_of(page.schema, "$ref", page.path):
        if not reference.startswith("#"):
            subject.add(
                "L35",
                f"The schema refers to `{reference}`, which is not in this template.",
                subject.value_at(path),
                cure="Copy the schema into this page; a reference begins with `#/`.",
                found=reference,
            )


def _check_required(subject: Subject, page: Page, used: Collection[str]) -> None:
    """A page that asks for nothing lets a run start without what its steps need."""
    if any(isinstance(required, list) for required in _lists_of(page.schema, "required")):
        return
    needed = [
        found.name
        for found in subject.properties
        if found.page is page and found.is_plain and found.name in used and _may_be_missing(found.schema)
    ]
    if needed:
        names = ", ".join(needed)
        subject.add(
            "L30",
            f"The page has no `required`, so a run may start without {listed(needed)}.",
            subject.value_at(page.path),
            cure=f"Add `required: [{names}]` beside `properties`.",
        )


def _may_be_missing(schema: Mapping[str, Any]) -> bool:
    return "default" not in schema and schema.get("type") != "boolean" and not schema.get("$ref")


def _check_field(subject: Subject, found: Property) -> None:
    field = found.schema.get("ui:field")
    if not isinstance(field, str) or field in FIELDS or STANDARD_FIELDS.fullmatch(field):
        return
    subject.add(
        "L36",
        f"There is no field `{field}`; the form shows a plain input.",
        subject.value_at((*found.path, "ui:field")),
        cure=did_you_mean(field, FIELDS) or "Use one of Backstage's fields, such as `EntityPicker`, or a `ui:widget`.",
        found=field,
    )


def _patterns(schema: Any, path: Path) -> Iterator[tuple[Path, str]]:
    return _values_of(schema, "pattern", path)


def _values_of(schema: Any, keyword: str, path: Path, *, is_names: bool = False) -> Iterator[tuple[Path, str]]:
    """Yield the texts that stand at `keyword` anywhere in a schema; a parameter may itself be called so."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == keyword and isinstance(value, str) and not is_names:
                yield (*path, key), value
            else:
                names = key in ("properties", "patternProperties", "definitions", "$defs") and not is_names
                yield from _values_of(value, keyword, (*path, key), is_names=names)
    elif isinstance(schema, list):
        for number, item in enumerate(schema):
            yield from _values_of(item, keyword, (*path, number))


def _lists_of(schema: Any, keyword: str) -> Iterator[Any]:
    """Yield what stands at `keyword` in a page and its conditions; not within a parameter."""
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == keyword:
                yield value
            elif key != "properties":
                yield from _lists_of(value, keyword)
    elif isinstance(schema, list):
        for item in schema:
            yield from _lists_of(item, keyword)


def drives_conditions(page: Page) -> set[str]:
    """Return the parameters that decide which others a page shows."""
    found: set[str] = set()
    for keyword in ("dependencies", "dependentSchemas", "dependentRequired"):
        for part in _lists_of(page.schema, keyword):
            found |= set(part) if isinstance(part, Mapping) else set()
    for part in _lists_of(page.schema, "if"):
        asked = part.get("properties") if isinstance(part, Mapping) else None
        found |= set(asked) if isinstance(asked, Mapping) else set()
    return found
