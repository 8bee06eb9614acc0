"""The filter grammar: what the spellings of Backstage's clients are read as."""

import pytest

from catalog.query import filters
from catalog.query.filters import FilterError, from_catalog_filter, from_query, parse
from catalog.query.predicates import MOST_TERMS, MOST_VALUES


def said(*params):
    return parse(params).to_json()


@pytest.mark.parametrize(
    ("param", "meaning"),
    [
        ("kind=component", {"kind": "component"}),
        ("kind=Component", {"kind": "component"}),
        (" kind = Component ", {"kind": "component"}),
        ("metadata.annotations.a", {"metadata.annotations.a": {"$exists": True}}),
        ("metadata.description=", {"metadata.description": ""}),
        ("kind=component,kind=api", {"kind": {"$in": ["component", "api"]}}),
        ("kind=component,kind=COMPONENT", {"kind": "component"}),
        ("kind=a,spec.type=b", {"$all": [{"kind": "a"}, {"spec.type": "b"}]}),
        ("spec.type=a=b", {"spec.type": "a=b"}),
        ("kind,kind=api", {"kind": "api"}),
    ],
)
def test_p01_one_filter_is_statements_that_must_all_hold(param, meaning):
    assert said(param) == meaning


def test_p01_several_filters_are_alternatives():
    assert said("kind=a", "kind=b,spec.type=c") == {
        "$any": [{"kind": "a"}, {"$all": [{"kind": "b"}, {"spec.type": "c"}]}]
    }


def test_p01_an_empty_filter_asks_for_everything():
    assert parse(["", " , "]) == filters.ALL
    assert parse([]).is_empty


@pytest.mark.parametrize(
    "param",
    [
        "relations.ownedBy=group:default/shop",
        "metadata.annotations.github.com/project-slug=acme/checkout",
        "metadata.tags.java=true",
        "metadata.annotations.backstage.io/managed-by-location=url:https://git.example/a/b",
        "metadata.labels.app.kubernetes.io/name=x",
    ],
)
def test_p01_keys_may_have_dots_slashes_and_colons_in_them(param):
    key, _, value = param.lower().partition("=")
    assert said(param) == {key: value}


def test_p01_a_statement_without_a_field_is_refused_with_what_was_expected():
    with pytest.raises(FilterError, match=r'Invalid filter, "=x" is not a statement; expected a=b, a= or a\.'):
        parse(["kind=component,=x"])


def test_one_question_has_at_most_twenty_conditions_and_two_hundred_values():
    assert not parse([",".join(f"k{n}=v" for n in range(MOST_TERMS))]).is_empty
    assert not parse([",".join(f"k=v{n}" for n in range(MOST_VALUES))]).is_empty
    with pytest.raises(FilterError, match="Too many conditions in the filter: 21"):
        parse([f"k{n}=v" for n in range(MOST_TERMS + 1)])
    with pytest.raises(FilterError, match="Too many values"):
        parse([",".join(f"k=v{n}" for n in range(MOST_VALUES + 1))])


@pytest.mark.parametrize("param", ["kind=a\0b", "ki\0nd=a"])
def test_d1_a_sign_that_no_database_holds_is_refused(param):
    with pytest.raises(FilterError, match="no text"):
        parse([param])


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ({"kind": "Component"}, {"kind": "component"}),
        ({"spec.replicas": 3}, {"spec.replicas": "3"}),
        ({"spec.replicas": 3.0}, {"spec.replicas": "3"}),
        ({"spec.isPublic": True}, {"spec.ispublic": "true"}),
        ({"kind": {"$in": ["API", "Component"]}}, {"kind": {"$in": ["api", "component"]}}),
        ({"kind": {"$in": []}}, {"kind": {"$in": []}}),
        ({"spec.owner": {"$exists": False}}, {"spec.owner": {"$exists": False}}),
        ({"metadata.name": {"$hasPrefix": "Check"}}, {"metadata.name": {"$hasPrefix": "check"}}),
        ({"metadata.tags": {"$contains": "Java"}}, {"metadata.tags": "java"}),
        ({"relations": {"$contains": {"type": "ownedBy"}}}, {"relations.ownedby": {"$exists": True}}),
        (
            {
                "relations": {
                    "$contains": {"type": "ownedBy", "targetRef": {"$in": ["Group:Default/A", "user:default/b"]}}
                }
            },
            {"relations.ownedby": {"$in": ["group:default/a", "user:default/b"]}},
        ),
        ({"kind": "A", "spec.type": "b"}, {"$all": [{"kind": "a"}, {"spec.type": "b"}]}),
        ({"$not": {"kind": "a"}}, {"$not": {"kind": "a"}}),
        ({"$any": [{"kind": "a"}, {"$all": []}]}, {"$any": [{"kind": "a"}, {"$all": []}]}),
        ({}, {}),
    ],
)
def test_p03_predicates(query, meaning):
    assert from_query(query).to_json() == meaning
    assert from_query(meaning).to_json() == meaning


