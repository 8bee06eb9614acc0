"""The form of a template, as `scaffolderApi.getTemplateParameterSchema` reads it."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog import refs
from catalog.api.http import InputError, NotFoundError, answer, requires
from scaffolder.backstage import shapes
from scaffolder.engine import spec as specs
from scaffolder.engine.spec import TemplateBroken
from scaffolder.forms import schemas
from scaffolder.models import Template

UNTITLED = "Please enter the following information"


def find(request: PortalRequest, ref: str) -> Template:
    """Return a published template that the reader may see.

    Raises:
        NotFoundError: there is none.
    """
    found = Template.objects.visible_to(request.actor).filter(ref=ref.lower()).first()
    if found is None:
        raise NotFoundError(f"Template {ref} not found")
    return found


@requires(Act.READ_CATALOG)
def parameter_schema(request: PortalRequest, *, namespace: str, kind: str, name: str) -> HttpResponseBase:
    """The pages of a template's form."""
    if kind.lower() != "template":
        raise InputError("Only templates of kind Template have a form.")
    template = find(request, str(refs.EntityRef(kind, namespace, name)))
    try:
        pages = specs.of(template.revision).pages if template.revision else ()
    except TemplateBroken as error:
        raise InputError(str(error)) from error
    document = shapes.document(template.revision)
    metadata, spec = document.get("metadata") or {}, document.get("spec") or {}
    told: dict[str, Any] = {
        "title": metadata.get("title") or metadata.get("name"),
        "description": metadata.get("description"),
        "presentation": spec.get("presentation"),
        "ui:options": metadata.get("ui:options"),
        "formDecorators": spec.get("EXPERIMENTAL_formDecorators"),
    }
    steps = [
        {"title": page.get("title") or UNTITLED, "description": page.get("description"), "schema": page}
        for page in schemas.shown(pages)
    ]
    return answer({**_told(told), "steps": [_told(step) for step in steps]})


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """Return what is not empty; Backstage leaves the rest out."""
    return {name: value for name, value in values.items() if value is not None}
