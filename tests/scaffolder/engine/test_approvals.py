"""`approval:request`: a run that waits for people, and goes on when they have decided."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts import approvals
from accounts.models import Approval
from scaffolder import engine
from scaffolder.models import Task
from tests.people import SignedIn, make_person
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, output, play, states, steps_of

pytestmark = pytest.mark.django_db

PLATFORM = "group:default/platform"
FORM = """  parameters:
    properties:
      name: {type: string, title: What it is called}
"""
ASK = '{id: ok, name: Ask, action: "approval:request", input: {from: [platform], message: "May %s?"}}'
SAY = '{id: say, action: "debug:log", input: {message: "by ${{ steps.ok.output.approvedBy }}"}}'


@pytest.fixture
def ada():
    return SignedIn(make_person("ada"))


@pytest.fixture
def grace():
    return SignedIn(make_person("grace", groups=(PLATFORM,)))


@pytest.fixture
def template():
    return make_template(FORM + steps_of(ASK % "${{ parameters.name }}", SAY))


@pytest.fixture
def waiting(template, ada):
    task = play(template, ada.actor, parameters={"name": "checkout"})
    assert (task.state, task.worker) == ("open", "")
    return task


def go_on(task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


def test_it_asks_and_holds_no_worker(waiting):
    (asked,) = Approval.objects.all()
    assert (asked.message, asked.details) == ("May checkout?", [["What it is called", "checkout"]])
    assert [group.group_ref for group in asked.groups.all()] == [PLATFORM]
    assert timedelta(hours=23) < asked.expires_at - timezone.now() <= timedelta(hours=24)
    assert waiting.not_before > timezone.now() + timedelta(hours=23)
    assert any("Waiting for group:default/platform" in line for line in log_of(waiting))
    assert go_on(waiting).state == "open"
    assert Approval.objects.count() == 1


def test_a_yes_wakes_it_and_the_time_it_may_take_is_as_before(waiting, grace):
    approvals.decide(Approval.objects.get(), grace.actor, is_yes=True, note="Fine")
    woken = fresh(waiting)
    assert woken.not_before is None
    assert woken.deadline_at < timezone.now() + timedelta(hours=2)
    done = go_on(waiting)
    assert done.state == "completed", log_of(done)
    assert output(done, "ok")["approvedBy"] == ["user:default/grace"]
    assert "user:default/grace approved: Fine" in log_of(done)


def test_a_no_ends_it_with_the_reason_and_a_retry_asks_anew(waiting, grace, ada):
    approvals.decide(Approval.objects.get(), grace.actor, is_yes=False, note="Too early")
    failed = go_on(waiting)
    assert (failed.state, states(failed)) == ("failed", ["failed", "skipped"])
    assert "user:default/grace declined: Too early" in failed.error
    engine.retry(failed, ada.actor)
    assert go_on(failed).state == "open"
    again = Approval.objects.filter(state=Approval.State.OPEN).get()
    assert again.round == 2
    approvals.decide(again, grace.actor, is_yes=True)
    assert go_on(failed).state == "completed"


def test_without_a_decision_it_ends_when_its_time_is_over(waiting):
    Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    Task.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    failed = go_on(waiting)
    assert failed.state == "failed"
    assert "did not decide in time" in failed.error
    assert Approval.objects.get().state == Approval.State.EXPIRED


def test_a_run_that_is_cancelled_asks_nobody_any_more(waiting, ada, grace):
    engine.cancel(waiting, ada.actor)
    assert fresh(waiting).state == "cancelled"
    assert Approval.objects.get().state == Approval.State.WITHDRAWN
    assert list(approvals.waiting_for(grace.actor, timezone.now())) == []


def test_a_decision_that_came_while_the_run_lay_down_is_found_by_the_reconciler(waiting, grace):
    later = waiting.not_before
    approvals.decide(Approval.objects.get(), grace.actor, is_yes=True)
    Task.objects.update(not_before=later)
    assert engine.reconcile().woken == 1
    assert fresh(waiting).not_before is None
    assert engine.reconcile().woken == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("from: [platform], expires: never", "no time of 30 days at most"),
        ("from: [platform], expires: 31d", "no time of 30 days at most"),
        ('from: ["user:ada"]', "is no group"),
        ('from: ["group:"]', "names no group"),
        ("from: []", "Invalid input"),
        ("from: [platform], quorum: 0", "Invalid input"),
    ],
)
def test_what_cannot_be_asked_is_told(ada, given, told):
    task = play(make_template(steps_of(f'{{id: a, action: "approval:request", input: {{{given}}}}}')), ada.actor)
    assert task.state == "failed"
    assert told in task.error


def test_a_secret_in_the_question_is_masked(ada):
    form = "  parameters:\n    properties:\n      key: {type: string, ui:field: Secret}\n"
    template = make_template(form + steps_of(ASK % "${{ secrets.key }}"))
    task = play(template, ada.actor, secrets={"key": "a-very-secret-value"})
    assert task.state == "open", log_of(task)
    assert "a-very-secret-value" not in Approval.objects.get().message


def test_rounds_of_each_are_asked_one_after_the_other(ada, grace):
    step = '{id: ok, each: [a, b], action: "approval:request", input: {from: [platform], message: "${{ each.value }}"}}'
    task = play(make_template(steps_of(step)), ada.actor)
    for message in ("a", "b"):
        asked = Approval.objects.filter(state=Approval.State.OPEN).get()
        assert asked.message == message
        approvals.decide(asked, grace.actor, is_yes=True)
        task = go_on(task)
    assert task.state == "completed", log_of(task)


# -- The run's page ----------------------------------------------------------------------------------------------------


def test_the_page_of_the_run_says_whom_it_waits_for(ada, grace, waiting):
    page = ada.get(waiting.get_absolute_url())
    for text in ("Waiting for approval", "May checkout?", "0 of 1 needed", "Who may?"):
        assertContains(page, text)
    assertNotContains(page, 'name="decision"')


def test_whoever_may_approves_on_the_page_of_the_run(waiting):
    lin = SignedIn(make_person("lin", groups=(PLATFORM, "group:default/shop")))
    page = lin.get(waiting.get_absolute_url())
    assertContains(page, 'name="decision"')
    asked = Approval.objects.get()
    answer = lin.post(asked.get_absolute_url(), {"decision": "yes", "next": waiting.get_absolute_url()})
    assert answer["Location"] == waiting.get_absolute_url()
    assert go_on(waiting).state == "completed"
