"""A3: a Location entity whose targets no database keeps stops nobody else's reading."""

import json

import pytest

from accounts import actors
from accounts.roles import Role
from catalog import locations
from catalog.locations import LocationUnreadable
from tests.catalog.factories import make_entities
from tests.catalog.reading import COMPONENT
from tests.people import make_person

pytestmark = pytest.mark.django_db


def strange(length):
    """Return a text of signs of three bytes, without a pattern that an index could make shorter."""
    return "".join(chr(0x4E00 + number * number * 7_919 % 0x5000) for number in range(length))


@pytest.mark.parametrize("length", [1_000, 2_000, 2_500])
def test_a3_a_target_too_long_for_an_index_is_a_problem_of_its_file_alone(length):
    odd = strange(length)
    text = "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: odd}\nspec: {type: url, target: '%s'}\n"
    refused = make_entities(text % f"https://git.example/{odd}", target="/test/odd.yaml")
    assert any("too long" in problem.message for problem in refused.problems)
    assert make_entities(COMPONENT, target="/test/good.yaml").added == 1


@pytest.mark.parametrize("field", ["type", "lifecycle", "owner", "system", "description", "title", "note"])
def test_a3_a_value_too_long_for_an_index_stops_nobody(field):
    odd = strange(3_000)
    values = {"type": "service", "lifecycle": "production", "owner": "shop", "system": "till"} | {field: odd}
    metadata = {"name": "odd", "labels": {"a": "b"}, "annotations": {"acme.example/note": values.get("note", "x")}}
    metadata |= {name: odd for name in ("description", "title") if name == field}
    entity = {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": metadata, "spec": values}
    make_entities(json.dumps(entity, ensure_ascii=False), target="/test/odd.yaml")
    assert make_entities(COMPONENT, target="/test/good.yaml").added == 1


@pytest.mark.parametrize("length", [1_000, 2_500])
def test_a3_a_place_too_long_to_be_kept_is_not_registered(length):
    grace = actors.for_user(make_person("grace", role=Role.PLATFORM))
    target = f"https://git.example/{strange(length)}"
    with pytest.raises(LocationUnreadable):
        locations.register(target=target, actor=grace, is_optional=True)
