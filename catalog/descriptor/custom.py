"""Kinds that an installation describes as data, in waymark.yaml or in admin: a JSON Schema and what fields point at.

Such a description is checked before it is used: whoever writes it may be careless, and it is run on texts of strangers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import jsonschema_rs

from catalog.descriptor import checks, kinds, relations
from catalog.descriptor.kinds import Kind
from catalog.descriptor.relations import RelationField

RULE = "KIND"
Description = Mapping[str, Any]
# The field of the description that is wrong, and what is wrong with it.
Mistake = tuple[str, str]

LARGEST_SCHEMA = 100_000
MOST_RELATIONS = 50
# Steps that one value may take through the schema, with each reference followed.
MOST_STEPS = 20_000
TYPE = re.compile(r"\w+", re.ASCII)
FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*){0,5}", re.ASCII)
REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
DRAFT = "https://json-schema.org/draft/2020-12/schema"
# Where the format keeps values rather than schemas.
VALUES = frozenset({"const", "default", "enum", "examples"})


def kind_of(description: Description) -> Kind:
    """Return the kind that a description without mistakes stands for."""
    fields = tuple(
        RelationField(
            name=each["field"],
            type=each["type"],
            kind=each.get("defaultKind", ""),
            rule=RULE,
            reverse=each.get("reverse") or relations.INVERSE.get(each["type"], ""),
        )
        for each in description.get("relations") or ()
    )
    schema = dict(description["schema"])
    return Kind(description["kind"], RULE, schema, fields, tuple(description["apiVersions"]))


def mistakes(description: Description, *, others: Collection[Description] = ()) -> list[Mistake]:
    """Return what is wrong with a description, in the order of its fields.

    Args:
        others: kinds that are described beside it, whose names and relations it may not contradict.
    """
    return [
        *_name_mistakes(description.get("kind"), others),
        *_version_mistakes(description.get("apiVersions")),
        *_schema_mistakes(description.get("schema")),
        *_relation_mistakes(description.get("relations") or [], others),
    ]


def _name_mistakes(name: Any, others: Iterable[Description]) -> Iterator[Mistake]:
    if not isinstance(name, str) or not checks.is_kind(name):
        yield "kind", f"A kind is {checks.KIND_FORM.expected}."
        return
    taken = [*kinds.fixed_names(), *(str(other.get("kind")) for other in others)]
    if name.lower() in {each.lower() for each in taken}:
        yield "kind", f"There is a kind {name} already; letter case does not count."


def _version_mistakes(versions: Any) -> Iterator[Mistake]:
    if not isinstance(versions, list) or not versions:
        yield "apiVersions", 'Write a list with at least one version, such as "acme.example/v1".'
        return
    for version in versions:
        if not isinstance(version, str) or not checks.is_api_version(version):
            yield "apiVersions", f"{json.dumps(version)[:100]} is no version; write `acme.example/v1`."


# -- The schema ------------------------------------------------------------------------------------------------------


def _schema_mistakes(schema: Any) -> Iterator[Mistake]:
    if not isinstance(schema, dict):
        yield "schema", "Write a JSON Schema: a map with `type: object` and `properties:`."
        return
    if len(json.dumps(schema)) > LARGEST_SCHEMA:
        yield "schema", f"The schema is longer than {LARGEST_SCHEMA // 1_000} KB."
        return
    leading_out = sorted(set(_leading_out(schema)))
    if leading_out:
        yield "schema", f"{leading_out[0][:100]} points outside of the schema; a reference begins with `#`."
        return
    try:
        jsonschema_rs.meta.validate({**schema, "$schema": DRAFT})
        kinds.compiled(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        yield "schema", f"This is no JSON Schema that can be used: {str(error).splitlines()[0][:300]}"
        return
    if _steps(schema, schema, {}) > MOST_STEPS:
        yield "schema", "Checking a value by this schema takes too many steps. Use fewer nested alternatives."


def _leading_out(schema: Any) -> Iterator[str]:
    """Yield what names another document: references, and names that references would be resolved by."""
    for node in _nodes(schema):
        for keyword in REFERENCES:
            if keyword in node and not str(node[keyword]).startswith("#"):
                yield str(node[keyword])
        if "$id" in node and node is not schema:
            yield str(node["$id"])
        if node.get("$schema", DRAFT).rstrip("#") != DRAFT:
            yield str(node["$schema"])


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item)
    elif isinstance(node, dict):
        yield node
        for key, part in node.items():
            if key not in VALUES:
                yield from _nodes(part)


def _steps(node: Any, root: Any, known: dict[str, int]) -> int:
    """Return how many schemas are tried on one value at the most; a reference that comes round again ends there."""
    if isinstance(node, list):
        return sum(_steps(item, root, known) for item in node)
    if not isinstance(node, dict):
        return 0
    total = 1
    for key, part in node.items():
        if key in REFERENCES and isinstance(part, str):
            total += _referred(part, root, known)
        elif key not in VALUES and key not in ("$defs", "definitions"):
            total += _steps(part, root, known)
    return total


def _referred(reference: str, root: Any, known: dict[str, int]) -> int:
    if reference not in known:
        known[reference] = 1
        target = root
        for name in reference.removeprefix("#").strip("/").split("/"):
            name = name.replace("~1", "/").replace("~0", "~")
            target = target.get(name, target) if isinstance(target, dict) else target
        known[reference] = _steps(target, root, known)
    return known[reference]


# -- Relations -------------------------------------------------------------------------------------------------------


def _relation_mistakes(found: Any, others: Iterable[Description]) -> Iterator[Mistake]:
    if not isinstance(found, list) or len(found) > MOST_RELATIONS:
        yield "relations", f"Write a list of at most {MOST_RELATIONS} maps with field, type, reverse and defaultKind."
        return
    known = dict(relations.INVERSE)
    for other in others:
        known |= pairs(other)
    for each in found:
        message = _relation_mistake(each, known)
        if message:
            yield "relations", message
        else:
            known |= pairs({"relations": [each]})


def _relation_mistake(each: Any, known: Mapping[str, str]) -> str:
    if not isinstance(each, dict) or set(each) - {"field", "type", "reverse", "defaultKind"}:
        return f"{json.dumps(each)[:100]} is no map with field, type, reverse and defaultKind."
    field, type_, kind = each.get("field"), str(each.get("type") or ""), each.get("defaultKind", "")
    if not isinstance(field, str) or not FIELD.fullmatch(field):
        return f"{json.dumps(field)[:100]} is no field of spec; write its name, with dots for fields in fields."
    reverse = str(each.get("reverse") or known.get(type_, ""))
    for name in (type_, reverse):
        if not TYPE.fullmatch(name) or len(name) > relations.LONGEST_TYPE:
            return (
                f"The relation of {field} needs a type and a reverse of letters and digits, such as `runsOn`, `runs`."
            )
    if known.get(type_, reverse) != reverse or known.get(reverse, type_) != type_:
        return f"{type_} is {known.get(type_) or known.get(reverse)} the other way round already."
    if kind and not (isinstance(kind, str) and checks.is_kind(kind)):
        return f"{json.dumps(kind)[:100]} is no kind."
    return ""


def pairs(description: Description) -> dict[str, str]:
    """Return how the relations of a description read the other way, both ways round."""
    found: dict[str, str] = {}
    for each in description.get("relations") or ():
        if isinstance(each, dict) and each.get("type") and each.get("reverse"):
            found |= {str(each["type"]): str(each["reverse"]), str(each["reverse"]): str(each["type"])}
    return found
