"""`POST /api/v1/services`: a service from a golden path, once."""

import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEvent
from accounts.roles import Role
from scaffolder.models import IdempotencyKey, Task
from tests.people import SignedIn
from tests.scaffolder.api.conftest import BODY, Machine
from tests.scaffolder.runs import make_template, steps_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _company(acme: Any) -> None:
    acme()


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422
    return {fault["field"]: fault["message"] for fault in answer.json()["errors"]}


def test_starts_a_run_and_tells_where_everything_will_be():
    answer = Machine().ask(BODY)

    task = Task.objects.get()
    assert answer.status_code == 202
    assert answer.json() == {
        "task": f"http://testserver/create/tasks/{task.pk}/",
        "status": "open",
        "service_url": "https://checkout.acme.example",
        "git_repo": "https://git.acme.example/acme/checkout",
        "dashboard": "https://grafana.acme.example/d/checkout",
        "entity_ref": "component:default/checkout",
    }


def test_gives_the_template_what_it_declares_and_its_own_defaults():
    Machine().ask(BODY)

    task = Task.objects.get()
    assert task.owner_ref == "group:default/shop"
    assert task.parameters == {
        "name": "checkout",
        "owner": "group:default/shop",
        "repoUrl": "git.acme.example?owner=acme&repo=checkout",
        "language": "python",
        "port": 8080,
    }


def test_the_language_picks_the_golden_path_when_none_is_named(settings):
    services = {"template": "", "languages": {"python": "template:default/python-service"}}
    settings.WAYMARK["scaffolder"] = settings.WAYMARK["scaffolder"] | {"services": services}

    assert Machine().ask({"name": "checkout", "team": "shop", "language": "python"}).status_code == 202
    assert "template" in faults(Machine(name="other").ask({"name": "basket", "team": "shop", "language": "cobol"}))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "-checkout"}, "name"),
        ({"name": "Check out"}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a" * 64}, "name"),
        ({"name": "check\0out"}, "name"),
        ({"name": "ledger"}, "name"),
        ({"team": "nobody"}, "team"),
        ({"team": "money"}, "team"),
        ({"team": "a/b/c:"}, "team"),
        ({"team": "shop\0"}, "team"),
        ({"team": "\ud800"}, "team"),
        ({"template": "nothing"}, "template"),
        ({"template": "python\0service"}, "template"),
    ],
)
def test_refuses_a_field_and_says_which_why_and_what_to_do(change, field):
    answer = Machine().ask(BODY | change)

    assert list(faults(answer)) == [field]
    assert answer.json()["errors"][0]["hint"]
    assert Task.objects.count() == 0


def test_tells_all_that_is_wrong_in_one_answer():
    answer = Machine().ask({"name": "No!", "team": "nobody", "template": "nothing"})

    assert list(faults(answer)) == ["name", "team", "template"]


def test_refuses_a_field_that_it_does_not_know_and_one_that_is_missing():
    assert set(faults(Machine().ask({"name": "checkout", "colour": "red"}))) == {"team", "colour"}


def test_refuses_a_golden_path_that_cannot_come_to_its_end():
    make_template(
        steps_of("{id: late, action: 'debug:log', input: {message: '${{ steps.other.output.x }}'}}"), name="bad"
    )

    assert "steps.other" in faults(Machine().ask(BODY | {"template": "bad"}))["template"]


def test_a_platform_engineer_makes_services_for_every_team():
    assert Machine(Role.PLATFORM, team_ref="").ask(BODY | {"team": "group:default/money"}).status_code == 202


def test_a_name_that_a_run_is_making_is_taken():
    Machine().ask(BODY)

    assert "name" in faults(Machine(name="other").ask(BODY))


def test_the_same_key_gives_the_same_answer_and_makes_nothing_twice():
    machine = Machine()
    answers = [machine.ask(BODY, **{"Idempotency-Key": "2f0c"}) for _ in range(3)]

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert Task.objects.count() == 1


def test_the_same_key_with_another_body_is_a_conflict():
    machine = Machine()
    machine.ask(BODY, **{"Idempotency-Key": "2f0c"})
    answer = machine.ask(BODY | {"name": "basket"}, **{"Idempotency-Key": "2f0c"})

    assert answer.status_code == 409
    assert answer.json()["error"]["name"] == "ConflictError"
    assert Task.objects.count() == 1


def test_a_key_belongs_to_its_actor():
    Machine().ask(BODY, **{"Idempotency-Key": "2f0c"})
    answer = Machine(name="other").ask(BODY | {"name": "basket"}, **{"Idempotency-Key": "2f0c"})

    assert answer.status_code == 202
    assert Task.objects.count() == 2


def test_a_key_is_forgotten_after_seven_days(time_machine):
    time_machine.move_to("2026-05-01T10:00:00Z")
    machine = Machine()
    machine.ask(BODY, **{"Idempotency-Key": "2f0c"})
    time_machine.move_to("2026-05-08T10:00:01Z")
    answer = machine.ask(BODY | {"name": "basket"}, **{"Idempotency-Key": "2f0c"})

    assert answer.status_code == 202
    assert IdempotencyKey.objects.count() == 1


def test_a_refused_request_uses_no_key_up():
    machine = Machine()
    machine.ask(BODY | {"name": "No!"}, **{"Idempotency-Key": "2f0c"})

    assert machine.ask(BODY, **{"Idempotency-Key": "2f0c"}).status_code == 202


def test_a_key_that_is_too_long_is_refused():
    assert "Idempotency-Key" in faults(Machine().ask(BODY, **{"Idempotency-Key": "k" * 256}))


def test_somebody_unknown_gets_401_and_no_redirect():
    answer = Client().post("/api/v1/services", json.dumps(BODY), content_type="application/json")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.INGEST, Role.FLAG_CLIENT])
def test_who_may_run_nothing_is_refused(role):
    answer = Machine(role).ask(BODY)

    assert answer.status_code == 403
    assert Task.objects.count() == 0


def test_a_persons_request_needs_the_token_of_a_form(developer: SignedIn):
    strict = SignedIn(developer.user, enforce_csrf_checks=True)
    answer = strict.post("/api/v1/services", json.dumps(BODY), content_type="application/json")

    assert answer.status_code == 403
    assert Task.objects.count() == 0


def test_too_many_runs_are_told_with_a_time_to_come_back(settings):
    limits = settings.WAYMARK["scaffolder"]["limits"] | {"machine_runs_at_once": 1}
    settings.WAYMARK["scaffolder"] = settings.WAYMARK["scaffolder"] | {"limits": limits}
    machine = Machine()
    machine.ask(BODY)
    answer = machine.ask(BODY | {"name": "basket"})

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0


def test_the_audit_trail_names_the_machine():
    Machine().ask(BODY)

    assert AuditEvent.objects.get(event="run.started").actor_ref == "token:ci"


def test_a_run_can_be_asked_for_by_who_started_it_and_by_nobody_else():
    machine = Machine()
    address = machine.ask(BODY)["Location"].removeprefix("http://testserver")

    told = machine.get(address).json()
    assert set(told) == {
        *("id", "task", "title", "template_ref", "status", "created_at", "started_at", "ended_at"),
        *("error", "output", "steps", "resources"),
    }
    assert told["steps"] == [{"id": "say", "name": "debug:log", "action": "debug:log", "status": "waiting"}]
    assert Machine(name="stranger", team_ref="group:default/money").get(address).status_code == 404


def test_the_description_of_the_api_names_the_calls():
    described = Client().get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/services", "/api/v1/tasks/{task_id}"} <= set(described["paths"])
