"""The pages of the history: the tab, the catalog as of a date, an entity as it was, and one that is gone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from catalog.causes import Cause, because
from catalog.models import EntityRevision
from tests.catalog.factories import make_entities, read
from tests.people import SignedIn

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
URL = "https://github.com/acme/shop/blob/main/catalog-info.yaml"
TEAMS = """\
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop, title: Team Shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money, title: Team Money}
spec: {type: team, children: []}
"""
CHECKOUT = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, title: Checkout}
spec: {type: service, lifecycle: production, owner: shop}
"""
PAGE = "/catalog/component/default/checkout/"
HISTORY = f"{PAGE}history/"


def at(day: int) -> time_machine.travel:
    return time_machine.travel(datetime(2026, 11, day, 12, tzinfo=UTC), tick=True)


def checkout(text: str = CHECKOUT) -> None:
    make_entities(text, type="url", target=URL)


@pytest.fixture
def three_days(db: None) -> None:
    """Checkout is added on the 2nd, given to another team on the 4th, and gone on the 6th of November."""
    with at(2):
        make_entities(TEAMS)
        with because(Cause.REGISTERED, "user:default/ada"):
            checkout()
    with at(4), because(Cause.PUSHED):
        checkout(CHECKOUT.replace("owner: shop", "owner: money"))
    with at(6):
        checkout("")


def test_the_tab_tells_each_revision_why_by_whom_and_what_changed(member: SignedIn):
    make_entities(TEAMS)
    with because(Cause.REGISTERED, "user:default/ada"):
        checkout()
    with because(Cause.PUSHED):
        checkout(CHECKOUT.replace("owner: shop", "owner: money"))
    page = member.get(HISTORY)

    assertContains(page, "2 revisions")
    assertContains(page, "Pushed to its repository")
    assertContains(page, "da registered its place")
    assertContains(page, "Owner changed from Team Shop to Team Money.")
    assertContains(page, f'href="{URL}#L1"')
    assertContains(page, '<del class="diff__line diff__line--gone">  owner: <mark>shop</mark></del>', html=True)
    assertContains(page, '<ins class="diff__line diff__line--new">  owner: <mark>money</mark></ins>', html=True)


def test_a_commit_is_linked_where_its_host_shows_it(member: SignedIn):
    checkout()
    EntityRevision.objects.update(commit="c0ffee" * 6 + "c0ff")

    assertContains(member.get(HISTORY), f'href="https://github.com/acme/shop/commit/{"c0ffee" * 6}c0ff"')


def test_a_path_that_is_no_address_is_no_link(member: SignedIn):
    make_entities(CHECKOUT, target="javascript:alert(1)")

    assertNotContains(member.get(HISTORY), 'href="javascript')


def test_what_a_descriptor_says_is_text_and_no_markup(member: SignedIn):
    checkout()
    checkout(CHECKOUT.replace("title: Checkout", "title: '<script>x</script>'"))

    assertContains(member.get(HISTORY), "&lt;script&gt;x&lt;/script&gt;")
    assertNotContains(member.get(HISTORY), "<script>x")


def test_a_long_history_is_paged_and_compares_across_pages(member: SignedIn):
    for number in range(12):
        checkout(CHECKOUT.replace("title: Checkout", f"title: Checkout {number}"))

    first, second = member.get(HISTORY), member.get(HISTORY, {"page": 2})
    assertContains(first, "Title changed from Checkout 1 to Checkout 2.")
    assertContains(second, "Title changed from Checkout 0 to Checkout 1.")
    assertNotContains(second, "Checkout 2.")


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_the_tab_costs_the_same_for_one_revision_and_for_ten(member: SignedIn):
    checkout()
    few = statements(member, HISTORY)
    for number in range(12):
        checkout(CHECKOUT.replace("title: Checkout", f"title: Checkout {number}").replace("shop", f"team-{number}"))

    # Whose names the sentences need is asked once.
    assert statements(member, HISTORY) <= few + 1 <= MOST_STATEMENTS


def test_the_catalog_as_of_a_day_lists_what_there_was_then(member: SignedIn, three_days: None):
    assertContains(member.get("/catalog/history/", {"at": "2026-11-01"}), "There was nothing")
    then = member.get("/catalog/history/", {"at": "2026-11-03"})
    assertContains(then, "Checkout")
    assertContains(then, "Team Shop")
    assertContains(then, "You look at the past: 3 Nov 2026")
    assertContains(then, "There were 5 entities.")
    assertContains(member.get("/catalog/history/", {"at": "2026-11-05"}), "Team Money")
    assertNotContains(member.get("/catalog/history/", {"at": "2026-11-06", "kind": "component"}), ">Checkout<")


def test_the_list_of_today_leads_to_the_past(member: SignedIn, three_days: None):
    assertRedirects(
        member.get("/catalog/", {"at": "2026-11-03", "kind": "group"}), "/catalog/history/?at=2026-11-03&kind=group"
    )


@pytest.mark.parametrize("odd", ["yesterday", "2026-02-30", "0001-01-01T00:00:00+14:00", "9" * 39])
def test_an_odd_day_is_today_and_says_so(member: SignedIn, odd: str):
    checkout()
    page = member.get("/catalog/history/", {"at": odd})

    assertContains(page, "This is no day")
    assertContains(page, "Checkout")


