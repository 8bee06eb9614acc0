"""Registering, previewing, reading again and removing places, and who may."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import actors
from accounts.models import AuditEvent
from accounts.roles import Role
from catalog import locations, sources
from catalog.locations import LocationExists, LocationUnreadable, ReadOnly
from catalog.models import CatalogRevision, Entity, Location, Tombstone
from catalog.sources import Reading, SourceText, Unreadable
from tests.catalog.reading import COMPONENT
from tests.people import make_person

pytestmark = pytest.mark.django_db
LEDGER = COMPONENT.replace("checkout", "ledger").replace("owner: shop", "owner: money")
LOCATION = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  targets: [shop]
"""


class Shelf:
    """A source that holds texts, as a room above may register one."""

    def __init__(self):
        self.texts = {"shop": COMPONENT}
        self.times = 0

    def read(self, location):
        self.times += 1
        if location.target not in self.texts:
            raise Unreadable(f"{location.target} is not on the shelf.", is_gone=True)
        return Reading([SourceText(location.target, self.texts[location.target])])

    def child(self, base, target):
        return "url", target


@pytest.fixture
def shelf(monkeypatch):
    shelf = Shelf()
    monkeypatch.setattr(sources, "_sources", {**sources._sources, "url": shelf})
    return shelf


@pytest.fixture
def ada(db):
    return actors.for_user(make_person("ada"))


@pytest.fixture
def grace(db):
    return actors.for_user(make_person("grace", role=Role.PLATFORM, groups=()))


@pytest.fixture
def vera(db):
    return actors.for_user(make_person("vera", role=Role.VIEWER))


def test_a_developer_registers_what_their_team_owns(shelf, ada):
    registration = locations.register(target="shop", actor=ada)
    assert registration.entity_refs == ["component:default/checkout"]
    assert (registration.location.origin, registration.location.registered_by) == ("registered", "user:default/ada")
    assert AuditEvent.objects.get(event="location.registered").actor_ref == "user:default/ada"
    assert shelf.times == 1


@pytest.mark.parametrize("text", [LEDGER, f"{COMPONENT}---\n{LEDGER}"])
def test_what_another_team_owns_is_refused_and_nothing_is_stored(shelf, ada, text):
    shelf.texts["shop"] = text
    with pytest.raises(PermissionDenied, match="group:default/money"):
        locations.register(target="shop", actor=ada)
    assert not Location.objects.exists()
    assert not Entity.objects.exists()


def test_what_nobody_owns_needs_a_platform_engineer(shelf, ada, grace):
    shelf.texts["all"] = LOCATION
    shelf.texts["shop"] = LEDGER
    with pytest.raises(PermissionDenied):
        locations.register(target="all", actor=ada)
    assert locations.register(target="all", actor=grace).entity_refs == [
        "location:default/all",
        "component:default/ledger",
    ]


def test_a_viewer_registers_nothing_and_nothing_is_read(shelf, vera):
    with pytest.raises(PermissionDenied):
        locations.register(target="shop", actor=vera)
    assert shelf.times == 0


def test_i03_a_place_is_registered_once(shelf, ada):
    first = locations.register(target="shop", actor=ada)
    with pytest.raises(LocationExists) as caught:
        locations.register(target="shop", actor=ada)
    assert caught.value.location == first.location


def test_a_place_that_cannot_be_read_is_not_registered(shelf, ada):
    with pytest.raises(LocationUnreadable) as caught:
        locations.register(target="nowhere", actor=ada)
    assert [problem.message for problem in caught.value.problems] == ["nowhere is not on the shelf."]
    assert not Location.objects.exists()


def test_an_optional_place_may_come_later(shelf, grace):
    registration = locations.register(target="later", actor=grace, is_optional=True)
    assert registration.entity_refs == []
    assert registration.location.error == ""


