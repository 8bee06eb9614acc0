"""Files of repositories: what a reading asks of the host, and what it keeps."""

import pytest

from accounts import actors
from catalog import ingest, locations
from catalog.models import Descriptor, Entity, Location
from integrations.github.records import RepositoryFile
from tests.catalog.reading import COMPONENT
from tests.catalog.sources.given import address, commit, component, forget, refs, repository

LOCATION = """\
apiVersion: backstage.io/v1alpha1
kind: Location
metadata:
  name: all
spec:
  targets: [{targets}]
"""


def place(target, **fields):
    return Location.objects.create(type="url", target=target, origin="registered", **fields)


def test_an_unchanged_file_costs_one_call(forge):
    repository(forge, "web")
    location = place(address(forge, "catalog-info.yaml"))
    assert ingest.refresh(location.pk).added == 1
    forget(forge)
    assert ingest.refresh(location.pk).unchanged == 1
    assert (forge.calls(), forge.statuses()) == (["GET /repos/acme/web/commits/main"], [304])


def test_an_unchanged_repository_costs_one_call_however_many_places_lie_in_it(forge):
    names = [f"s{number}" for number in range(8)]
    files = {f"{name}/catalog-info.yaml": component(name) for name in names}
    listed = ", ".join(f"./{name}/catalog-info.yaml" for name in names)
    repository(forge, "web", {"all.yaml": LOCATION.format(targets=listed), **files})
    root = place(address(forge, "all.yaml"))
    ingest.refresh(root.pk)
    assert refs() == [f"component:default/{name}" for name in names]
    forget(forge)
    assert ingest.refresh(root.pk).unchanged == 9
    assert len(forge.calls()) == 1
    assert Location.objects.exclude(pk=root.pk).filter(read_at__gt=root.created_at).count() == 8


def test_of_a_repository_that_changed_only_what_is_new_is_read(forge):
    files = {f"s{number}/catalog-info.yaml": component(f"s{number}") for number in range(20)}
    repository(forge, "web", files)
    location = place(address(forge, "**/catalog-info.yaml"))
    assert ingest.refresh(location.pk).added == 20
    commit(forge, "web", {"s3/catalog-info.yaml": component("s3", lifecycle="deprecated")})
    forget(forge)
    report = ingest.refresh(location.pk)
    assert (report.changed, report.unchanged, report.removed) == (1, 19, 0)
    assert len(forge.calls()) == 3  # the branch, the tree, the file


def test_of_many_places_in_a_repository_that_changed_few_are_asked_for(forge):
    names = [f"s{number}" for number in range(12)]
    repository(forge, "web", {f"{name}.yaml": component(name) for name in names})
    placed = [place(address(forge, f"{name}.yaml")) for name in names]
    for location in placed:
        ingest.refresh(location.pk)
    commit(forge, "web", {"s7.yaml": component("s7", lifecycle="deprecated")})
    forget(forge)
    report = ingest.refresh(placed[0].pk)
    assert (report.changed, report.unchanged) == (1, 11)
    assert len(forge.calls()) <= 6


def test_a_commit_that_touches_no_descriptor_writes_nothing(forge):
    repository(forge, "web")
    location = place(address(forge, "catalog-info.yaml"))
    ingest.refresh(location.pk)
    before = Entity.objects.get(ref="component:default/web").etag
    sha = commit(forge, "web", {"README.md": "# Web\n"})
    assert ingest.refresh(location.pk).unchanged == 1
    location.refresh_from_db()
    assert (location.commit, Entity.objects.get(ref="component:default/web").etag) == (sha, before)


def test_files_of_a_glob_come_and_go(forge):
    repository(forge, "web", {"a/catalog-info.yaml": component("a"), "b/catalog-info.yaml": component("b")})
    location = place(address(forge, "**/catalog-info.yaml"))
    ingest.refresh(location.pk)
    commit(forge, "web", {"a/catalog-info.yaml": None, "c/catalog-info.yaml": component("c")})
    report = ingest.refresh(location.pk)
    assert (report.added, report.removed) == (1, 1)
    assert refs() == ["component:default/b", "component:default/c"]


def test_a_file_of_a_glob_that_is_no_text_stops_nobody(forge):
    repository(forge, "web", {"a.yaml": component("a"), "b.yaml": b"\xff\xfe", "c.yaml": b"#" * 5_300_000})
    location = place(address(forge, "*.yaml"))
    report = ingest.refresh(location.pk)
    assert report.added == 1
    assert sorted(problem.message for problem in report.problems) == [
        "The file is larger than 5 MB. Split it.",
        "The file is not a text in UTF-8 (byte 0). Save it as UTF-8.",
    ]
    assert Descriptor.objects.with_problems().count() == 2


