"""Repositories that are renamed, handed over, archived or deleted, and organizations whose people change."""

import pytest

from catalog import scm_events
from catalog.models import Entity, Location
from delivery import organizations, processing, repositories
from delivery.handlers import Unusable
from delivery.models import Delivery
from tests.catalog.factories import read
from tests.catalog.reading import COMPONENT
from tests.delivery.webhooks import post

pytestmark = pytest.mark.django_db
OLD = "https://git.example/acme/web/blob/main/catalog-info.yaml"
NEW = "https://git.example/acme/storefront/blob/main/catalog-info.yaml"


@pytest.fixture
def web(door, monkeypatch):
    """A component that somebody registered; `web` is the list of what is read again, by address."""
    door.WAYMARK["catalog"]["scmEvents"] = dict(door.WAYMARK["catalog"]["scmEvents"])
    read({OLD: COMPONENT}, type="url", origin="registered")
    seen = []

    class Run:
        def __init__(self, progress):
            self.report = scm_events.Report()

        def read(self, ids, deep):
            seen.extend(Location.objects.filter(pk__in=ids).values_list("target", flat=True))

    monkeypatch.setattr(scm_events.ingest, "Run", Run)
    monkeypatch.setattr(scm_events.locations, "follow_up", lambda outcome: None)
    return seen


def told(action, *, name="web", owner="acme", **more):
    """Post an event of a repository, work on it and return the row."""
    repository = {
        "name": name,
        "full_name": f"{owner}/{name}",
        "owner": {"login": owner},
        "html_url": "https://git.example/",
    }
    post({"action": action, "repository": repository, **more}, event="repository")
    row = Delivery.objects.latest("pk")
    processing.process(row.pk)
    row.refresh_from_db()
    return row


def test_a_renamed_repository_takes_its_places_along(web):
    row = told("renamed", name="storefront", changes={"repository": {"name": {"from": "web"}}})
    assert (row.state, Location.objects.get().target, web) == ("done", NEW, [NEW])
    assert not Entity.objects.filter(kind="location", name__startswith="generated-").exists()


def test_a_repository_that_was_handed_over_is_followed(web):
    told("transferred", owner="shop", changes={"owner": {"from": {"organization": {"login": "acme"}}}})
    assert Location.objects.get().target == OLD.replace("/acme/", "/shop/")


def test_a_place_that_the_configuration_names_is_moved_there_alone(web):
    Location.objects.update(origin="configuration")
    told("renamed", name="storefront", changes={"repository": {"name": {"from": "web"}}})
    assert (Location.objects.get().target, web) == (OLD, [OLD])


def test_other_repositories_that_begin_alike_are_left_alone(web):
    for name in ("web-api", "web.js", "we", "xweb"):
        Location.objects.create(type="url", target=OLD.replace("/web/", f"/{name}/"), origin="registered")
    told("archived")
    assert web == [OLD]


@pytest.mark.parametrize("action", ["archived", "unarchived", "privatized", "publicized", "edited", "created"])
def test_what_may_show_or_hide_a_repository_has_it_read_again(web, action):
    told(action)
    assert web == [OLD]


def test_a_deleted_repository_is_read_again_and_so_marked(web):
    told("deleted")
    assert (web, Location.objects.count()) == ([OLD], 1)


def test_with_unregister_a_deleted_repository_takes_its_places_along(web, door):
    door.WAYMARK["catalog"]["scmEvents"]["unregister"] = True
    told("deleted")
    assert not Location.objects.exists()


def test_an_action_that_means_nothing_is_done(web):
    assert told("starred").outcome == "starred: Nothing of it is read by the catalog."


def test_the_name_is_told_apart_by_nothing_but_its_signs(web):
    told("archived", name="WEB", owner="Acme")
    assert web == [OLD]


ODD = [
    {},
    {"action": "renamed", "repository": {"name": "x", "owner": {"login": "acme"}}},
    {
        "action": "transferred",
        "repository": {"name": "x", "owner": {"login": "acme"}},
        "changes": {"owner": {"from": {}}},
    },
    {"action": "archived", "repository": {"name": "../x", "owner": {"login": "acme"}}},
    {"action": "archived", "repository": "acme/x"},
]


@pytest.mark.parametrize("payload", ODD)
def test_h3_an_odd_payload_is_unusable(payload):
    with pytest.raises(Unusable):
        repositories.read(payload)


def test_the_people_of_an_organization_are_read_again_once(web):
    ours = {"id": "a", "githubUrl": "https://git.example", "orgs": ["Acme"]}
    org = Location.objects.create(type="github-org", target="acme", origin="configuration", options=ours)
    others = {"id": "b", "githubUrl": "https://git.example", "orgs": ["other"]}
    Location.objects.create(type="github-org", target="other", origin="configuration", options=others)
    for event in organizations.EVENTS:
        post({"action": "added", "organization": {"login": "acme"}}, event=event)
    for row in Delivery.objects.all():
        processing.process(row.pk)
    assert web == [org.target] * 3
    with pytest.raises(Unusable):
        organizations.read({"organization": "acme"})
