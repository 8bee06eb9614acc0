"""`wait:until`: the run goes on when an address answers as it should, such as a service that has just been deployed."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from integrations import http
from integrations.errors import Unavailable
from scaffolder import durations
from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed, StepWaits

LONGEST = timedelta(hours=24)
OFTEN, SELDOM = timedelta(seconds=5), timedelta(hours=1)

WAIT_UNTIL: dict[str, Any] = {
    "type": "object",
    "required": ["url"],
    "additionalProperties": False,
    "properties": {
        "url": {"type": "string", "description": "`https://checkout.acme.example/healthz`"},
        "status": {"type": "integer", "minimum": 100, "maximum": 599, "description": "200 if left out"},
        "timeout": {"type": "string", "description": "`10m` if left out, `24h` at most"},
        "every": {"type": "string", "description": "How often it looks; `10s` if left out, five seconds at least"},
    },
}
ANSWERED: dict[str, Any] = {
    "type": "object",
    "properties": {"seconds": {"type": "integer", "description": "How long it took"}},
}


@action(
    "wait:until",
    description="Waits until an address answers with a status. No worker waits with it.",
    input_schema=WAIT_UNTIL,
    output_schema=ANSWERED,
    examples=[{"url": "https://checkout.acme.example/healthz", "timeout": "10m"}],
    can_run_dry=True,
)
def wait(step: Step) -> Outputs:
    url, wanted = step.input["url"], step.input.get("status", 200)
    lasts = durations.read("timeout", step.input.get("timeout", "10m"), longest=LONGEST)
    pause = max(durations.read("every", step.input.get("every", "10s"), longest=SELDOM), OFTEN)
    if step.dry_run:
        step.log.info("Would wait until %s answers with %d", url, wanted)
        return {"seconds": 0}
    began = step.checkpoint("began", time.time)
    said = _look(url)
    took = time.time() - began
    if said == str(wanted):
        step.log.info("%s answered with %d after %.0f s", url, wanted, took)
        return {"seconds": round(took)}
    if took >= lasts.total_seconds():
        raise StepFailed(f"{url} did not answer with {wanted} in time; the last look found: {said}.")
    left = lasts.total_seconds() - took
    raise StepWaits(f"{url}: {said}, not {wanted}. Looking again.", seconds=min(pause.total_seconds(), left))


def _look(url: str) -> str:
    """Return the status that an address answers with, or what keeps it from answering."""
    try:
        return str(http.look(url).status)
    except Unavailable as error:
        return str(error).rstrip(".")