def test_a_link_in_a_repository_is_followed_inside_it_only(forge):
    repository(forge, "web", {"real/a.yaml": component("a")})
    client = forge.client()
    links = {"links/in.yaml": b"../real/a.yaml", "links/out.yaml": b"../../../etc/passwd"}
    files = [RepositoryFile(path, target, mode="120000") for path, target in links.items()]
    head = client.branch(forge.repo("web"), "main").sha
    tree = client.create_tree(forge.repo("web"), files, base_tree=head)
    client.update_ref(forge.repo("web"), "main", client.create_commit(forge.repo("web"), "Link", tree, [head]))
    location = place(address(forge, "links/*.yaml"))
    report = ingest.refresh(location.pk)
    assert refs() == ["component:default/a"]
    (problem,) = report.problems
    assert problem.path.endswith("links/out.yaml")
    assert "leads to no file of the repository" in problem.message


def test_a_broken_file_keeps_what_it_described(forge):
    repository(forge, "web")
    location = place(address(forge, "catalog-info.yaml"))
    ingest.refresh(location.pk)
    commit(forge, "web", {"catalog-info.yaml": b"\xff\xfe"})
    report = ingest.refresh(location.pk)
    assert (report.removed, report.is_clean) == (0, False)
    assert refs() == ["component:default/web"]


def test_rules_that_changed_have_a_file_read_anew(forge, settings):
    repository(forge, "web")
    location = place(address(forge, "catalog-info.yaml"))
    ingest.refresh(location.pk)
    settings.WAYMARK = {**settings.WAYMARK, "catalog": {**settings.WAYMARK["catalog"], "rules": [{"allow": ["API"]}]}}
    assert [problem.rule for problem in ingest.refresh(location.pk).problems] == ["I09"]


def test_a_branch_that_is_not_there_is_told_by_the_address(forge):
    repository(forge, "web")
    location = place(f"{forge.url}/acme/web/blob/gone/catalog-info.yaml")
    (problem,) = ingest.refresh(location.pk).problems
    assert problem.message.startswith(f"There is no file at {location.target}")


@pytest.mark.parametrize("ref", ["main", "a commit"])
def test_a_place_at_a_commit_is_never_asked_for_again(forge, ref):
    sha = commit_of(forge)
    location = place(address(forge, "catalog-info.yaml").replace("/main/", f"/{sha if ref != 'main' else ref}/"))
    ingest.refresh(location.pk)
    forget(forge)
    ingest.refresh(location.pk)
    assert len(forge.calls()) == (1 if ref == "main" else 0)


def commit_of(forge):
    repository(forge, "web", {})
    return commit(forge, "web", {"catalog-info.yaml": COMPONENT})


def test_due_places_of_one_repository_are_handed_out_once(forge):
    repository(forge, "web", {"a.yaml": component("a"), "b.yaml": component("b")})
    repository(forge, "api")
    places = [place(address(forge, name)) for name in ("a.yaml", "b.yaml")]
    places.append(place(address(forge, "catalog-info.yaml", repo="api")))
    for location in places:
        ingest.refresh(location.pk)
    Location.objects.update(next_refresh_at=places[0].created_at)
    moment, later = places[0].created_at, places[0].created_at.replace(year=2100)
    first = Location.objects.claim_due(moment, until=later)
    assert first == [places[0].pk, places[2].pk]
    assert Location.objects.claim_due(moment, until=later) == []


def test_refreshing_a_child_reads_what_leads_to_it_first(forge):
    repository(forge, "web", {"all.yaml": LOCATION.format(targets="./a.yaml"), "a.yaml": component("a")})
    root = place(address(forge, "all.yaml"))
    ingest.refresh(root.pk)
    commit(forge, "web", {"all.yaml": LOCATION.format(targets="./b.yaml"), "b.yaml": component("b")})
    locations.refresh(Location.objects.get(target__endswith="a.yaml"), actors.system())
    assert refs() == ["component:default/b"]


@pytest.mark.parametrize("path", ["catalog-info.yaml", "**/catalog-info.yaml"])
def test_a_repository_without_a_descriptor_costs_one_call_until_it_changes(forge, path):
    repository(forge, "web", {"README.md": "# Web\n"})
    location = place(address(forge, path), is_optional=True)
    ingest.refresh(location.pk)
    forget(forge)
    ingest.refresh(location.pk)
    assert (forge.calls(), forge.statuses()) == (["GET /repos/acme/web/commits/main"], [304])
    commit(forge, "web", {"catalog-info.yaml": COMPONENT})
    assert ingest.refresh(location.pk).added == 1


def test_a_file_that_goes_and_returns_is_an_orphan_in_between(forge):
    repository(forge, "web")
    location = place(address(forge, "catalog-info.yaml"))
    ingest.refresh(location.pk)
    commit(forge, "web", {"catalog-info.yaml": None})
    for _ in range(3):
        assert not ingest.refresh(location.pk).is_clean
        assert Entity.objects.get(ref="component:default/web").is_orphan
    commit(forge, "web", {"catalog-info.yaml": component("web")})
    assert ingest.refresh(location.pk).is_clean
    assert not Entity.objects.get(ref="component:default/web").is_orphan
