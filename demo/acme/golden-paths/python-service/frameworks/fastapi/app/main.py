"""The HTTP interface of ${{ values.name }}."""

import time
from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest

from app import logs

SERVICE = "${{ values.name }}"
REQUESTS = Counter("http_requests_total", "Requests by status", ["service", "method", "status"])
DURATION = Histogram("http_request_duration_seconds", "Time to answer", ["service"])

logs.configure()
app = FastAPI(title=SERVICE, description=${{ values.description | dump }})


@app.middleware("http")
async def count(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    began = time.perf_counter()
    response = await call_next(request)
    DURATION.labels(SERVICE).observe(time.perf_counter() - began)
    REQUESTS.labels(SERVICE, request.method, str(response.status_code)).inc()
    return response


@app.get("/")
async def index() -> dict[str, str]:
    """What this service is."""
    return {"service": SERVICE}


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Whether this process can serve; the cluster asks every few seconds."""
    return {"status": "ok"}


@app.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
