"""Listing, registering and removing locations, and reading them again (P09 to P14)."""

import pytest

from accounts.roles import Role
from catalog import sources
from catalog.models import Entity, Location
from catalog.sources import Reading, SourceText, Unreadable
from tests.catalog.factories import make_entities, read

TARGET = "https://git.example/shop/blob/main/catalog-info.yaml"
# What `printf 'url:…' | sha1sum` gives for the target above.
ENTITY_REF = "location:default/generated-9e11c9bb592dff51cf59db974df76b7409ed1e50"
COMPONENT = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: %s}
spec: {type: service, lifecycle: production, owner: shop}
"""
BODY = {"type": "url", "target": TARGET}


class Internet:
    """A source that reads addresses from a dictionary."""

    def __init__(self):
        self.texts = {TARGET: COMPONENT % "cart"}

    def read(self, location):
        if location.target not in self.texts:
            raise Unreadable(f"{location.target} is not there.", is_gone=True)
        return Reading([SourceText(location.target, self.texts[location.target])])

    def child(self, base, target):
        return "url", target


@pytest.fixture
def internet():
    before, internet = sources.of_type("url"), Internet()
    sources.register("url", internet)
    yield internet
    sources.register("url", before)


@pytest.fixture
def shop_api(make_api, internet):
    """A machine of the team that owns the component."""
    return make_api(Role.DEVELOPER, "group:default/shop")


@pytest.fixture
def platform_api(make_api, internet):
    """A machine that may register everything; three addresses more can be read."""
    for name in ("a", "b", "C"):
        internet.texts[f"https://git.example/{name}.yaml"] = COMPONENT % f"component-{name}"
    return make_api(Role.PLATFORM)


def entity_names(response):
    return [entity["metadata"]["name"] for entity in response.json()["entities"]]


def message(response):
    return response.json()["error"]["name"], response.json()["error"]["message"]


def test_p09_registers_and_answers_with_what_came_of_it(shop_api):
    response = shop_api.post("/locations", BODY)
    location = Location.objects.get(target=TARGET)
    assert response.status_code == 201
    assert response.json()["location"] == {
        "id": str(location.pk),
        "type": "url",
        "target": TARGET,
        "entityRef": ENTITY_REF,
    }
    assert entity_names(response) == ["cart"]
    assert Entity.objects.filter(ref=ENTITY_REF).exists()


def test_p09_a_dry_run_tells_what_there_is_and_stores_nothing(shop_api):
    response = shop_api.post("/locations", BODY, dryRun="true")
    assert response.status_code == 201
    assert response.json()["location"] == {
        "id": f"url:{TARGET}",
        "type": "url",
        "target": TARGET,
        "entityRef": ENTITY_REF,
    }
    assert response.json()["exists"] is False
    assert entity_names(response) == ["cart"]
    assert not Location.objects.exists()


def test_p09_a_dry_run_of_something_wrong_tells_what(shop_api, internet):
    internet.texts[TARGET] = COMPONENT % "cart" + "---\n" + COMPONENT % "no spaces please"
    response = shop_api.post("/locations", BODY, dryRun="yes")
    assert response.status_code == 400
    assert "metadata.name" in message(response)[1]


def test_p09_registering_again_is_a_conflict_unless_a_refresh_is_asked_for(shop_api, internet):
    shop_api.post("/locations", BODY)
    again = shop_api.post("/locations", BODY)
    assert again.status_code == 409
    assert message(again) == ("ConflictError", f"Location url:{TARGET} already exists")
    internet.texts[TARGET] = COMPONENT % "basket"
    refreshed = shop_api.post("/locations", BODY, onConflict="refresh")
    assert refreshed.status_code == 201
    assert refreshed.json()["location"]["target"] == TARGET
    assert Entity.objects.filter(ref="component:default/basket").exists()


def test_p09_what_another_team_owns_is_403_and_stays_out(make_api, internet):
    response = make_api(Role.DEVELOPER, "group:default/money").post("/locations", BODY)
    assert response.status_code == 403
    assert message(response)[0] == "NotAllowedError"
    assert not Entity.objects.exists()


def test_p09_a_place_that_is_not_there_is_400_with_the_reason(shop_api):
    response = shop_api.post("/locations", {**BODY, "target": "https://git.example/nothing"})
    assert response.status_code == 400
    assert "https://git.example/nothing is not there." in message(response)[1]


def test_p09_a_place_that_may_be_missing_is_registered(make_api, internet):
    body = {**BODY, "target": "https://git.example/later", "presence": "optional"}
    assert make_api(Role.PLATFORM).post("/locations", body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"type": "url"},
        {"target": TARGET},
        {**BODY, "target": ""},
        {**BODY, "target": 1},
        {**BODY, "type": "file"},
        {**BODY, "owner": "shop"},
        {**BODY, "presence": "perhaps"},
        {**BODY, "target": "javascript:alert(1)"},
        {**BODY, "target": "not an address"},
    ],
)
def test_p09_a_body_that_names_no_place_is_400(shop_api, body):
    assert shop_api.post("/locations", body).status_code == 400
    assert not Location.objects.exists()


def test_p10_lists_what_was_registered_and_nothing_of_the_configuration(shop_api):
    read({"https://git.example/all.yaml": ""}, type="url", origin="configuration")
    shop_api.post("/locations", BODY)
    location = Location.objects.get(target=TARGET)
    shape = {"id": str(location.pk), "type": "url", "target": TARGET, "entityRef": ENTITY_REF}
    assert shop_api.get("/locations").json() == [{"data": shape}]


def test_p12_one_location_by_id(shop_api):
    made = shop_api.post("/locations", BODY).json()["location"]
    assert shop_api.get(f"/locations/{made['id']}").json() == made
    for unknown in ("0", "x", "9" * 30, "²"):
        missing = shop_api.get(f"/locations/{unknown}")
        assert (missing.status_code, message(missing)[1]) == (404, f"Found no location with ID {unknown}")


def test_p12_removes_a_location_with_all_that_came_of_it(shop_api):
    made = shop_api.post("/locations", BODY).json()["location"]
    response = shop_api.delete(f"/locations/{made['id']}")
    assert (response.status_code, response.content) == (204, b"")
    assert not Entity.objects.exists()
    assert shop_api.delete(f"/locations/{made['id']}").status_code == 404


def test_p12_another_team_removes_nothing(shop_api, make_api):
    made = shop_api.post("/locations", BODY).json()["location"]
    response = make_api(Role.DEVELOPER, "group:default/money").delete(f"/locations/{made['id']}")
    assert response.status_code == 403
    assert Entity.objects.filter(name="cart").exists()


def test_p13_the_location_of_an_entity_is_the_registered_one_however_far_up(shop_api, internet):
    internet.texts[TARGET] = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
        "spec: {type: url, target: 'https://git.example/cart.yaml'}"
    )
    internet.texts["https://git.example/cart.yaml"] = COMPONENT % "cart"
    made = shop_api.post("/locations", BODY).json()["location"]
    assert shop_api.get("/locations/by-entity/component/default/cart").json() == made
    assert shop_api.get("/locations/by-entity/location/default/all").json() == made


def test_p05_the_ancestors_of_an_entity_up_to_the_place_that_somebody_named(shop_api, internet):
    internet.texts[TARGET] = (
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n"
        "spec: {type: url, target: 'https://git.example/cart.yaml'}"
    )
    internet.texts["https://git.example/cart.yaml"] = COMPONENT % "cart"
    shop_api.post("/locations", BODY)
    content = shop_api.get("/entities/by-name/component/default/Cart/ancestry").json()
    assert content["rootEntityRef"] == "component:default/cart"
    assert [(item["entity"]["metadata"]["name"], item["parentEntityRefs"]) for item in content["items"]] == [
        ("cart", ["location:default/all"]),
        ("all", [ENTITY_REF]),
        (ENTITY_REF.partition("/")[2], []),
    ]
    missing = shop_api.get("/entities/by-name/component/default/nope/ancestry")
    assert (missing.status_code, message(missing)[1]) == (404, "No such entity component:default/nope")


def test_p11_registered_locations_that_match_page_by_page(platform_api):
    targets = [f"https://git.example/{name}.yaml" for name in ("a", "b", "C")]
    ids = [platform_api.post("/locations", {**BODY, "target": target}).json()["location"]["id"] for target in targets]
    query = {"type": "URL", "target": {"$hasPrefix": "https://git.example/"}}
    first = platform_api.post("/locations/by-query", {"query": query, "limit": 2}).json()
    assert [item["target"] for item in first["items"]] == targets[:2]
    assert first["totalItems"] == 3
    second = platform_api.post("/locations/by-query", {"cursor": first["pageInfo"]["nextCursor"]}).json()
    assert second["items"] == [platform_api.get(f"/locations/{ids[2]}").json()]
    assert second["pageInfo"] == {}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (None, 3),
        ({}, 3),
        ({"target": "https://git.example/c.yaml"}, 1),
        ({"target": {"$in": ["https://git.example/a.yaml", "https://git.example/b.yaml", "x"]}}, 2),
        ({"$not": {"target": {"$hasPrefix": "https://git.example/a"}}}, 2),
        ({"$any": [{"type": "file"}, {"target": "https://git.example/a.yaml"}]}, 1),
        ({"type": {"$exists": True}}, 3),
        ({"owner": {"$exists": True}}, 0),
        ({"owner": {"$exists": False}}, 3),
        ({"owner": {"$hasPrefix": ""}}, 0),
        ({"origin": "registered"}, 0),
        ({"target": {"$hasPrefix": "%"}}, 0),
        ({"id": "x"}, 0),
        ({"$all": []}, 3),
        ({"$any": []}, 0),
    ],
)
def test_p11_predicates_over_locations(platform_api, query, found):
    for name in ("a", "b", "C"):
        platform_api.post("/locations", {**BODY, "target": f"https://git.example/{name}.yaml"})
    assert platform_api.post("/locations/by-query", {"query": query}).json()["totalItems"] == found


@pytest.mark.parametrize("body", [{"query": []}, {"limit": 0}, {"cursor": ""}, {"cursor": 1}, {"cursor": "nonsense"}])
def test_p11_what_cannot_be_read_is_400(api, body):
    assert api.post("/locations/by-query", body).status_code == 400


def test_p13_an_entity_of_the_configuration_has_no_registered_location(api):
    read({"https://git.example/c.yaml": COMPONENT % "cart"}, type="url", origin="configuration")
    response = api.get("/locations/by-entity/component/default/cart")
    assert response.status_code == 404
    assert message(response)[1] == "Found no location with type url and target https://git.example/c.yaml"
    assert api.get("/locations/by-entity/component/default/nope").status_code == 404


def test_p14_refresh_reads_again_where_an_entity_comes_from(shop_api, internet):
    shop_api.post("/locations", BODY)
    internet.texts[TARGET] = (COMPONENT % "cart").replace("production", "deprecated")
    response = shop_api.post("/refresh", {"entityRef": "Component:default/cart", "authorizationToken": "ignored"})
    assert (response.status_code, response.content) == (200, b"")
    assert Entity.objects.get(name="cart").lifecycle == "deprecated"


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"entityRef": 1}, 400), ({"entityRef": ""}, 400), ({"entityRef": "component:default/nope"}, 404)],
)
def test_p14_refresh_of_what_is_not_there(shop_api, body, status):
    assert shop_api.post("/refresh", body).status_code == status


def test_p14_another_team_refreshes_nothing(shop_api, make_api):
    shop_api.post("/locations", BODY)
    other = make_api(Role.DEVELOPER, "group:default/money")
    assert other.post("/refresh", {"entityRef": "component:default/cart"}).status_code == 403


def test_p12_a_file_of_the_command_is_listed_too(api):
    make_entities(COMPONENT % "cart")
    assert [each["data"]["type"] for each in api.get("/locations").json()] == ["file"]


def test_p12_a_location_can_be_moved_to_another_address_and_its_entities_keep_their_uids(platform_api, internet):
    made = platform_api.post("/locations", BODY).json()["location"]
    uid = Entity.objects.get(name="cart").uid
    internet.texts["https://git.example/moved.yaml"] = COMPONENT % "cart"
    moved = platform_api.put(f"/locations/{made['id']}", {"type": "url", "target": "https://git.example/moved.yaml"})
    assert (moved.status_code, moved.json()["target"]) == (200, "https://git.example/moved.yaml")
    assert moved.json()["id"] == made["id"]
    assert Entity.objects.get(name="cart").uid == uid


@pytest.mark.parametrize(
    ("location", "body", "status"),
    [
        ("0", BODY, 404),
        ("cart", {"type": "url"}, 400),
        ("cart", {"type": "file", "target": "/etc/passwd"}, 400),
        ("cart", {"type": "url", "target": "https://git.example/nothing"}, 400),
        ("cart", {"type": "url", "target": "https://git.example/a.yaml"}, 409),
    ],
)
def test_p12_what_a_location_cannot_be_moved_to(platform_api, location, body, status):
    ids = {"cart": platform_api.post("/locations", BODY).json()["location"]["id"]}
    platform_api.post("/locations", {**BODY, "target": "https://git.example/a.yaml"})
    response = platform_api.put(f"/locations/{ids.get(location, location)}", body)
    assert response.status_code == status
    assert Location.objects.get(pk=ids["cart"]).target == TARGET


@pytest.mark.parametrize(
    "write",
    [
        lambda api, pk: api.post("/locations", {**BODY, "target": "https://git.example/a.yaml"}),
        lambda api, pk: api.put(f"/locations/{pk}", {**BODY, "target": "https://git.example/a.yaml"}),
        lambda api, pk: api.delete(f"/locations/{pk}"),
    ],
    ids=["register", "move", "remove"],
)
def test_a_portal_that_is_only_read_refuses_each_change_of_its_places(platform_api, settings, write):
    made = platform_api.post("/locations", BODY).json()["location"]
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "readonly": True}}
    refused = write(platform_api, made["id"])
    assert (refused.status_code, message(refused)[0]) == (403, "NotAllowedError")
    assert "readonly" in message(refused)[1]
    assert [location.target for location in Location.objects.all()] == [TARGET]
    # To look what an address would bring changes nothing.
    looked = platform_api.post("/locations", {**BODY, "target": "https://git.example/a.yaml"}, dryRun="true")
    assert looked.status_code == 201


def test_p09_what_happens_to_a_known_location_by_default_is_configured(platform_api, settings):
    platform_api.post("/locations", BODY)
    catalog = {**settings.WAYMARK["catalog"], "defaultLocationConflictStrategy": "refresh"}
    settings.WAYMARK = {**settings.WAYMARK, "catalog": catalog}
    assert platform_api.post("/locations", BODY).status_code == 201
    assert platform_api.post("/locations", BODY, onConflict="reject").status_code == 409
