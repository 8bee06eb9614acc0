"""`publish:github` against a GitHub with real git."""

from datetime import UTC, datetime

import pytest

from demo.forge.git import Signature
from integrations.errors import EgressDenied, Unavailable
from scaffolder.step import StepFailed
from tests.scaffolder.actions.conftest import HOST, RUN

pytestmark = pytest.mark.django_db

URL = f"{HOST}?owner=acme&repo=checkout"
FILES = {"README.md": "# Checkout\n", "src/app.py": "print('hi')\n", "catalog-info.yaml": "kind: Component\n"}


@pytest.fixture(autouse=True)
def _filled(bench):
    bench.put(FILES)


def test_the_workspace_becomes_a_repository(bench, forge):
    given = bench.run("publish:github", repoUrl=URL, description="Takes the money", topics=["Python"])

    repo = forge.repo("checkout")
    assert {path: content.decode() for path, content in forge.files("checkout").items()} == FILES
    assert (repo.description, repo.private, repo.topics) == ("Takes the money", True, ["python"])
    assert given["remoteUrl"] == f"{forge.base_url}/acme/checkout.git"
    assert given["repoContentsUrl"] == f"{forge.base_url}/acme/checkout/blob/main"
    assert len(given["commitHash"]) == 40
    assert forge.messages("checkout")[0] == f"initial commit\n\nWaymark-Run: {RUN}"


def test_the_default_branch_is_protected_unless_the_template_says_no(bench, forge):
    bench.run("publish:github", repoUrl=URL)
    bench.next_step()
    bench.run("publish:github", repoUrl=f"{HOST}?owner=acme&repo=open", protectDefaultBranch=False)

    rules = forge.repo("checkout").protection["main"]
    assert rules["required_pull_request_reviews"]["required_approving_review_count"] == 1
    assert rules["enforce_admins"] is True
    assert forge.repo("open").protection == {}


def test_a_repository_costs_six_writes(bench, forge):
    bench.run("publish:github", repoUrl=URL)
    assert len(forge.writes()) == 6


def test_the_template_chooses_the_default_branch(bench, forge):
    given = bench.run("publish:github", repoUrl=URL, defaultBranch="trunk")

    repo = forge.repo("checkout")
    assert repo.default_branch == "trunk"
    assert given["repoContentsUrl"].endswith("/acme/checkout/blob/trunk")
    with forge.store.git(repo) as git:
        assert list(git.refs()) == ["refs/heads/trunk"]


def test_only_the_source_path_is_published_and_modes_stay(bench, forge):
    bench.workspace.write_bytes("service/run.sh", b"#!/bin/sh\n", "100755")
    bench.workspace.write_bytes("service/logo.png", b"\x89PNG\x00\xff")
    bench.run("publish:github", repoUrl=URL, sourcePath="./service")

    repo = forge.repo("checkout")
    with forge.store.git(repo) as git:
        modes = {path: mode for path, (mode, _) in git.files(git.tree_of(git.refs()["refs/heads/main"])).items()}
    assert modes == {"run.sh": "100755", "logo.png": "100644"}
    assert forge.files("checkout")["logo.png"] == b"\x89PNG\x00\xff"


@pytest.mark.parametrize(("visibility", "private"), [("public", False), ("private", True), ("internal", True)])
def test_the_template_chooses_who_sees_it(bench, forge, visibility, private):
    bench.run("publish:github", repoUrl=URL, repoVisibility=visibility)
    assert forge.repo("checkout").private is private


def test_collaborators_get_in(bench, forge):
    bench.run("publish:github", repoUrl=URL, access="lin", collaborators=[{"user": "ada", "access": "push"}])
    assert forge.repo("checkout").collaborators == {"ada": "push", "lin": "admin"}


def test_what_has_no_effect_is_said(bench, forge):
    bench.run("publish:github", repoUrl=URL, repoVariables={"A": "1"})
    assert "repoVariables has no effect here." in bench.log


def test_a_name_that_somebody_else_has_is_a_plain_conflict(bench, forge):
    forge.store.create("acme", "checkout", description="ours since 2019")
    with pytest.raises(StepFailed, match="acme/checkout is there already, and this run did not make it"):
        bench.run("publish:github", repoUrl=URL)
    assert forge.writes() == []


def test_an_empty_workspace_is_refused_before_anything_is_made(bench, forge):
    bench.workspace.clear()
    with pytest.raises(StepFailed, match="the workspace is empty"):
        bench.run("publish:github", repoUrl=URL)
    assert forge.calls == []


def test_running_it_again_after_its_end_changes_nothing(bench, forge):
    first = bench.run("publish:github", repoUrl=URL)
    messages = forge.messages("checkout")
    assert bench.run("publish:github", repoUrl=URL) == first
    assert forge.messages("checkout") == messages


@pytest.mark.parametrize("lost", ["/orgs/acme/repos", "/git/trees", "/git/commits", "/git/refs", "/protection"])
def test_an_answer_that_is_lost_leaves_one_repository_and_one_commit(bench, forge, lost):
    forge.fault(lost={"times": 1, "path": lost})
    bench.run("publish:github", repoUrl=URL)
    assert len(forge.store.all("acme")) == 1
    assert len(forge.messages("checkout")) == 2
    assert forge.repo("checkout").description in ("", None)


@pytest.mark.parametrize("down", ["/git/trees", "/git/commits", "/git/refs", "/protection", "/repos/acme/checkout$"])
def test_after_an_outage_at_any_call_the_second_try_ends_it(bench, forge, down):
    forge.fault(outage={"path": down, "times": 3})
    with pytest.raises(Unavailable):
        bench.run("publish:github", repoUrl=URL)
    given = bench.run("publish:github", repoUrl=URL)
    assert len(forge.messages("checkout")) == 2
    assert forge.files("checkout").keys() == FILES.keys()
    assert given["commitHash"]


def test_a_branch_that_somebody_changed_meanwhile_is_left_alone(bench, forge):
    forge.fault(outage={"path": "/git/refs", "times": 3})
    with pytest.raises(Unavailable):
        bench.run("publish:github", repoUrl=URL)
    repo = forge.repo("checkout")
    with forge.store.git(repo) as git:
        head = git.refs()["refs/heads/main"]
        other = git.add_commit(
            tree=git.tree_of(head), parents=[head], message="mine", author=signature(), committer=signature()
        )
        git.set_ref("refs/heads/main", other)
    with pytest.raises(StepFailed, match="Somebody changed main of acme/checkout meanwhile"):
        bench.run("publish:github", repoUrl=URL)
    assert forge.messages("checkout")[0] == "mine"


def test_a_dry_run_calls_nobody_and_tells_the_addresses(bench, forge):
    given = bench.run("publish:github", dry_run=True, repoUrl=URL)
    assert forge.calls == []
    assert given["repoContentsUrl"] == f"{forge.base_url}/acme/checkout/blob/main"


def test_a_host_that_the_configuration_does_not_know_gets_no_call(bench, forge):
    with pytest.raises(EgressDenied):
        bench.run("publish:github", repoUrl="evil.test?owner=acme&repo=checkout")
    assert forge.calls == []


def signature():
    return Signature("Ada", "ada@acme.example", datetime(2026, 1, 1, tzinfo=UTC))