def test_a_place_in_which_nothing_is_right_is_not_registered(shelf, ada):
    shelf.texts["shop"] = COMPONENT.replace("checkout", "no name")
    with pytest.raises(LocationUnreadable) as caught:
        locations.register(target="shop", actor=ada)
    assert [problem.rule for problem in caught.value.problems] == ["C05"]


def test_i02_only_the_portal_itself_names_files(ada, tmp_path):
    (tmp_path / "a.yaml").write_text(COMPONENT)
    with pytest.raises(PermissionDenied, match="type url"):
        locations.register(target=str(tmp_path / "a.yaml"), type="file", actor=ada)
    assert locations.register(target=str(tmp_path / "a.yaml"), type="file", actor=actors.system()).entity_refs


@pytest.mark.parametrize("target", ["", "javascript:alert(1)", "java\nscript:x"])
def test_c16_a_target_that_is_none(shelf, ada, target):
    with pytest.raises(LocationUnreadable):
        locations.register(target=target, actor=ada)
    assert shelf.times == 0


def test_i18_a_catalog_that_is_read_only(shelf, grace, settings):
    shelf.texts["other"] = LEDGER
    location = locations.register(target="shop", actor=grace).location
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "readonly": True}}
    for change in (
        lambda: locations.register(target="other", actor=grace),
        lambda: locations.update(location, target="other", actor=grace),
        lambda: locations.unregister(location, grace),
    ):
        with pytest.raises(ReadOnly, match="This operation not allowed in readonly mode"):
            change()
    assert [place.target for place in Location.objects.all()] == ["shop"]
    # Nothing is changed by looking, nor by reading again.
    assert locations.preview(target="other", actor=grace)[0].ref == "component:default/ledger"
    assert locations.refresh(location, grace).is_clean


def test_a_place_moves_and_what_it_still_describes_stays_itself(shelf, ada):
    location = locations.register(target="shop", actor=ada).location
    uid = Entity.objects.get(ref="component:default/checkout").uid
    shelf.texts["moved"] = COMPONENT.replace("production", "deprecated")
    moved = locations.update(location, target="moved", actor=ada)
    entity = Entity.objects.get(ref="component:default/checkout")
    assert (moved.pk, moved.target, moved.error) == (location.pk, "moved", "")
    assert (entity.uid, entity.lifecycle) == (uid, "deprecated")
    assert Entity.objects.filter(kind="location").count() == 1
    assert AuditEvent.objects.get(event="location.changed").actor_ref == "user:default/ada"


def test_what_a_moved_place_describes_no_more_goes(shelf, grace):
    shelf.texts["shop"] = f"{COMPONENT}---\n{LEDGER}"
    location = locations.register(target="shop", actor=grace).location
    shelf.texts["moved"] = COMPONENT
    locations.update(location, target="moved", actor=grace)
    assert list(Entity.objects.filter(kind="component").values_list("name", flat=True)) == ["checkout"]


def test_a_place_that_cannot_move_stays_as_it_was(shelf, ada, grace):
    location = locations.register(target="shop", actor=ada).location
    shelf.texts |= {"foreign": LEDGER, "known": LEDGER}
    locations.register(target="known", actor=grace)
    for target, error in (
        ("nowhere", LocationUnreadable),
        ("foreign", PermissionDenied),
        ("known", LocationExists),
    ):
        with pytest.raises(error):
            locations.update(location, target=target, actor=ada)
    location.refresh_from_db()
    assert location.target == "shop"
    assert Entity.objects.filter(ref="component:default/checkout").exists()


def test_a_place_moves_for_those_who_own_all_of_it(shelf, ada, grace, vera):
    shelf.texts |= {"shop": f"{COMPONENT}---\n{LEDGER}", "mine": COMPONENT}
    location = locations.register(target="shop", actor=grace).location
    for actor in (ada, vera):
        with pytest.raises(PermissionDenied):
            locations.update(location, target="mine", actor=actor)


def test_a_place_that_moves_to_where_it_is_is_read_again(shelf, ada):
    location = locations.register(target="shop", actor=ada).location
    shelf.texts["shop"] = COMPONENT.replace("production", "deprecated")
    locations.update(location, target="shop", actor=ada)
    assert Entity.objects.get(ref="component:default/checkout").lifecycle == "deprecated"