@pytest.mark.parametrize(
    "query",
    [
        "component",
        ["kind"],
        None,
        {"$not": "a"},
        {"$all": {"kind": "a"}},
        {"$any": [1]},
        {"$all": [], "kind": "a"},
        {"$nor": []},
        {"": "a"},
        {"kind": None},
        {"kind": ["a"]},
        {"kind": {}},
        {"kind": {"$exists": "yes"}},
        {"kind": {"$in": "a"}},
        {"kind": {"$in": [None]}},
        {"kind": {"$hasPrefix": 1}},
        {"kind": {"$regex": "a"}},
        {"kind": {"$exists": True, "$in": []}},
        {"metadata.tags": {"$contains": {"type": "a"}}},
        {"metadata.tags": {"$contains": ["a"]}},
        {"relations": {"$contains": {"targetRef": "a"}}},
        {"relations": {"$contains": {"type": "a", "target": "b"}}},
        {"relations": {"$contains": {"type": "a", "TYPE": "b", "targetRef": "c"}}},
        {"relations": {"$contains": {"type": "a", "targetRef": {"$in": []}}}},
        {"relations": {"$contains": {"type": "a", "targetRef": {"$in": [1]}}}},
        {"relations": {"$contains": {"type": "a", "targetRef": 1}}},
        {"kind": "a\ud800"},
    ],
)
def test_p03_what_is_no_predicate_is_refused(query):
    with pytest.raises(FilterError):
        from_query(query)


def test_two_filters_together_must_both_match():
    assert (parse(["kind=a"]) & from_query({"spec.type": "b"})).to_json() == {
        "$all": [{"kind": "a"}, {"spec.type": "b"}]
    }
    assert (parse([]) & parse(["kind=a"])) == parse(["kind=a"])
    assert (parse([]) & parse([])).is_empty


@pytest.mark.parametrize(
    ("wanted", "meaning"),
    [
        ({"kind": "Group"}, {"kind": "group"}),
        ({"kind": ["Group", "User"]}, {"kind": {"$in": ["group", "user"]}}),
        ({"kind": "Group", "spec.type": "team"}, {"$all": [{"kind": "group"}, {"spec.type": "team"}]}),
        ([{"kind": "Group"}, {"kind": "User"}], {"$any": [{"kind": "group"}, {"kind": "user"}]}),
        (
            {"metadata.annotations.github.com/team-slug": {"exists": True}},
            {"metadata.annotations.github.com/team-slug": {"$exists": True}},
        ),
        ({"spec.parent": {"exists": False}}, {"spec.parent": {"$exists": False}}),
        ([], {}),
        ({}, {}),
    ],
)
def test_the_filter_of_a_picker_is_an_object_or_a_list_of_them(wanted, meaning):
    assert from_catalog_filter(wanted).to_json() == meaning


@pytest.mark.parametrize(
    "wanted", ["Group", ["Group"], {"kind": []}, {"kind": None}, {"kind": {"exists": 1}}, {"kind": [{}]}]
)
def test_the_filter_of_a_picker_that_says_nothing_is_refused(wanted):
    with pytest.raises(FilterError):
        from_catalog_filter(wanted)
