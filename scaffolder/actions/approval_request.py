"""`approval:request`: the run goes on when enough members of a group have said yes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts import approvals
from accounts.approvals import Question
from accounts.models import Approval
from catalog import refs
from integrations.redaction import Redactor
from scaffolder import durations, secrets
from scaffolder.engine import spec as specs
from scaffolder.engine import waking
from scaffolder.forms import review
from scaffolder.models import Task
from scaffolder.registry import action
from scaffolder.step import NotRemembered, Outputs, Step, StepFailed, StepWaits

LONGEST = timedelta(days=30)

APPROVAL_REQUEST: dict[str, Any] = {
    "type": "object",
    "required": ["from"],
    "additionalProperties": False,
    "properties": {
        "from": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": {"type": "string", "minLength": 1},
            "description": "Groups whose members decide; never on what they have asked for themselves",
        },
        "quorum": {"type": "integer", "minimum": 1, "maximum": 20, "description": "How many yeses; 1 if left out"},
        "expires": {"type": "string", "description": "`30m`, `24h`, `7d`; 24 hours if left out, 30 days at most"},
        "message": {"type": "string", "maxLength": 2000, "description": "The question to them"},
    },
}
APPROVED: dict[str, Any] = {
    "type": "object",
    "properties": {
        "approvedBy": {"type": "array", "items": {"type": "string"}, "description": "Refs of those who said yes"},
        "approvalUrl": {"type": "string", "description": "The page of the decision"},
    },
}


@action(
    "approval:request",
    description="Asks groups for their yes, and waits for it without holding a worker. A single no ends the step.",
    input_schema=APPROVAL_REQUEST,
    output_schema=APPROVED,
    examples=[
        {"from": ["group:default/platform"], "message": "May this service get a public address?"},
        {"from": ["group:default/platform", "group:default/security"], "quorum": 2, "expires": "3d"},
    ],
    can_run_dry=True,
)
def request(step: Step) -> Outputs:
    groups = [_group(written) for written in step.input["from"]]
    lasts = durations.read("expires", step.input.get("expires", "24h"), longest=LONGEST)
    if step.dry_run:
        step.log.info("Would ask %s", ", ".join(groups))
        return {"approvedBy": [], "approvalUrl": ""}
    approval = _asked(step, groups, lasts)
    match approval.state:
        case Approval.State.GRANTED:
            return _granted(step, approval)
        case Approval.State.OPEN:
            left = (approval.expires_at - timezone.now()).total_seconds()
            raise StepWaits(
                f"Waiting for {_who(groups)}, until {approval.expires_at:%Y-%m-%d %H:%M} UTC.", seconds=left
            )
    # Whoever retries the run asks anew.
    step.ledger.remember("closed", approval.pk)
    raise StepFailed(_refusal(approval, groups))


def _asked(step: Step, groups: list[str], lasts: timedelta) -> Approval:
    """Return the request of this step: of before, unless the step has failed for it."""
    known = _recalled(step, "approval")
    if known is not None and known != _recalled(step, "closed"):
        found = Approval.objects.get(pk=known)
        approvals.expire(found)
        return found
    made = approvals.ask(_question(step, groups, lasts))
    step.ledger.remember("approval", made.pk)
    step.log.info("Asked %s: %s", _who(groups), made.title)
    return made


def _recalled(step: Step, key: str) -> int | None:
    try:
        found: int = step.ledger.recall(key)
    except NotRemembered:
        return None
    return found


def _question(step: Step, groups: list[str], lasts: timedelta) -> Question:
    task = Task.objects.select_related("revision").get(pk=step.task_id)
    redactor = Redactor(secrets.masked_values(step.secrets))
    pages = specs.of(task.revision).pages if task.revision else ()
    parts = review.parts(pages, task.parameters, (), titles=[""] * len(pages))
    return Question(
        subject=waking.subject_of(task.pk),
        part=step.id,
        url=task.get_absolute_url(),
        title=task.title,
        group_refs=groups,
        # Who has the run, also when somebody else has started it again.
        requester_ref=task.actor_ref,
        lasts=lasts,
        message=redactor.mask(step.input.get("message", "")),
        details=[(answer.label, answer.text) for part in parts for answer in part.answers],
        quorum=step.input.get("quorum", 1),
        bound_to={"revision": task.revision_id, "parameters": task.parameters},
    )


def _granted(step: Step, approval: Approval) -> Outputs:
    votes = approval.votes.filter(is_yes=True)
    for vote in votes:
        step.log.info("%s approved%s", vote.person_ref, f": {vote.note}" if vote.note else ".")
    url = reverse("approval-detail", args=[approval.pk])
    return {"approvedBy": [vote.person_ref for vote in votes], "approvalUrl": url}


def _refusal(approval: Approval, groups: list[str]) -> str:
    refused = approval.votes.filter(is_yes=False).first()
    if refused is not None:
        return f"{refused.person_ref} declined{f': {refused.note}' if refused.note else '.'}"
    if approval.state == Approval.State.EXPIRED:
        return f"{_who(groups)} did not decide in time. Retry the run to ask again."
    return "The request was withdrawn. Retry the run to ask again."


def _group(written: str) -> str:
    try:
        ref = refs.parse(written, default_kind="group")
    except refs.RefError as error:
        raise StepFailed(f"{written!r} under `from` names no group: {error}") from error
    if ref.kind.lower() != "group":
        raise StepFailed(f"{written!r} under `from` is no group. Name one, such as group:default/platform.")
    return str(ref).lower()


def _who(groups: list[str]) -> str:
    return " or ".join(groups)
