"""Location entities lead to further places, which come and go with them (K09)."""

import pytest

from catalog import ingest
from catalog.models import Location
from catalog.storage import children
from tests.catalog.reading import COMPONENT, location_entity
from tests.catalog.test_ingest import LEDGER, document, refs

pytestmark = pytest.mark.django_db


def test_k09_a_location_entity_leads_to_further_places(tmp_path):
    (tmp_path / "all.yaml").write_text(location_entity("./shop/a.yaml", "./shop/**/*.yml"))
    (tmp_path / "shop" / "deep").mkdir(parents=True)
    (tmp_path / "shop" / "a.yaml").write_text(COMPONENT)
    (tmp_path / "shop" / "deep" / "b.yml").write_text(LEDGER)
    report = ingest.read_targets([str(tmp_path / "all.yaml")])
    assert (report.added, report.problems) == (3, [])
    child = Location.objects.get(target__endswith="a.yaml")
    parent = Location.objects.get(target=str(tmp_path / "all.yaml"))
    assert (child.origin, child.parent, child.parent_ref) == ("location", parent, "location:default/all")
    annotations = document("component:default/checkout")["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-origin-location"] == f"file:{tmp_path / 'all.yaml'}"


def test_k09_a_target_that_is_named_no_more_goes_with_its_entities(tmp_path):
    (tmp_path / "all.yaml").write_text(location_entity("./a.yaml", "./b.yaml"))
    (tmp_path / "a.yaml").write_text(COMPONENT)
    (tmp_path / "b.yaml").write_text(LEDGER)
    ingest.read_targets([str(tmp_path / "all.yaml")])
    (tmp_path / "all.yaml").write_text(location_entity("./a.yaml"))
    report = ingest.read_targets([str(tmp_path / "all.yaml")])
    assert (report.changed, report.removed) == (1, 1)
    assert refs() == {"location:default/all", "component:default/checkout"}


def test_k09_a_missing_target_is_told_at_the_entity_that_names_it(tmp_path):
    (tmp_path / "all.yaml").write_text(f"{COMPONENT}---\n{location_entity('./missing.yaml')}")
    report = ingest.read_targets([str(tmp_path / "all.yaml")])
    (problem,) = report.problems
    assert (problem.path, problem.line, problem.rule) == (str(tmp_path / "all.yaml"), 16, "K09")
    assert "missing.yaml" in problem.message


def test_k09_an_optional_target_may_be_missing(tmp_path):
    (tmp_path / "all.yaml").write_text(location_entity("./missing.yaml") + "  presence: optional\n")
    assert ingest.read_targets([str(tmp_path / "all.yaml")]).problems == []


def test_k09_places_that_name_each_other_end(tmp_path):
    (tmp_path / "a.yaml").write_text(location_entity("./b.yaml", name="a"))
    (tmp_path / "b.yaml").write_text(location_entity("./a.yaml", name="b"))
    assert ingest.read_targets([str(tmp_path / "a.yaml")]).added == 2


def test_k09_a_chain_of_places_is_followed_only_so_far(tmp_path):
    for number in range(children.DEEPEST + 5):
        (tmp_path / f"{number}.yaml").write_text(location_entity(f"./{number + 1}.yaml", name=f"n{number}"))
    ingest.read_targets([str(tmp_path / "0.yaml")])
    assert Location.objects.count() == children.DEEPEST + 1
