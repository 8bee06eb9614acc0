from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """Whether this process can serve; the cluster asks every few seconds."""
    return JsonResponse({"status": "ok"})
