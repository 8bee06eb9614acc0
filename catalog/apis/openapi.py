"""OpenAPI 3 and Swagger 2: operations, and what changes between two versions.

Source: https://spec.openapis.org/oas/ (3.0, 3.1), https://swagger.io/specification/v2/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.apis import texts
from catalog.apis.changes import Change, Level, ordered
from catalog.apis.outlines import Grouping, Outline, Unreadable
from catalog.apis.outlines import texts as short_texts
from catalog.apis.schema_changes import Comparison, Way, resolved

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
VARIABLE = re.compile(r"\{[^}/]*\}")
JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation: where it stands (`query`, `header`, `path`, `cookie`) and what it may be."""

    place: str
    name: str
    is_required: bool
    schema: Any


@dataclass(frozen=True)
class Operation:
    """One method of one path. `bodies` and the answers are schemas by media type."""

    method: str
    path: str
    tag: str
    summary: str
    is_deprecated: bool
    parameters: dict[tuple[str, str], Parameter] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    needs_body: bool = False
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """What a client calls: how a variable of the path is named makes no difference to it."""
        return self.method, VARIABLE.sub("{}", self.path)


def outline(text: str) -> Outline:
    """Return the operations of a definition, by their first tag.

    Raises:
        Unreadable: it is no OpenAPI definition.
    """
    document = read(text)
    info = texts.mapping(document, "info")
    found = Grouping()
    for operation in operations(document):
        summary = operation.summary
        found.add(
            operation.tag, operation.method.upper(), operation.path, summary, is_deprecated=operation.is_deprecated
        )
    return Outline(
        title=texts.text(info, "title"),
        label=texts.text(info, "version"),
        description=texts.text(info, "description"),
        servers=_servers(document),
        groups=found.groups(),
    )


