"""Descriptors that are filled in as a form."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.descriptor import checks
from catalog.drafts import Draft, name_for
from tests.catalog.reading import entity_of, refusals


def test_what_is_empty_is_left_out():
    assert yaml.safe_load(Draft("checkout").text()) == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {"name": "checkout"},
        "spec": {"type": "other", "lifecycle": "unknown"},
    }


def test_a_whole_draft_is_a_descriptor_that_the_catalog_takes():
    draft = Draft("checkout", "Checkout", "Turns a basket into an order", "service", "production", "group:default/shop")
    entity = entity_of(draft.text())
    assert (entity["metadata"]["title"], entity["spec"]["owner"]) == ("Checkout", "group:default/shop")


@given(text=st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_no_text_gets_out_of_its_field(text):
    draft = Draft("checkout", description=text, type="service", lifecycle="production", owner_ref="group:default/shop")
    assert entity_of(draft.text())["metadata"]["description"] == text


def test_words_that_yaml_would_read_otherwise_stay_texts():
    draft = Draft("no", title="on", description="1:30", type="service", lifecycle="2024-01-01", owner_ref="shop")
    entity = entity_of(draft.text())
    assert (entity["metadata"]["name"], entity["metadata"]["title"]) == ("no", "on")
    assert (entity["metadata"]["description"], entity["spec"]["lifecycle"]) == ("1:30", "2024-01-01")


def test_a_draft_without_an_owner_is_refused():
    assert refusals(Draft("checkout", type="service", lifecycle="production").text())


@pytest.mark.parametrize(
    ("repository", "name"),
    [
        ("checkout", "checkout"),
        (".github", "github"),
        ("my repo!", "my-repo"),
        ("...", "component"),
        ("x" * 90, "x" * 63),
    ],
)
def test_a_repository_gives_a_name_that_an_entity_may_have(repository, name):
    assert name_for(repository) == name
    assert checks.is_name(name)
