"""`debug:wait`: nothing, for a while, and without a worker."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings

from scaffolder.registry import action
from scaffolder.step import Outputs, Step, StepFailed, StepWaits

MOST_SECONDS = 600
DURATION = {"type": "number", "minimum": 0}

DEBUG_WAIT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "minutes": {**DURATION, "description": "Ten at most, together with the others"},
        "seconds": DURATION,
        "milliseconds": DURATION,
    },
}


@action(
    "debug:wait",
    description="Waits, ten minutes at most. A long wait holds no worker.",
    input_schema=DEBUG_WAIT,
    examples=[{"seconds": 20}, {"minutes": 1, "seconds": 30}],
    can_run_dry=True,
)
def wait(step: Step) -> Outputs:
    given = step.input
    seconds = given.get("minutes", 0) * 60 + given.get("seconds", 0) + given.get("milliseconds", 0) / 1000
    if seconds > MOST_SECONDS:
        raise StepFailed(f"{seconds:g} s is longer than the {MOST_SECONDS // 60} minutes that a step may wait.")
    if step.dry_run:
        step.log.info("Would wait for %g s", seconds)
        return {}
    until = step.checkpoint("until", lambda: time.time() + seconds)
    left = until - time.time()
    # Whoever lets go of the run is taken up again at the reconciler's next round.
    if left > settings.RUNS["RECONCILE"]:
        raise StepWaits(f"Waiting for {left:.0f} s.", seconds=left)
    time.sleep(max(left, 0))
    step.log.info("Waited for %g s", seconds)
    return {}
