"""I10: files that placeholders lead to: where they may lie, and that a change of them has the entity read anew."""

import json

import pytest

from catalog import ingest
from catalog.models import Descriptor, Entity, FileReference, Location, SourceFile
from tests.catalog.reading import OWNED, with_spec
from tests.catalog.sources.given import address, commit, component, forget, repository

API = "api:default/thing"
SAME = "Placeholder may only reference files from the same repository as the entity."


def api(reference="./openapi.txt", key="$text"):
    return with_spec("API", f"{OWNED}\ndefinition:\n  {key}: {reference}")


def definition(ref=API):
    return json.loads(Entity.objects.get(ref=ref).document)["spec"]["definition"]


def problems(report):
    return [(problem.rule, problem.line, problem.column) for problem in report.problems]


@pytest.fixture
def folder(db, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "api.yaml").write_text(api())
    (tmp_path / "shop" / "openapi.txt").write_text("openapi: 3.1.0\n")
    return tmp_path


# -- On the portal's own disk ----------------------------------------------------------------------------------------


def test_a_file_beside_the_descriptor_is_brought_in(folder):
    assert ingest.read_targets([str(folder / "shop" / "api.yaml")]).is_clean
    assert definition() == "openapi: 3.1.0\n"


def test_a_change_of_the_file_changes_the_entity_and_nothing_else_does(folder):
    target = str(folder)
    ingest.read_targets([target])
    etag = Entity.objects.get(ref=API).etag
    assert ingest.read_targets([target]).unchanged == 1
    assert Entity.objects.get(ref=API).etag == etag
    (folder / "shop" / "openapi.txt").write_text("openapi: 3.1.1\n")
    assert ingest.read_targets([target]).changed == 1
    assert definition() == "openapi: 3.1.1\n"


def test_a_file_that_goes_is_a_problem_and_the_entity_stays_until_it_is_back(folder):
    target = str(folder)
    ingest.read_targets([target])
    (folder / "shop" / "openapi.txt").rename(folder / "shop" / "away")
    report = ingest.read_targets([target])
    assert problems(report) == [("I10", 10, 12)]
    assert "./openapi.txt: there is no such file" in report.problems[0].message
    assert definition() == "openapi: 3.1.0\n"
    assert problems(ingest.read_targets([target])) == [("I10", 10, 12)]
    (folder / "shop" / "away").rename(folder / "shop" / "openapi.txt")
    assert ingest.read_targets([target]).is_clean


def test_a_descriptor_that_names_another_file_is_kept_with_that_one_alone(folder):
    ingest.read_targets([str(folder)])
    (folder / "shop" / "other.txt").write_text("other")
    (folder / "shop" / "api.yaml").write_text(api("./other.txt"))
    ingest.read_targets([str(folder / "shop" / "api.yaml"), str(folder)])
    assert definition() == "other"
    assert [row.target for row in FileReference.objects.all()] == [str(folder / "shop" / "other.txt")]


def test_a_file_elsewhere_in_the_folder_of_the_place_that_somebody_named_is_brought_in(folder):
    (folder / "shop" / "api.yaml").write_text(api("../definitions/petstore.yaml"))
    (folder / "definitions").mkdir()
    (folder / "definitions" / "petstore.yaml").write_text("x")
    (folder / "all.yaml").write_text(with_spec("Location", "target: ./shop/api.yaml"))
    assert ingest.read_targets([str(folder / "all.yaml")]).is_clean
    assert definition() == "x"


@pytest.mark.parametrize(
    "reference", ["../../secret", "/etc/hostname", "../secret/../../secret", "file:///etc/hostname"]
)
def test_no_file_outside_of_the_folder_is_brought_in(folder, reference):
    place = folder / "shop"
    (folder.parent / "secret").write_text("secret")
    (place / "api.yaml").write_text(api(reference))
    report = ingest.read_targets([str(place)])
    assert ("I10", 10, 12) in problems(report)
    assert not Entity.objects.filter(ref=API).exists()


@pytest.mark.parametrize("make", ["file", "folder"])
def test_no_link_leads_out_of_the_folder(folder, tmp_path_factory, make):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret").write_text("secret")
    link = folder / "shop" / "link"
    link.symlink_to(outside if make == "folder" else outside / "secret")
    (folder / "shop" / "api.yaml").write_text(api("./link/secret" if make == "folder" else "./link"))
    report = ingest.read_targets([str(folder / "shop" / "api.yaml")])
    assert problems(report) == [("I10", 10, 12)]
    assert "secret" not in Descriptor.objects.get().problems[0]["found"].removeprefix("./link/secret")


def test_a_link_that_turns_outward_later_is_seen(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret"
    outside.write_text("secret")
    ingest.read_targets([str(folder / "shop" / "api.yaml")])
    (folder / "shop" / "openapi.txt").unlink()
    (folder / "shop" / "openapi.txt").symlink_to(outside)
    assert problems(ingest.read_targets([str(folder / "shop" / "api.yaml")])) == [("I10", 10, 12)]
    assert definition() == "openapi: 3.1.0\n"


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 5_000_001], ids=["no text", "too large"])
def test_a_file_that_is_no_text_or_too_large_is_refused(folder, content):
    (folder / "shop" / "openapi.txt").write_bytes(content)
    assert problems(ingest.read_targets([str(folder / "shop" / "api.yaml")])) == [("I10", 10, 12)]


