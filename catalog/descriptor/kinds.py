"""The kinds of entities: the fields of each (K01 to K11) and what these point at.

A kind is one entry of the registry. A room above adds its own with `register`, and no file here changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

import jsonschema_rs

from catalog.descriptor import relations
from catalog.descriptor.faults import MISSING, Fault, Path
from catalog.descriptor.relations import RelationField

Schema = dict[str, Any]

# Of one entity; a list of a million wrong values needs no million sentences.
MOST_FAULTS = 100
CORE_VERSIONS = ("backstage.io/v1alpha1", "backstage.io/v1beta1")


@dataclass(frozen=True)
class Kind:
    """A kind of entity.

    Attributes:
        schema: JSON Schema of `spec`. `x-expected` in it is what a refusal says was expected, `x-rule` the rule.
        is_guarded: only a source that the configuration names may bring it (a takeover would give rights).
    """

    name: str
    rule: str
    schema: Schema
    relations: tuple[RelationField, ...] = ()
    versions: tuple[str, ...] = CORE_VERSIONS
    is_guarded: bool = False
    example: str = field(default="", compare=False)

    @cached_property
    def validator(self) -> jsonschema_rs.Draft202012Validator:
        return compiled(self.schema)

    @cached_property
    def fingerprint(self) -> str:
        """What the kind is, as a text: two that check alike and point at the same have the same."""
        fields = [[field.name, field.type, field.kind, field.reverse] for field in self.relations]
        return json.dumps([self.name, self.versions, self.schema, fields], sort_keys=True)

    def check(self, spec: Any) -> list[Fault]:
        """Return what is wrong with the `spec` of an entity of this kind."""
        if self.validator.is_valid(spec):
            return []
        return [self._fault(spec, error) for error in islice(self.validator.iter_errors(spec), MOST_FAULTS)]

    def _fault(self, spec: Any, error: jsonschema_rs.ValidationError) -> Fault:
        path = tuple(error.instance_path)
        found: Any = error.instance
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            path, found = (*path, error.kind.property), MISSING
        words = self._words(path, error)
        expected = words["x-expected"]
        cure = f"Add `{path[-1]}:` below `{'.'.join(map(str, ('spec', *path[:-1])))}:`." if found is MISSING else ""
        return Fault(("spec", *path), words["x-rule"], expected, found, cure or _cure(expected, found))

    def _words(self, path: Path, error: jsonschema_rs.ValidationError) -> dict[str, str]:
        """Return what the innermost schemas that say so expect, and by which rule."""
        words = {"x-expected": "a value of another form", "x-rule": self.rule}
        node: Any = self.schema
        steps: list[Any] = list(error.schema_path)
        if steps[-1] == "required":
            steps[-1:] = ["properties", path[-1]]
        for step in steps:
            node = node.get(step) if isinstance(node, dict) else node[step] if isinstance(step, int) else None
            if isinstance(node, dict):
                words |= {name: str(node[name]) for name in words if name in node}
        return words


def _cure(expected: str, found: Any) -> str:
    if isinstance(found, bool | int | float) and "string" in expected:
        return "Put the value in quotes, so that YAML reads it as a text."
    if isinstance(found, dict) and len(found) == 1 and next(iter(found)).startswith("$"):
        return "Write `$text:` to bring in a file as it is; `$json:` and `$yaml:` bring in what a file says."
    return f"Write {expected}, or remove the field if the kind does not need it."


def compiled(schema: Schema) -> jsonschema_rs.Draft202012Validator:
    """Return what checks by a schema; its patterns take linear time, and nothing is fetched for it."""
    options = jsonschema_rs.RegexOptions()
    return jsonschema_rs.Draft202012Validator(schema, pattern_options=options, offline=True)


_kinds: dict[str, Kind] = {}
# What administrators added, put in place whole whenever it changes.
_custom: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind, or put one in the place of another of the same name."""
    _kinds[kind.name] = kind
    _tell_relations()


def use_custom(kinds: Iterable[Kind]) -> None:
    """Take these for the kinds that administrators added, in place of those before."""
    global _custom  # noqa: PLW0603 — one for the process, put in place whole
    _custom = {kind.name: kind for kind in kinds if kind.name not in _kinds}
    _tell_relations()


def _tell_relations() -> None:
    fields = [field for kind in (*_kinds.values(), *_custom.values()) for field in kind.relations if field.reverse]
    relations.use_further({**{f.type: f.reverse for f in fields}, **{f.reverse: f.type for f in fields}})


