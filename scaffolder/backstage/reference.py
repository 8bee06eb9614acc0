"""What templates can name: actions, filters and globals."""

from __future__ import annotations

from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act
from catalog.api.http import answer, requires
from scaffolder import registry
from scaffolder.pages.action_reference import as_step

# What expressions have beside nunjucks' own.
FILTERS = {
    "parseRepoUrl": "The parts of a repository's address, `{host, owner, repo, …}`.",
    "parseEntityRef": "The parts of an entity's reference, `{kind, namespace, name}`.",
    "pick": "One part of an object.",
    "projectSlug": "`owner/repo` of a repository's address.",
}


@requires(Act.READ_CATALOG)
def actions(request: PortalRequest) -> HttpResponseBase:
    """The actions that steps can name."""
    return answer(
        [
            {
                "id": info.id,
                "description": info.description,
                "examples": [
                    {"description": f"{info.id} with these inputs", "example": f"steps:\n{as_step(info.id, example)}"}
                    for example in info.examples
                ],
                "schema": {"input": info.input_schema, "output": info.output_schema},
            }
            for info in registry.all().values()
        ]
    )


@requires(Act.READ_CATALOG)
def extensions(request: PortalRequest) -> HttpResponseBase:
    """The filters and globals of expressions."""
    filters = {name: {"description": description} for name, description in FILTERS.items()}
    return answer({"filters": filters, "globals": {"functions": {}, "values": {}}})
