"""Actions that work on a repository which is there: protection, webhooks, workflows that are started."""

import pytest

from integrations.errors import Invalid, NotFound, Unavailable
from scaffolder.step import StepFailed
from tests.scaffolder.actions.conftest import HOST, RUN

pytestmark = pytest.mark.django_db

REPO = f"{HOST}?owner=acme&repo=checkout"
WORKFLOW = "on: workflow_dispatch\njobs: {a: {runs-on: x, steps: [{run: 'true'}]}}\n"


@pytest.fixture(autouse=True)
def checkout(bench, forge):
    """A repository with a workflow."""
    bench.put({"README.md": "# Checkout\n", ".github/workflows/deploy.yaml": WORKFLOW})
    bench.run("publish:github", repoUrl=REPO, protectDefaultBranch=False)
    bench.next_step()
    bench.ledger.resources.clear()


# -- Protection --------------------------------------------------------------------------------------------------------


def test_the_default_branch_is_protected_with_backstages_rules(bench, forge):
    bench.run("github:branch-protection:create", repoUrl=REPO, requiredStatusCheckContexts=["test"])
    rules = forge.repo("checkout").protection["main"]
    assert rules["enforce_admins"] is True
    assert rules["required_status_checks"] == {"strict": True, "contexts": ["test"]}
    assert rules["required_pull_request_reviews"]["required_approving_review_count"] == 1


def test_another_branch_and_not_for_administrators(bench, forge):
    repo = forge.repo("checkout")
    with forge.store.git(repo) as git:
        git.set_ref("refs/heads/release", git.refs()["refs/heads/main"])
    bench.run("github:branch-protection:create", repoUrl=REPO, branch="release", enforceAdmins=False)
    assert set(forge.repo("checkout").protection) == {"release"}
    assert forge.repo("checkout").protection["release"]["enforce_admins"] is False


def test_a_repository_that_is_not_there_is_told(bench):
    with pytest.raises(StepFailed, match="There is no repository"):
        bench.run("github:branch-protection:create", repoUrl=f"{HOST}?owner=acme&repo=nothing")


# -- Webhooks ----------------------------------------------------------------------------------------------------------


HOOK = {"repoUrl": REPO, "webhookUrl": "https://ci.acme.example/hook", "webhookSecret": "a-long-secret"}


def test_a_webhook_is_made_once(bench, forge):
    bench.run("github:webhook", **HOOK, events=["push", "release"], contentType="json")
    bench.run("github:webhook", **HOOK)
    (hook,) = forge.repo("checkout").hooks
    assert (hook["events"], hook["active"]) == (["push", "release"], True)
    assert hook["config"] == {
        "url": HOOK["webhookUrl"],
        "content_type": "json",
        "insecure_ssl": "0",
        "secret": HOOK["webhookSecret"],
    }
    assert HOOK["webhookSecret"] not in bench.log


def test_backstages_defaults_of_a_webhook(bench, forge):
    bench.run("github:webhook", repoUrl=REPO, webhookUrl="https://ci.acme.example/hook")
    (hook,) = forge.repo("checkout").hooks
    assert (hook["events"], hook["config"]["content_type"]) == (["push"], "form")


def test_a_lost_answer_leaves_one_webhook(bench, forge):
    forge.fault(lost={"times": 1, "path": "/hooks", "method": "POST"})
    bench.run("github:webhook", **HOOK)
    assert len(forge.repo("checkout").hooks) == 1


# -- Workflows ---------------------------------------------------------------------------------------------------------


START = {"repoUrl": REPO, "workflowId": "deploy.yaml", "branchOrTagName": "main"}


def runs(forge):
    return [run for run in forge.repo("checkout").runs if run["event"] == "workflow_dispatch"]


def test_a_workflow_is_started_and_its_run_is_named(bench, forge):
    given = bench.run("github:actions:dispatch", **START, workflowInputs={"environment": "staging", "replicas": 2})
    (run,) = runs(forge)
    assert given["workflowRunId"] == run["id"]
    assert given["workflowRunHtmlUrl"].startswith(f"{forge.base_url}/acme/checkout/actions")
    assert [(made[0], made[3]) for made in bench.ledger.resources] == [("workflow-run", "deploy.yaml of acme/checkout")]


def test_after_a_crash_it_is_not_started_again(bench, forge):
    bench.run("github:actions:dispatch", **START)
    again = bench.run("github:actions:dispatch", **START)
    assert len(runs(forge)) == 1
    assert again["workflowRunId"] == 0
    assert "look whether it runs" in bench.log


def test_a_lost_answer_starts_it_once(bench, forge):
    forge.fault(lost={"times": 1, "path": "/dispatches", "method": "POST"})
    with pytest.raises(Unavailable):
        bench.run("github:actions:dispatch", **START)
    bench.run("github:actions:dispatch", **START)
    assert len(runs(forge)) == 1


@pytest.mark.parametrize(
    ("changes", "error"), [({"workflowId": "nothing.yaml"}, NotFound), ({"branchOrTagName": "nowhere"}, Invalid)]
)
def test_what_the_host_refuses_was_not_sent_and_may_be_tried_again(bench, forge, changes, error):
    with pytest.raises(error):
        bench.run("github:actions:dispatch", **{**START, **changes})
    bench.run("github:actions:dispatch", **START)
    assert len(runs(forge)) == 1


def test_dry_runs_touch_nothing(bench, forge):
    before = forge.writes()
    for action, given in (
        ("github:branch-protection:create", {"repoUrl": REPO}),
        ("github:webhook", HOOK),
        ("github:actions:dispatch", START),
    ):
        bench.run(action, dry_run=True, **given)
    assert forge.writes() == before


# -- Issues ------------------------------------------------------------------------------------------------------------


ISSUE = {"repoUrl": REPO, "title": "Set up alerts", "body": "As the runbook says."}


def issues(forge):
    return forge.repo("checkout").issues


def test_an_issue_is_opened_once(bench, forge):
    given = bench.run("github:issues:create", **ISSUE, labels=["operations"], assignees=["ada"])
    assert bench.run("github:issues:create", **ISSUE) == given
    (issue,) = issues(forge)
    assert given == {"issueUrl": f"{forge.base_url}/acme/checkout/issues/1", "issueNumber": 1}
    assert (issue["labels"], issue["assignees"]) == (["operations"], ["ada"])
    assert issue["body"] == f"As the runbook says.\n\nportal-run:{RUN}"
    assert [made[0] for made in bench.ledger.resources] == ["issue", "issue"]


def test_another_issue_of_the_same_run_is_one_more(bench, forge):
    bench.run("github:issues:create", **ISSUE)
    bench.next_step()
    bench.run("github:issues:create", **{**ISSUE, "title": "Set up backups"})
    assert [issue["title"] for issue in issues(forge)] == ["Set up alerts", "Set up backups"]


def test_a_lost_answer_opens_one_issue(bench, forge):
    forge.fault(lost={"times": 1, "path": "/issues", "method": "POST"})
    assert bench.run("github:issues:create", **ISSUE)["issueNumber"] == 1
    assert len(issues(forge)) == 1


def test_issues_are_labelled(bench, forge):
    bench.run("github:issues:create", **ISSUE, labels=["a"])
    bench.run("github:issues:label", repoUrl=REPO, number="1", labels=["b", "a"])
    assert issues(forge)[0]["labels"] == ["a", "b"]
    with pytest.raises(NotFound):
        bench.run("github:issues:label", repoUrl=REPO, number=9, labels=["b"])
    with pytest.raises(StepFailed, match="no number"):
        bench.run("github:issues:label", repoUrl=REPO, number="x", labels=["b"])
