"""Faults on demand, as the tests of the portal turn them on."""

import http.client
import time
from urllib.parse import urlsplit

import pytest

from tests.forge.running import TOKEN


@pytest.fixture
def web(forge):
    forge.api("POST", "/orgs/acme/repos", {"name": "web", "auto_init": True})
    forge.desk("calls", method="DELETE")
    return "/repos/acme/web"


def test_latency_makes_every_call_wait(forge, web):
    forge.turn_on(latency={"seconds": 0.2})
    began = time.monotonic()
    assert forge.api("GET", web).status == 200
    assert time.monotonic() - began >= 0.2


def test_an_outage_lasts_for_the_calls_that_it_is_given(forge, web):
    forge.turn_on(outage={"times": 2})
    assert [forge.api("GET", web).status for _ in range(3)] == [503, 503, 200]


def test_a_limit_is_told_as_github_tells_it(forge, web):
    forge.turn_on(limit={"times": 1, "retry_after": 7})
    said = forge.api("GET", web)
    assert (said.status, said.headers["retry-after"]) == (403, "7")
    assert "secondary rate limit" in said.json["message"]


def test_a_limit_may_come_without_a_time(forge, web):
    forge.turn_on(limit={"times": 1, "status": 429})
    said = forge.api("GET", web)
    assert said.status == 429
    assert "retry-after" not in said.headers


def test_a_lost_answer_belongs_to_an_act_that_is_done(forge, web):
    forge.turn_on(lost={"times": 1, "method": "POST"})
    parts = urlsplit(forge.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=5)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    connection.request("POST", "/api/v3/repos/acme/web/labels", b'{"name": "lost"}', headers)
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        connection.getresponse()
    connection.close()
    assert [label["name"] for label in forge.api("GET", f"{web}/labels").json] == ["lost"]


def test_a_fault_meets_only_the_calls_that_it_names(forge, web):
    forge.turn_on(outage={"method": "POST", "path": "/labels$"})
    assert forge.api("GET", f"{web}/labels").status == 200
    assert forge.api("POST", f"{web}/labels", {"name": "a"}).status == 503


def test_faults_are_turned_off(forge, web):
    forge.turn_on(outage={}, latency={"seconds": 0.01})
    forge.turn_on(outage=None)
    assert forge.api("GET", web).status == 200
    assert list(forge.desk("switches")) == ["latency"]
    forge.desk("switches", method="DELETE")
    assert forge.desk("switches") == {}


def test_an_unknown_fault_is_refused(forge):
    assert "weather" in forge.desk("switches", {"weather": {}})["message"]


def test_calls_are_written_down(forge, web):
    forge.api("GET", web)
    (call,) = forge.desk("calls")["calls"]
    assert (call["method"], call["path"], call["status"]) == ("GET", web, 200)
