"""The languages of definitions that the portal reads. A further one is one new module and a line here, or a plug-in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


def _later(module: str, name: str) -> Callable[..., Any]:
    """Return a function whose module is loaded by its first call: grammars are large, few processes read any."""

    def call(*texts: str) -> Any:
        return getattr(import_module(module), name)(*texts)

    return call


def _built_in(type_: str, title: str | Promise, module: str) -> Language:
    return Language(type_, title, _later(module, "outline"), _later(module, "compare"))


register(_built_in("openapi", _("OpenAPI"), "catalog.apis.openapi"))
register(_built_in("asyncapi", _("AsyncAPI"), "catalog.apis.asyncapi"))
register(_built_in("graphql", _("GraphQL"), "catalog.apis.graphql"))
register(_built_in("grpc", _("gRPC"), "catalog.apis.protobuf"))
