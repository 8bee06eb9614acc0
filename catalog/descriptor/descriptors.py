"""Turns the text of a file into checked entities: what is right is ready to be stored, what is wrong says why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog import documents, placeholders, refs
from catalog.descriptor import checks, envelope, kinds, relations, targets
from catalog.descriptor.annotations import Place, generated
from catalog.descriptor.faults import Fault, Path
from catalog.descriptor.kinds import Kind
from catalog.descriptor.relations import BadRef, Declared
from catalog.documents import Document
from catalog.placeholders import Budget, Files, Filled, NotAsked
from catalog.problems import Problem
from catalog.storage import facets
from catalog.storage.facets import FacetRow

ALL_KINDS = ({"allow": ["*"]},)


@dataclass
class Parsed:
    """One document of a file.

    Attributes:
        ref: lower case; empty when the document is too broken to tell.
        entity: the descriptor with the annotations that the catalog adds; None when it was refused.
        problems: errors refuse it, warnings don't.
        filled: the document with what its placeholders stand for; None when it has none.
    """

    ref: str
    document: Document = field(repr=False)
    entity: dict[str, Any] | None = None
    relations: list[Declared] = field(default_factory=list)
    facets: set[FacetRow] = field(default_factory=set, repr=False)
    problems: list[Problem] = field(default_factory=list)
    owner_ref: str = ""
    filled: Any = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The document as it stands in the file; as JSON, which is YAML too, where other files are a part of it."""
        if self.filled is None:
            return self.document.text
        return json.dumps(self.filled, ensure_ascii=False, indent=2)

    @property
    def is_refused(self) -> bool:
        return self.entity is None

    def refuse(self, fault: Fault) -> None:
        """Add an error that became known after the document was read by itself."""
        self.problems.append(fault.problem(self.document.positions))
        self.entity = None


class _NoFiles:
    """Placeholders stay as they are."""

    def text(self, reference: str) -> str:
        raise NotAsked


def parse(
    text: str, place: Place, *, rules: Sequence[dict[str, Any]] = ALL_KINDS, files: Files | None = None
) -> list[Parsed]:
    """Return the documents of a file, in its order. Never raises: what is wrong is in their `problems`.

    Args:
        rules: of the location, `[{"allow": ["Component"]}]`; any one of them may allow a kind (I09).
        files: give what placeholders name; without them these stay as they are, and are taken for good.
    """
    reading = _Reading(generated(place), rules, files or _NoFiles(), Budget())
    parsed = [_parsed(document, reading) for document in documents.load_all(text)]
    for one in parsed:
        if one.entity is not None and one.entity["kind"] == "Location":
            one.problems += _wrong_targets(one, place)
    return parsed


def _wrong_targets(parsed: Parsed, place: Place) -> list[Problem]:
    """Return an error for each place that cannot be followed. It refuses only that place, not the others beside it."""
    spec = (parsed.entity or {}).get("spec", {})
    found = targets.of_spec(spec, type_=place.type, base=place.path)
    return [fault.problem(parsed.document.positions) for fault in found if isinstance(fault, Fault)]


@dataclass(frozen=True)
class _Reading:
    """What holds for all documents of a file."""

    added: dict[str, str]
    rules: Sequence[dict[str, Any]]
    files: Files
    budget: Budget


def _parsed(document: Document, reading: _Reading) -> Parsed:
    parsed = Parsed("", document, problems=list(document.problems))
    if document.is_broken:
        return parsed
    filled = _filled(document, reading)
    value = filled.value
    if value is not document.value:
        parsed.filled = value
    parsed.ref, parsed.owner_ref = identity(value)
    faults = [fault for fault in _check(value, parsed, reading.rules) if not filled.is_open(fault.path)]
    if not _refuse(parsed, [*filled.faults, *faults]):
        entity = _annotated(value, reading.added)
        pairs = facets.pairs(entity)
        if not _refuse(parsed, [_clash(first, second) for first, second in facets.clashing_keys(pairs)]):
            parsed.entity, parsed.facets = entity, facets.rows(pairs)
    return parsed


def _filled(document: Document, reading: _Reading) -> Filled:
    if not any(sign in document.text for sign in placeholders.SIGNS):
        return Filled(document.value)
    return placeholders.fill(document.value, reading.files, reading.budget)


def _refuse(parsed: Parsed, faults: Iterable[Fault]) -> bool:
    """Write down `faults`; tell whether one of them refuses the document."""
    parsed.problems += [fault.problem(parsed.document.positions) for fault in faults]
    return any(problem.is_error for problem in parsed.problems)


def identity(value: Any) -> tuple[str, str]:
    """Return the ref and the owner's ref of a document, as far as they can be told; else empty texts."""
    if not isinstance(value, dict) or not isinstance(metadata := value.get("metadata"), dict):
        return "", ""
    kind, name, namespace = value.get("kind"), metadata.get("name"), metadata.get("namespace", "default")
    if not (isinstance(namespace, str) and checks.is_dns_label(namespace)):
        return "", ""
    spec = value.get("spec")
    owner = spec.get("owner") if isinstance(spec, dict) else None
    # A document without a right name still has an owner, who should learn of it.
    owner_ref = relations.target_ref(owner, kind="Group", namespace=namespace) if isinstance(owner, str) else ""
    if not (isinstance(kind, str) and isinstance(name, str) and checks.is_kind(kind) and checks.is_name(name)):
        return "", owner_ref
    return str(refs.EntityRef(kind, namespace, name)), owner_ref


