"""GraphQL: queries, mutations and subscriptions of a schema, and what changes between two versions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import graphql
from graphql import GraphQLSchema
from graphql.utilities import find_breaking_changes, find_dangerous_changes

from catalog.apis.changes import Change, Level, ordered
from catalog.apis.outlines import Grouping, Outline, Unreadable

# Words and signs of one schema; the parser calls itself for each level of nesting.
MOST_TOKENS = 200_000
# `Type.field`, as the schema's own coordinates are written.
COORDINATE = re.compile(r"\b[_A-Za-z]\w*\.[_A-Za-z]\w*", re.ASCII)


def outline(text: str) -> Outline:
    """Return what a schema lets one ask, change and listen to.

    Raises:
        Unreadable: it is no GraphQL schema.
    """
    schema = read(text)
    found = Grouping()
    for verb, title, root in _roots(schema):
        for name, each in root.fields.items():
            found.add(
                title,
                verb,
                f"{name}{_arguments(each)}: {each.type}",
                each.description,
                is_deprecated=each.deprecation_reason is not None,
            )
    return Outline(description=schema.description or "", groups=found.groups())


def read(text: str) -> GraphQLSchema:
    """Return the schema that a text in the schema language, or the answer to an introspection query, describes.

    Raises:
        Unreadable: it is neither.
    """
    try:
        if text.lstrip()[:1] == "{":
            found = json.loads(text)
            return graphql.build_client_schema(found.get("data", found))
        document = graphql.parse(text, max_tokens=MOST_TOKENS)
        if any(isinstance(node, graphql.ExecutableDefinitionNode) for node in document.definitions):
            raise Unreadable("It holds a query. Give the schema that it asks.", 1, 1)
        # Directives of federations and gateways are known to them alone; `extend type Query` needs no first `type`.
        return graphql.build_ast_schema(_joined(document), assume_valid=True, assume_valid_sdl=True)
    except graphql.GraphQLError as error:
        place = error.locations[0] if error.locations else None
        raise Unreadable(error.message, place.line if place else 0, place.column if place else 0) from error
    except RecursionError as error:
        raise Unreadable("It is nested deeper than the portal reads.") from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(f"It is no GraphQL schema: {error}") from error


def compare(old_text: str, new_text: str) -> list[Change]:
    """Return what differs between two versions.

    Raises:
        Unreadable: one of them is no GraphQL schema.
    """
    old, new = read(old_text), read(new_text)
    try:
        found = [*_told(find_breaking_changes(old, new), Level.BREAKING)]
        found += _told(find_dangerous_changes(old, new), Level.RISKY)
    except (graphql.GraphQLError, RecursionError, TypeError) as error:
        raise Unreadable(f"The two schemas cannot be compared: {error}") from error
    return ordered([*found, *_added(old, new)])


def _told(found: list[Any], level: Level) -> Iterator[Change]:
    for change in found:
        named = COORDINATE.search(change.description)
        where = named[0] if named else change.description.partition(" ")[0]
        yield Change(level, where, "", change.description, change.type.name.lower().replace("_", "-"))


def _added(old: GraphQLSchema, new: GraphQLSchema) -> Iterator[Change]:
    for name, found in new.type_map.items():
        if name.startswith("__") or graphql.is_specified_scalar_type(found):
            continue
        before = old.type_map.get(name)
        if before is None:
            yield Change(Level.SAFE, name, "", f"{name} is new.", "type-added")
            continue
        fields: dict[str, Any] = getattr(found, "fields", {})
        for each in fields.keys() - getattr(before, "fields", {}).keys():
            # A field of an input that must be sent breaks, and is told above.
            if not (graphql.is_input_object_type(found) and graphql.is_required_input_field(fields[each])):
                yield Change(Level.SAFE, f"{name}.{each}", "", f"{name}.{each} is new.", "field-added")


def _roots(schema: GraphQLSchema) -> Iterator[tuple[str, str, Any]]:
    roots: tuple[tuple[str, str, Callable[[GraphQLSchema], Any]], ...] = (
        ("QUERY", "Queries", lambda each: each.query_type),
        ("MUTATION", "Mutations", lambda each: each.mutation_type),
        ("SUBSCRIPTION", "Subscriptions", lambda each: each.subscription_type),
    )
    for verb, title, root in roots:
        found = root(schema)
        if found is not None:
            yield verb, title, found


def _arguments(found: Any) -> str:
    told = ", ".join(f"{name}: {argument.type}" for name, argument in found.args.items())
    return f"({told})" if told else ""


def _joined(document: graphql.DocumentNode) -> graphql.DocumentNode:
    """Return a document in which each `extend type` is part of its type, as schemas of federations write them."""
    types: dict[str, Any] = {}
    others: list[Any] = []
    node: Any
    for node in document.definitions:
        extends = isinstance(node, graphql.TypeExtensionNode)
        if not (extends or isinstance(node, graphql.TypeDefinitionNode)):
            others.append(node)
            continue
        name = node.name.value
        types[name] = _with(types[name], node) if name in types else _as_definition(node)
    return graphql.DocumentNode(definitions=(*types.values(), *others))


DEFINITIONS: dict[type[Any], type[Any]] = {
    graphql.ObjectTypeExtensionNode: graphql.ObjectTypeDefinitionNode,
    graphql.InterfaceTypeExtensionNode: graphql.InterfaceTypeDefinitionNode,
    graphql.InputObjectTypeExtensionNode: graphql.InputObjectTypeDefinitionNode,
    graphql.EnumTypeExtensionNode: graphql.EnumTypeDefinitionNode,
    graphql.UnionTypeExtensionNode: graphql.UnionTypeDefinitionNode,
    graphql.ScalarTypeExtensionNode: graphql.ScalarTypeDefinitionNode,
}
PARTS = ("directives", "interfaces", "fields", "values", "types")


def _as_definition(node: Any) -> Any:
    wanted = DEFINITIONS.get(type(node))
    return wanted(**{key: getattr(node, key, None) for key in wanted.keys}) if wanted else node


def _with(node: Any, extension: Any) -> Any:
    parts = {
        part: (*(getattr(node, part, None) or ()), *(getattr(extension, part, None) or ()))
        for part in PARTS
        if part in type(node).keys
    }
    return type(node)(**{**{key: getattr(node, key, None) for key in type(node).keys}, **parts})
