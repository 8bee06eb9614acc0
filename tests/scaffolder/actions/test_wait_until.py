"""`wait:until`: looks again and again, holds no worker, and calls no address that the portal may not."""

import time

import pytest

from integrations import http
from integrations.answers import Response
from integrations.errors import EgressDenied, Unavailable
from scaffolder.step import StepFailed, StepWaits

pytestmark = pytest.mark.django_db

URL = "https://checkout.acme.example/healthz"


@pytest.fixture
def answers(monkeypatch):
    """What the address answers, one after the other."""
    given = []

    def look(url):
        assert url == URL
        found = given.pop(0)
        if isinstance(found, Exception):
            raise found
        return Response(found, {}, b"")

    monkeypatch.setattr(http, "look", look)
    return given


def test_it_looks_again_until_the_address_answers(bench, answers):
    answers += [503, Unavailable("checkout.acme.example cannot be reached."), 200]
    with pytest.raises(StepWaits, match="503, not 200") as pause:
        bench.run("wait:until", url=URL)
    assert pause.value.seconds == 10
    with pytest.raises(StepWaits, match="cannot be reached, not 200"):
        bench.run("wait:until", url=URL)
    assert bench.run("wait:until", url=URL)["seconds"] >= 0
    assert answers == []


def test_another_status_may_be_wanted(bench, answers):
    answers += [404]
    bench.run("wait:until", url=URL, status=404)


def test_it_gives_up_when_its_time_is_over_and_says_what_it_saw_last(bench, answers, monkeypatch):
    answers += [503, 503]
    with pytest.raises(StepWaits):
        bench.run("wait:until", url=URL, timeout="1m")
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(StepFailed, match="did not answer with 200 in time; the last look found: 503"):
        bench.run("wait:until", url=URL, timeout="1m")


def test_it_never_looks_more_often_than_every_five_seconds(bench, answers):
    answers += [503]
    with pytest.raises(StepWaits) as pause:
        bench.run("wait:until", url=URL, every="1s")
    assert pause.value.seconds == 5


@pytest.mark.parametrize("url", ["https://127.0.0.1/", "https://169.254.169.254/latest/", "file:///etc/passwd"])
def test_an_address_inside_is_refused(bench, url):
    with pytest.raises(EgressDenied):
        bench.run("wait:until", url=url)


@pytest.mark.parametrize("given", [{"timeout": "25h"}, {"timeout": "soon"}, {"every": "2h"}, {"timeout": "0m"}])
def test_a_time_that_is_none_is_told(bench, given):
    with pytest.raises(StepFailed, match="is no time of"):
        bench.run("wait:until", url=URL, **given)
