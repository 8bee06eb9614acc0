"""How the client meets an outside host that limits, fails or loses what it answers (F12 to F16 at its level)."""

import threading
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection

from integrations import budget, github, http
from integrations.errors import EgressDenied, Invalid, NotFound, RateLimited, Refused, Unavailable
from integrations.github import credentials
from tests.forge.running import running


@pytest.fixture
def client(forge):
    return forge.client()


@pytest.fixture
def web(forge, client):
    repo = forge.repo("web")
    client.create_repository(repo)
    forge.desk("calls", method="DELETE")
    return repo


# -- F12: the host asks for a pause -----------------------------------------------------------------------------------


def test_f12_a_pause_that_the_host_asks_for_stops_every_call_to_it(forge, client, web):
    forge.turn_on(limit={"times": 1, "retry_after": 7})
    with pytest.raises(RateLimited) as raised:
        client.repository(web)
    assert raised.value.retry_after == 7
    for other in (client, forge.client(), forge.client(token="another")):
        with pytest.raises(RateLimited) as raised:
            other.repository(web)
        assert 5 < raised.value.retry_after <= 7
    assert forge.calls() == ["GET /repos/acme/web"]


@pytest.mark.django_db(transaction=True)
def test_f12_four_workers_at_once_make_no_call_in_the_pause(forge, client, web):
    forge.turn_on(limit={"retry_after": 7})
    with pytest.raises(RateLimited):
        client.repository(web)
    refused = []

    def work():
        try:
            forge.client().repository(web)
        except RateLimited as error:
            refused.append(error.retry_after)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(refused) == 4
    assert len(forge.calls()) == 1


def test_a_short_pause_is_sat_out(forge, client, web):
    forge.turn_on(limit={"times": 1, "retry_after": 1})
    began = time.monotonic()
    assert client.repository(web).name == "web"
    assert time.monotonic() - began >= 0.9
    assert len(forge.calls()) == 2


def test_a_limit_without_a_time_is_a_pause_of_a_minute(forge, client, web):
    forge.turn_on(limit={"times": 1})
    with pytest.raises(RateLimited) as raised:
        client.repository(web)
    assert raised.value.retry_after == 60


def test_a_pause_is_over_when_its_time_is(forge, client, web):
    budget.block(forge.host, seconds=0.2)
    time.sleep(0.3)
    assert client.repository(web) is not None


def test_the_pause_of_one_host_is_none_for_another(db):
    budget.block("one.example", seconds=60)
    assert budget.blocked_seconds("one.example") > 50
    assert budget.blocked_seconds("two.example") == 0


def test_a_longer_pause_is_not_made_shorter(db):
    budget.block("one.example", seconds=60)
    budget.block("one.example", seconds=1)
    assert budget.blocked_seconds("one.example") > 50


def test_writes_of_all_workers_are_a_second_apart(db):
    waits = [budget.reserve_write("one.example", interval_seconds=1.0) for _ in range(3)]
    assert waits[0] == 0
    assert waits[1] == pytest.approx(1.0, abs=0.2)
    assert waits[2] == pytest.approx(2.0, abs=0.3)


def test_the_client_waits_between_two_writes_where_the_host_wants_it(forge, settings, web):
    settings.WAYMARK["integrations"]["github"][0]["write_interval"] = 1.0
    client = forge.client()
    began = time.monotonic()
    client.replace_topics(web, ["one"])
    client.repository(web)
    client.replace_topics(web, ["two"])
    assert 1.0 <= time.monotonic() - began < 5


# -- F13, F14: no answer ----------------------------------------------------------------------------------------------


def test_f13_a_repository_whose_answer_was_lost_is_there_all_the_same(forge, client):
    forge.turn_on(lost={"times": 1, "method": "POST", "path": "/orgs/acme/repos"})
    with pytest.raises(Invalid, match="already exists"):
        client.create_repository(forge.repo("web"), description="portal-run:1")
    assert client.repository(forge.repo("web")).description == "portal-run:1"


def test_f14_a_short_outage_is_not_noticed(forge, client, web):
    forge.turn_on(outage={"times": 2})
    assert client.repository(web).name == "web"
    assert len(forge.calls()) == 3


