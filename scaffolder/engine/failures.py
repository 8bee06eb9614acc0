"""What went wrong in a step: a sentence for the person, and whether trying again helps."""

from __future__ import annotations

import logging
import random
import traceback
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import PermissionDenied

from integrations.errors import IntegrationError, RateLimited
from integrations.git.repo_url import RepoUrlError
from integrations.git.source_url import SourceUrlError
from scaffolder.engine.spec import TemplateBroken
from scaffolder.files.archives import ArchiveError
from scaffolder.files.paths import PathRefused
from scaffolder.files.skeletons import SkeletonError
from scaffolder.files.workspace import WorkspaceError
from scaffolder.registry import UnknownAction
from scaffolder.secrets import SecretsLost
from scaffolder.sources import SourceMissing
from scaffolder.step import StepFailed
from scaffolder.templating import TemplateError

log = logging.getLogger(__name__)

# Their messages are written for people.
PLAIN = (
    ArchiveError,
    IntegrationError,
    PathRefused,
    PermissionDenied,
    RepoUrlError,
    SecretsLost,
    SkeletonError,
    SourceMissing,
    SourceUrlError,
    StepFailed,
    TemplateBroken,
    TemplateError,
    UnknownAction,
    WorkspaceError,
)
# Waits of 8, 32, 128 and 512 s between five attempts outlast ten minutes without the host.
FIRST_WAIT, FACTOR, SPREAD = 8.0, 4.0, 0.25


@dataclass(frozen=True)
class Failure:
    """Why a step ended badly; `wait` is how long to wait before trying again, None when that does not help."""

    message: str
    wait: timedelta | None = None


def of(error: Exception, *, attempt: int) -> Failure:
    """Return what `error` means after attempt number `attempt`, counted from 1."""
    if isinstance(error, IntegrationError) and error.retryable:
        return Failure(str(error), _wait(error, attempt))
    if isinstance(error, SoftTimeLimitExceeded):
        return Failure("The step took longer than a run may take, and was stopped (timed out).")
    if isinstance(error, PLAIN):
        return Failure(str(error))
    return Failure(f"The step failed in a way that nobody foresaw: {type(error).__name__}: {error}")


def note(error: Exception, *, task_id: object, step_id: str) -> None:
    """Tell the operator where an unforeseen error came from; its message may hold a secret and stays out."""
    if isinstance(error, (*PLAIN, SoftTimeLimitExceeded)):
        return
    frames = traceback.extract_tb(error.__traceback__)
    places = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames[-4:])
    log.error("Step %s of run %s broke: %s at %s", step_id, task_id, type(error).__name__, places)


def _wait(error: IntegrationError, attempt: int) -> timedelta:
    if isinstance(error, RateLimited):
        return timedelta(seconds=error.retry_after)
    ceiling = settings.RUNS["BACKOFF"] * FIRST_WAIT * FACTOR ** (attempt - 1)
    # Never shorter, so that the sum outlasts an outage; spread, so that fifty runs do not come back at once.
    return timedelta(seconds=ceiling * random.uniform(1, 1 + SPREAD))  # noqa: S311 — spreads, guards nothing
