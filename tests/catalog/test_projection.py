"""`fields=`: which parts of an entity stay."""

import json

import pytest

from catalog.query.predicates import FilterError
from catalog.query.projection import MOST_FIELDS, Projection

ENTITY = {
    "kind": "Component",
    "metadata": {
        "name": "checkout",
        "title": "Käse",
        "tags": ["a"],
        "annotations": {"github.com/project-slug": "acme/checkout", "a.b": {"c": 1}},
    },
    "spec": {"owner": None},
}
DOCUMENT = json.dumps(ENTITY)


def kept(*fields):
    return json.loads(Projection.parse(fields).apply(DOCUMENT))


@pytest.mark.parametrize(
    ("fields", "rest"),
    [
        (["kind"], {"kind": "Component"}),
        (["kind,metadata.name"], {"kind": "Component", "metadata": {"name": "checkout"}}),
        (["kind", " metadata.name "], {"kind": "Component", "metadata": {"name": "checkout"}}),
        (
            ["metadata.annotations.github.com/project-slug"],
            {"metadata": {"annotations": {"github.com/project-slug": "acme/checkout"}}},
        ),
        (["metadata.annotations.a.b.c"], {"metadata": {"annotations": {"a.b": {"c": 1}}}}),
        (["metadata.tags"], {"metadata": {"tags": ["a"]}}),
        (["metadata.title,metadata.title"], {"metadata": {"title": "Käse"}}),
        (["spec.owner"], {"spec": {"owner": None}}),
        (["spec,spec.owner"], {"spec": {"owner": None}}),
        (["metadata.nothing,kind.nothing,nothing,KIND"], {}),
    ],
)
def test_p01_fields_keep_what_they_lead_to(fields, rest):
    assert kept(*fields) == rest


def test_p01_without_fields_the_stored_text_is_handed_on():
    assert Projection.parse(["", ","]).apply("stored") == "stored"


def test_p01_a_path_into_a_list_is_refused():
    with pytest.raises(FilterError, match="array type fields are not supported"):
        Projection.parse(["metadata.tags[0]"])


def test_more_fields_than_an_entity_has_are_refused():
    with pytest.raises(FilterError, match="Too many fields"):
        Projection.parse([",".join(f"f{n}" for n in range(MOST_FIELDS + 1))])
