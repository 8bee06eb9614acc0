"""The versions of APIs as JSON, and the question what a new definition would break."""

import pytest

from catalog.apis import reading
from tests.catalog.apis.test_pages import CONSUMER
from tests.catalog.apis.test_reading import descriptor, openapi
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.django_db
URL = "/api/v1/apis/default/orders-api"


@pytest.fixture
def orders(db) -> None:
    for definition in (openapi("1.0.0", "/orders", "/old"), openapi("2.0.0", "/orders")):
        make_entities(descriptor(definition) + CONSUMER, target="/test/api.yaml")
        reading.read_unread()


def test_versions_come_newest_first_with_their_consumers(developer, orders):
    found = developer.get(f"{URL}/versions").json()
    assert [(each["label"], each["breaking_count"]) for each in found["versions"]] == [("2.0.0", 1), ("1.0.0", 0)]
    assert found["consumers"] == ["component:default/basket"]


def test_a_build_asks_what_it_would_break_and_nothing_is_stored(developer, orders):
    asked = {"definition": openapi("3.0.0", "/returns")}
    found = developer.post(f"{URL}/compare", asked, content_type="application/json").json()
    assert found["breaking_count"] == 1
    assert [(each["level"], each["where"]) for each in found["changes"]] == [
        ("breaking", "GET /orders"),
        ("safe", "GET /returns"),
    ]
    assert len(developer.get(f"{URL}/versions").json()["versions"]) == 2


@pytest.mark.parametrize("definition", ["", "openapi: 3.1.0\npaths: [", "x" * 500_000])
def test_what_cannot_be_compared_is_said_so(developer, orders, definition):
    answer = developer.post(f"{URL}/compare", {"definition": definition}, content_type="application/json")
    assert answer.status_code == 400


def test_an_api_that_is_not_there_is_not_found(developer):
    assert developer.get("/api/v1/apis/default/none/versions").status_code == 404
