"""I15, I17: descriptors found in the repositories of an organization."""

import json

import pytest

from catalog.models import Entity, Location
from tests.catalog.sources.given import commit, component, configure, forget, refs, repository, run_due

USER = "apiVersion: backstage.io/v1alpha1\nkind: User\nmetadata:\n  name: mallory\nspec:\n  memberOf: [platform]\n"


@pytest.fixture
def discover(forge, settings):
    """Configure one discovery and let all that is due run."""

    def apply(*, run=True, **options):
        configure(settings, providers={"github": {"acme": {"host": forge.host, "organization": "acme", **options}}})
        if run:
            Location.objects.filter(type="github").update(next_refresh_at="2020-01-01T00:00:00Z")
            run_due()

    return apply


def test_each_repository_with_a_descriptor_is_found(forge, discover):
    for name in ("api", "web"):
        repository(forge, name)
    repository(forge, "notes", {"README.md": "# Notes\n"})
    discover()
    assert refs() == ["component:default/api", "component:default/web"]
    # A repository without one is no mistake.
    assert not Location.objects.exclude(error="").exists()


def test_what_is_found_looks_as_backstage_has_it(forge, discover):
    repository(forge, "web")
    discover()
    place = f"url:{forge.url}/acme/web/blob/main/catalog-info.yaml"
    found = json.loads(Entity.objects.get(kind="location").document)
    assert found["spec"] == {"type": "url", "target": place.removeprefix("url:"), "presence": "optional"}
    assert found["metadata"]["annotations"]["backstage.io/managed-by-location"] == place
    assert found["metadata"]["name"].startswith("generated-")
    annotations = json.loads(Entity.objects.get(ref="component:default/web").document)["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-origin-location"] == place


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["api", "copy", "core", "web"]),
        ({"repository": "w.*"}, ["web"]),
        ({"repository": "e"}, []),
        ({"topic": {"include": ["java"]}}, ["api", "web"]),
        ({"topic": {"include": ["java"], "exclude": ["hidden"]}}, ["api"]),
        ({"topic": {"exclude": ["java"]}}, ["copy", "core"]),
        ({"visibility": ["internal"]}, ["core"]),
        ({"visibility": ["public", "private"]}, ["api", "copy", "web"]),
        ({"allowForks": False}, ["api", "core", "web"]),
        ({"allowArchived": True}, ["api", "copy", "core", "old", "web"]),
    ],
)
def test_filters_choose_repositories(forge, discover, filters, found):
    repository(forge, "web", topics=["java", "hidden"])
    repository(forge, "api", private=True, topics=["java"])
    repository(forge, "copy", fork=True)
    repository(forge, "core", private=True, internal=True)
    old = repository(forge, "old")
    old.settings["archived"] = True
    forge.store.save(old)
    discover(filters=filters)
    assert refs() == [f"component:default/{name}" for name in found]


def test_path_and_branch_may_be_others(forge, discover):
    repository(forge, "web", {"catalog-info.yaml": component("wrong")})
    commit(forge, "web", {"meta/a.yaml": component("a"), "meta/deep/b.yaml": component("b")}, branch="next")
    discover(catalogPath="/meta/**/*.yaml", filters={"branch": "next"})
    assert refs() == ["component:default/a", "component:default/b"]


def test_a_repository_that_goes_takes_its_entities_along(forge, discover):
    for name in ("api", "web"):
        repository(forge, name)
    discover()
    forge.store.delete(forge.store.get("acme", "web"))
    discover()
    assert refs() == ["component:default/api"]
    assert not Location.objects.filter(target__contains="/web/").exists()


def test_filters_that_change_take_effect_at_once(forge, discover):
    for name in ("api", "web"):
        repository(forge, name)
    discover()
    discover(run=False, filters={"repository": "api"})
    run_due()
    assert refs() == ["component:default/api"]


def test_a_provider_that_is_configured_no_more_goes_with_all_it_found(forge, discover, settings):
    repository(forge, "web")
    discover()
    configure(settings, providers={})
    assert (refs(), Location.objects.count()) == ([], 0)


def test_i07_or_what_it_found_is_kept_as_orphans(forge, discover, settings):
    repository(forge, "web")
    discover()
    configure(settings, providers={}, orphanProviderStrategy="keep")
    assert refs() == ["component:default/web"]
    assert Entity.objects.get(ref="component:default/web").is_orphan


