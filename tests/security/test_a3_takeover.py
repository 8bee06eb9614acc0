"""A3: a place that nobody configured gains no right by standing where a configured one stood."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import actors
from accounts.roles import Role
from catalog import ingest, locations, sources
from catalog.models import Entity, Location
from catalog.sources import Reading, SourceText, Unreadable
from tests.catalog.reading import COMPONENT
from tests.people import make_person

pytestmark = pytest.mark.django_db

RULES = [{"allow": ["Group", "User", "Location", "Component"]}]
GROUP = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: %s}\nspec: {type: team, children: []}\n"


def leads_to(name, *targets):
    named = ", ".join(targets)
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: {name}}}\nspec: {{targets: [{named}]}}\n"
    )


class Shelf:
    """A source that holds texts."""

    def __init__(self):
        self.texts = {
            "configured": leads_to("org", "people"),
            "people": GROUP % "security",
            "strangers": COMPONENT,
        }

    def read(self, location):
        if location.target not in self.texts:
            raise Unreadable("It is not on the shelf.", is_gone=True)
        return Reading([SourceText(location.target, self.texts[location.target])])

    def child(self, base, target):
        return "url", target


@pytest.fixture
def shelf(monkeypatch):
    shelf = Shelf()
    monkeypatch.setattr(sources, "_sources", {**sources._sources, "url": shelf})
    return shelf


@pytest.fixture
def configured(shelf):
    location = Location.objects.create(
        type="url", target="configured", origin="configuration", rules=RULES, next_refresh_at=timezone.now()
    )
    ingest.refresh(location.pk)
    return location


@pytest.fixture
def ada(db):
    return actors.for_user(make_person("ada", role=Role.DEVELOPER))


def groups():
    return set(Entity.objects.of_kind("group").values_list("name", flat=True))


def test_a3_a_place_that_the_configuration_leaves_keeps_none_of_its_rights(shelf, configured, ada):
    shelf.texts["strangers"] = f"{COMPONENT}---\n{leads_to('aaa', 'people')}"
    stranger = locations.register(target="strangers", actor=ada).location
    assert groups() == {"security"}

    shelf.texts["configured"] = leads_to("org", "elsewhere")
    shelf.texts["people"] = GROUP % "root"
    ingest.refresh(configured.pk)
    ingest.refresh(Location.objects.get(target="people").pk)

    assert groups() == set()
    assert Location.objects.get(target="people").root == stranger


def test_a3_a_place_that_a_stranger_named_first_is_the_configurations_when_it_names_it(shelf, ada):
    shelf.texts["strangers"] = f"{COMPONENT}---\n{leads_to('aaa', 'people')}"
    locations.register(target="strangers", actor=ada)
    assert groups() == set()

    location = Location.objects.create(type="url", target="configured", origin="configuration", rules=RULES)
    ingest.refresh(location.pk)

    assert groups() == {"security"}
    assert Location.objects.get(target="people").root == location


def test_a3_a_place_that_two_entities_of_one_place_name_stays_when_one_of_them_goes(shelf, configured):
    shelf.texts["configured"] = f"{leads_to('org', 'people')}---\n{leads_to('aaa', 'people')}"
    ingest.refresh(configured.pk)
    before = Location.objects.get(target="people")
    assert before.parent_ref == "location:default/aaa"

    shelf.texts["configured"] = leads_to("org", "people")
    ingest.refresh(configured.pk)

    after = Location.objects.get(target="people")
    assert (after.pk, after.parent_ref) == (before.pk, "location:default/org")
    assert groups() == {"security"}


def test_a3_places_that_name_only_each_other_go_with_the_one_that_led_to_them(shelf, configured):
    shelf.texts |= {"configured": leads_to("org", "left"), "left": leads_to("left", "right")}
    shelf.texts["right"] = leads_to("right", "left")
    ingest.refresh(configured.pk)
    assert Location.objects.filter(target__in=["left", "right"]).count() == 2

    shelf.texts["configured"] = leads_to("org", "people")
    ingest.refresh(configured.pk)

    assert set(Location.objects.values_list("target", flat=True)) == {"configured", "people"}


def test_a3_a_place_with_nothing_in_it_yet_is_removed_by_whoever_registered_it_alone(shelf, ada):
    grace = actors.for_user(make_person("grace", role=Role.PLATFORM, groups=()))
    later = locations.register(target="later", actor=grace, is_optional=True).location
    for stranger in (ada, actors.for_user(make_person("vera", role=Role.VIEWER))):
        with pytest.raises(PermissionDenied):
            locations.unregister(later, stranger)

    locations.unregister(later, grace)
    shelf.texts["strangers"] = COMPONENT
    mine = locations.register(target="strangers", actor=ada).location
    shelf.texts["strangers"] = "---\n"
    ingest.refresh(mine.pk)
    assert not Entity.objects.of_kind("component").exists()
    locations.unregister(mine, ada)
    assert not Location.objects.exists()
