"""For machines: is the process alive, is it ready, what does it count."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from accounts.http import PortalRequest
from accounts.permissions import Act, may


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process runs."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when a page could be served: the database answers. The broker is not needed for that."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "The database does not answer."}, status=503)
    return JsonResponse({"ready": True})


@require_GET
def metrics(request: PortalRequest) -> HttpResponse:
    """The process's counters in Prometheus' text format, for signed-in people and tokens."""
    if not may(request.actor, Act.READ_CATALOG):
        return HttpResponse("Sign in, or send a token.\n", status=401, content_type="text/plain")
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