def read(text: str) -> dict[str, Any]:
    """Return the document of a definition.

    Raises:
        Unreadable: it is no OpenAPI definition.
    """
    document = texts.read(text)
    if not (texts.text(document, "openapi") or texts.text(document, "swagger")):
        raise Unreadable("It has neither `openapi:` nor `swagger:` with a version, so it is no OpenAPI definition.", 1)
    return document


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Yield the operations in the order of the document."""
    for path, item in texts.mapping(document, "paths").items():
        found = resolved(item, document)
        for method in METHODS:
            if isinstance(found, dict) and isinstance(found.get(method), dict):
                yield _operation(document, path, found, method)


def compare(old_text: str, new_text: str) -> list[Change]:
    """Return what differs between two versions.

    Raises:
        Unreadable: one of them is no OpenAPI definition.
    """
    old, new = read(old_text), read(new_text)
    before = {each.key: each for each in operations(old)}
    after = {each.key: each for each in operations(new)}
    found = [_gone(before[key]) for key in before.keys() - after.keys()]
    found += [
        Change(Level.SAFE, after[key].name, "", "It is new.", "operation-added") for key in after.keys() - before.keys()
    ]
    comparison = Comparison(old, new)
    for key in before.keys() & after.keys():
        found += _operations(comparison, before[key], after[key])
    return ordered(found)


def _gone(operation: Operation) -> Change:
    told = "It is gone; it was marked as deprecated before." if operation.is_deprecated else "It is gone."
    return Change(Level.BREAKING, operation.name, "", told, "operation-removed")


def _operations(comparison: Comparison, old: Operation, new: Operation) -> Iterator[Change]:
    if new.is_deprecated and not old.is_deprecated:
        yield Change(Level.SAFE, new.name, "", "It is deprecated now.", "operation-deprecated")
    yield from _parameters(comparison, old, new)
    yield from _bodies(comparison, old, new)
    yield from _answers(comparison, old, new)


def _parameters(comparison: Comparison, old: Operation, new: Operation) -> Iterator[Change]:
    before = {key: each for key, each in old.parameters.items() if each.place != "path"}
    after = {key: each for key, each in new.parameters.items() if each.place != "path"}
    for place, name in before.keys() - after.keys():
        yield Change(Level.RISKY, new.name, f"{place} {name}", "It is not read any more.", "parameter-removed")
    for key in after.keys() - before.keys():
        is_required = after[key].is_required
        told = "It is new and must be sent." if is_required else "It is new."
        level = Level.BREAKING if is_required else Level.SAFE
        yield Change(level, new.name, " ".join(key), told, "parameter-added")
    for key in before.keys() & after.keys():
        one, other = before[key], after[key]
        if one.is_required != other.is_required:
            level = Level.BREAKING if other.is_required else Level.SAFE
            told = "It must be sent now." if other.is_required else "It may be left out now."
            yield Change(level, new.name, " ".join(key), told, "parameter-required")
        way, path = Way.REQUEST, " ".join(key)
        yield from comparison.schemas(one.schema, other.schema, way=way, where=new.name, path=path)


def _bodies(comparison: Comparison, old: Operation, new: Operation) -> Iterator[Change]:
    if new.needs_body and not old.needs_body:
        yield Change(Level.BREAKING, new.name, "body", "A body must be sent now.", "body-required")
    for media in old.bodies.keys() - new.bodies.keys():
        yield Change(Level.BREAKING, new.name, "body", f"`{media}` is not read any more.", "media-removed")
    for media in new.bodies.keys() - old.bodies.keys():
        yield Change(Level.SAFE, new.name, "body", f"`{media}` is read now.", "media-added")
    for media in old.bodies.keys() & new.bodies.keys():
        old_schema, new_schema = old.bodies[media], new.bodies[media]
        yield from comparison.schemas(old_schema, new_schema, way=Way.REQUEST, where=new.name, path="body")


def _answers(comparison: Comparison, old: Operation, new: Operation) -> Iterator[Change]:
    for status in old.answers.keys() - new.answers.keys():
        # Clients act on success; that an error is not described any more does not say that it never comes.
        level = Level.BREAKING if status.startswith("2") else Level.RISKY
        yield Change(level, new.name, status, "It is not answered any more.", "answer-removed")
    for status in new.answers.keys() - old.answers.keys():
        level = Level.RISKY if status.startswith("2") else Level.SAFE
        yield Change(level, new.name, status, "It is a new answer.", "answer-added")
    for status in old.answers.keys() & new.answers.keys():
        before, after = old.answers[status], new.answers[status]
        for media in before.keys() - after.keys():
            yield Change(Level.BREAKING, new.name, status, f"`{media}` is not answered any more.", "media-removed")
        for media in before.keys() & after.keys():
            way = Way.ANSWER
            yield from comparison.schemas(before[media], after[media], way=way, where=new.name, path=status)


def _operation(document: dict[str, Any], path: str, item: dict[str, Any], method: str) -> Operation:
    found = item[method]
    parameters = [resolved(each, document) for each in (*texts.listing(item, "parameters"), *_own(found))]
    tags = [tag for tag in texts.listing(found, "tags") if isinstance(tag, str)]
    bodies, needs_body = _body(document, found, parameters)
    return Operation(
        method=method,
        path=path,
        tag=tags[0] if tags else "",
        summary=texts.text(found, "summary") or texts.text(found, "description"),
        is_deprecated=found.get("deprecated") is True,
        parameters=_parameters_of(parameters),
        bodies=bodies,
        needs_body=needs_body,
        answers={status: _media(answer, document) for status, answer in texts.mapping(found, "responses").items()},
    )


def _own(operation: Any) -> list[Any]:
    return texts.listing(operation, "parameters")


def _parameters_of(parameters: list[Any]) -> dict[tuple[str, str], Parameter]:
    found: dict[tuple[str, str], Parameter] = {}
    for each in parameters:
        place, name = texts.text(each, "in"), texts.text(each, "name")
        if name and place in ("query", "header", "path", "cookie", "formData"):
            # Swagger 2 writes the type beside the name.
            schema = each.get("schema", {k: v for k, v in each.items() if k not in ("required", "name", "in")})
            key = (place, name.lower() if place == "header" else name)
            found[key] = Parameter(place, name, each.get("required") is True, schema)
    return found


def _body(document: dict[str, Any], operation: Any, parameters: list[Any]) -> tuple[dict[str, Any], bool]:
    """Return the schemas of the body by media type, and whether a body must be sent."""
    in_body = [each for each in parameters if isinstance(each, dict) and each.get("in") == "body"]
    if in_body:
        return {JSON: in_body[0].get("schema")}, in_body[0].get("required") is True
    body = resolved(operation.get("requestBody"), document)
    return _media(body, document), isinstance(body, dict) and body.get("required") is True


def _media(value: Any, document: dict[str, Any]) -> dict[str, Any]:
    found = resolved(value, document)
    if isinstance(found, dict) and "schema" in found:
        return {JSON: found["schema"]}
    return {
        media: each.get("schema") if isinstance(each, dict) else None
        for media, each in texts.mapping(found, "content").items()
    }


def _servers(document: dict[str, Any]) -> tuple[str, ...]:
    if texts.text(document, "host"):
        return (f"{texts.text(document, 'host')}{texts.text(document, 'basePath')}",)
    return short_texts(texts.text(server, "url") for server in texts.listing(document, "servers"))
