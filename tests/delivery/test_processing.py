"""Work on stored deliveries: bursts, leases, tries, and what no message tells of."""

from datetime import timedelta

import pytest
from django.utils import timezone

from delivery import handlers, processing, pushes
from delivery.handlers import Handler, Unusable
from delivery.models import Delivery
from integrations.errors import RateLimited, Refused, Unavailable
from tests.delivery.webhooks import post, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def acted(monkeypatch, door):
    """What is done about events of the kind `push`: each burst as a list of what was added."""
    seen = []

    def act(origin, events, keep):
        keep("Reading")
        seen.append([sorted(event.added) for event in events])
        return "Done."

    monkeypatch.setattr(pushes, "HANDLER", Handler(read=pushes.read, act=act))
    return seen


def failing(monkeypatch, error):
    def act(origin, events, keep):
        raise error

    monkeypatch.setattr(pushes, "HANDLER", Handler(read=pushes.read, act=act))


def arrive(*payloads, **more):
    """Store webhooks, and return their keys."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    for payload in payloads:
        assert post(payload, **more).status_code == 202
    return sorted(set(Delivery.objects.values_list("pk", flat=True)) - before)


def row(pk):
    return Delivery.objects.get(pk=pk)


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_a_burst_to_one_branch_is_acted_on_once(acted):
    ids = arrive(push(added=["a"]), push(added=["b"]), push(added=["c"]))
    for pk in ids:
        processing.process(pk)
    assert acted == [[["a"], ["b"], ["c"]]]
    assert states() == ["done"] * 3
    assert row(ids[0]).processed_at is not None


def test_other_branches_and_repositories_are_acted_on_by_themselves(acted):
    ids = arrive(push(added=["a"]), push("acme/api", added=["b"]), push(ref="refs/heads/next", added=["c"]))
    processing.process(ids[0])
    assert states() == ["done", "waiting", "waiting"]


def test_a_message_that_comes_twice_or_late_does_nothing(acted):
    (pk,) = arrive(push(added=["a"]))
    for _ in range(3):
        processing.process(pk)
    processing.process(987_654)
    assert acted == [[["a"]]]


def test_while_one_works_nobody_else_takes_what_is_alike(acted):
    first, second = arrive(push(added=["a"]), push(added=["b"]))
    Delivery.objects.filter(pk=first).update(leased_until=timezone.now() + timedelta(minutes=1))
    processing.process(second)
    assert acted == []
    Delivery.objects.filter(pk=first).update(leased_until=timezone.now() - timedelta(seconds=1))
    processing.process(second)
    assert acted == [[["a"], ["b"]]]


def test_what_came_meanwhile_is_rung_for_at_the_end(door, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("delivery.tasks.process_delivery.apply_async", lambda args, retry: rung.append(int(args[0])))

    def act(origin, events, keep):
        post(push(added=["b"]), delivery="meanwhile")
        return ""

    monkeypatch.setattr(pushes, "HANDLER", Handler(read=pushes.read, act=act))
    (first,) = arrive(push(added=["a"]))
    with django_capture_on_commit_callbacks(execute=True):
        processing.process(first)
    following = Delivery.objects.get(delivery_id="meanwhile").pk
    assert rung == [following, following]  # its own message, which found the first one at work, and one at the end


def test_a_failure_that_passes_is_tried_again_with_longer_pauses(monkeypatch, door):
    failing(monkeypatch, Unavailable("git.example cannot be reached. Try again."))
    (pk,) = arrive(push(added=["a"]))
    pauses = []
    for _ in range(3):
        Delivery.objects.filter(pk=pk).update(not_before=None)
        processing.process(pk)
        pauses.append((row(pk).not_before - timezone.now()).total_seconds())
    assert (row(pk).state, row(pk).attempts) == ("waiting", 3)
    assert [round(pause) for pause in pauses] == [5, 10, 20]


def test_a_host_that_asks_for_a_pause_gets_it(monkeypatch, door):
    failing(monkeypatch, RateLimited("git.example asks for a pause.", retry_after=600))
    (pk,) = arrive(push(added=["a"]))
    processing.process(pk)
    assert (row(pk).not_before - timezone.now()).total_seconds() > 590


def test_before_its_time_nothing_is_tried(acted):
    (pk,) = arrive(push(added=["a"]))
    Delivery.objects.filter(pk=pk).update(not_before=timezone.now() + timedelta(minutes=1))
    processing.process(pk)
    assert acted == []


def test_a_failure_that_does_not_pass_is_parked_with_its_reason(monkeypatch, door):
    failing(monkeypatch, Refused("git.example refused the credential (401). Renew it in the configuration."))
    (pk,) = arrive(push(added=["a"]))
    processing.process(pk)
    assert (row(pk).state, row(pk).attempts) == ("parked", 1)
    assert "Renew it" in row(pk).error


def test_after_the_last_try_it_is_parked(monkeypatch, door):
    failing(monkeypatch, Unavailable("git.example cannot be reached."))
    (pk,) = arrive(push(added=["a"]))
    Delivery.objects.filter(pk=pk).update(attempts=7)
    processing.process(pk)
    assert row(pk).state == "parked"


def test_one_that_ends_its_worker_each_time_is_parked_and_holds_up_nobody(acted):
    bad, good = arrive(push(added=["bad"]), push(added=["good"]))
    Delivery.objects.filter(pk=bad).update(attempts=8)
    processing.process(good)
    assert states() == ["parked", "done"]
    assert acted == [[["good"]]]
    assert "Tried 8 times" in row(bad).error


UNUSABLE = {
    "no ref": {"commits": []},
    "no commits": {"ref": "refs/heads/main"},
    "commits that are a text": {"ref": "refs/heads/main", "commits": "x"},
    "no commits named": {"ref": "refs/heads/main", "commits": []},
    "a ref with a NUL": {**push(), "ref": "refs/heads/\0"},
}


@pytest.mark.parametrize("payload", UNUSABLE.values(), ids=UNUSABLE)
def test_h3_what_cannot_be_used_is_parked_with_the_reason(door, payload):
    (pk,) = arrive(payload)
    processing.process(pk)
    assert row(pk).state == "parked"
    assert "missing" in row(pk).error


def test_one_that_cannot_be_used_does_not_spoil_the_burst(acted):
    ids = arrive(push(added=["a"]), {**push(), "commits": 7}, push(added=["c"]))
    processing.process(ids[0])
    assert states() == ["done", "parked", "done"]
    assert acted == [[["a"], ["c"]]]


@pytest.mark.parametrize(
    "odd", [[1, None, "x"], [{"added": "all"}], [{"added": [7, None]}], [{"added": ["x" * 9_000]}]]
)
def test_odd_commits_are_read_past(acted, odd):
    (pk,) = arrive({**push(), "commits": odd})
    processing.process(pk)
    assert acted == [[[]]]


def test_an_event_that_nothing_follows_from_is_done(door):
    (pk,) = arrive({"zen": "Keep it logically awesome."}, event="ping")
    processing.process(pk)
    assert (row(pk).state, row(pk).outcome) == ("done", "Nothing follows from this event.")


def test_a_push_to_a_repository_that_nobody_named_changes_nothing(door):
    (pk,) = arrive(push("strangers/repo", added=["catalog-info.yaml"]))
    processing.process(pk)
    assert row(pk).outcome == "Nothing of it is read by the catalog."


def test_a_tag_is_no_branch(door):
    (pk,) = arrive(push(ref="refs/tags/v1"))
    processing.process(pk)
    assert "A tag was pushed" in row(pk).outcome


def test_the_reconciler_finds_what_no_message_tells_of(door, monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr("delivery.tasks.process_delivery.apply_async", lambda args, retry: rung.append(int(args[0])))
    lost, lost_too, other, young, leased, later = arrive(
        push(), push(), push("acme/b"), push("acme/c"), push("acme/d"), push("acme/e")
    )
    now = timezone.now()
    Delivery.objects.exclude(pk=young).update(received_at=now - timedelta(minutes=1))
    Delivery.objects.filter(pk=leased).update(leased_until=now + timedelta(minutes=1))
    Delivery.objects.filter(pk=later).update(not_before=now + timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        processing.reconcile()
    assert rung == [lost, other]
    assert lost_too not in rung


def test_a_worker_that_died_is_followed_by_another(acted, monkeypatch, django_capture_on_commit_callbacks):
    (pk,) = arrive(push(added=["a"]))
    taken = processing.take(pk)
    assert [one.pk for one in taken] == [pk]  # and here its worker is killed
    Delivery.objects.update(received_at=timezone.now() - timedelta(minutes=5))
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    run = lambda args, retry: processing.process(int(args[0]))  # noqa: E731 — stands for the broker and a worker
    monkeypatch.setattr("delivery.tasks.process_delivery.apply_async", run)
    with django_capture_on_commit_callbacks(execute=True):
        processing.reconcile()
    assert acted == [[["a"]]]
    assert (row(pk).state, row(pk).attempts) == ("done", 2)


def test_old_deliveries_that_ended_are_cleared_away(door):
    old, parked, waiting = arrive(push(), push("acme/b"), push("acme/c"))
    long_ago = timezone.now() - timedelta(days=31)
    Delivery.objects.filter(pk=old).update(state="done", processed_at=long_ago)
    Delivery.objects.filter(pk=parked).update(state="parked", processed_at=timezone.now())
    Delivery.objects.filter(pk=waiting).update(received_at=long_ago)
    processing.reconcile()
    assert set(Delivery.objects.values_list("pk", flat=True)) == {parked, waiting}


def test_a_long_reading_keeps_its_lease(door, settings, monkeypatch):
    settings.DELIVERIES = {**settings.DELIVERIES, "LEASE": 30}
    (pk,) = arrive(push(added=["a"]))
    clock = iter([0.0, 5.0, 11.0, 11.0, 12.0])
    monkeypatch.setattr(processing.time, "monotonic", lambda: next(clock))
    seen = []

    def act(origin, events, keep):
        Delivery.objects.filter(pk=pk).update(leased_until=timezone.now())
        for _ in range(2):
            keep("Reading")
            seen.append(row(pk).leased_until > timezone.now())
        return ""

    monkeypatch.setattr(pushes, "HANDLER", Handler(read=pushes.read, act=act))
    processing.process(pk)
    assert seen == [False, True]


def test_handlers_say_what_is_missing():
    with pytest.raises(Unusable, match=r"`a\.b` is missing"):
        handlers.text({"a": {"b": 7}}, "a", "b")
    with pytest.raises(Unusable, match="names no repository"):
        pushes.act(handlers.Origin("git.example"), [pushes.read(push())], lambda line: None)
