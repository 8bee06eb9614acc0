import json
import time
from email.utils import formatdate

import pytest

from integrations import answers
from integrations.answers import Response
from integrations.errors import Conflict, IntegrationError, Invalid, NotFound, RateLimited, Refused, Unavailable


def response(status, body=b"", **headers):
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)


def failure(status, body=b"", **headers):
    return answers.failure(response(status, body, **headers), host="github.com", doing="GET /repos/acme/web")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 304])
def test_a_good_answer_is_no_failure(status):
    assert failure(status) is None


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        (400, Invalid, False),
        (401, Refused, False),
        (403, Refused, False),
        (404, NotFound, False),
        (409, Conflict, False),
        (410, NotFound, False),
        (418, IntegrationError, False),
        (422, Invalid, False),
        (429, RateLimited, True),
        (500, Unavailable, True),
        (502, Unavailable, True),
        (503, Unavailable, True),
    ],
)
def test_each_status_has_its_kind_and_says_whether_to_try_again(status, kind, retryable):
    error = failure(status)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.host == "github.com"
    assert "github.com" in str(error)


def test_the_hosts_own_words_are_quoted():
    body = json.dumps(
        {"message": "Validation Failed", "errors": [{"resource": "Hook", "message": "url is missing"}, "x"]}
    )
    error = failure(422, body.encode())
    assert "Validation Failed" in str(error)
    assert error.errors == ["url is missing", "x"]


def test_an_error_without_a_sentence_is_told_by_its_field():
    body = b'{"message": "m", "errors": [{"resource": "Label", "field": "name", "code": "already_exists"}]}'
    assert failure(422, body).errors == ["Label name already_exists"]


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"null", b'{"errors": "broken"}', b'{"errors": 1}', b"\xff\xfe", b"[" * 100_000]
)
def test_a_body_that_says_nothing_makes_no_second_error(body):
    assert isinstance(failure(422, body), Invalid)
    assert isinstance(failure(500, body), Unavailable)


def test_h3_a_good_answer_that_is_nested_too_deep_is_none():
    with pytest.raises(Unavailable):
        _ = response(200, b"[" * 100_000).json()


def test_a_long_answer_is_quoted_in_part():
    assert len(str(failure(422, json.dumps({"message": "x" * 10_000}).encode()))) < 1000


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0"}, 0),
        ({"retry_after": "99999"}, 3600),
        ({"retry_after": "nonsense"}, 60),
        ({"retry_after": "-5"}, 60),
        ({"retry_after": "٧"}, 60),
        ({}, 60),
    ],
)
def test_the_pause_is_what_the_host_asks_for_within_reason(headers, seconds):
    assert failure(429, **headers).retry_after == seconds


def test_a_pause_may_be_a_date_and_is_counted_on_the_hosts_clock():
    there = time.time() - 5000
    error = failure(403, retry_after=formatdate(there + 30, usegmt=True), date=formatdate(there, usegmt=True))
    assert error.retry_after == pytest.approx(30, abs=1)


def test_an_hour_that_is_used_up_lasts_until_the_host_begins_the_next():
    there = time.time() - 5000
    headers = {
        "x_ratelimit_remaining": "0",
        "x_ratelimit_reset": str(int(there + 90)),
        "date": formatdate(there, usegmt=True),
    }
    assert failure(403, **headers).retry_after == pytest.approx(90, abs=1)


def test_a_refusal_with_calls_left_is_no_limit():
    assert isinstance(failure(403, b'{"message": "Must have admin rights"}', x_ratelimit_remaining="4000"), Refused)


def test_a_secondary_limit_is_known_by_its_words():
    error = failure(403, b'{"message": "You have exceeded a secondary rate limit"}')
    assert (type(error), error.retry_after) == (RateLimited, 60)


def test_an_answer_that_is_no_json_is_a_fault_of_the_host():
    with pytest.raises(Unavailable):
        response(200, b"<html>").json()
