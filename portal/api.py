"""The portal's own API, `/api/v1`: OpenAPI at `openapi.json`."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.utils import check_csrf
from scaffolder.api import router as services

from accounts.actors import Actor
from accounts.http import PortalRequest


def signed_in(request: HttpRequest) -> Actor | None:
    """Let in a machine with a token, or a person with a session; everybody else gets 401.

    A session travels with each request that a browser makes, also one that another site started, so a person's
    request must bring the CSRF token as a page's form does.
    """
    actor = cast("PortalRequest", request).actor
    if actor.kind == "person" and check_csrf(request):
        raise PermissionDenied("The request has no valid CSRF token. Send X-CSRFToken, or use an API token.")
    return actor if actor.is_known else None


api = NinjaAPI(
    title="Waymark", version="1", description="The platform API of this portal.", auth=signed_in, docs_url=None
)
api.add_router("", services)
