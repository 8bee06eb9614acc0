"""Webhooks of GitHub for tests: signed, posted, processed."""

import hashlib
import hmac
import itertools
import json
from typing import Any

from django.test import Client

SECRET = "a-webhook-secret"
numbers = itertools.count(1)


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def post(payload: Any, *, event: str = "push", secret: str = SECRET, delivery: str = "", **more: Any) -> Any:
    """Post `payload` (bytes as they are, else as JSON) and return the answer.

    Args:
        more: `content_type`, and `headers` in place of those that are right.
    """
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or f"00000000-0000-0000-0000-{next(numbers):012}",
        "X-Hub-Signature-256": signature(body, secret),
        **more.get("headers", {}),
    }
    client = Client(enforce_csrf_checks=True)
    content_type = more.get("content_type", "application/json")
    return client.post("/webhooks/github", body, content_type=content_type, headers=headers)


def push(
    repository: str = "acme/web", *, ref: str = "refs/heads/main", host: str = "git.example", **paths: list[str]
) -> dict[str, Any]:
    """Return the payload of a push with one commit that has `paths` (added, modified, removed)."""
    owner, name = repository.split("/")
    commit = {"id": "b" * 40, "added": [], "modified": [], "removed": [], **paths}
    return {
        "ref": ref,
        "before": "a" * 40,
        "after": "b" * 40,
        "forced": False,
        "deleted": False,
        "commits": [commit],
        "repository": {
            "name": name,
            "full_name": repository,
            "owner": {"login": owner},
            "html_url": f"https://{host}/{repository}",
            "default_branch": "main",
        },
    }
