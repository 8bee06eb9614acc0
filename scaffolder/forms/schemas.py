"""Reads the pages of a form, JSON Schema draft-07 as Backstage's templates use it.

`resolve` answers what a page asks for, given what has been answered so far: references, `dependencies`, `allOf`,
`if` and `oneOf` are gone from its result, so that fields and checks see one plain object schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scaffolder.forms import checker

Schema = dict[str, Any]
# A reference that leads to itself stops here.
DEEPEST = 20
FEATURE_FLAG = "backstage:featureFlag"


def shown(pages: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the pages that are asked: not those behind a feature flag, which is off (T03)."""
    return [page for page in pages if FEATURE_FLAG not in page]


def resolve(schema: Mapping[str, Any], values: Any, *, root: Mapping[str, Any] | None = None, depth: int = 0) -> Schema:
    """Return `schema` as it holds for `values`, without references and conditions.

    Args:
        root: the page that references in `schema` are relative to; `schema` itself when it is the page.
    """
    root = schema if root is None else root
    if depth > DEEPEST:
        return {}
    flat = _flat(schema, values if isinstance(values, Mapping) else {}, root, depth)
    return _with_resolved_parts(flat, values, root, depth)


def is_conditional(schema: Mapping[str, Any]) -> bool:
    """Tell whether answers change what a page asks for."""
    return any(True for _ in _drivers(schema))


