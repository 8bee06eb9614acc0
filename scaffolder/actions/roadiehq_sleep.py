"""`roadiehq:utils:sleep`: `debug:wait` by another name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scaffolder.actions import debug_wait
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

SLEEP: dict[str, Any] = {
    "type": "object",
    "required": ["amount"],
    "additionalProperties": False,
    "properties": {"amount": {"type": "number", "minimum": 0, "description": "Seconds; ten minutes at most"}},
}


@action(
    "roadiehq:utils:sleep",
    description="Waits, ten minutes at most. A long wait holds no worker.",
    input_schema=SLEEP,
    examples=[{"amount": 20}],
    can_run_dry=True,
)
def sleep(step: Step) -> Outputs:
    return debug_wait.wait(replace(step, input={"seconds": step.input["amount"]}))
