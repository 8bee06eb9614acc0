"""What a repository does by itself: its workflows and its webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Hook, WorkflowRun


class Automation(GitHubPart):
    """Workflows that are started, and webhooks that are told."""

    def dispatch_workflow(
        self, repo: RepoUrl, workflow: str, ref: str, inputs: Mapping[str, str] | None = None
    ) -> WorkflowRun | None:
        """Start a workflow once; None where the host does not tell which run it is.

        Args:
            workflow: its id, or the name of its file.
            ref: the branch or tag that it runs on.

        Raises:
            Invalid: there is no such ref, or the workflow does not take it.
            NotFound: there is no such workflow.
        """
        path = f"{self._path(repo, 'actions', 'workflows')}/{quote(workflow, safe='')}/dispatches"
        asked = {"ref": ref, "inputs": dict(inputs or {}), "return_run_details": True}
        answer = self._http.post(path, asked, once=True)
        return WorkflowRun.from_json(answer.json()) if answer.body else None

    def hooks(self, repo: RepoUrl) -> Iterator[Hook]:
        """Yield the webhooks of a repository."""
        for page in self._http.pages(self._path(repo, "hooks")):
            yield from map(Hook.from_json, page)

    def create_hook(
        self,
        repo: RepoUrl,
        url: str,
        *,
        secret: str = "",
        events: Sequence[str] = ("push",),
        content_type: str = "form",
        active: bool = True,
        insecure_ssl: bool = False,
    ) -> Hook:
        """Have the repository tell `url` of `events`.

        Raises:
            Invalid: it tells that address already.
        """
        config = {"url": url, "content_type": content_type, "insecure_ssl": "1" if insecure_ssl else "0"}
        if secret:
            config["secret"] = secret
        asked = {"name": "web", "active": active, "events": list(events), "config": config}
        return Hook.from_json(self._http.post(self._path(repo, "hooks"), asked).json())
