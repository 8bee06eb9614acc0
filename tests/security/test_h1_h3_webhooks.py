"""H1, H3: webhooks that are forged, replayed or broken leave nothing behind; odd ones are stored as they came."""

import json

import pytest

from delivery.models import Delivery
from tests.delivery.conftest import door
from tests.delivery.webhooks import post, push, signature

__all__ = ["door"]

pytestmark = pytest.mark.django_db

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
def test_h3_what_is_signed_but_odd_is_stored_as_it_came(door, payload):
    assert post(payload).status_code == 202
    assert Delivery.objects.get().state == "waiting"
