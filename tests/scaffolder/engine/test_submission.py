"""Starting, cancelling and retrying runs: who may, how many, and what becomes of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models.functions import Now

from accounts import actors, tokens
from accounts.models import ApiToken, AuditEvent
from accounts.roles import Role
from scaffolder import engine
from scaffolder.engine import NotRetryable, NotRunnable, ParametersRefused, TooManyRuns
from scaffolder.models import Task, TaskEvent, TaskSecret, Template
from scaffolder.secrets import SecretRefused
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, play, states, steps_of

pytestmark = pytest.mark.django_db

CALL = "{id: call, name: Call, action: 'test:call', input: {name: it}}"
LOG = "{id: log, name: Log, action: 'debug:log', input: {message: hi}}"
FORM = "  parameters:\n    - required: [name]\n      properties: {name: {type: string}, owner: {type: string}}\n"


def submit(template, actor, **options):
    return engine.submit(template=template, parameters=options.pop("parameters", {}), actor=actor, **options)


def work(task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


def fail(step):
    raise ValueError("odd")


# -- Submit ----------------------------------------------------------------------------------------------------------


def test_a_submitted_run_waits_with_its_steps_and_is_in_the_audit_trail(developer):
    task = submit(make_template(steps_of(LOG)), developer.actor)
    assert (task.state, states(task), task.actor) == (Task.State.OPEN, ["waiting"], developer.user)
    assert AuditEvent.objects.get(event="run.started").subject == str(task.pk)


def test_a_submit_rings_once_it_is_committed(developer, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        submit(make_template(steps_of(LOG)), developer.actor)
    assert len(callbacks) == 1


def test_a_viewer_runs_nothing(member):
    with pytest.raises(PermissionDenied):
        submit(make_template(steps_of(LOG)), member.actor)
    assert not Task.objects.exists()


@pytest.mark.parametrize("state", [Template.State.DRAFT, Template.State.ARCHIVED])
def test_a_template_that_is_not_published_is_not_run(developer, state):
    template = make_template(steps_of(LOG))
    template.state = state
    with pytest.raises(NotRunnable):
        submit(template, developer.actor)


def test_parameters_that_the_form_refuses_start_nothing(developer):
    with pytest.raises(ParametersRefused) as caught:
        submit(make_template(FORM + steps_of(LOG)), developer.actor, parameters={"extra": 1})
    assert {error.path for error in caught.value.errors} == {("name",), ("extra",)}
    assert not Task.objects.exists()


def test_a_secret_that_cannot_be_masked_is_refused(developer):
    with pytest.raises(SecretRefused):
        submit(make_template(steps_of(LOG)), developer.actor, secrets={"pin": "123"})
    assert not Task.objects.exists()


def test_a_run_keeps_its_text_when_the_template_changes(developer):
    template = make_template(steps_of(LOG))
    task = submit(template, developer.actor)
    Template.objects.filter(pk=template.pk).update(draft="changed", revision=None, state=Template.State.ARCHIVED)
    assert work(task).state == Task.State.COMPLETED


@pytest.mark.parametrize(
    ("owner", "kept"),
    [("shop", "group:default/shop"), ("group:default/money", "group:default/shop"), ("", "group:default/shop")],
)
def test_the_run_belongs_to_the_team_of_the_requester(developer, owner, kept):
    parameters = {"name": "x", "owner": owner}
    assert submit(make_template(FORM + steps_of(LOG)), developer.actor, parameters=parameters).owner_ref == kept


def test_a_person_has_five_runs_at_once(developer):
    template = make_template(steps_of(LOG))
    first, *_ = [submit(template, developer.actor) for _ in range(5)]
    with pytest.raises(TooManyRuns, match="You have 5 runs that have not ended") as caught:
        submit(template, developer.actor)
    assert caught.value.retry_after == 30
    work(first)
    submit(template, developer.actor)


def test_a_person_starts_sixty_runs_an_hour(developer):
    template = make_template(steps_of(LOG))
    task = submit(template, developer.actor)
    Task.objects.bulk_create(
        Task(template_ref=template.ref, actor_ref=developer.actor.ref, state=Task.State.COMPLETED) for _ in range(59)
    )
    with pytest.raises(TooManyRuns, match="60 runs within an hour") as caught:
        submit(template, developer.actor)
    assert 3590 <= caught.value.retry_after <= 3600
    Task.objects.exclude(pk=task.pk).update(created_at=Now() - timedelta(hours=1))
    submit(template, developer.actor)


def test_a_machine_has_fifty_runs_at_once_and_no_hourly_limit(platform):
    token, _ = tokens.create("bot", role=Role.DEVELOPER, actor=platform.actor, team_ref="group:default/shop")
    actor = actors.for_token(token)
    template = make_template(steps_of(LOG))
    task = submit(template, actor, token=token)
    Task.objects.bulk_create(Task(template_ref="x", actor_ref=actor.ref, state="open") for _ in range(49))
    with pytest.raises(TooManyRuns):
        submit(template, actor, token=token)
    assert work(task).state == Task.State.COMPLETED


def test_a_token_that_was_revoked_stops_its_runs(platform):
    token, _ = tokens.create("bot", role=Role.DEVELOPER, actor=platform.actor, team_ref="group:default/shop")
    task = submit(make_template(steps_of(LOG)), actors.for_token(token), token=token)
    ApiToken.objects.update(revoked_at=Now())
    assert work(task).state == Task.State.FAILED
    assert states(task) == ["cancelled"]


# -- Cancel ----------------------------------------------------------------------------------------------------------


def test_f23_a_run_that_waits_is_cancelled_at_once(developer):
    task = submit(make_template(steps_of(LOG)), developer.actor, secrets={"key": "secret"})
    engine.cancel(task, developer.actor)
    engine.cancel(task, developer.actor)
    assert (fresh(task).state, states(task)) == (Task.State.CANCELLED, ["cancelled"])
    assert log_of(task) == ["Cancelled by Ada."]
    assert not TaskSecret.objects.exists()
    assert work(task).state == Task.State.CANCELLED


def test_f23_a_run_that_goes_on_is_cancelled_before_its_next_step(developer, hooks):
    hooks["it"] = lambda step: engine.cancel(Task.objects.get(), developer.actor)
    task = work(submit(make_template(steps_of(CALL, LOG)), developer.actor))
    assert (task.state, states(task)) == (Task.State.CANCELLED, ["completed", "cancelled"])
    assert log_of(task) == ["Beginning step Call", "Ada asked to cancel the run.", "Finished step Call", "Cancelled."]


def test_f23_a_run_that_has_ended_stays_as_it_is(developer):
    task = play(make_template(steps_of(LOG)), developer.actor)
    engine.cancel(task, developer.actor)
    assert fresh(task).state == Task.State.COMPLETED


def test_f23_a_run_whose_worker_is_lost_is_cancelled_at_once(developer):
    task = submit(make_template(steps_of(LOG)), developer.actor)
    Task.objects.update(state=Task.State.PROCESSING, lease_until=Now() - timedelta(seconds=1))
    engine.cancel(task, developer.actor)
    assert fresh(task).state == Task.State.CANCELLED


def test_only_those_who_may_control_a_run_cancel_it(developer, member, team_lead):
    task = submit(make_template(steps_of(LOG)), developer.actor)
    with pytest.raises(PermissionDenied):
        engine.cancel(task, member.actor)
    assert engine.may_control(task, team_lead.actor)
    assert not engine.may_control(task, member.actor)


# -- Retry -----------------------------------------------------------------------------------------------------------


def test_a_retry_goes_on_at_the_failed_step_with_the_files_of_before(developer, hooks):
    hooks["it"] = fail
    entity = "{apiVersion: v, kind: K, metadata: {name: n}}"
    write = f"{{id: w, action: 'catalog:write', input: {{entity: {entity}}}}}"
    show = "{id: show, action: 'debug:log', input: {listWorkspace: true}}"
    task = play(make_template(steps_of(write, CALL, show)), developer.actor)
    assert states(task) == ["completed", "failed", "skipped"]

    hooks["it"] = lambda step: {}
    engine.retry(task, developer.actor)
    assert (fresh(task).state, states(task)) == (Task.State.OPEN, ["completed", "waiting", "waiting"])
    task = work(task)

    assert (task.state, task.error) == (Task.State.COMPLETED, "")
    assert log_of(task).count("Beginning step catalog:write") == 1
    assert "Workspace:\n  - catalog-info.yaml" in log_of(task)


def test_t19_a_retry_leaves_one_end_and_a_log_without_gaps(developer, hooks):
    hooks["it"] = fail
    task = play(make_template(steps_of(CALL)), developer.actor)
    engine.retry(task, developer.actor)
    hooks["it"] = lambda step: {}
    work(task)
    assert TaskEvent.objects.filter(task=task, type="completion").count() == 1
    assert "Ada started the run again." in log_of(task)


def test_a_retry_takes_the_secrets_again(developer, hooks):
    seen = []
    hooks["it"] = lambda step: seen.append(dict(step.secrets)) or fail(step)
    task = play(make_template(steps_of(CALL)), developer.actor, secrets={"key": "first-one"})
    engine.retry(task, developer.actor, secrets={"key": "second-one"})
    work(task)
    assert seen == [{"key": "first-one"}, {"key": "second-one"}]


def test_a_cancelled_run_can_be_tried_again(developer):
    task = submit(make_template(steps_of(LOG)), developer.actor)
    engine.cancel(task, developer.actor)
    engine.retry(task, developer.actor)
    assert work(task).state == Task.State.COMPLETED


def test_a_run_that_is_done_or_goes_on_is_not_tried_again(developer):
    template = make_template(steps_of(LOG))
    waiting, done = submit(template, developer.actor), play(template, developer.actor)
    with pytest.raises(NotRetryable):
        engine.retry(waiting, developer.actor)
    with pytest.raises(NotRetryable):
        engine.retry(done, developer.actor)


def test_somebody_elses_run_is_not_tried_again(developer, member, hooks):
    hooks["it"] = fail
    task = play(make_template(steps_of(CALL)), developer.actor)
    with pytest.raises(PermissionDenied):
        engine.retry(task, member.actor)
