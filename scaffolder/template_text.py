"""What a template's text says of itself, and how it is given another name. Pure: text in, values out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog import documents, refs
from scaffolder.lint.subject import offset_of

# A quoted or a plain scalar, as far as a name needs it.
SCALAR = re.compile(r"""'[^'\n]*'|"[^"\n]*"|[^\s,}\]#]+""")

EXAMPLE = """\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: my-golden-path
  title: My golden path
  description: What somebody gets who takes this path
  tags: [recommended]
spec:
  owner: group:default/platform
  type: service
  parameters:
    - title: Service
      required: [name]
      properties:
        name:
          title: Name
          type: string
          ui:field: EntityNamePicker
  steps:
    - id: greet
      name: Say hello
      action: debug:log
      input:
        message: Hello, ${{ parameters.name }}
"""


class NameNotFound(ValueError):
    """A text has no `metadata.name` that could be replaced."""


@dataclass(frozen=True)
class Summary:
    """What a gallery shows of a template; each field fits its column."""

    ref: str = ""
    title: str = ""
    description: str = ""
    type: str = ""
    owner_ref: str = ""
    tags: list[str] = field(default_factory=list)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def summary(text: str) -> Summary:
    """Return what a text says of its template; of a broken one, an empty summary."""
    return of_entity(documents.load_one(text).value)


def of_entity(entity: Any) -> Summary:
    """Return what a Template entity says of itself."""
    if not isinstance(entity, Mapping):
        return Summary()
    metadata, spec = _map(entity.get("metadata")), _map(entity.get("spec"))
    namespace, name = _text(metadata.get("namespace")) or "default", _text(metadata.get("name"))
    tags = metadata.get("tags")
    return Summary(
        ref=str(refs.EntityRef("template", namespace, name)) if name else "",
        title=(_text(metadata.get("title")) or name)[:255],
        description=_text(metadata.get("description")),
        type=_text(spec.get("type"))[:255],
        owner_ref=_owner(_text(spec.get("owner")), namespace),
        tags=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
    )


def _owner(written: str, namespace: str) -> str:
    try:
        return str(refs.parse(written, default_kind="group", default_namespace=namespace))[:191]
    except refs.RefError:
        return ""


def _map(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def renamed(text: str, name: str) -> str:
    """Return a template's text with another `metadata.name`, and nothing else changed.

    Raises:
        NameNotFound: the name is missing, or written in a way that cannot be replaced in place.
    """
    text = text.removeprefix("\ufeff")
    document = documents.load_one(text)
    old = _map(_map(document.value).get("metadata")).get("name")
    start = offset_of(text, *document.positions.value(("metadata", "name")))
    found = SCALAR.match(text, start)
    if not isinstance(old, str) or found is None or found[0].strip("'\"") != old:
        raise NameNotFound("The template has no plain `metadata.name`. Write it first.")
    return f"{text[: found.start()]}{name}{text[found.end() :]}"
