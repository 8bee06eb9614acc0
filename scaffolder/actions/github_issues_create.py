"""`github:issues:create`: an issue of a repository, opened once."""

from __future__ import annotations

from itertools import islice
from typing import Any

from integrations.errors import Unavailable
from integrations.git.repo_url import RepoUrl
from integrations.github.client import GitHubClient
from integrations.github.records import Issue
from scaffolder import publishing
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

TEXT = {"type": "string"}
NAMES = {"type": "array", "items": {**TEXT, "minLength": 1}}
KIND = "issue"
# Whatever a lost call has opened is among the newest.
LOOKED_THROUGH = 200

ISSUE: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl", "title"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`, which is there"},
        "title": {**TEXT, "minLength": 1},
        "body": {**TEXT, "description": "Markdown; the run's mark is written below it"},
        "assignees": {**NAMES, "description": "Logins of people who are to see it through"},
        "milestone": {"type": ["integer", "string"], "pattern": "^[0-9]*$", "description": "Its number"},
        "labels": NAMES,
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
    },
}
OPENED: dict[str, Any] = {
    "type": "object",
    "properties": {"issueUrl": {**TEXT, "description": "Its page"}, "issueNumber": {"type": "integer"}},
}


@action(
    "github:issues:create",
    description="Opens an issue of a repository on GitHub, once for each run of the golden path.",
    input_schema=ISSUE,
    output_schema=OPENED,
    examples=[
        {"repoUrl": "github.com?owner=acme&repo=checkout", "title": "Set up alerts", "labels": ["operations"]},
    ],
    can_run_dry=True,
)
def create(step: Step) -> Outputs:
    repo, title = RepoUrl.parse(step.input["repoUrl"]), step.input["title"]
    if step.dry_run:
        web = publishing.web_of(step, repo)
        step.log.info("Would open “%s” in %s", title, web)
        step.made(KIND, url=web, key=f"{publishing.key_of(repo)}#{title}", title=title)
        return {"issueUrl": f"{web}/issues/0", "issueNumber": 0}
    client = step.github(repo.host)
    # Only a step that has begun before can have opened it.
    known = _opened(step, client, repo) if step.recalls("sending") else None
    step.checkpoint("sending", lambda: True)
    found = known or _open(step, client, repo)
    step.point("issue:opened")
    step.made(KIND, url=found.url, key=f"{publishing.key_of(repo)}#{found.number}", title=title)
    step.log.info("Opened %s", found.url)
    return {"issueUrl": found.url, "issueNumber": found.number}


def _open(step: Step, client: GitHubClient, repo: RepoUrl) -> Issue:
    given = step.input
    milestone = given.get("milestone")
    try:
        return client.create_issue(
            repo,
            given["title"],
            body=f"{given.get('body', '').strip()}\n\n{step.mark}".strip(),
            assignees=given.get("assignees", ()),
            labels=given.get("labels", ()),
            milestone=int(milestone) if milestone not in (None, "") else None,
        )
    except Unavailable:
        # It may have been opened, and the answer lost.
        found = _opened(step, client, repo)
        if found is None:
            raise
        return found


def _opened(step: Step, client: GitHubClient, repo: RepoUrl) -> Issue | None:
    """Return the issue that an earlier try of this step has opened."""
    newest = islice(client.issues(repo), LOOKED_THROUGH)
    return next((one for one in newest if step.mark in one.body and one.title == step.input["title"]), None)