def test_a_preview_stores_nothing_and_tells_what_would_be(shelf, ada):
    shelf.texts["mine"] = COMPONENT
    locations.register(target="shop", actor=ada)
    shelf.texts["mine"] = f"{COMPONENT}---\n{LEDGER}---\n{COMPONENT.replace('checkout', 'no name')}"
    before = CatalogRevision.current()
    held, foreign, broken = locations.preview(target="mine", actor=ada)
    assert (held.held_by, held.is_allowed) == ("url:shop", True)
    assert (foreign.held_by, foreign.is_allowed, foreign.owner_ref) == ("", False, "group:default/money")
    assert (broken.entity, [problem.rule for problem in broken.problems]) == (None, ["C05"])
    assert CatalogRevision.current() == before


def test_a3_who_registers_second_does_not_take_over(shelf, ada, grace):
    locations.register(target="shop", actor=ada)
    shelf.texts["thief"] = COMPONENT.replace("owner: shop", "owner: money")
    registration = locations.register(target="thief", actor=grace)
    assert registration.entity_refs == []
    assert Entity.objects.get(ref="component:default/checkout").owner_ref == "group:default/shop"


def test_reading_again_is_for_those_who_own_something_of_it(shelf, ada, vera):
    location = locations.register(target="shop", actor=ada).location
    shelf.texts["shop"] = COMPONENT.replace("production", "deprecated")
    assert locations.refresh(location, ada).changed == 1
    with pytest.raises(PermissionDenied):
        locations.refresh(location, vera)


def test_unregistering_removes_what_came_of_it_and_leaves_tombstones(shelf, ada):
    location = locations.register(target="shop", actor=ada).location
    locations.unregister(location, ada)
    assert not Location.objects.exists()
    assert not Entity.objects.exists()
    assert Tombstone.objects.filter(ref="component:default/checkout").exists()
    assert AuditEvent.objects.filter(event="location.removed").exists()


def test_unregistering_is_refused_to_who_does_not_own_all_of_it(shelf, ada, grace):
    shelf.texts["shop"] = f"{COMPONENT}---\n{LEDGER}"
    location = locations.register(target="shop", actor=grace).location
    with pytest.raises(PermissionDenied):
        locations.unregister(location, ada)
    assert Entity.objects.filter(kind="component").count() == 2


def test_who_came_second_has_its_turn_when_the_first_is_unregistered(shelf, ada, grace):
    first = locations.register(target="shop", actor=ada).location
    shelf.texts["other"] = COMPONENT.replace("production", "deprecated")
    locations.register(target="other", actor=grace)
    locations.unregister(first, ada)
    assert Entity.objects.get(ref="component:default/checkout").lifecycle == "deprecated"


@pytest.fixture
def configured(settings):
    def apply(*entries):
        settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "locations": list(entries)}}
        locations.sync_configured()

    return apply


def test_places_of_the_configuration_come_and_go(configured, shelf, grace):
    configured({"type": "url", "target": "shop", "rules": [{"allow": ["Component"]}]})
    location = Location.objects.get()
    assert (location.origin, location.rules) == ("configuration", [{"allow": ["Component"]}])
    locations.refresh(location, grace)
    assert Entity.objects.filter(ref="component:default/checkout").exists()
    with pytest.raises(PermissionDenied, match=r"waymark\.yaml"):
        locations.unregister(location, grace)
    configured()
    assert not Location.objects.exists()
    assert not Entity.objects.exists()


def test_a_registered_place_that_the_configuration_names_becomes_its_own(configured, shelf, ada):
    registered = locations.register(target="shop", actor=ada).location
    configured({"type": "url", "target": "shop"})
    registered.refresh_from_db()
    assert registered.origin == "configuration"
    assert Entity.objects.filter(ref="component:default/checkout").exists()