def test_a_day_to_come_is_today(member: SignedIn):
    checkout()

    assertContains(member.get("/catalog/history/", {"at": "2999-01-01"}), "Checkout")


def test_the_past_costs_the_same_for_3_entities_and_for_30(member: SignedIn):
    def many(count: int) -> str:
        names = [CHECKOUT.replace("name: checkout", f"name: c{number}") for number in range(count)]
        return "---\n".join(name.replace("owner: shop", f"owner: t{number}") for number, name in enumerate(names))

    read({"/test/a.yaml": many(3)})
    few = statements(member, "/catalog/history/?at=2999-01-01")
    read({"/test/a.yaml": many(30)})

    assert statements(member, "/catalog/history/?at=2999-01-01") == few <= MOST_STATEMENTS


def test_an_entity_as_it_was_shows_its_descriptor_of_then(member: SignedIn, three_days: None):
    page = member.get("/catalog/history/component/default/checkout/", {"at": "2026-11-03"})

    assertContains(page, "Team Shop")
    assertContains(page, "Back to today")
    missing = member.get("/catalog/history/component/default/checkout/", {"at": "2026-11-07"})
    assertContains(missing, "It was not there then", status_code=404)


def test_an_instant_with_a_zone_may_be_asked_for(member: SignedIn, three_days: None):
    address = "/catalog/history/component/default/checkout/"

    assertContains(member.get(f"{address}?at=2026-11-04T13:30:00+02:00"), "Team Shop")
    assertContains(member.get(f"{address}?at=2026-11-04T14:30:00%2B02:00"), "Team Money")


def test_what_is_gone_says_when_and_why_and_shows_its_last_state(member: SignedIn, three_days: None):
    page = member.get(PAGE)

    assertContains(page, "it went on 6 Nov 2026", status_code=404)
    assertContains(page, f"Gone from url:{URL}", status_code=404)
    assertContains(page, "Team Money", status_code=404)
    assertContains(member.get(HISTORY), "it went on 6 Nov 2026", status_code=404)


def test_what_never_was_is_not_found(member: SignedIn):
    assertContains(member.get(PAGE), "There is no component", status_code=404)


def test_what_was_renamed_leads_to_its_new_name_and_brings_its_history(member: SignedIn):
    checkout()
    checkout(
        CHECKOUT.replace("name: checkout,", "name: till, annotations: {waymark.io/previous-ref: 'component:checkout'},")
    )

    assertContains(member.get(PAGE), 'href="/catalog/component/default/till/"', status_code=404)
    page = member.get("/catalog/component/default/till/history/")
    assertContains(page, "3 revisions")
    assertContains(page, "As component:default/checkout")


def test_the_home_page_tells_of_removals_and_not_of_what_changed_around_an_entity(member: SignedIn):
    make_entities(TEAMS)
    checkout()
    other = CHECKOUT.replace("name: checkout, title: Checkout", "name: cart, title: Cart")
    make_entities(
        other.replace("owner: shop", "owner: shop, dependsOn: [component:checkout]"), target="/test/cart.yaml"
    )
    assertNotContains(member.get("/"), "was changed")

    make_entities("", target="/test/cart.yaml")
    page = member.get("/")
    assertContains(page, "was removed")
    assertContains(page, 'href="/catalog/component/default/cart/"')


def test_the_api_tells_revisions_and_what_was_at_an_instant(member: SignedIn, three_days: None):
    address = "/api/v1/catalog/history/component/default/checkout"
    told = member.get(address).json()["items"]
    assert [row["event"] for row in told] == ["removed", "changed", "added"]
    assert (told[2]["cause"], told[2]["actor"], told[2]["url"]) == ("registered", "user:default/ada", f"{URL}#L1")

    then = member.get(f"{address}/at", {"at": "2026-11-03"}).json()
    assert then["entity"]["spec"]["owner"] == "shop"
    assert member.get(f"{address}/at", {"at": "2026-11-07"}).status_code == 404
    assert member.get(f"{address}/at", {"at": "noon"}).status_code == 400
    assert member.get(address.replace("checkout", "nothing")).status_code == 404


def test_the_api_walks_through_the_past_in_pages(member: SignedIn, three_days: None):
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        query = {"at": "2026-11-05", "limit": "1", "after": after}
        page = member.get("/api/v1/catalog/history", query).json()
        found += [row["entity_ref"] for row in page["items"]]
        after = page["next"]

    assert [ref for ref in found if "generated" not in ref] == [
        "component:default/checkout",
        "group:default/money",
        "group:default/shop",
    ]


def test_a_page_of_revisions_begins_where_the_one_before_ended(member: SignedIn, three_days: None):
    address = "/api/v1/catalog/history/component/default/checkout"
    first = member.get(address, {"limit": 2}).json()
    second = member.get(address, {"limit": 2, "after": first["next"]}).json()

    assert [row["event"] for row in (*first["items"], *second["items"])] == ["removed", "changed", "added"]
    assert second["next"] is None
    assert member.get(address, {"after": "x"}).status_code == 400


def test_whoever_may_not_read_the_catalog_sees_none_of_its_past(client: Client, three_days: None):
    assert client.get("/catalog/history/").status_code == 302
    assert client.get("/catalog/history/component/default/checkout/").status_code == 302
    assert client.get(PAGE).status_code == 302
    answer = client.get("/api/v1/catalog/history/component/default/checkout")
    assert answer.status_code == 401
    assert "shop" not in json.dumps(answer.json())
