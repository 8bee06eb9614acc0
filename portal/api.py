"""The portal's own API, `/api/v1`: OpenAPI at `openapi.json`."""

from typing import cast

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.utils import check_csrf

from accounts.actors import Actor
from accounts.http import PortalRequest
from catalog.apis.api import router as apis
from catalog.graphs.api import router as graphs
from catalog.history.api import router as history
from catalog.teams.api import router as teams
from scaffolder.api import router as services


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
for router in (history, graphs, apis, teams):
    api.add_router("", router)


def _error(request: HttpRequest, status: int, name: str, message: str) -> HttpResponse:
    return api.create_response(request, {"error": {"name": name, "message": message}}, status=status)


@api.exception_handler(AuthenticationError)
def unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    answer = _error(request, 401, "AuthenticationError", "Send an API token: `Authorization: Bearer wmk_…`.")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(PermissionDenied)
def refused_caller(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _error(request, 403, "NotAllowedError", str(error))


@api.exception_handler(Http404)
def nothing_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _error(request, 404, "NotFoundError", "There is nothing at this address, or nothing that you may see.")


@api.exception_handler(RequestDataTooBig)
def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return _error(request, 413, "PayloadTooLargeError", "The request is larger than the portal reads.")


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    return _error(request, error.status_code, "InputError", error.message)


@api.exception_handler(ValidationError)
def wrong_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Tell each wrong field of a body in the same words as the checks that come after it."""
    faults = [{"field": _field(found["loc"]), "message": f"{found['msg']}.", "hint": ""} for found in error.errors]
    return api.create_response(request, {"errors": faults}, status=422)


def _field(place: tuple[str | int, ...]) -> str:
    """Return the name of a field: what comes after `body` and the name of the argument."""
    return ".".join(str(part) for part in place[2:] or place[-1:])
