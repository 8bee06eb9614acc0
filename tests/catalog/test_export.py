"""`manage.py export`: the way out."""

import io

import pytest
import yaml
from django.core.management import CommandError, call_command

from catalog.management.commands.export import OURS
from tests.catalog.factories import make_entities
from tests.catalog.graphs.test_page import SHOP

pytestmark = pytest.mark.django_db


def exported(*options: str) -> str:
    out = io.StringIO()
    call_command("export", *options, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_what_is_written_is_what_was_read():
    make_entities(SHOP)
    written = {each["metadata"]["name"]: each for each in yaml.safe_load_all(exported())}
    for original in yaml.safe_load_all(SHOP):
        found = written[original["metadata"]["name"]]
        assert found["spec"] == original["spec"]
        assert original["metadata"].items() <= found["metadata"].items()


def test_entities_come_in_the_order_of_their_refs_without_what_the_catalog_adds():
    make_entities(SHOP)
    documents = list(yaml.safe_load_all(exported()))
    assert [each["metadata"]["name"] for each in documents] == ["checkout", "web-shop", "orders-db", "storefront"]
    assert all(not set(OURS) & set(each["metadata"].get("annotations", {})) for each in documents)
    assert all("relations" not in each and "uid" not in each["metadata"] for each in documents)


def test_kinds_are_chosen():
    make_entities(SHOP)
    documents = list(yaml.safe_load_all(exported("--kind", "Resource", "--kind", "system")))
    assert [each["kind"] for each in documents] == ["Resource", "System"]


def test_nothing_to_write_is_a_failure():
    with pytest.raises(CommandError):
        exported("--kind", "nothing")