def drivers(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the properties, at any depth, whose answers change what else is asked."""
    return frozenset(_drivers(schema))


def options(schema: Mapping[str, Any]) -> Schema:
    """Return the `ui:` settings of a property; those under `ui:options` and beside it are one."""
    inside = schema.get("ui:options")
    found = dict(inside) if isinstance(inside, Mapping) else {}
    beside = {key[3:]: value for key, value in schema.items() if key.startswith("ui:")}
    return {**found, **{key: value for key, value in beside.items() if key != "options"}}


def type_of(schema: Mapping[str, Any]) -> str:
    """Return the one type that a property is asked as; "null" beside another type only says that it may be empty."""
    written = schema.get("type")
    if isinstance(written, list):
        written = next((name for name in written if name != "null"), "null")
    if isinstance(written, str):
        return written
    if "properties" in schema:
        return "object"
    if "items" in schema:
        return "array"
    return _type_of_value(next(iter(constants(schema)), schema.get("default")))


def constants(schema: Mapping[str, Any]) -> list[Any]:
    """Return the values that a property may only have: of `enum`, `const`, or a `oneOf` of constants."""
    if isinstance(schema.get("enum"), list):
        return list(schema["enum"])
    choices = schema.get("oneOf") or schema.get("anyOf")
    if isinstance(choices, list) and choices and all(isinstance(c, Mapping) and "const" in c for c in choices):
        return [choice["const"] for choice in choices]
    return [schema["const"]] if "const" in schema else []


def in_order(properties: Mapping[str, Any], order: Any) -> list[str]:
    """Return the names of `properties` as `ui:order` wants them; `*` stands for those that it does not name."""
    if not isinstance(order, list):
        return list(properties)
    named = [name for name in order if name in properties]
    rest = [name for name in properties if name not in named]
    if "*" not in order:
        return named + rest
    star = len([name for name in order[: order.index("*")] if name in properties])
    return named[:star] + rest + named[star:]


_CONDITIONS = ("$ref", "dependencies", "allOf", "oneOf", "anyOf", "if", "then", "else")
_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}


def _type_of_value(value: Any) -> str:
    return _TYPES.get(type(value), "string")


def _dereferenced(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Schema:
    """Return `schema` with its `$ref` followed; what stands beside the reference wins, as in Backstage's forms."""
    found = dict(schema)
    for _round in range(DEEPEST):
        if "$ref" not in found:
            return found
        target = _target(found.pop("$ref"), root)
        found = {**target, **found}
    return {key: value for key, value in found.items() if key != "$ref"}


def _target(reference: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = root
    if not isinstance(reference, str) or not reference.startswith("#"):
        return {}
    for part in [part for part in reference[1:].split("/") if part]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found.get(name, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _flat(schema: Mapping[str, Any], values: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> Schema:
    """Return `schema` with its conditions replaced by the parts that hold for `values`."""
    if depth > DEEPEST:
        return {}
    found = _dereferenced(schema, root)
    flat = {key: value for key, value in found.items() if key not in _CONDITIONS}
    for branch, selectors in _branches(found, values, root):
        flat = _merged(flat, _flat(branch, values, root, depth + 1), without=selectors)
    return flat


def _branches(
    schema: Schema, values: Mapping[str, Any], root: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], frozenset[str]]]:
    """Yield the parts of `schema` that hold for `values`, with the names that only select them."""
    none: frozenset[str] = frozenset()
    for part in _list(schema.get("allOf")):
        yield part, none
    if isinstance(schema.get("if"), Mapping):
        side = schema.get("then" if checker.holds(schema["if"], values, root) else "else")
        if isinstance(side, Mapping):
            yield side, none
    for name, wanted in _mapping(schema.get("dependencies")).items():
        if values.get(name) is not None:
            yield from _dependency(name, wanted, values, root)
    for keyword in ("oneOf", "anyOf"):
        branch = _chosen(_list(schema.get(keyword)), values, root)
        if branch is not None and not constants(schema):
            yield branch, _selectors(branch, schema)


def _dependency(
    name: str, wanted: Any, values: Mapping[str, Any], root: Mapping[str, Any]
) -> Iterator[tuple[Mapping[str, Any], frozenset[str]]]:
    if isinstance(wanted, list):
        yield {"required": wanted}, frozenset()
        return
    if not isinstance(wanted, Mapping):
        return
    yield {key: value for key, value in wanted.items() if key != "oneOf"}, frozenset()
    for branch in _list(wanted.get("oneOf")):
        condition = _mapping(_mapping(branch.get("properties")).get(name))
        if checker.holds({"properties": {name: condition}}, values, root):
            yield branch, frozenset({name})
            return


def _chosen(
    branches: list[Mapping[str, Any]], values: Mapping[str, Any], root: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """Return the branch of a `oneOf` whose constants agree with `values`; the first when none does."""
    for branch in branches:
        fixed = {n: p for n, p in _mapping(branch.get("properties")).items() if isinstance(p, Mapping) and constants(p)}
        if fixed.keys() <= values.keys() and checker.holds({"properties": fixed}, values, root):
            return branch
    return branches[0] if branches else None


def _selectors(branch: Mapping[str, Any], schema: Mapping[str, Any]) -> frozenset[str]:
    own = _mapping(schema.get("properties"))
    return frozenset(
        name
        for name, part in _mapping(branch.get("properties")).items()
        if name in own and isinstance(part, Mapping) and constants(part)
    )


def _merged(schema: Schema, part: Mapping[str, Any], *, without: frozenset[str]) -> Schema:
    """Return `schema` with `part` added to it; names in `without` keep what they were."""
    merged = {**schema, **{key: value for key, value in part.items() if key not in ("properties", "required")}}
    properties = dict(_mapping(schema.get("properties")))
    for name, added in _mapping(part.get("properties")).items():
        if name in without and name in properties:
            continue
        both = isinstance(properties.get(name), Mapping) and isinstance(added, Mapping)
        properties[name] = {**properties[name], **added} if both else added
    if properties:
        merged["properties"] = properties
    required = [*_names(schema.get("required")), *_names(part.get("required"))]
    if required:
        merged["required"] = list(dict.fromkeys(required))
    return merged


def _with_resolved_parts(schema: Schema, values: Any, root: Mapping[str, Any], depth: int) -> Schema:
    """Resolve the properties and items of `schema`; hidden ones go, and what is asked is all that may be given."""
    if "required" in schema:
        schema = {**schema, "required": _names(schema["required"])}
    if isinstance(schema.get("properties"), Mapping):
        given = values if isinstance(values, Mapping) else {}
        shown = {
            str(name): _part(part, given.get(name), root, depth)
            for name, part in schema["properties"].items()
            if isinstance(part, Mapping) and FEATURE_FLAG not in part
        }
        required = [name for name in schema.get("required", ()) if name in shown or name not in schema["properties"]]
        schema = {"additionalProperties": False, **schema, "properties": shown, "required": required}
    if isinstance(schema.get("items"), Mapping):
        first = values[0] if isinstance(values, list) and values else None
        schema = {**schema, "items": _part(schema["items"], first, root, depth)}
    return schema


def _part(part: Mapping[str, Any], value: Any, root: Mapping[str, Any], depth: int) -> Schema:
    """Resolve a property; a list of constants with titles stays, since it is a choice and no condition."""
    flat = _dereferenced(part, root)
    if constants(flat):
        return flat
    return resolve(flat, value, root=root, depth=depth + 1)


def _drivers(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from _mapping(schema.get("dependencies"))
    condition = _mapping(schema.get("if"))
    yield from _mapping(condition.get("properties"))
    yield from _names(condition.get("required"))
    choices = [*_list(schema.get("oneOf")), *_list(schema.get("anyOf"))]
    for branch in choices:
        yield from _selectors(branch, schema)
    below = [part for _name, part in _parts(schema) if "properties" in part]
    sides = _list([schema.get("then"), schema.get("else")])
    wanted = _list(list(_mapping(schema.get("dependencies")).values()))
    for part in [*_list(schema.get("allOf")), *choices, *below, *sides, *wanted]:
        yield from _drivers(part)


def _parts(schema: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(n, part) for n, part in _mapping(schema.get("properties")).items() if isinstance(part, Mapping)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _names(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
