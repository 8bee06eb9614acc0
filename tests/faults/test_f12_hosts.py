"""F12, F13, F14, F16, F23: a GitHub that limits, loses answers or goes away; a person who changes their mind."""

import time

import pytest

from accounts import actors
from scaffolder import engine
from scaffolder.models import Task
from tests import servers
from tests.faults.conftest import ended, lines, resources
from tests.scaffolder.runs import fresh, make_template, states, steps_of

pytestmark = [pytest.mark.fault]


def test_f12_nobody_calls_a_host_that_asked_for_a_pause(site):
    url = f"{site.forge.url}/acme/missing/tree/main/skeleton"
    template = make_template(steps_of(f"{{id: fetch, action: 'fetch:plain', input: {{url: '{url}'}}}}"))
    site.fault(limit={"status": 403, "retry_after": 7, "times": 1})
    for _ in range(4):
        engine.submit(template=template, parameters={}, actor=actors.system())

    servers.wait_until(lambda: any(call["status"] == 403 for call in site.calls()), "the host asks for a pause")
    limited = next(call["at"] for call in site.calls() if call["status"] == 403)
    servers.wait_until(lambda: any(call["at"] > limited + 1 for call in site.calls()), "they come back", seconds=60)

    # Calls that were on their way when the host said so.
    later = [call["at"] - limited for call in site.calls() if call["at"] > limited + 0.5]
    assert min(later) >= 7


def test_f13_an_answer_that_is_lost_after_the_repository_was_made(site):
    site.fault(lost={"times": 1, "method": "POST", "path": "/orgs/acme/repos"})
    task = ended(site.golden_path("f13"))
    assert task.error == ""
    assert len(site.created()) == 1
    lines(task)


def test_f14_a_run_waits_for_a_host_that_is_away_and_holds_no_worker(site):
    site.fault(outage={})
    task = site.golden_path("f14")
    servers.wait_until(lambda: fresh(task).not_before is not None, "the run waits", seconds=60)
    waiting = fresh(task)
    assert (waiting.state, waiting.worker) == (Task.State.OPEN, "")
    site.fault(outage=None)
    assert ended(task).error == ""
    assert len(site.created()) == 1


def test_f16_a_name_that_somebody_else_has_ends_in_plain_words(site):
    task = ended(site.golden_path("f16"))
    assert task.state == Task.State.COMPLETED
    url = f"{site.forge.host}?owner=acme&repo=f16"
    steps = steps_of(
        "{id: w, action: 'catalog:write', input: {entity: {apiVersion: v, kind: K, metadata: {name: n}}}}",
        f"{{id: publish, name: Publish, action: 'publish:github', input: {{repoUrl: '{url}'}}}}",
    )
    again = engine.submit(template=make_template(steps, name="again"), parameters={}, actor=actors.system())
    assert "acme/f16 is there already, and this run did not make it." in ended(again).error


def test_f23_a_run_is_cancelled_in_the_middle_of_a_long_step(site):
    site.arm("publish:created", "sleep:3")
    task = site.golden_path("f23")
    servers.wait_until(lambda: site.armed() == [], "the step sleeps")
    asked = time.monotonic()
    engine.cancel(task, actors.for_user(task.actor))
    engine.cancel(task, actors.for_user(task.actor))
    assert ended(task).state == Task.State.CANCELLED
    assert time.monotonic() - asked < 15
    assert states(task) == ["completed", "cancelled", "cancelled"]
    assert [kind for kind, _ in resources(task)] == ["repository"]
