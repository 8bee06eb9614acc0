"""What a search finds, and in which order."""

import pytest

from accounts.actors import anonymous, system
from catalog import search
from catalog.query import lookups
from catalog.query.predicates import FilterError
from tests.catalog.factories import make_entities

ENTITY = """
apiVersion: backstage.io/v1alpha1
kind: %s
metadata: {name: %s, title: %s, description: %s, tags: [%s]}
spec: {type: team, children: [], lifecycle: production, owner: shop}
"""
ROWS = [
    ("Component", "billing", "Invoices", "Calls pay when money moves", "java"),
    ("Component", "payment-gateway", "Gateway", "Takes cards", "java"),
    ("Component", "fast-pay", "Till", "In shops", "go"),
    ("Component", "pay", "The payer", "Moves 100% of the money", "go"),
    ("Group", "people", "Pay", "Who pays", "none"),
    ("Component", "repay_all", "Repayments", "Gives back", "go"),
]


@pytest.fixture(autouse=True)
def catalog(db):
    make_entities("---".join(ENTITY % row for row in ROWS))


def found(term, **given):
    return [entity.name for entity in search.entities(term, actor=given.pop("actor", system()), **given)]


def test_an_exact_name_or_title_comes_first_then_beginnings_then_words_then_the_rest():
    assert found("pay") == ["pay", "people", "payment-gateway", "fast-pay", "billing"]


def test_upper_case_makes_no_difference():
    assert found("PAY") == found("pay")


def test_every_word_must_occur_somewhere():
    assert found("money java") == ["billing"]
    assert found("money nothing") == []


def test_signs_that_are_in_no_word_are_passed_over():
    assert found("100%") == ["pay"]
    assert found("repay_") == ["repay_all"]
    assert found("p_y") == []
    assert found("%") == []


def test_a_kind_narrows():
    assert found("pay", kind="Group") == ["people"]
    assert found("kind:group pay") == ["people"]


@pytest.mark.parametrize("term", ["", "   ", "\0"])
def test_no_words_find_nothing(term):
    assert found(term) == []


def test_a_question_is_cut_to_what_is_looked_for():
    assert found("pay " + "x" * 500) == []
    assert found("pay\0") == found("pay")


def test_who_may_not_read_the_catalog_finds_nothing():
    assert found("pay", actor=anonymous()) == []


def titles(*args, **given):
    return [choice.title for choice in lookups.choices(*args, actor=given.pop("actor", system()), **given)]


def test_choices_are_those_of_the_filter_by_title():
    assert titles({"kind": "Component", "metadata.tags": "go"}) == ["Repayments", "The payer", "Till"]
    assert titles([{"kind": "Group"}, {"metadata.name": "billing"}]) == ["Invoices", "Pay"]


def test_choices_with_a_text_are_the_best_first():
    assert titles({"kind": ["Component", "Group"]}, text="pay", limit=2) == ["The payer", "Pay"]


def test_a_choice_tells_all_that_a_picker_shows():
    [choice] = lookups.choices({"kind": "Group"}, actor=system())
    assert (choice.ref, choice.kind, choice.namespace, choice.name) == (
        "group:default/people",
        "group",
        "default",
        "people",
    )
    assert str(choice) == "Pay"


def test_choices_without_a_filter_are_all_there_are_up_to_the_limit():
    assert len(titles(limit=4)) == 4
    assert titles(None, actor=anonymous()) == []


def test_a_filter_that_is_none_is_refused():
    with pytest.raises(FilterError):
        titles("Group")
