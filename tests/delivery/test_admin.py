"""Webhooks in admin: read, searched, processed again, never changed."""

import pytest

from accounts.models import AuditEvent
from delivery import processing
from delivery.models import Delivery
from tests.delivery.webhooks import post, push

pytestmark = pytest.mark.django_db
LIST = "/admin/delivery/delivery/"


@pytest.fixture
def parked(door):
    post({**push(), "commits": "none"}, delivery="d-parked")
    row = Delivery.objects.get()
    processing.process(row.pk)
    return row


def test_the_list_tells_what_came_of_each(admin_client, parked):
    page = admin_client.get(LIST, {"state": "parked"})
    assert page.status_code == 200
    assert "d-parked" in page.content.decode()
    assert "`commits` is missing" in page.content.decode()


def test_a_delivery_is_shown_with_its_body_and_without_a_form(admin_client, parked):
    page = admin_client.get(f"{LIST}{parked.pk}/change/").content.decode()
    assert "refs/heads/main" in page
    assert 'name="_save"' not in page


def test_the_list_does_not_read_bodies(admin_client, parked, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as queries:
        admin_client.get(LIST)
    assert not any('"body"' in query["sql"] for query in queries.captured_queries)


def test_process_again_has_it_looked_at_as_if_it_had_just_come(
    admin_client, parked, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr("delivery.tasks.process_delivery.apply_async", lambda args, retry: rung.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(LIST, {"action": "process_again", "_selected_action": [parked.pk]}, follow=True)
    assert "1 delivery is processed again." in answer.content.decode()
    parked.refresh_from_db()
    assert (parked.state, parked.attempts, parked.error) == ("waiting", 0, "")
    assert rung == [[str(parked.pk)]]
    assert AuditEvent.objects.filter(event="delivery.processed_again", actor_ref="user:default/root").exists()


def test_one_that_waits_is_not_started_anew(admin_client, door):
    post(push())
    Delivery.objects.update(attempts=3)
    admin_client.post(LIST, {"action": "process_again", "_selected_action": [Delivery.objects.get().pk]})
    assert Delivery.objects.get().attempts == 3


def test_nothing_is_added_changed_or_deleted(admin_client, parked):
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{parked.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Delivery.objects.count() == 1


def test_a_developer_sees_no_deliveries(developer, parked):
    assert developer.get(LIST).status_code == 404
