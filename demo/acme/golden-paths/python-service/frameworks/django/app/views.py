from django.http import HttpRequest, JsonResponse


def index(request: HttpRequest) -> JsonResponse:
    """What this service is."""
    return JsonResponse({"service": "${{ values.name }}"})
