"""`catalog:register`: through the catalog's own service, with the rights of the requester."""

import pytest
from django.core.exceptions import PermissionDenied

from catalog.models import Entity, Location
from demo.forge.seed import repository as seed
from integrations.errors import Unavailable
from scaffolder.step import StepFailed
from tests.scaffolder.actions.conftest import HOST

pytestmark = pytest.mark.django_db

ROOT = f"https://{HOST}/acme/checkout/blob/main"
TARGET = f"{ROOT}/catalog-info.yaml"
COMPONENT = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: checkout}}
spec: {{type: service, lifecycle: experimental, owner: {owner}}}
"""


@pytest.fixture
def publish(bench, forge, developer, tmp_path):
    """Return a function that lays a descriptor into the repository; the step acts for Ada of the team shop."""
    bench.actor = developer.actor

    def lay(text):
        folder = tmp_path / "checkout"
        folder.mkdir(exist_ok=True)
        (folder / "catalog-info.yaml").write_text(text)
        seed(forge.store, "acme", "checkout", folder)

    return lay


def test_a_descriptor_becomes_an_entity(bench, publish):
    publish(COMPONENT.format(owner="group:default/shop"))
    given = bench.run("catalog:register", repoContentsUrl=ROOT)
    assert given == {"entityRef": "component:default/checkout", "catalogInfoUrl": TARGET}
    assert Entity.objects.get(ref="component:default/checkout").location.registered_by == "user:default/ada"


def test_running_it_again_gives_the_same(bench, publish):
    publish(COMPONENT.format(owner="group:default/shop"))
    first = bench.run("catalog:register", catalogInfoUrl=TARGET)
    assert bench.run("catalog:register", catalogInfoUrl=TARGET) == first
    assert Location.objects.filter(target=TARGET).count() == 1


def test_a_crash_before_anything_was_read_is_made_good(bench, publish):
    publish(COMPONENT.format(owner="group:default/shop"))
    Location.objects.create(type="url", target=TARGET, origin="registered", registered_by="user:default/ada")
    assert bench.run("catalog:register", catalogInfoUrl=TARGET)["entityRef"] == "component:default/checkout"


def test_what_another_team_owns_is_not_registered(bench, publish):
    publish(COMPONENT.format(owner="group:default/money"))
    with pytest.raises(PermissionDenied):
        bench.run("catalog:register", catalogInfoUrl=TARGET)
    assert not Location.objects.filter(target=TARGET).exists()


def test_a_broken_descriptor_fails_with_its_line(bench, publish):
    publish("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: [\n")
    with pytest.raises(StepFailed, match="cannot be registered: line 5"):
        bench.run("catalog:register", catalogInfoUrl=TARGET)


def test_an_optional_descriptor_may_be_broken(bench, publish):
    publish("kind: [\n")
    assert bench.run("catalog:register", catalogInfoUrl=TARGET, optional=True) == {"catalogInfoUrl": TARGET}
    assert "was not registered" in bench.log


def test_a_host_that_is_away_is_no_fault_of_the_descriptor(bench, publish, forge):
    publish(COMPONENT.format(owner="group:default/shop"))
    forge.fault(outage={})
    with pytest.raises(Unavailable):
        bench.run("catalog:register", catalogInfoUrl=TARGET)


API = """apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: a-payments}
spec: {type: openapi, lifecycle: experimental, owner: group:default/shop, definition: "{}"}
---
"""


def test_the_component_is_what_a_reader_means(bench, publish):
    publish(API + COMPONENT.format(owner="group:default/shop"))
    given = bench.run("catalog:register", catalogInfoUrl=TARGET)
    assert given["entityRef"] == "component:default/checkout"
    assert "api:default/a-payments" in bench.log


def test_a_dry_run_foresees_the_entity_of_the_workspace(bench):
    bench.put({"catalog-info.yaml": COMPONENT.format(owner="group:default/shop")})
    given = bench.run("catalog:register", dry_run=True, repoContentsUrl="https://github.com/acme/x/blob/main")
    assert given["entityRef"] == "component:default/checkout"
