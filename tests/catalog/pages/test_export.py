"""The list as a file."""

import csv
import io
import json

import pytest

from catalog.pages import exporting
from tests.catalog.factories import make_entities
from tests.catalog.pages.samples import SHOP, component, quoted

pytestmark = pytest.mark.django_db


def table(answer):
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_all_pages_of_what_is_filtered_are_taken_and_nothing_else(member):
    make_entities("".join(component(f"service-{n:02}") for n in range(60)) + component("ledger", owner="money"))
    answer = member.get("/catalog/export/", {"owner": "group:default/shop", "sort": "-name", "page": "2"})
    rows = table(answer)
    assert [row["name"] for row in rows] == [f"service-{n:02}" for n in reversed(range(60))]
    assert answer["Content-Disposition"] == 'attachment; filename="catalog-component.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_a_row_says_what_the_entity_is_whose_and_where(member):
    make_entities(component("checkout"))
    (row,) = table(member.get("/catalog/export/"))
    assert (row["ref"], row["owner"], row["tags"]) == (
        "component:default/checkout",
        "group:default/shop",
        "python, checkout",
    )
    assert row["url"] == "http://testserver/catalog/component/default/checkout/"


def test_json_holds_the_same_with_lists_as_lists(member):
    make_entities(component("checkout"))
    answer = member.get("/catalog/export/", {"format": "json"})
    (row,) = json.loads(b"".join(answer.streaming_content))
    assert row["tags"] == ["python", "checkout"]
    assert answer["Content-Disposition"] == 'attachment; filename="catalog-component.json"'


@pytest.mark.parametrize("format", ["csv", "json"])
def test_an_empty_list_is_an_empty_file(member, format):  # noqa: A002
    make_entities(SHOP)
    body = b"".join(member.get("/catalog/export/", {"kind": "api", "format": format}).streaming_content)
    assert body in (b"[]\n", b"") or body.startswith(b"ref,kind,")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\N{FULLWIDTH EQUALS SIGN}1"])
def test_no_cell_is_a_formula(text):
    assert exporting.cell(text) == f"'{text}"


def test_a_description_of_a_stranger_is_text_to_a_spreadsheet(member):
    formula = '=HYPERLINK("https://evil.example","Click")'
    make_entities(component("checkout").replace("The service checkout", quoted(formula)))
    (row,) = table(member.get("/catalog/export/"))
    assert row["description"] == f"'{formula}"


def test_an_odd_format_is_csv(member):
    make_entities(component("checkout"))
    assert member.get("/catalog/export/", {"format": "exe"})["Content-Type"].startswith("text/csv")


def test_a_stranger_takes_nothing(client):
    assert client.get("/catalog/export/").status_code == 302
