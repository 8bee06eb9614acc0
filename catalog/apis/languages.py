"""The languages of definitions that the portal reads. A further one is one new module and a line here, or a plug-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.apis import asyncapi, graphql, openapi, protobuf
from catalog.apis.changes import Change
from catalog.apis.outlines import Outline


@dataclass(frozen=True)
class Language:
    """How definitions of one `spec.type` are read."""

    type: str
    title: str | Promise
    outline: Callable[[str], Outline]
    compare: Callable[[str, str], list[Change]]


_languages: dict[str, Language] = {}


def register(language: Language) -> None:
    """Add a language, or put one in the place of another."""
    _languages[language.type] = language


def of_type(type_: str) -> Language | None:
    """Return the language of APIs whose `spec.type` is `type_`; None where the portal shows the text alone."""
    return _languages.get(type_.lower())


register(Language("openapi", _("OpenAPI"), openapi.outline, openapi.compare))
register(Language("asyncapi", _("AsyncAPI"), asyncapi.outline, asyncapi.compare))
register(Language("graphql", _("GraphQL"), graphql.outline, graphql.compare))
register(Language("grpc", _("gRPC"), protobuf.outline, protobuf.compare))
