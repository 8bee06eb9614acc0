"""The door for webhooks: who gets in, what is stored, and how often."""

import json
from urllib.parse import quote_plus

import pytest

from delivery.models import Delivery
from tests.delivery.webhooks import post, push, signature

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


BODY = json.dumps(push()).encode()
UNSIGNED = {
    "missing": None,
    "empty": "",
    "of another secret": signature(BODY, "guessed-secret"),
    "of another body": signature(BODY + b" "),
    "cut short": signature(BODY)[:-1],
    "in capitals": signature(BODY).upper(),
    "SHA-1": "sha1=" + "0" * 40,
    "without its scheme": signature(BODY).partition("=")[2],
    "other signs than ASCII": "sha256=é€😀",
    "very long": "sha256=" + "a" * 6_000,
}


@pytest.mark.parametrize("given", UNSIGNED.values(), ids=UNSIGNED)
def test_h1_a_forged_webhook_is_401_and_leaves_nothing(door, given):
    headers = {"X-Hub-Signature-256": given} if given is not None else {}
    headers |= {"X-Hub-Signature": "sha1=" + "0" * 40}
    answer = post(BODY, secret="guessed-secret", headers=headers)
    assert answer.status_code == 401
    assert "X-Hub-Signature-256" in answer.json()["message"]
    assert not Delivery.objects.exists()


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


BROKEN = {
    "no JSON": b"{",
    "nothing": b"",
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "an array": b"[1, 2]",
    "a text": b'"push"',
    "null": b"null",
    "too deep an array": b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}",
    "far too deep": b'{"a": ' + b"[" * 200_000,
    "no UTF-8": b'{"a": "\xff"}',
    "a NUL outside a text": b'{"a": \x00}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_h3_a_broken_body_is_400_and_leaves_nothing(door, body):
    assert post(body).status_code == 400
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"payload=%7B", "application/x-www-form-urlencoded"),
        (b"other=%7B%7D", "application/x-www-form-urlencoded"),
        (b"payload=%7B%7D&payload=%7B%7D", "application/x-www-form-urlencoded"),
        (b"{}", "text/plain"),
        (b"{}", "multipart/form-data; boundary=x"),
        (b"{}", ""),
    ],
)
def test_h3_an_odd_type_or_form_is_400(door, body, content_type):
    assert post(body, content_type=content_type).status_code == 400


def test_h3_a_huge_body_is_413_and_not_read(door):
    assert post(b'{"a": "' + b"x" * (5 * 1024 * 1024) + b'"}').status_code == 413


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


ODD_PAYLOADS = {
    "no repository": {"ref": "refs/heads/main"},
    "a repository that is a text": {"repository": "acme/web"},
    "a name with a NUL": {"repository": {"full_name": "acme/w\0b"}},
    "a name that climbs": {"repository": {"full_name": "../.."}},
    "a name with half a character": {"repository": {"full_name": "acme/\ud800"}},
    "a name of three parts": {"repository": {"full_name": "a/b/c"}},
    "a ref with a NUL": {**push(), "ref": "refs/heads/\0"},
    "a ref too long": {**push(), "ref": "refs/heads/" + "x" * 5_000},
    "a ref that is a number": {**push(), "ref": 7},
    "an action that is a list": {**push(), "action": ["x"]},
    "a NUL in a message": {**push(), "head_commit": {"message": "a\0b"}},
}


@pytest.mark.parametrize("payload", ODD_PAYLOADS.values(), ids=ODD_PAYLOADS)
def test_what_is_signed_but_odd_is_stored_as_it_came(door, payload):
    assert post(payload).status_code == 202
    assert Delivery.objects.get().state == "waiting"
