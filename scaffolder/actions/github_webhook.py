"""`github:webhook`: a repository tells an address what happens to it."""

from __future__ import annotations

from typing import Any

from integrations.errors import Invalid
from integrations.git.repo_url import RepoUrl
from scaffolder.registry import action
from scaffolder.step import Outputs, Step

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}

WEBHOOK: dict[str, Any] = {
    "type": "object",
    "required": ["repoUrl", "webhookUrl"],
    "additionalProperties": False,
    "properties": {
        "repoUrl": {**TEXT, "description": "`github.com?owner=acme&repo=checkout`, which is there"},
        "webhookUrl": {**TEXT, "minLength": 1, "description": "Whom to tell"},
        "webhookSecret": {**TEXT, "description": "What it signs with; name a secret, never a parameter"},
        "events": {
            "type": "array",
            "items": TEXT,
            "minItems": 1,
            "description": "`push` if left out; `*` for all of them",
        },
        "active": FLAG,
        "contentType": {"enum": ["form", "json"], "description": "`form` if left out"},
        "insecureSsl": {**FLAG, "description": "Do not check the certificate; false if left out"},
        "token": {**TEXT, "description": "In place of the portal's own credential; there is no falling back"},
    },
}


@action(
    "github:webhook",
    description="Makes a webhook of a repository on GitHub; one for the same address is left as it is.",
    input_schema=WEBHOOK,
    examples=[
        {
            "repoUrl": "github.com?owner=acme&repo=checkout",
            "webhookUrl": "https://ci.acme.example/hooks/github",
            "events": ["push", "pull_request"],
            "contentType": "json",
        }
    ],
    can_run_dry=True,
)
def create(step: Step) -> Outputs:
    given = step.input
    repo, url = RepoUrl.parse(given["repoUrl"]), given["webhookUrl"]
    if step.dry_run:
        step.log.info("Would have %s tell %s", repo.slug, url)
        return {}
    client = step.github(repo.host)
    if any(hook.url == url for hook in client.hooks(repo)):
        step.log.info("%s tells %s already.", repo.slug, url)
        return {}
    try:
        client.create_hook(
            repo,
            url,
            secret=given.get("webhookSecret", ""),
            events=given.get("events", ["push"]),
            content_type=given.get("contentType", "form"),
            active=given.get("active", True),
            insecure_ssl=given.get("insecureSsl", False),
        )
    except Invalid:
        # The call before this one made it, and its answer was lost.
        if not any(hook.url == url for hook in client.hooks(repo)):
            raise
    step.log.info("%s tells %s from now on.", repo.slug, url)
    return {}