def test_i07_a_repository_that_goes_may_leave_its_entities_as_orphans(forge, discover, settings):
    for name in ("api", "web"):
        repository(forge, name)
    configure(settings, orphanStrategy="keep")
    discover()
    web = forge.store.get("acme", "web")
    web.topics = ["hidden"]
    forge.store.save(web)
    discover(filters={"topic": {"exclude": ["hidden"]}})
    assert Entity.objects.get(ref="component:default/web").is_orphan
    run_due()
    assert Entity.objects.get(ref="component:default/web").is_orphan
    web.topics = []
    forge.store.save(web)
    discover(filters={"topic": {"exclude": ["hidden"]}})
    assert not Entity.objects.filter(is_orphan=True).exists()
    assert Location.objects.get(target__contains="/web/").origin == "location"


def test_an_unchanged_organization_costs_a_call_for_each_page_of_its_list(forge, discover):
    for number in range(5):
        repository(forge, f"s{number}")
    discover(pageSizes={"repositories": 2})
    forget(forge)
    Location.objects.filter(type="github").update(next_refresh_at="2020-01-01T00:00:00Z")
    run_due()
    assert (forge.calls(), set(forge.statuses())) == (["GET /orgs/acme/repos"] * 3, {304})


def test_descriptors_may_be_looked_for_before_they_are_named(forge, discover):
    repository(forge, "web")
    repository(forge, "notes", {"README.md": "# Notes\n"})
    discover(validateLocationsExist=True)
    found = json.loads(Entity.objects.get(kind="location").document)["spec"]
    assert found["presence"] == "required"
    assert not Location.objects.filter(target__contains="/notes/").exists()
    forget(forge)
    repository(forge, "api")
    discover(validateLocationsExist=True)
    asked = [call for call in forge.calls() if "/contents/" in call and "/web/" in call]
    assert asked == []  # nobody has pushed to it since


@pytest.mark.parametrize(
    "fault", [{"outage": {}}, {"limit": {"retry_after": 30}}, {"limit": {"status": 429, "retry_after": 30}}]
)
def test_a_host_in_trouble_loses_nothing(forge, discover, settings, fault):
    settings.HTTP = {**settings.HTTP, "tries": 1}
    repository(forge, "web")
    discover()
    forge.turn_on(**fault)
    discover(filters={"repository": ".*"})
    provider = Location.objects.get(type="github")
    assert provider.error
    assert provider.failing_since
    assert provider.next_refresh_at > provider.failing_since
    assert refs() == ["component:default/web"]


def test_an_organization_that_shows_nothing_any_more_loses_nothing(forge, discover):
    repository(forge, "web")
    discover()
    forge.store.delete(forge.store.get("acme", "web"))
    discover()
    assert "shows no repository at all" in Location.objects.get(type="github").error
    assert Location.objects.filter(target__contains="/web/").exists()


def test_an_organization_that_is_not_there_loses_nothing(forge, discover, settings):
    repository(forge, "web")
    discover()
    forge.store.organizations = set()
    discover()
    assert Location.objects.get(type="github").error
    assert refs() == ["component:default/web"]


def test_a3_what_anybody_may_write_into_a_repository_brings_no_people(forge, discover, settings):
    configure(settings, rules=[{"allow": ["*"]}])
    repository(forge, "web", {"catalog-info.yaml": f"{component('web')}---\n{USER}"})
    discover()
    assert (refs(), refs("user")) == (["component:default/web"], [])


def test_i09_rules_may_name_the_places_that_are_found(forge, discover, settings):
    pattern = f"{forge.url.upper()}/ACME/people/**"
    configure(settings, rules=[{"allow": ["User"], "locations": [{"type": "url", "pattern": pattern}]}])
    repository(forge, "people", {"catalog-info.yaml": USER})
    discover()
    assert refs("user") == ["user:default/mallory"]


def test_a_pattern_that_is_none_is_told_on_the_place(forge, discover):
    repository(forge, "web")
    discover(filters={"repository": "("})
    assert "no regular expression" in Location.objects.get(type="github").error


def test_a_provider_runs_by_its_own_schedule(forge, discover):
    repository(forge, "web")
    discover(schedule={"frequency": {"hours": 3}, "timeout": "PT2M", "initialDelay": {"minutes": 1}})
    provider = Location.objects.get(type="github")
    assert (provider.next_refresh_at - provider.read_at).total_seconds() == 3 * 3600


def test_a_provider_waits_before_it_runs_first(forge, discover):
    discover(run=False, schedule={"initialDelay": {"minutes": 5}})
    provider = Location.objects.get(type="github")
    assert 290 < (provider.next_refresh_at - provider.created_at).total_seconds() <= 300


def test_one_discovery_needs_no_name(forge, settings):
    repository(forge, "web")
    configure(settings, providers={"github": {"host": forge.host, "organization": "acme"}})
    run_due()
    assert str(Location.objects.get(type="github")) == "github:default"
    assert refs() == ["component:default/web"]