def _check(value: Any, parsed: Parsed, rules: Sequence[dict[str, Any]]) -> list[Fault]:
    """Return what is wrong with a document, and note the relations that it declares."""
    faults = envelope.check(value)
    if faults:
        # A kind's own rules are told as well where the kind is plain, so that one round mends all.
        return [*faults, *_kind_faults(value)]
    kind = kinds.for_entity(value)
    if kind is None:
        return [_foreign(value)]
    faults = kind.check(value.get("spec", {})) or list(_no_spec(value, kind))
    parsed.relations, bad = relations.declared(value, kind.relations)
    faults += [_bad_ref(ref) for ref in bad]
    faults += _odd_owner(value)
    if not is_allowed(value, rules):
        faults.append(_not_allowed(value))
    return faults


def _no_spec(value: dict[str, Any], kind: Kind) -> Iterable[Fault]:
    """Refuse an entity without a spec, also where no field of it is required."""
    if "spec" not in value and kind.name in kinds.CORE:
        yield Fault(("spec",), kind.rule, "a map", cure="Add `spec:` with the fields of the kind, or `spec: {}`.")


def _kind_faults(value: Any) -> list[Fault]:
    kind = kinds.named(value["kind"]) if isinstance(value, dict) and isinstance(value.get("kind"), str) else None
    if kind is None or value.get("apiVersion") not in kind.versions:
        return []
    spec = value.get("spec", {})
    return kind.check(spec) if isinstance(spec, dict) else []


def _foreign(value: dict[str, Any]) -> Fault:
    kind = kinds.named(value["kind"])
    message = (
        f"No processor recognized the entity {identity(value)[0]} as valid, "
        "possibly caused by a foreign kind or apiVersion."
    )
    if kind is None:
        known = ", ".join(kinds.names())
        cure = f"Use one of the kinds {known}; capital letters count."
        return Fault(("kind",), "C04", f"one of {known}", value["kind"], cure, message=message)
    versions = " or ".join(kind.versions)
    cure = f"Write `apiVersion: {kind.versions[0]}`."
    return Fault(("apiVersion",), kind.rule, versions, value["apiVersion"], cure, message=message)


def _bad_ref(bad: BadRef) -> Fault:
    path: Path = bad.path
    if bad.field.kind:
        cure = f"Write `{bad.field.kind.lower()}:default/name`, or the name alone."
        return Fault(path, "C15", "an entity reference [<kind>:][<namespace>/]<name>", bad.text, cure)
    cure = "Begin with the kind, such as `component:` or `resource:`."
    return Fault(
        path, bad.field.rule, "an entity reference that names its kind, <kind>:[<namespace>/]<name>", bad.text, cure
    )


def _clash(first: str, second: str) -> Fault:
    message = f"Entity has duplicate keys that vary only in casing: {first}, {second}."
    return Fault((), "C18", "keys that differ in more than case", second, "Keep one of the two.", message=message)


def _odd_owner(value: dict[str, Any]) -> Iterable[Fault]:
    """Warn of an owner that no entity can be, such as an e-mail address: it parses, so Backstage takes it (C15)."""
    owner = (value.get("spec") or {}).get("owner")
    if not isinstance(owner, str) or not owner:
        return
    name = owner.rpartition("/")[2].rpartition(":")[2]
    if name and not checks.is_name(name):
        message = (
            f'The owner "{owner[:100]}" can name no group or user: their names have only letters, digits and -_. .'
        )
        cure = "Write the name of a Group, or `user:default/name`."
        yield Fault(
            ("spec", "owner"), "C15", "the ref of a group or user", owner, cure, message=message, severity="warning"
        )


def _not_allowed(value: dict[str, Any]) -> Fault:
    message = f"Entity {identity(value)[0]} is not of an allowed kind for that location."
    cure = "Ask whoever runs the portal to allow the kind for this place (`catalog.rules` in waymark.yaml)."
    return Fault(("kind",), "I09", "a kind that the rules of the location allow", value["kind"], cure, message=message)


def second(ref: str, first: str) -> Fault:
    """Return the fault of a document whose ref another one has, in the file and line `first` (I08)."""
    return Fault(
        ("metadata", "name"),
        "I08",
        "a ref that nobody has described yet",
        ref,
        "Remove one of the two, or give this one another name or namespace.",
        message=f"Entity {ref} is described already in {first}, which keeps the name.",
    )


def is_allowed(entity: dict[str, Any], rules: Sequence[dict[str, Any]]) -> bool:
    """Tell whether one of `rules` allows the kind of `entity`, or its kind and type (I09)."""
    spec = entity.get("spec")
    type_ = str(spec.get("type", "")) if isinstance(spec, dict) else ""
    return any(_allows(allowed, entity["kind"], type_) for rule in rules for allowed in rule["allow"])


def _allows(allowed: str | dict[str, Any], kind: str, type_: str) -> bool:
    if isinstance(allowed, str):
        return allowed == "*" or allowed.lower() == kind.lower()
    wanted = allowed.get("spec.type")
    return str(allowed.get("kind", "")).lower() == kind.lower() and (
        wanted is None or str(wanted).lower() == type_.lower()
    )


def _annotated(value: dict[str, Any], added: dict[str, str]) -> dict[str, Any]:
    metadata = value["metadata"]
    kept = {key: item for key, item in metadata.items() if key not in ("uid", "etag")}
    kept.setdefault("namespace", "default")
    kept["annotations"] = {**added, **metadata.get("annotations", {})}
    entity = {"apiVersion": value["apiVersion"], "kind": value["kind"], "metadata": kept}
    if "spec" in value:
        entity["spec"] = value["spec"]
    return entity