def test_f14_a_long_outage_ends_in_a_plain_sentence_after_six_tries(forge, client, web):
    forge.turn_on(outage={})
    with pytest.raises(Unavailable, match=r"has a fault \(503\)") as raised:
        client.repository(web)
    assert raised.value.retryable
    assert len(forge.calls()) == 6


def test_a_host_that_is_not_there_is_unavailable(settings, db):
    settings.HTTP = {**settings.HTTP, "tries": 1}
    with pytest.raises(Unavailable, match="cannot be reached"):
        http.HttpClient("http://127.0.0.1:9").get("/")


def test_an_act_that_may_not_be_repeated_is_tried_once(forge, client, web):
    forge.turn_on(outage={"times": 1})
    path = f"/repos/{web.slug}/actions/workflows/build.yaml/dispatches"
    with pytest.raises(Unavailable):
        client._http.post(path, {"ref": "main"}, once=True)
    assert len(forge.calls()) == 1


@pytest.mark.parametrize("attempt", range(1, 12))
def test_the_wait_grows_up_to_half_a_minute(settings, attempt):
    settings.HTTP = {**settings.HTTP, "backoff": 0.5}
    waits = [http.backoff_seconds(attempt) for _ in range(200)]
    assert max(waits) <= min(30.0, 0.5 * 2 ** (attempt - 1))
    assert min(waits) < max(waits) / 2


# -- F15: the credential ends in the middle ---------------------------------------------------------------------------


@pytest.fixture
def app(forge, settings):
    """A portal that is a GitHub App, with a key of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    entry = {name: value for name, value in forge.entry.items() if name != "token"}
    settings.WAYMARK["integrations"]["github"] = [{**entry, "app": {"id": 7, "private_key": pem}}]
    yield github.client(forge.host)
    credentials._tokens.clear()


def renewals(forge):
    return [call for call in forge.calls() if call.endswith("/access_tokens")]


def test_an_app_finds_its_installation_and_keeps_its_token(forge, app):
    app.create_repository(forge.repo("web"))
    app.repository(forge.repo("web"))
    assert len(renewals(forge)) == 1


def test_f15_a_token_that_ends_in_the_middle_is_renewed_once_and_the_call_repeated(forge, app):
    app.create_repository(forge.repo("web"))
    forge.desk("tokens", method="DELETE")
    assert app.repository(forge.repo("web")).name == "web"
    assert len(renewals(forge)) == 2


def test_f15_a_credential_that_stays_refused_is_asked_for_once_more_and_no_more(forge, app):
    app.create_repository(forge.repo("web"))
    forge.app.forge.issued = Nothing()
    with pytest.raises(Refused, match="Renew it"):
        app.repository(forge.repo("web"))
    assert len(renewals(forge)) == 2


class Nothing(dict[str, str]):
    """Keeps no token that it is given."""

    def __setitem__(self, token, owner):
        pass


def test_a_token_that_somebody_made_is_not_renewed(forge, web):
    with pytest.raises(Refused):
        forge.client(token="wrong").replace_topics(web, [])
    assert forge.calls() == ["PUT /repos/acme/web/topics"]


# -- F16: the name is taken -------------------------------------------------------------------------------------------


def test_f16_a_taken_name_is_told_apart_by_the_mark_of_who_took_it(forge, client, web):
    with pytest.raises(Invalid) as raised:
        client.create_repository(web, description="portal-run:2")
    assert raised.value.errors == ["name already exists on this account"]
    assert not raised.value.retryable
    assert client.repository(web).description == ""


# -- T9: the host comes from the configuration only -------------------------------------------------------------------


def test_t9_a_host_that_the_configuration_does_not_name_gets_no_call(forge, tmp_path, contract):
    with running(tmp_path / "other", contract=contract) as other:
        for host in (other.host, f"{forge.host}@{other.host}", f"{other.host}/{forge.host}", forge.host.upper() + "."):
            with pytest.raises(EgressDenied):
                github.client(host)
        assert other.calls() == []


def test_a_folder_that_is_not_there_is_not_found(forge, client, web):
    with pytest.raises(NotFound):
        client.contents(web, "nothing/here.yaml")
