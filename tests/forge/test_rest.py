"""What discovery, pipelines and later readers ask of the forge, held against GitHub's own description."""

import base64
import time

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

WORKFLOW = b"name: build\n\non:\n  push:\n  workflow_dispatch:\n\njobs: {}\n"


@pytest.fixture
def web(forge):
    """A repository with a workflow that has run once."""
    repo = forge.repo("web")
    forge.client().create_repository(repo, description="The shop")
    forge.client().put_file(repo, ".github/workflows/build.yaml", WORKFLOW, message="Add the workflow")
    return "/repos/acme/web"


def test_a_push_runs_the_workflows_that_want_it(forge, web):
    said = forge.api("GET", f"{web}/actions/runs").json
    assert said["total_count"] == 1
    (run,) = said["workflow_runs"]
    assert (run["name"], run["event"], run["head_branch"], run["conclusion"]) == ("build", "push", "main", "success")
    assert forge.api("GET", f"{web}/actions/runs/{run['id']}").json == run
    assert forge.api("GET", f"{web}/actions/runs/{run['id']}/jobs").json["total_count"] == 1


def test_a_workflow_is_started_by_its_file_name(forge, web):
    said = forge.api("POST", f"{web}/actions/workflows/build.yaml/dispatches", {"ref": "main"})
    assert said.status == 200
    runs = forge.api("GET", f"{web}/actions/workflows/build.yaml/runs?event=workflow_dispatch").json
    assert said.json["workflow_run_id"] in [run["id"] for run in runs["workflow_runs"]]


def test_a_workflow_that_is_not_there_is_not_found(forge, web):
    assert forge.api("POST", f"{web}/actions/workflows/none.yaml/dispatches", {"ref": "main"}).status == 404


def test_workflows_are_listed(forge, web):
    (workflow,) = forge.api("GET", f"{web}/actions/workflows").json["workflows"]
    assert (workflow["name"], workflow["path"]) == ("build", ".github/workflows/build.yaml")


def test_repositories_and_files_are_searched(forge, web):
    found = forge.api("GET", "/search/repositories?q=shop+org:acme").json
    assert [one["full_name"] for one in found["items"]] == ["acme/web"]
    found = forge.api("GET", "/search/code?q=filename:build.yaml+org:acme").json
    assert [one["path"] for one in found["items"]] == [".github/workflows/build.yaml"]


def test_hooks_are_kept_and_their_secret_is_never_shown(forge, web):
    body = {"config": {"url": "http://127.0.0.1:9/hook", "secret": "s3cret"}, "events": ["push"]}
    made = forge.api("POST", f"{web}/hooks", body)
    assert made.status == 201
    assert "s3cret" not in made.text
    assert forge.api("GET", f"{web}/hooks/{made.json['id']}").json["config"]["url"] == "http://127.0.0.1:9/hook"
    assert forge.api("POST", f"{web}/hooks", body).status == 422
    assert forge.api("DELETE", f"{web}/hooks/{made.json['id']}").status == 204
    assert forge.api("GET", f"{web}/hooks").json == []


def test_labels_are_made_once(forge, web):
    assert forge.api("POST", f"{web}/labels", {"name": "golden-path", "color": "ededed"}).status == 201
    assert forge.api("POST", f"{web}/labels", {"name": "Golden-Path"}).status == 422
    assert [label["name"] for label in forge.api("GET", f"{web}/labels").json] == ["golden-path"]


def test_a_pull_request_is_looked_at_and_merged(forge, web):
    main = forge.api("GET", f"{web}/git/ref/heads/main").json["object"]["sha"]
    forge.api("POST", f"{web}/git/refs", {"ref": "refs/heads/topic", "sha": main})
    content = base64.b64encode(b"new").decode()
    forge.api("PUT", f"{web}/contents/new.txt", {"message": "Add", "content": content, "branch": "topic"})
    made = forge.api("POST", f"{web}/pulls", {"head": "topic", "base": "main", "title": "Add a file"}).json
    assert [file["filename"] for file in forge.api("GET", f"{web}/pulls/{made['number']}/files").json] == ["new.txt"]
    assert forge.api("PUT", f"{web}/pulls/{made['number']}/merge", {}).json["merged"] is True
    assert forge.api("GET", f"{web}/pulls/{made['number']}").json["merged"] is True
    assert forge.api("GET", f"{web}/contents/new.txt").status == 200
    assert forge.api("PUT", f"{web}/pulls/{made['number']}/merge", {}).status == 405


