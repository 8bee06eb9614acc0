"""Approvals: who may decide, once, what exactly, and for how long (threat A1)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import actors, approvals, tokens
from accounts.approvals import NotOpen, Question
from accounts.models import Approval, ApprovalVote, AuditEvent
from accounts.roles import Role
from tests.people import SHOP, SignedIn, make_person

pytestmark = pytest.mark.django_db

PLATFORM = "group:default/platform"


def question(**changes):
    given = {
        "subject": "thing:1",
        "part": "ok",
        "url": "/",
        "title": "Checkout",
        "message": "May it?",
        "group_refs": [PLATFORM],
        "requester_ref": "user:default/ada",
        "lasts": timedelta(hours=24),
        "details": [("Name", "checkout")],
        "bound_to": {"name": "checkout"},
    }
    return Question(**{**given, **changes})


def person(name, *groups, role=Role.DEVELOPER):
    return actors.for_user(make_person(name, groups=groups or (PLATFORM,), role=role))


def test_a_member_of_the_group_grants_it():
    found = approvals.decide(approvals.ask(question()), person("grace"), is_yes=True, note=" Fine. ")
    assert found.state == Approval.State.GRANTED
    assert ApprovalVote.objects.values_list("person_ref", "is_yes", "note").get() == (
        "user:default/grace",
        True,
        "Fine.",
    )
    event = AuditEvent.objects.get(event="approval.yes")
    assert (event.actor_ref, event.subject, event.detail["digest"]) == ("user:default/grace", "thing:1", found.digest)


@pytest.mark.parametrize(
    ("name", "groups", "told"),
    [
        ("ada", (PLATFORM,), "themselves"),
        ("mo", (SHOP,), "Only members"),
        ("lone", ("group:default/nobody",), "Only members"),
    ],
)
def test_others_may_not(name, groups, told):
    asked = approvals.ask(question())
    with pytest.raises(PermissionDenied, match=told):
        approvals.decide(asked, person(name, *groups), is_yes=True)
    assert Approval.objects.get().state == Approval.State.OPEN


def test_not_even_an_administrator_outside_the_group():
    with pytest.raises(PermissionDenied, match="Only members"):
        approvals.decide(approvals.ask(question()), person("root", SHOP, role=Role.ADMIN), is_yes=True)


def test_a_token_speaks_for_nobody():
    token, _ = tokens.create("ci", role=Role.DEVELOPER, actor=actors.system(), team_ref=PLATFORM)
    with pytest.raises(PermissionDenied, match="Only people"):
        approvals.decide(approvals.ask(question()), actors.for_token(token), is_yes=True)


def test_one_person_counts_once_and_the_quorum_decides():
    asked = approvals.ask(question(quorum=2))
    grace, mo = person("grace"), person("mo")
    assert approvals.decide(asked, grace, is_yes=True).state == Approval.State.OPEN
    with pytest.raises(PermissionDenied, match="already"):
        approvals.decide(asked, grace, is_yes=True)
    assert approvals.decide(asked, mo, is_yes=True).state == Approval.State.GRANTED


def test_a_single_no_ends_it():
    asked = approvals.ask(question(quorum=2))
    assert approvals.decide(asked, person("grace"), is_yes=False).state == Approval.State.REFUSED
    with pytest.raises(NotOpen, match="Declined"):
        approvals.decide(asked, person("mo"), is_yes=True)


def test_it_is_used_once_and_expires():
    asked = approvals.ask(question())
    Approval.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(NotOpen, match="expired"):
        approvals.decide(asked, person("grace"), is_yes=True)
    approvals.expire(asked)
    assert asked.state == Approval.State.EXPIRED


def test_the_same_question_is_asked_once():
    assert approvals.ask(question()) == approvals.ask(question())


@pytest.mark.parametrize(
    "changes",
    [
        {"bound_to": {"name": "other"}},
        {"message": "Really?"},
        {"details": [("Name", "other")]},
        {"group_refs": [PLATFORM, SHOP]},
        {"quorum": 2},
    ],
)
def test_a_yes_is_bound_to_what_was_asked(changes):
    first = approvals.ask(question())
    approvals.decide(approvals.ask(question(**changes)), person("grace"), is_yes=True)
    first.refresh_from_db()
    assert first.state == Approval.State.WITHDRAWN


def test_who_asked_is_told_once_it_is_decided(monkeypatch):
    told = []
    monkeypatch.setitem(approvals._followers, "thing", told.append)
    asked = approvals.ask(question(quorum=2))
    approvals.decide(asked, person("grace"), is_yes=True)
    assert told == []
    approvals.decide(asked, person("mo"), is_yes=True)
    assert told == ["1"]


def test_what_waits_for_a_person():
    grace = person("grace")
    approvals.ask(question(part="old", lasts=timedelta(hours=48)))
    approvals.ask(question(part="new"))
    approvals.ask(question(part="own", requester_ref=grace.ref))
    approvals.ask(question(part="other", group_refs=[SHOP]))
    late = approvals.ask(question(part="late"))
    Approval.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    done = approvals.ask(question(part="done", quorum=2))
    approvals.decide(done, grace, is_yes=True)
    assert [asked.part for asked in approvals.waiting_for(grace, timezone.now())] == ["new", "old"]


# -- Pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(db):
    return approvals.ask(question())


@pytest.fixture
def grace(db):
    return SignedIn(make_person("grace", groups=(PLATFORM,)))


def test_the_page_tells_what_to_judge_and_decides(grace, asked):
    page = grace.get(asked.get_absolute_url())
    for text in ("May it?", "checkout", "0 of 1 needed", "Approve", "Decline"):
        assertContains(page, text)
    answer = grace.post(asked.get_absolute_url(), {"decision": "yes", "note": "Go on"})
    assertRedirects(answer, asked.get_absolute_url())
    page = grace.get(asked.get_absolute_url())
    assertContains(page, "Approved")
    assertContains(page, "Go on")
    assertNotContains(page, 'name="decision"')


def test_opening_an_address_decides_nothing(grace, asked):
    for query in ("?decision=yes", "?decision=no&note=x"):
        grace.get(asked.get_absolute_url() + query)
    asked.refresh_from_db()
    assert (asked.state, asked.votes.count()) == (Approval.State.OPEN, 0)


def test_who_asked_sees_it_and_why_they_may_not(developer, asked):
    page = developer.get(asked.get_absolute_url())
    assertContains(page, "Nobody approves what they have asked for themselves")
    assertNotContains(page, 'name="decision"')
    developer.post(asked.get_absolute_url(), {"decision": "yes"})
    asked.refresh_from_db()
    assert asked.state == Approval.State.OPEN


def test_a_stranger_does_not_learn_that_it_is_there(asked, client):
    other = SignedIn(make_person("mo", groups=(SHOP,)))
    assert other.get(asked.get_absolute_url()).status_code == 404
    assert other.post(asked.get_absolute_url(), {"decision": "yes"}).status_code == 404
    assert client.get(asked.get_absolute_url()).status_code == 302
    assertContains(other.get("/approvals/"), "Nothing to decide")


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_afterwards(grace, asked, back):
    assertRedirects(grace.post(asked.get_absolute_url(), {"decision": "yes", "next": back}), asked.get_absolute_url())


@pytest.mark.parametrize("sent", [{}, {"decision": "maybe"}, {"decision": "yes", "note": "x" * 2_001}])
def test_what_is_no_decision_decides_nothing(grace, asked, sent):
    grace.post(asked.get_absolute_url(), sent)
    asked.refresh_from_db()
    assert asked.state == Approval.State.OPEN


def test_texts_of_strangers_are_text(grace):
    asked = approvals.ask(question(title="<b>x</b>", message="<script>", details=[("<i>", "<img src=x>")]))
    page = grace.get(asked.get_absolute_url()).content.decode()
    for wrong in ("<b>x</b>", "<script>", "<img src=x>", "<i>"):
        assert wrong not in page.replace("<script type", "").replace("<script nonce", "")


def test_home_tells_what_waits(grace, asked, developer):
    assertContains(grace.get("/"), "Waiting for your approval")
    assertContains(grace.get("/"), asked.get_absolute_url())
    assertNotContains(developer.get("/"), "Waiting for your approval")


def test_the_list_takes_as_many_statements_for_thirty_as_for_three(grace, django_assert_max_num_queries):
    for number in range(30):
        approvals.ask(question(part=str(number)))
    grace.get("/approvals/")
    with django_assert_max_num_queries(12):
        grace.get("/approvals/")
