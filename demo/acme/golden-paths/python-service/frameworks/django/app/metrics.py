"""The golden signals of this service, in the names that the platform's dashboards ask for."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

REQUESTS = Counter("http_requests_total", "Requests by status", ["service", "method", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time to answer", ["service"])
SERVICE = "${{ values.name }}"


class MetricsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self._get_response(request)
        DURATION.labels(SERVICE).observe(time.perf_counter() - began)
        REQUESTS.labels(SERVICE, request.method, str(response.status_code)).inc()
        return response


def metrics(request: HttpRequest) -> HttpResponse:
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)
