"""Check runs: what the portal says of a commit, beside the pull request that brings it.

GitHub lets only GitHub Apps write them, with the right `checks: write`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from integrations.git.repo_url import RepoUrl
from integrations.github.base import GitHubPart
from integrations.github.records import Json

# GitHub takes no more annotations in one call, and adds those of the next call to them.
MOST_ANNOTATIONS = 50
LONGEST_TEXT = 65_535
LONGEST_MESSAGE = 64 * 1024
LONGEST_TITLE = 255
Conclusion = Literal["success", "failure", "neutral"]
Level = Literal["notice", "warning", "failure"]


@dataclass(frozen=True)
class Annotation:
    """A remark at a line of a file; `column` 0 where none is known."""

    path: str
    line: int
    message: str
    level: Level = "failure"
    title: str = ""
    column: int = 0

    def to_json(self) -> dict[str, Any]:
        line = max(self.line, 1)
        found: dict[str, Any] = {
            "path": self.path,
            "start_line": line,
            "end_line": line,
            "annotation_level": self.level,
            "message": self.message[:LONGEST_MESSAGE],
        }
        if self.title:
            found["title"] = self.title[:LONGEST_TITLE]
        if self.column:
            found["start_column"] = found["end_column"] = self.column
        return found


@dataclass(frozen=True)
class CheckRun:
    """A check run as GitHub has it; `annotation_count` tells how far an interrupted writing came."""

    id: int
    external_id: str
    status: str
    conclusion: str
    annotation_count: int

    @classmethod
    def from_json(cls, found: Json) -> CheckRun:
        return cls(
            id=found["id"],
            external_id=found.get("external_id") or "",
            status=found["status"],
            conclusion=found.get("conclusion") or "",
            annotation_count=(found.get("output") or {}).get("annotations_count", 0),
        )


@dataclass(frozen=True)
class Verdict:
    """What a check run is to say.

    Attributes:
        external_id: the same for the same verdict on the same commit, so that it is written once.
        details_url: where the portal says more.
    """

    name: str
    head_sha: str
    external_id: str
    conclusion: Conclusion
    title: str
    summary: str
    annotations: Sequence[Annotation] = ()
    details_url: str = ""

    def output(self, annotations: Sequence[Annotation]) -> dict[str, Any]:
        listed = [annotation.to_json() for annotation in annotations]
        return {"title": self.title[:LONGEST_TITLE], "summary": self.summary[:LONGEST_TEXT], "annotations": listed}


class CheckRuns(GitHubPart):
    """Writing check runs, and finding those that were written."""

    def check_runs(self, repo: RepoUrl, sha: str, name: str) -> Iterator[CheckRun]:
        """Yield the check runs of a commit that are called `name`, of whatever App."""
        for page in self._http.pages(self._path(repo, "commits", sha, "check-runs"), {"check_name": name}):
            yield from map(CheckRun.from_json, page["check_runs"])

    def write_check_run(self, repo: RepoUrl, verdict: Verdict) -> None:
        """Write a verdict, or finish writing it: one that is there already is left as it is.

        No call is sent a second time blindly, as GitHub would add its annotations again: whoever calls this once more
        goes on where the first one stopped.

        Raises:
            Refused: the credential is not that of a GitHub App with the right `checks: write`.
        """
        runs = self.check_runs(repo, verdict.head_sha, verdict.name)
        found = next((run for run in runs if run.external_id == verdict.external_id), None)
        if found is not None and found.status == "completed":
            return
        if found is None:
            found = self._begin(repo, verdict)
        rest = list(verdict.annotations[found.annotation_count :])
        while found.status != "completed":
            batch, rest = rest[:MOST_ANNOTATIONS], rest[MOST_ANNOTATIONS:]
            body = {"output": verdict.output(batch), **({} if rest else _ended(verdict))}
            path = self._path(repo, "check-runs", str(found.id))
            found = CheckRun.from_json(self._http.request("PATCH", path, json=body, once=True).json())

    def _begin(self, repo: RepoUrl, verdict: Verdict) -> CheckRun:
        is_whole = len(verdict.annotations) <= MOST_ANNOTATIONS
        body: dict[str, Any] = {
            "name": verdict.name,
            "head_sha": verdict.head_sha,
            "external_id": verdict.external_id,
            "output": verdict.output(verdict.annotations[:MOST_ANNOTATIONS]),
            **(_ended(verdict) if is_whole else {"status": "in_progress"}),
        }
        if verdict.details_url:
            body["details_url"] = verdict.details_url
        return CheckRun.from_json(self._http.post(self._path(repo, "check-runs"), body, once=True).json())


def _ended(verdict: Verdict) -> dict[str, str]:
    return {"status": "completed", "conclusion": verdict.conclusion}
