"""I09 and threat A3: which kinds a place may bring."""

import pytest

from catalog.descriptor import descriptors
from catalog.models import Location
from catalog.storage import rules
from tests.catalog.reading import COMPONENT, PLACE, with_spec

USER = with_spec("User", "memberOf: []")


@pytest.fixture
def catalog_rules(settings):
    def apply(*found):
        settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "rules": list(found)}}

    return apply


def refused(text, location):
    (parsed,) = descriptors.parse(text, PLACE, rules=rules.for_location(location))
    return [problem.rule for problem in parsed.problems]


def place(origin, *, target="https://example.com/a.yaml", type_="url", own=None):
    return Location(type=type_, target=target, origin=origin, rules=own)


def test_i09_by_default_components_apis_and_locations_are_allowed():
    assert refused(COMPONENT, place("registered")) == []
    assert refused(with_spec("System", "owner: a"), place("registered")) == ["I09"]
    assert refused(USER, place("registered")) == ["I09"]


def test_i09_a_rule_may_name_a_type(catalog_rules):
    catalog_rules({"allow": [{"kind": "Component", "spec.type": "website"}]})
    assert refused(COMPONENT, place("registered")) == ["I09"]
    assert refused(COMPONENT.replace("type: service", "type: Website"), place("registered")) == []


def test_i09_a_rule_may_name_places(catalog_rules):
    catalog_rules({"allow": ["System"], "locations": [{"type": "url", "pattern": "https://example.com/**"}]})
    system = with_spec("System", "owner: a")
    assert refused(system, place("registered")) == []
    assert refused(system, place("registered", target="https://other.com/a.yaml")) == ["I09"]
    assert refused(system, place("configuration", type_="file", target="/a.yaml")) == ["I09"]


def test_i09_the_configuration_may_give_a_place_rules_of_its_own():
    assert refused(USER, place("configuration", own=[{"allow": ["User"]}])) == []
    assert refused(COMPONENT, place("configuration", own=[{"allow": ["User"]}])) == ["I09"]


def test_i09_the_command_allows_all_kinds():
    assert refused(USER, place("command")) == []


def test_i09_what_is_reached_from_a_place_has_its_rules():
    child = Location(type="url", target="https://example.com/b.yaml", origin="location", parent=place("command"))
    assert refused(USER, child) == []


@pytest.mark.parametrize("allow", [["*"], ["User", "Component"], [{"kind": "user"}, "Component"]])
def test_a3_a_registered_place_brings_no_people_whatever_the_rules_of_all_say(catalog_rules, allow):
    catalog_rules({"allow": allow})
    assert refused(USER, place("registered")) == ["I09"]
    assert refused(COMPONENT, place("registered")) == []
    assert refused(USER, place("configuration")) == []


def test_a3_a_rule_that_names_the_place_is_a_configured_source(catalog_rules):
    catalog_rules({"allow": ["User"], "locations": [{"exact": "https://example.com/a.yaml"}]})
    assert refused(USER, place("registered")) == []


def test_a3_the_admin_publishes_templates_only():
    template = with_spec("Template", "type: x\nsteps: []", version="scaffolder.backstage.io/v1beta3")
    assert refused(template, place("registered", type_="admin")) == []
    assert refused(COMPONENT, place("registered", type_="admin")) == ["I09"]
