"""Holds calls to GitHub's REST API, and answers to them, against GitHub's own OpenAPI description.

The description comes from the npm package `@octokit/openapi`, which is a development dependency. One thing is stricter
here than at GitHub: a body with a field that it does not know is refused, since it would overlook the misspelling. Two
are looser: 404 is an answer to everything, and `oneOf` is read as `anyOf`, since GitHub's alternatives overlap.
"""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

DESCRIPTION = Path("@octokit/openapi/generated/api.github.com.json")
# Parts of a path that may hold slashes, which OpenAPI has no word for.
SLASHED = ("path", "ref", "branch", "basehead", "tree_sha")
COMBINING = ("oneOf", "anyOf", "allOf")
JSON = "application/json"
PREFIX = "#/components/"
USER_OR_ENTERPRISE = {"Simple User", "Enterprise"}


@dataclass(frozen=True)
class Route:
    """A path of the description; `pattern` takes slashes only where nothing narrower fits."""

    pattern: re.Pattern[str]
    exact: bool
    placeholders: int
    item: Mapping[str, Any]


class Contract:
    """GitHub's description, read once for a whole run of tests; each check returns what is wrong, in sentences."""

    def __init__(self, path: Path) -> None:
        description = json.loads(path.read_text(encoding="utf-8"))
        self._components = description["components"]
        found = [route for template, item in description["paths"].items() for route in _routes(template, item)]
        self._routes = sorted(found, key=lambda route: (not route.exact, route.placeholders))

    def request(self, method: str, path: str, query: Mapping[str, str], body: object) -> list[str]:
        """Return what GitHub would not understand of a call; `body` is None when there is none."""
        operation, known = self._operation(method, path)
        if operation is None:
            return [f"{method} {path}: GitHub has no such {'method' if known else 'path'}"]
        content = self._resolved(operation.get("requestBody", {})).get("content", {})
        faults = list(self._query_faults(operation, query))
        if JSON not in content:
            return faults + ([f"{method} {path}: a body, where none is expected"] if body else [])
        if body is None and not operation["requestBody"].get("required"):
            return faults
        return faults + self._faults(_closed(content[JSON]["schema"]), body, f"{method} {path}: body")

    def answer(self, method: str, path: str, status: int, body: object) -> list[str]:
        """Return what GitHub would not have answered."""
        operation, _ = self._operation(method, path)
        if operation is None:
            return [f"{method} {path}: GitHub has no such call"]
        where = f"{method} {path}: {status}"
        if status == 404:
            return self._faults({"$ref": f"{PREFIX}schemas/basic-error"}, body, where)
        if str(status) not in operation["responses"]:
            return [f"{where} is not one of {sorted(operation['responses'])}"]
        content = self._resolved(operation["responses"][str(status)]).get("content", {})
        if JSON in content:
            return self._faults(content[JSON]["schema"], body, where)
        return [f"{where}: a body, where none is expected"] if body else []

    def _operation(self, method: str, path: str) -> tuple[Mapping[str, Any] | None, bool]:
        matching = [route for route in self._routes if route.pattern.fullmatch(path)]
        for route in matching:
            if method.lower() in route.item:
                return route.item[method.lower()], True
        return None, bool(matching)

    def _query_faults(self, operation: Mapping[str, Any], query: Mapping[str, str]) -> Iterator[str]:
        named = [self._resolved(one) for one in operation.get("parameters", [])]
        known = {one["name"]: one for one in named if one["in"] == "query"}
        yield from (f"query: {name} is unknown" for name in query if name not in known)
        for name, parameter in known.items():
            allowed = self._resolved(parameter["schema"]).get("enum")
            if name in query and allowed and query[name] not in allowed:
                yield f"query: {name}={query[name]} is not one of {allowed}"
            if parameter.get("required") and name not in query:
                yield f"query: {name} is missing"

    def _faults(self, schema: Mapping[str, Any], value: object, where: str) -> list[str]:
        validator = self._validator(json.dumps(schema, sort_keys=True))
        errors = validator.iter_errors(value)
        return [
            f"{where} at {'/'.join(map(str, error.instance_path)) or 'the top'}: {error.message}" for error in errors
        ]

    @functools.lru_cache(maxsize=512)  # noqa: B019 — one contract lives as long as the run
    def _validator(self, schema: str) -> jsonschema_rs.Draft202012Validator:
        wanted = json.loads(schema)
        components: dict[str, dict[str, Any]] = {}
        for reference in self._reached(wanted):
            group, name = reference.removeprefix(PREFIX).split("/", 1)
            components.setdefault(group, {})[name] = _plain(self._components[group][name])
        return jsonschema_rs.Draft202012Validator({**_plain(wanted), "components": components})

    def _reached(self, schema: object) -> set[str]:
        """Return all references that `schema` leads to, however many steps away."""
        found: set[str] = set()
        waiting = [schema]
        while waiting:
            for reference in _references(waiting.pop()):
                if reference not in found:
                    found.add(reference)
                    waiting.append(self._resolved({"$ref": reference}))
        return found

    def _resolved(self, node: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in node:
            group, name = node["$ref"].removeprefix(PREFIX).split("/", 1)
            node = self._components[group][name]
        return node


def _routes(template: str, item: Mapping[str, Any]) -> Iterator[Route]:
    names = re.findall(r"{(\w+)}", template)
    literal = re.sub(r"\\{\w+\\}", "{}", re.escape(template))
    yield Route(re.compile(literal.replace("{}", "[^/]+")), True, len(names), item)
    if any(name in SLASHED for name in names):
        parts = [".+" if name in SLASHED else "[^/]+" for name in names]
        yield Route(re.compile(literal.format(*parts)), False, len(names), item)


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _plain(node: Any) -> Any:
    """Say OpenAPI's `nullable` in the words of JSON Schema."""
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if not isinstance(node, dict):
        return node
    kept = {"anyOf" if _offers_a_choice(key, value) else key: _plain(value) for key, value in node.items()}
    return {"anyOf": [kept, {"type": "null"}]} if kept.pop("nullable", None) is True else kept


def _offers_a_choice(key: str, value: Any) -> bool:
    """Whether a word of a schema means one of several; once GitHub wrote `allOf` for a user or an enterprise."""
    return key == "oneOf" or (key == "allOf" and {one.get("title") for one in value} == USER_OR_ENTERPRISE)


def _closed(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Let an object have only the fields that GitHub names."""
    is_open = schema.get("type") == "object" and not any(
        word in schema for word in (*COMBINING, "additionalProperties")
    )
    return {**schema, "additionalProperties": False} if is_open else schema
