"""`github:actions:create`: before publishing into the workspace, afterwards by commit or pull request."""

import pytest

from scaffolder.step import StepFailed
from tests.scaffolder.actions.conftest import HOST, RUN

pytestmark = pytest.mark.django_db

URL = f"{HOST}?owner=acme&repo=checkout"
PATH = ".github/workflows/build.yaml"
BUILD = "name: Build\non: push\njobs: {}\n"


@pytest.fixture(autouse=True)
def _filled(bench):
    bench.put({"README.md": "# Checkout\n"})
    bench.beside({"workflows/build.yaml": BUILD})


def publish(bench, **options):
    bench.run("publish:github", repoUrl=URL, **options)
    bench.next_step()


def test_before_publishing_the_workflow_goes_into_the_workspace(bench, forge):
    given = bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"])
    assert bench.files()[PATH] == BUILD
    assert given == {"workflows": [PATH], "commitHash": "", "pullRequestUrl": ""}
    assert forge.calls == []
    publish(bench)
    assert forge.files("checkout")[PATH].decode() == BUILD


def test_afterwards_it_is_committed(bench, forge):
    publish(bench, protectDefaultBranch=False)
    given = bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"])
    assert set(forge.files("checkout")) == {"README.md", PATH}
    assert forge.messages("checkout")[0] == f"Add workflows\n\nWaymark-Run: {RUN}"
    assert len(given["commitHash"]) == 40
    assert bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"]) == given
    assert len(forge.messages("checkout")) == 3


def test_on_a_protected_branch_it_waits_in_a_pull_request(bench, forge):
    publish(bench)
    given = bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"])
    assert set(forge.files("checkout")) == {"README.md"}
    assert PATH in forge.files("checkout", f"waymark/workflows-{RUN[:8]}")
    assert given["pullRequestUrl"].startswith(f"{forge.base_url}/acme/checkout/pull")
    assert "main is protected, so the workflows wait in pull request" in bench.log
    assert bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"]) == given
    assert len(forge.repo("checkout").pulls) == 1


@pytest.mark.parametrize("lost", ["/git/commits", "/git/refs", "/pulls"])
def test_an_answer_that_is_lost_leaves_one_pull_request(bench, forge, lost):
    publish(bench)
    forge.fault(lost={"times": 1, "path": lost, "method": "POST"})
    bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"])
    assert len(forge.repo("checkout").pulls) == 1


def test_a_repository_that_this_run_did_not_make_is_not_touched(bench, forge):
    forge.store.create("acme", "checkout")
    bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml"])
    assert forge.calls == []


def test_golden_workflows_serve_templates_that_have_none(bench, settings, tmp_path):
    golden = tmp_path / "golden"
    golden.mkdir()
    (golden / "deploy.yaml").write_text("on: push\n")
    scaffolder = {**settings.WAYMARK["scaffolder"], "workflows": f"file://{golden}/"}
    settings.WAYMARK = {**settings.WAYMARK, "scaffolder": scaffolder}
    bench.run("github:actions:create", repoUrl=URL, workflows=["build.yaml", "deploy.yaml"])
    assert {PATH, ".github/workflows/deploy.yaml"} <= set(bench.files())


def test_a_workflow_that_nobody_has_is_told_with_those_that_there_are(bench):
    with pytest.raises(StepFailed, match=r"No workflow is called test\.yaml: .* There is build\.yaml\."):
        bench.run("github:actions:create", repoUrl=URL, workflows=["test.yaml"])


def test_a_name_with_a_path_is_refused_by_the_schema(bench):
    with pytest.raises(AssertionError, match=r"\.\./evil\.yaml"):
        bench.run("github:actions:create", repoUrl=URL, workflows=["../evil.yaml"])
