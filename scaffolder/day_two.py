"""Golden paths that do something with an entity that is there: `spec.appliesTo` says with which of them.

Its keys are fields of the entity by their path, its values what must stand there; all of them must hold. A list is a
choice, `{exists: true}` asks that the field is there. The form opens with what the entity tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from accounts.actors import Actor
from catalog.actions import Offered
from catalog.models import Entity
from catalog.pages import sourcing
from catalog.storage import facets
from integrations.git.source_url import SourceUrl, SourceUrlError
from scaffolder.engine import spec as specs
from scaffolder.engine.spec import Spec, TemplateBroken
from scaffolder.models import Template

MARK = "appliesTo"
MOST = 20
ENTITY_FIELDS = ("EntityPicker", "OwnedEntityPicker")
# Fields without a picker that are called so mean the entity itself.
ENTITY_NAMES = ("entity", "entityRef")
Known = Mapping[str, frozenset[str]]


def offered(entity: Entity, actor: Actor) -> Iterator[Offered]:
    """Yield the golden paths that `actor` may run for `entity`, each with a form that is filled in."""
    paths = list(Template.objects.runnable_by(actor).filter(revision__text__contains=MARK).order_by("title", "ref"))
    if not paths:
        return
    document = json.loads(entity.document)
    known = _known(document)
    count = 0
    for path in paths:
        spec = _spec(path)
        if spec is None or not spec.applies_to or not matches(spec.applies_to, known):
            continue
        values = filled(spec, entity, document, known)
        query = f"?{urlencode({'formData': json.dumps(values)})}" if values else ""
        yield Offered(path.title, "route", path.get_absolute_url() + query, place="paths")
        count += 1
        if count == MOST:
            return


def _spec(path: Template) -> Spec | None:
    try:
        return specs.of(path.revision) if path.revision else None
    except TemplateBroken:
        return None  # its lint page says so


def _known(document: Mapping[str, Any]) -> Known:
    """Return the values of each field of an entity, all in lower case, as the filters of the catalog compare them."""
    found: dict[str, set[str]] = {}
    for key, value, _ in facets.rows(facets.pairs(dict(document))):
        found.setdefault(key, set()).add(value or "")
    return {key: frozenset(values) for key, values in found.items()}


def matches(wanted: Any, known: Known) -> bool:
    """Whether an entity has all that is wanted; of a list of wishes, one must hold."""
    if isinstance(wanted, list):
        return any(matches(each, known) for each in wanted)
    if not isinstance(wanted, Mapping):
        return False
    return all(_holds(known.get(str(key).lower(), frozenset()), value) for key, value in wanted.items())


def _holds(values: frozenset[str], wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return bool(values) == bool(wanted.get("exists", True))
    alternatives = wanted if isinstance(wanted, list) else [wanted]
    texts = {("true" if each is True else "false" if each is False else str(each)).lower() for each in alternatives}
    return not values.isdisjoint(texts)


def filled(spec: Spec, entity: Entity, document: Mapping[str, Any], known: Known) -> dict[str, str]:
    """Return the answers of a form that an entity gives: itself, its owner, its repository."""
    found: dict[str, str] = {}
    for page in spec.pages:
        properties = page.get("properties")
        for name, schema in properties.items() if isinstance(properties, Mapping) else ():
            value = _answer(name, schema, entity, document, known) if isinstance(schema, Mapping) else ""
            if value:
                found[str(name)] = value
    return found


def _answer(name: str, schema: Mapping[str, Any], entity: Entity, document: Mapping[str, Any], known: Known) -> str:
    field = schema.get("ui:field")
    if field in ENTITY_FIELDS:
        options = schema.get("ui:options")
        wanted = options.get("catalogFilter") if isinstance(options, Mapping) else None
        return entity.ref if not wanted or matches(wanted, known) else ""
    if field == "OwnerPicker":
        return entity.ref if entity.kind == "group" else entity.owner_ref
    if field == "RepoUrlPicker":
        return _repository(document)
    return entity.ref if name in ENTITY_NAMES and not field and schema.get("type") == "string" else ""


def _repository(document: Mapping[str, Any]) -> str:
    try:
        return str(SourceUrl.parse(sourcing.source_url(document)).repo_url)
    except SourceUrlError:
        return ""