def every() -> list[Kind]:
    """Return all kinds, those that administrators added last."""
    return [*_kinds.values(), *_custom.values()]


def added() -> str:
    """Return what tells the kinds of packages and of the configuration from those of another start; empty for none."""
    return "\n".join(kind.fingerprint for kind in _kinds.values() if kind.name not in CORE)


def fixed_names() -> list[str]:
    """Return the names of the kinds that administrators did not add."""
    return list(_kinds)


def named(name: str) -> Kind | None:
    """Return the kind that is written exactly so."""
    return _kinds.get(name) or _custom.get(name)


def names() -> list[str]:
    return [*_kinds, *_custom]


def is_guarded(name: str) -> bool:
    """Whether only a configured source may bring entities of the kind, however it is spelt."""
    return any(kind.is_guarded and kind.name.lower() == name.lower() for kind in every())


def for_entity(entity: dict[str, Any]) -> Kind | None:
    """Return the kind that takes `entity`, by its name and version; None for a foreign one."""
    kind = named(entity["kind"])
    return kind if kind and entity["apiVersion"] in kind.versions else None


# -- The words of the schemas ----------------------------------------------------------------------------------------

TEXT: Schema = {"type": "string", "minLength": 1, "x-expected": "a string that is not empty"}
ANY_TEXT: Schema = {"type": "string", "x-expected": "a string"}
TEXTS: Schema = {"type": "array", "items": TEXT, "x-expected": "a list of strings"}
# Backstage's schema says nothing of it, so that a line without a value is right; its relations want refs (R08).
DEPENDENTS: Schema = {**TEXTS, "type": ["array", "null"]}
PROFILE: Schema = {
    "type": "object",
    "properties": {"displayName": TEXT, "email": TEXT, "picture": TEXT},
    "x-expected": "a map with displayName, email and picture",
}


