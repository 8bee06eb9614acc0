"""I16: a push to the forge, as it reaches the catalog through a real webhook."""

import time

import pytest

from catalog.models import Entity, Location, Tombstone
from delivery.models import Delivery
from tests.delivery.repositories import Work, component

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(telling):
    """A repository whose descriptor the catalog reads."""
    work = Work(telling, "web")
    work.commit({"catalog-info.yaml": component(), "README.md": "# Web\n"})
    work.register()
    telling.desk("calls", method="DELETE")
    return work


def description(name="web"):
    return Entity.objects.get(ref=f"component:default/{name}").description


def outcomes():
    return list(Delivery.objects.filter(event="push").order_by("pk").values_list("state", "outcome"))


def test_a_push_shows_within_a_second(web):
    began = time.monotonic()
    web.commit({"catalog-info.yaml": component(description="In three languages")})
    assert description() == "In three languages"
    assert time.monotonic() - began < 1.0
    state, outcome = outcomes()[-1]
    assert (state, outcome) == ("done", "Read again: 0 added, 1 changed, 0 unchanged, 0 removed, 0 problems.")


def test_a_push_to_other_files_reads_nothing(web):
    web.commit({"README.md": "# Web, again\n"})
    assert outcomes()[-1] == ("done", "Nothing of it is read by the catalog.")
    assert [call for call in web.forge.calls() if "/contents/" in call] == []


def test_a_push_to_another_branch_reads_nothing(web):
    web.client.create_ref(web.repo, "next", web.client.branch(web.repo, "main").sha)
    web.commit({"catalog-info.yaml": component(description="Not yet")}, branch="next")
    assert description() == "In a browser"


def test_a_branch_whose_name_has_slashes_is_told_from_a_path(telling):
    work = Work(telling, "slashes")
    work.client.create_ref(work.repo, "team/shop", work.client.branch(work.repo, "main").sha)
    Location.objects.create(type="url", target=work.address(branch="team/shop"), origin="registered")
    work.commit({"catalog-info.yaml": component()}, branch="team/shop")
    assert "Nothing of it" not in outcomes()[-1][1]


def test_of_several_places_only_what_was_touched_is_read(web):
    work = Work(web.forge, "other")
    work.commit({"catalog-info.yaml": component("other"), "more.yaml": component("more")})
    work.register()
    work.register("more.yaml")
    web.forge.desk("calls", method="DELETE")
    work.commit({"more.yaml": component("more", description="More")})
    read = [call for call in web.forge.calls() if "/contents/" in call]
    assert read == ["GET /repos/acme/other/contents/more.yaml"]


def test_a_glob_finds_a_file_that_is_new_and_loses_one_that_is_gone(telling):
    work = Work(telling, "mono")
    work.commit({"services/a/catalog-info.yaml": component("a")})
    Location.objects.create(
        type="url", target=work.address("services/*/catalog-info.yaml"), origin="registered", next_refresh_at=None
    )
    work.commit({"services/b/catalog-info.yaml": component("b")})
    assert set(names()) == {"a", "b"}
    work.commit({"services/a/catalog-info.yaml": None})
    assert set(names()) == {"b"}


def names():
    return Entity.objects.filter(kind="component").values_list("name", flat=True)


def test_a_place_that_may_be_missing_is_read_when_its_file_comes(telling):
    work = Work(telling, "later")
    Location.objects.create(type="url", target=work.address(), origin="registered", is_optional=True)
    work.commit({"catalog-info.yaml": component("later")})
    assert "later" in names()


def test_a_renamed_descriptor_takes_its_place_along(web):
    before = Entity.objects.get(ref="component:default/web")
    web.commit({"catalog-info.yaml": None, "deploy/catalog.yaml": component()})
    after = Entity.objects.get(ref="component:default/web")
    assert after.uid == before.uid
    assert not after.is_orphan
    location = Location.objects.get()
    assert (location.target, location.error) == (web.address("deploy/catalog.yaml"), "")
    generated = Entity.objects.filter(kind="location", name__startswith="generated-")
    assert [entity.location_id for entity in generated] == [location.pk]
    web.commit({"deploy/catalog.yaml": component(description="Still heard")})
    assert description() == "Still heard"


def test_a_rename_onto_a_place_that_is_read_already_leaves_one(web):
    Location.objects.create(type="url", target=web.address("b.yaml"), origin="registered", is_optional=True)
    web.commit({"catalog-info.yaml": None, "b.yaml": component()})
    assert [location.target for location in Location.objects.all()] == [web.address("b.yaml")]
    assert "web" in names()


def test_without_move_a_renamed_descriptor_is_gone(web, settings):
    settings.WAYMARK["catalog"]["scmEvents"]["move"] = False
    web.commit({"catalog-info.yaml": None, "catalog.yaml": component()})
    assert Location.objects.get().target == web.address()
    assert Entity.objects.get(ref="component:default/web").is_orphan


def test_a_deleted_descriptor_marks_its_entities_and_forgets_nothing(web):
    web.commit({"catalog-info.yaml": None})
    assert Entity.objects.get(ref="component:default/web").is_orphan
    web.commit({"catalog-info.yaml": component()})
    assert not Entity.objects.get(ref="component:default/web").is_orphan


def test_with_unregister_a_deleted_descriptor_takes_its_place_along(web, settings):
    settings.WAYMARK["catalog"]["scmEvents"]["unregister"] = True
    web.commit({"catalog-info.yaml": None})
    assert not Location.objects.exists()
    assert Tombstone.objects.filter(ref="component:default/web").exists()


def test_switched_off_nothing_follows(web, settings):
    settings.WAYMARK["catalog"]["scmEvents"] = False
    web.commit({"catalog-info.yaml": component(description="Unheard")})
    assert description() == "In a browser"


def test_a_host_that_is_away_is_asked_again_later(web):
    web.forge.turn_on(outage={"path": "/repos/acme/web/compare", "times": 50})
    web.commit({"catalog-info.yaml": None, "catalog.yaml": component()})
    row = Delivery.objects.latest("pk")
    assert (row.state, row.attempts) == ("waiting", 1)
    assert "fault (503)" in row.error
    assert row.not_before is not None
    web.forge.turn_on(outage=None)
    Delivery.objects.filter(pk=row.pk).update(not_before=None)
    from delivery import processing

    processing.process(row.pk)
    assert Location.objects.get().target == web.address("catalog.yaml")


def test_a_broken_descriptor_is_told_and_the_last_good_one_stays(web):
    web.commit({"catalog-info.yaml": component().replace("production", "[")})
    assert description() == "In a browser"
    assert outcomes()[-1][1].endswith("1 problems.")


API = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: web-api}
spec:
  type: openapi
  lifecycle: production
  owner: shop
  definition:
    $text: ./openapi.yaml
"""


def test_a_file_that_an_entity_quotes_is_read_again_with_it(telling):
    work = Work(telling, "quoting")
    work.commit({"catalog-info.yaml": API, "openapi.yaml": "openapi: 3.0.0\n"})
    work.register()
    work.commit({"openapi.yaml": "openapi: 3.1.0\n"})
    assert "3.1.0" in Entity.objects.get(ref="api:default/web-api").document