def test_a_pull_request_whose_sides_changed_one_file_does_not_merge(forge, web):
    main = forge.api("GET", f"{web}/git/ref/heads/main").json["object"]["sha"]
    forge.api("POST", f"{web}/git/refs", {"ref": "refs/heads/topic", "sha": main})
    forge.client().put_file(forge.repo("web"), "README.md", b"ours", message="Ours")
    forge.client().put_file(forge.repo("web"), "README.md", b"theirs", message="Theirs", branch="topic")
    made = forge.api("POST", f"{web}/pulls", {"head": "topic", "base": "main", "title": "Change"}).json
    assert forge.api("PUT", f"{web}/pulls/{made['number']}/merge", {}).status == 405


def test_protection_is_shown_and_taken_away(forge, web):
    forge.client().protect_branch(forge.repo("web"), "main")
    rules = forge.api("GET", f"{web}/branches/main/protection").json
    assert rules["required_pull_request_reviews"]["required_approving_review_count"] == 1
    assert forge.api("DELETE", f"{web}/branches/main/protection").status == 204
    assert forge.api("GET", f"{web}/branches/main/protection").status == 404


def test_branches_refs_and_commits_are_listed(forge, web):
    assert [branch["name"] for branch in forge.api("GET", f"{web}/branches").json] == ["main"]
    assert [ref["ref"] for ref in forge.api("GET", f"{web}/git/matching-refs/heads/").json] == ["refs/heads/main"]
    sha = forge.api("GET", f"{web}/commits/main").json["sha"]
    assert forge.api("GET", f"{web}/git/commits/{sha}").json["sha"] == sha


@pytest.fixture
def app_token():
    """What a GitHub App signs itself."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    now = int(time.time())
    return jwt.encode({"iat": now, "exp": now + 540, "iss": "1"}, pem, algorithm="RS256")


def test_an_app_gets_a_token_that_works_until_it_is_taken_back(forge, web, app_token):
    (installation,) = forge.api("GET", "/app/installations", token=app_token).json
    made = forge.api("POST", f"/app/installations/{installation['id']}/access_tokens", {}, token=app_token)
    assert made.status == 201
    assert forge.api("GET", web, token=made.json["token"]).status == 200
    forge.desk("tokens", method="DELETE")
    assert forge.api("GET", web, token=made.json["token"]).status == 401


def test_the_limits_are_told_with_every_answer(forge, web):
    said = forge.api("GET", web)
    limit, left, used = (int(said.headers[f"x-ratelimit-{name}"]) for name in ("limit", "remaining", "used"))
    assert limit == left + used
    assert int(said.headers["x-ratelimit-reset"]) > time.time()
    assert forge.api("GET", "/rate_limit").json["rate"]["limit"] == limit


def test_a_token_that_no_app_signed_gives_none(forge):
    assert forge.api("POST", "/app/installations/7/access_tokens", {}, token="eyJ.not.one").status == 401


def test_writing_needs_a_token(forge):
    assert forge.api("POST", "/orgs/acme/repos", {"name": "web"}, token="").status == 401


def test_issues_and_pull_requests_count_together(forge, web):
    made = forge.api("POST", f"{web}/issues", {"title": "Set up alerts", "labels": ["a"], "assignees": ["ada"]})
    assert (made.status, made.json["number"]) == (201, 1)
    assert forge.api("GET", f"{web}/issues/1").json["assignee"]["login"] == "ada"
    labels = forge.api("POST", f"{web}/issues/1/labels", {"labels": ["b"]}).json
    assert [label["name"] for label in labels] == ["a", "b"]
    assert forge.api("PATCH", f"{web}/issues/1", {"state": "closed"}).json["closed_at"]
    assert forge.api("GET", f"{web}/issues").json == []
    assert [one["number"] for one in forge.api("GET", f"{web}/issues?state=all").json] == [1]
    assert forge.api("POST", f"{web}/issues", {"title": ""}).status == 422
    assert forge.api("GET", f"{web}/issues/9").status == 404
