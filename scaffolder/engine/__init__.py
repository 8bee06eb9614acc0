"""Runs of golden paths, from the request to the end, whatever happens in between.

A run is a row. `submit` writes it and rings; `run` takes it by a lease that one worker can win, and saves each step
with what it gave, its log and its files in one transaction; whoever comes after a crash begins at the first step that
is not done. `reconcile` finds what no message tells.
"""

from scaffolder.engine.dry import DryLine, DryRun, DryStep, dry_run
from scaffolder.engine.people import require_control
from scaffolder.engine.reconciler import Findings, reconcile
from scaffolder.engine.runs import run
from scaffolder.engine.spec import Spec, TemplateBroken
from scaffolder.engine.submission import (
    NotRetryable,
    NotRunnable,
    ParametersRefused,
    TooManyRuns,
    cancel,
    may_control,
    retry,
    submit,
)
from scaffolder.engine.undo_runs import NotUndoable, undo, undoable

__all__ = [
    "DryLine",
    "DryRun",
    "DryStep",
    "Findings",
    "NotRetryable",
    "NotRunnable",
    "NotUndoable",
    "ParametersRefused",
    "Spec",
    "TemplateBroken",
    "TooManyRuns",
    "cancel",
    "dry_run",
    "may_control",
    "reconcile",
    "require_control",
    "retry",
    "run",
    "submit",
    "undo",
    "undoable",
]