def test_a_dry_run_reads_what_is_named_and_stores_nothing(folder):
    assert ingest.read_targets([str(folder)], dry_run=True).added == 1
    (folder / "shop" / "api.yaml").write_text(api("./missing.yaml"))
    assert problems(ingest.read_targets([str(folder)], dry_run=True)) == [("I10", 10, 12)]
    assert not Location.objects.exists()


def test_a_dry_run_sees_a_file_that_changed(folder):
    ingest.read_targets([str(folder)])
    (folder / "shop" / "openapi.txt").write_text("openapi: 3.1.1\n")
    assert ingest.read_targets([str(folder)], dry_run=True).changed == 1
    assert definition() == "openapi: 3.1.0\n"


def test_a_location_that_goes_takes_what_it_named_with_it(folder):
    ingest.read_targets([str(folder)])
    SourceFile.objects.all().delete()
    assert not FileReference.objects.exists()


# -- In a repository -------------------------------------------------------------------------------------------------


def place(target):
    return Location.objects.create(type="url", target=target, origin="registered")


def test_a_file_of_the_repository_is_brought_in_by_path_or_address(forge):
    for number, reference in enumerate(["./openapi.yaml", "/docs/openapi.yaml", "../docs/openapi.yaml"]):
        text = api(reference).replace("name: thing", f"name: thing{number}")
        repository(forge, f"web{number}", {"docs/api.yaml": text, "docs/openapi.yaml": "openapi: 3.1.0\n"})
        ingest.refresh(place(address(forge, "docs/api.yaml", f"web{number}")).pk)
        assert definition(f"{API}{number}") == "openapi: 3.1.0\n"


def test_a_file_of_another_repository_is_refused_in_backstages_words(forge):
    repository(forge, "secret", {"key.pem": "secret"})
    repository(forge, "web", {"api.yaml": api(address(forge, "key.pem", "secret"))})
    forget(forge)
    report = ingest.refresh(place(address(forge, "api.yaml")).pk)
    (problem,) = report.problems
    assert (problem.message, problem.line, problem.column, problem.rule) == (SAME, 10, 12, "I10")
    assert problem.cure
    assert not [call for call in forge.calls() if "secret" in call]


def test_a_path_does_not_lead_out_of_the_repository(forge):
    repository(forge, "web", {"docs/api.yaml": api("../../secret/blob/main/key.pem")})
    report = ingest.refresh(place(address(forge, "docs/api.yaml")).pk)
    assert problems(report) == [("I10", 10, 12)]
    assert not Entity.objects.filter(ref=API).exists()


def test_another_branch_of_the_same_repository_is_the_same_repository(forge):
    repository(forge, "web", {"openapi.yaml": "main"})
    commit(forge, "web", {"openapi.yaml": "old"}, branch="old")
    commit(forge, "web", {"api.yaml": api(address(forge, "openapi.yaml").replace("/main/", "/old/"))})
    assert ingest.refresh(place(address(forge, "api.yaml")).pk).added == 1
    assert definition() == "old"


def test_a_commit_that_changes_only_the_named_file_changes_the_entity(forge):
    repository(forge, "web", {"api.yaml": api(), "openapi.txt": "1"})
    location = place(address(forge, "api.yaml"))
    ingest.refresh(location.pk)
    commit(forge, "web", {"openapi.txt": "2"})
    assert ingest.refresh(location.pk).changed == 1
    assert definition() == "2"
    assert ingest.refresh(location.pk).unchanged == 1


def test_an_unchanged_repository_costs_one_call_with_placeholders_too(forge):
    repository(forge, "web", {"api.yaml": api(), "openapi.txt": "1"})
    location = place(address(forge, "api.yaml"))
    ingest.refresh(location.pk)
    commit(forge, "web", {"README.md": "# Web\n"})
    ingest.refresh(location.pk)
    forget(forge)
    assert ingest.refresh(location.pk).unchanged == 1
    assert forge.calls() == ["GET /repos/acme/web/commits/main"]


def test_a_host_that_gives_no_answer_leaves_the_entity_without_a_problem(forge):
    repository(forge, "web", {"api.yaml": api(), "openapi.txt": "1"})
    location = place(address(forge, "api.yaml"))
    ingest.refresh(location.pk)
    FileReference.objects.update(target="https://unreachable.example/openapi.yaml")
    assert ingest.refresh(location.pk).unchanged == 1
    assert not Descriptor.objects.with_problems().exists()


def test_other_hosts_are_asked_only_as_egress_allows(forge, settings):
    settings.WAYMARK = {**settings.WAYMARK, "egress": {"allow": []}}
    repository(forge, "web", {"api.yaml": api("https://petstore.example/openapi.yaml"), "b.yaml": component("b")})
    report = ingest.refresh(place(address(forge, "*.yaml")).pk)
    (problem,) = report.problems
    assert (problem.rule, problem.line) == ("I10", 10)
    assert "petstore.example" in problem.message
    assert report.added == 1