def fields(required: Schema, optional: Schema | None = None) -> Schema:
    """Return the schema of a `spec` with these fields; others may be there too."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "x-expected": f"a map with {', '.join(required)}" if required else "a map",
    }


def _owned(*more: RelationField) -> tuple[RelationField, ...]:
    return (RelationField("owner", "ownedBy", "Group", "R01"), *more)


SYSTEM = RelationField("system", "partOf", "System", "R02")
DEPENDS_ON = RelationField("dependsOn", "dependsOn", "", "R07")
DEPENDENCY_OF = RelationField("dependencyOf", "dependencyOf", "", "R08")

REMOTE = {**fields({"type": TEXT, "url": TEXT}), "x-expected": "a map with type and url"}
REMOTES: Schema = {"type": "array", "minItems": 1, "items": REMOTE, "x-expected": "a list of at least one remote"}
MCP_SERVER = {
    **fields({"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "remotes": REMOTES}, {"system": TEXT}),
    "x-rule": "K03",
}
OTHER_API = fields({"type": TEXT, "lifecycle": TEXT, "owner": TEXT, "definition": TEXT}, {"system": TEXT})
# A definition may still be the name of a file.
STEP: Schema = {
    "anyOf": [
        {
            "type": "object",
            "required": ["action"],
            "properties": {"action": TEXT, "id": ANY_TEXT, "name": ANY_TEXT, "if": {"type": ["string", "boolean"]}},
        },
        {"type": "object", "minProperties": 1, "maxProperties": 1, "propertyNames": {"pattern": "^\\$"}},
    ],
    "x-expected": "a map with an action",
}
TEMPLATE_SPEC = fields(
    {"type": TEXT, "steps": {"type": "array", "items": STEP, "x-expected": "a list of steps"}},
    {
        "owner": TEXT,
        "lifecycle": TEXT,
        "system": TEXT,
        "parameters": {
            "anyOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}],
            "x-expected": "a page, or a list of pages, each a JSON Schema",
        },
        "output": {"type": "object", "x-expected": "a map with links, text or further names"},
    },
)
AI_RESOURCE = fields({"type": TEXT, "lifecycle": TEXT, "owner": TEXT}, {"system": TEXT})
COMPATIBILITY = {**TEXT, "maxLength": 500, "x-expected": "a string of at most 500 characters"}
# What each type of AiResource has beyond the fields of all; other types are as free as a Component's.
AI_RESOURCE_TYPES = {
    "skill": fields(
        {},
        {
            "disciplines": TEXTS,
            "categories": TEXTS,
            "agents": TEXTS,
            "dependsOn": TEXTS,
            "allowedTools": TEXT,
            "license": TEXT,
            "compatibility": COMPATIBILITY,
        },
    ),
    "rule": fields({"category": TEXT, "rationale": TEXT}, {"disciplines": TEXTS}),
    "plugin": fields({"skills": TEXTS}, {"version": TEXT}),
    "marketplace": fields({"plugins": TEXTS}, {"version": TEXT}),
}


def _by_type(schema: Schema, types: dict[str, Schema]) -> Schema:
    """Return `schema` with what further holds for some values of `type`."""
    conditions = [
        {"if": {"properties": {"type": {"const": name}}, "required": ["type"]}, "then": further}
        for name, further in types.items()
    ]
    return {**schema, "allOf": conditions}


for _kind in (
    Kind(
        "Component",
        "K01",
        fields(
            {"type": TEXT, "lifecycle": TEXT, "owner": TEXT},
            {
                "system": TEXT,
                "subcomponentOf": TEXT,
                "providesApis": TEXTS,
                "consumesApis": TEXTS,
                "dependsOn": TEXTS,
                "dependencyOf": DEPENDENTS,
            },
        ),
        _owned(
            SYSTEM,
            RelationField("subcomponentOf", "partOf", "Component", "R03"),
            RelationField("providesApis", "providesApi", "API", "R05"),
            RelationField("consumesApis", "consumesApi", "API", "R06"),
            DEPENDS_ON,
            DEPENDENCY_OF,
        ),
    ),
    Kind(
        "API",
        "K02",
        {
            "type": "object",
            "x-expected": "a map with type, lifecycle, owner and definition",
            "if": {"properties": {"type": {"const": "mcp-server"}}, "required": ["type"]},
            "then": MCP_SERVER,
            "else": OTHER_API,
        },
        _owned(SYSTEM),
    ),
    Kind(
        "Resource",
        "K04",
        fields({"type": TEXT, "owner": TEXT}, {"dependsOn": TEXTS, "dependencyOf": DEPENDENTS, "system": TEXT}),
        _owned(SYSTEM, DEPENDS_ON, DEPENDENCY_OF),
    ),
    Kind(
        "System",
        "K05",
        fields({"owner": TEXT}, {"domain": TEXT, "type": TEXT}),
        _owned(RelationField("domain", "partOf", "Domain", "R04")),
    ),
    Kind(
        "Domain",
        "K06",
        fields({"owner": TEXT}, {"subdomainOf": TEXT, "type": TEXT}),
        _owned(RelationField("subdomainOf", "partOf", "Domain", "R04")),
    ),
    Kind(
        "Group",
        "K07",
        fields({"type": TEXT, "children": TEXTS}, {"parent": TEXT, "members": TEXTS, "profile": PROFILE}),
        (
            RelationField("parent", "childOf", "Group", "R11"),
            RelationField("children", "parentOf", "Group", "R12"),
            RelationField("members", "hasMember", "User", "R10"),
        ),
        is_guarded=True,
    ),
    Kind(
        "User",
        "K08",
        fields({"memberOf": TEXTS}, {"profile": PROFILE}),
        (RelationField("memberOf", "memberOf", "Group", "R09"),),
        is_guarded=True,
    ),
    Kind(
        "Location",
        "K09",
        fields(
            {},
            {
                "type": TEXT,
                "target": TEXT,
                "targets": TEXTS,
                "presence": {"enum": ["required", "optional"], "x-expected": "required or optional"},
            },
        ),
    ),
    Kind("Template", "K10", TEMPLATE_SPEC, _owned(), ("scaffolder.backstage.io/v1beta3",), is_guarded=True),
    Kind(
        "AiResource",
        "K11",
        _by_type(AI_RESOURCE, AI_RESOURCE_TYPES),
        _owned(
            SYSTEM,
            RelationField("dependsOn", "dependsOn", "AiResource", "R07", of_type="skill"),
            RelationField("skills", "hasPart", "AiResource", "R13", of_type="plugin"),
            RelationField("plugins", "hasPart", "AiResource", "R13", of_type="marketplace"),
        ),
        ("backstage.io/v1alpha1",),
    ),
):
    register(_kind)

CORE = frozenset(_kinds)
