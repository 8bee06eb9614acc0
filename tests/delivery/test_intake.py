"""The door for webhooks: who gets in, what is stored, and how often."""

import json
from urllib.parse import quote_plus

import pytest

from delivery.models import Delivery
from tests.delivery.webhooks import post, push

pytestmark = pytest.mark.django_db


def test_a_signed_webhook_is_stored_before_anything_is_done(door):
    answer = post(push(modified=["catalog-info.yaml"]), delivery="d-1")
    assert (answer.status_code, answer.json()) == (202, {"message": "Stored."})
    (row,) = Delivery.objects.all()
    assert (row.delivery_id, row.event, row.repository, row.subject) == ("d-1", "push", "acme/web", "refs/heads/main")
    assert (row.host, row.state, row.attempts) == ("git.example", "waiting", 0)
    assert json.loads(bytes(row.body))["ref"] == "refs/heads/main"


def test_nothing_that_proves_anything_is_kept_of_the_headers(door):
    post(push(), headers={"Cookie": "sessionid=secret", "Authorization": "Bearer secret"})
    kept = json.dumps(Delivery.objects.get().headers)
    assert "secret" not in kept
    assert "sha256" not in kept


def test_the_worker_is_told_after_the_row_is_there(door, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("delivery.tasks.process_delivery.apply_async", lambda args, retry: told.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        post(push())
    assert told == [[str(Delivery.objects.get().pk)]]


def test_the_same_delivery_again_does_nothing_twice(door, django_capture_on_commit_callbacks, monkeypatch):
    told = []
    monkeypatch.setattr("delivery.tasks.process_delivery.apply_async", lambda args, retry: told.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        answers = [post(push(), delivery="d-1").status_code for _ in range(3)]
    assert answers == [202, 200, 200]
    assert Delivery.objects.count() == len(told) == 1


def test_a_replay_with_another_body_changes_nothing(door):
    post(push(), delivery="d-1")
    assert post(push("acme/other"), delivery="d-1").status_code == 200
    assert Delivery.objects.get().repository == "acme/web"


@pytest.mark.parametrize("secret", ["the-newer-secret", "a-webhook-secret"])
def test_each_of_the_configured_secrets_is_good(door, secret):
    assert post(push(), secret=secret).status_code == 202


def test_without_a_secret_the_door_is_closed_and_says_why(settings):
    answer = post(push())
    assert answer.status_code == 503
    assert "integrations.github[].webhook_secrets" in answer.json()["message"]


def test_of_two_hosts_with_one_secret_the_repository_tells_the_sender(door):
    door.WAYMARK["integrations"]["github"].insert(0, {"host": "first.example", "webhook_secrets": ["a-webhook-secret"]})
    post(push())
    post(push(host="elsewhere.example"))
    assert list(Delivery.objects.order_by("pk").values_list("host", flat=True)) == ["git.example", "first.example"]


def test_a_form_is_read_as_json_is(door):
    body = ("payload=" + quote_plus(json.dumps(push()))).encode()
    assert post(body, content_type="application/x-www-form-urlencoded").status_code == 202
    assert Delivery.objects.get().repository == "acme/web"


def test_a_delivery_makes_no_session(door):
    assert not post(push()).cookies


def test_the_door_takes_post_alone(door, client):
    assert client.get("/webhooks/github").status_code == 405


def test_a_body_larger_than_a_page_may_post_is_taken(door):
    payload = push(modified=[f"docs/{number:06}.md" for number in range(100_000)])
    assert post(payload).status_code == 202


@pytest.mark.parametrize(
    "headers",
    [
        {"X-GitHub-Event": ""},
        {"X-GitHub-Event": "push; drop"},
        {"X-GitHub-Event": "p" * 64},
        {"X-GitHub-Delivery": ""},
        {"X-GitHub-Delivery": "d" * 101},
        {"X-GitHub-Delivery": "two words"},
    ],
)
def test_odd_headers_are_400(door, headers):
    sent = {"X-GitHub-Delivery": "d-1", **headers}
    assert post(push(), headers=sent).status_code == 400
