"""Where outside systems post what happened. No session, no cookie, no CSRF token: the signature says who it is."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from delivery import intake
from delivery.intake import LARGEST_BODY, Arrival, Refused


@csrf_exempt
@require_POST
def github(request: HttpRequest) -> JsonResponse:
    """Take a webhook of GitHub: 202 when it is stored, 200 when it was there already."""
    try:
        is_new = intake.accept_github(Arrival(request.headers, _body(request)))
    except Refused as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    if is_new:
        return JsonResponse({"message": "Stored."}, status=202)
    return JsonResponse({"message": "Stored before; nothing is done twice."})


def _body(request: HttpRequest) -> bytes:
    """Return the raw body, read no further than the portal takes it.

    Raises:
        Refused: it is larger.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_small = length.isascii() and length.isdecimal() and int(length[:12]) <= LARGEST_BODY
    body = request.read(LARGEST_BODY + 1) if is_small else b""
    if not is_small or len(body) > LARGEST_BODY:
        raise Refused(
            413, f"The body is larger than {LARGEST_BODY // 1024**2} MB. Choose fewer events for the webhook."
        )
    return body
