"""`publish:github:pull-request`: one branch, one commit, one pull request, however often it is asked for."""

import pytest

from demo.forge.forge import ACTOR
from scaffolder.files.paths import PathRefused
from scaffolder.step import StepFailed
from tests.scaffolder.actions.conftest import HOST, RUN

pytestmark = pytest.mark.django_db

ACTION = "publish:github:pull-request"
GIVEN = {
    "repoUrl": f"{HOST}?owner=acme&repo=gitops",
    "branchName": "add-checkout",
    "title": "Add checkout",
    "description": "Asked for in the portal.",
}


@pytest.fixture(autouse=True)
def gitops(bench, forge):
    """A repository with two files, and a workspace with one more."""
    bench.put({"README.md": "# GitOps\n", "old/values.yaml": "a: 1\n"})
    bench.run("publish:github", repoUrl=GIVEN["repoUrl"], protectDefaultBranch=False)
    bench.next_step()
    bench.workspace.clear()
    bench.put({"checkout.yaml": "kind: Service\n"})


def pulls(forge):
    return forge.repo("gitops").pulls


def test_the_files_are_proposed_and_the_default_branch_stays(bench, forge):
    given = bench.run(ACTION, **GIVEN)
    (pull,) = pulls(forge)
    assert given == {
        "remoteUrl": f"{forge.base_url}/acme/gitops/pull/1",
        "pullRequestNumber": 1,
        "targetBranchName": "main",
    }
    assert (pull["title"], pull["head"], pull["base"], pull["draft"]) == ("Add checkout", "add-checkout", "main", False)
    assert pull["body"] == f"Asked for in the portal.\n\nportal-run:{RUN}"
    assert set(forge.files("gitops", "add-checkout")) == {"README.md", "old/values.yaml", "checkout.yaml"}
    assert set(forge.files("gitops")) == {"README.md", "old/values.yaml"}
    assert forge.messages("gitops", "add-checkout")[0] == f"Add checkout\n\nWaymark-Run: {RUN}"


def test_asking_again_after_a_crash_changes_nothing(bench, forge):
    first = bench.run(ACTION, **GIVEN)
    assert bench.run(ACTION, **GIVEN) == first
    assert len(pulls(forge)) == 1
    assert len(forge.messages("gitops", "add-checkout")) == 3


@pytest.mark.parametrize("lost", ["/git/trees", "/git/commits", "/git/refs", "/pulls"])
@pytest.mark.parametrize("empty_author", [False, True])
def test_an_answer_that_is_lost_leaves_one_pull_request(bench, forge, lost, empty_author):
    forge.fault(lost={"times": 1, "path": lost, "method": "POST"})
    bench.run(ACTION, **GIVEN, forceEmptyGitAuthor=empty_author)
    assert len(pulls(forge)) == 1
    assert len(forge.messages("gitops", "add-checkout")) == 3


def test_folders_of_both_sides_and_files_to_delete(bench, forge):
    bench.put({"out/a.yaml": "a", "out/b/c.sh": "c"})
    bench.run(
        ACTION,
        **GIVEN,
        sourcePath="out",
        targetPath="services/checkout",
        filesToDelete=["old/values.yaml", "never-there"],
    )
    assert set(forge.files("gitops", "add-checkout")) == {
        "README.md",
        "services/checkout/a.yaml",
        "services/checkout/b/c.sh",
    }
    assert "never-there is not in acme/gitops, so it is not deleted." in bench.log


def test_files_can_be_deleted_from_an_empty_workspace(bench, forge):
    bench.workspace.clear()
    with pytest.raises(StepFailed, match="nothing to publish"):
        bench.run(ACTION, **GIVEN)
    bench.run(ACTION, **GIVEN, filesToDelete=["old/values.yaml"])
    assert set(forge.files("gitops", "add-checkout")) == {"README.md"}


def test_people_and_teams_are_asked(bench, forge):
    bench.run(ACTION, **GIVEN, draft=True, reviewers=["lena"], teamReviewers=["platform"], assignees=["ada"])
    (pull,) = pulls(forge)
    assert (pull["draft"], pull["reviewers"], pull["team_reviewers"], pull["assignees"]) == (
        True,
        ["lena"],
        ["platform"],
        ["ada"],
    )


def test_somebody_who_cannot_be_asked_is_told_and_the_pull_request_stands(bench, forge):
    given = bench.run(ACTION, **GIVEN, reviewers=[ACTOR])
    assert given["pullRequestNumber"] == 1
    assert "Not everybody was asked to look at" in bench.log


def test_a_branch_that_is_there_is_left_alone_unless_told_to_update(bench, forge):
    bench.run(ACTION, **GIVEN)
    bench.next_step()
    bench.put({"more.yaml": "kind: Ingress\n"})
    with pytest.raises(StepFailed, match="The branch add-checkout is in acme/gitops already"):
        bench.run(ACTION, **GIVEN)
    assert "more.yaml" not in forge.files("gitops", "add-checkout")

    bench.next_step()
    given = bench.run(ACTION, **GIVEN, update=True)
    assert given["pullRequestNumber"] == 1
    assert "more.yaml" in forge.files("gitops", "add-checkout")
    assert len(forge.messages("gitops", "add-checkout")) == 4
    assert bench.run(ACTION, **GIVEN, update=True) == given
    assert len(forge.messages("gitops", "add-checkout")) == 4


@pytest.mark.parametrize("more", [{}, {"targetBranchName": "add-checkout"}, {"targetBranchName": "release"}])
def test_nothing_is_pushed_to_the_branch_that_it_is_to_go_to(bench, forge, more):
    name = more.get("targetBranchName") if more.get("targetBranchName") == "add-checkout" else "main"
    before = forge.messages("gitops")
    with pytest.raises(StepFailed, match="Name another branch"):
        bench.run(ACTION, **{**GIVEN, "branchName": name, "update": True, **more})
    assert forge.messages("gitops") == before


def test_update_of_a_branch_that_is_not_there_makes_it(bench, forge):
    bench.run(ACTION, **GIVEN, update=True)
    assert len(pulls(forge)) == 1


def test_nothing_is_proposed_when_nothing_differs_and_that_is_wanted(bench, forge):
    bench.workspace.clear()
    bench.put({"README.md": "# GitOps\n"})
    given = bench.run(ACTION, **GIVEN, createWhenEmpty=False)
    assert given == {"remoteUrl": "", "pullRequestNumber": 0, "targetBranchName": "main"}
    assert pulls(forge) == []
    bench.next_step()
    assert bench.run(ACTION, **GIVEN)["pullRequestNumber"] == 1


def test_a_dry_run_asks_nobody_and_tells_what_it_would_do(bench, forge):
    before = len(forge.calls)
    given = bench.run(ACTION, dry_run=True, **GIVEN)
    assert len(forge.calls) == before
    assert (given["pullRequestNumber"], given["targetBranchName"]) == (0, "main")
    assert "Would propose 1 files to" in bench.log


def test_what_is_not_there_is_told_in_plain_words(bench, forge):
    with pytest.raises(StepFailed, match=f"There is no repository {HOST}/acme/nothing"):
        bench.run(ACTION, **{**GIVEN, "repoUrl": f"{HOST}?owner=acme&repo=nothing"})


@pytest.mark.parametrize("path", ["../x", "/etc", "a/../../b"])
def test_no_path_leads_out_of_the_repository(bench, forge, path):
    before = len(forge.calls)
    with pytest.raises(PathRefused):
        bench.run(ACTION, **GIVEN, targetPath=path)
    assert len(forge.calls) == before
