"""A pull request: what it would do to the catalog is said on it, as a check run, before it is merged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.urls import reverse

from catalog import proposals
from catalog.problems import Problem
from catalog.proposals import Findings
from catalog.scm_places import Branch
from catalog.sources import SourceText
from delivery.handlers import Handler, Keep, Origin, Payload, Unusable, text
from integrations import github, hosts
from integrations.errors import IntegrationError, Invalid, NotFound
from integrations.git.repo_url import RepoUrl
from integrations.github.checks import Annotation, Conclusion, Level, Verdict
from integrations.github.client import GitHubClient

NAME = "Waymark / catalog"
ACTIONS = frozenset({"opened", "synchronize", "reopened", "ready_for_review"})
# A pull request that touches more descriptors than this is told about the first ones.
MOST_FILES = 200
MOST_NAMED = 50
SHA = 40


@dataclass(frozen=True)
class Proposal:
    """A pull request as an event tells it."""

    number: int
    head_sha: str
    base_branch: str
    is_default: bool
    # The check run that somebody wants anew.
    again: int = 0


def read(payload: Payload) -> Proposal | None:
    """Return what is proposed; None where nothing new is.

    Raises:
        Unusable: the payload is not that of a pull request.
    """
    if text(payload, "action") not in ACTIONS:
        return None
    number, sha = payload.get("number"), text(payload, "pull_request", "head", "sha")
    if not isinstance(number, int) or len(sha) != SHA or not sha.isalnum():
        raise Unusable("`number` or `pull_request.head.sha` is missing, or odd.")
    base = text(payload, "pull_request", "base", "ref")
    return Proposal(number, sha, base, base == text(payload, "repository", "default_branch"))


def read_again(payload: Payload) -> Proposal | None:
    """Return what is proposed where somebody pressed "Re-run" on our check run; None for all else that happens to one.

    Raises:
        Unusable: the payload is not that of a check run.
    """
    run = payload.get("check_run")
    if text(payload, "action") != "rerequested" or not isinstance(run, dict) or run.get("name") != NAME:
        return None
    pulls = run.get("pull_requests")
    if not isinstance(pulls, list) or not pulls or not isinstance(run.get("id"), int):
        raise Unusable("The check run belongs to no pull request of this repository.")
    found = read({**payload, "action": "opened", "number": number_of(payload), "pull_request": pulls[0]})
    return replace(found, again=run["id"]) if found else None


def number_of(payload: Payload) -> int | None:
    """Return the number of the pull request that an event is about: its own, or that of its check run."""
    run = payload.get("check_run")
    pulls = run.get("pull_requests") if isinstance(run, dict) else None
    first = pulls[0] if isinstance(pulls, list) and pulls else None
    number = first.get("number") if isinstance(first, dict) else payload.get("number")
    return number if isinstance(number, int) else None


def act(origin: Origin, events: Sequence[Proposal | None], keep: Keep) -> str:
    """Write the check run of the newest commit that a pull request proposes."""
    newest = next((event for event in reversed(events) if event is not None), None)
    if newest is None:
        return "Nothing new is proposed."
    if not settings.WAYMARK["catalog"]["checkRuns"]:
        return "Check runs are switched off (`catalog.checkRuns`)."
    repo = origin.repo
    client, branch = github.client(repo.host, owner=repo.owner), Branch(repo, newest.base_branch, newest.is_default)
    changes = {change.path: change for change in client.pull_request_files(repo, newest.number)}
    gone = {
        change.previous_path or change.path for change in changes.values() if change.status in ("removed", "renamed")
    }
    paths = proposals.descriptors_among(branch, {*changes, *gone})
    if not paths and not proposals.is_known(branch):
        return "The catalog reads nothing from this repository, and no descriptor is proposed."
    there = [path for path in paths if path not in gone][:MOST_FILES]
    files = {}
    for path in there:
        keep(f"Reading {path}")
        files[path] = _file(client, repo, path, newest.head_sha)
    findings = proposals.examine(branch, files, [path for path in paths if path in gone])
    verdict = verdict_on(newest, findings, there)
    client.write_check_run(repo, verdict)
    return f"Check run on {newest.head_sha[:7]}: {verdict.conclusion}, {verdict.title}"


def verdict_on(proposal: Proposal, findings: Findings, paths: Sequence[str]) -> Verdict:
    """Return what the check run says of what was found."""
    errors, warnings = findings.error_count, len(findings.problems) - findings.error_count
    conclusion: Conclusion = "failure" if errors else "neutral" if warnings else "success"
    verdict = Verdict(
        name=NAME,
        head_sha=proposal.head_sha,
        external_id="",
        conclusion=conclusion,
        title=_title(errors, warnings, findings.entity_count, paths),
        summary=_summary(findings, paths),
        annotations=[_annotation(problem) for problem in findings.problems],
        details_url=settings.BASE_URL + reverse("catalog:problem-list"),
    )
    said = [
        proposal.again,
        verdict.head_sha,
        verdict.title,
        verdict.summary,
        [one.to_json() for one in verdict.annotations],
    ]
    return replace(verdict, external_id=hashlib.sha256(json.dumps(said).encode()).hexdigest())


def _file(client: GitHubClient, repo: RepoUrl, path: str, sha: str) -> SourceText:
    """Return a file at a commit; one that cannot be read is told as the catalog tells it."""
    address = f"{hosts.github_host(repo.host).web}/{repo.slug}/blob/{sha}/{path}"
    try:
        found = client.contents(repo, path, sha)
        return SourceText(address, found.content.decode("utf-8-sig") if found else "")
    except UnicodeDecodeError as error:
        return SourceText(address, error=f"The file is not a text in UTF-8 (byte {error.start}). Save it as UTF-8.")
    except (Invalid, NotFound) as error:
        return SourceText(address, error=str(error))
    except IntegrationError as error:
        if error.retryable or type(error) is not IntegrationError:
            raise
        return SourceText(address, error=str(error))  # larger than the portal reads


def _annotation(problem: Problem) -> Annotation:
    level: Level = "failure" if problem.is_error else "warning"
    message = "\n".join(part for part in (problem.message, problem.cure) if part)
    return Annotation(
        problem.path, problem.line, message, level, f"Catalog rule {problem.rule}".strip(), problem.column
    )


def _title(errors: int, warnings: int, entities: int, paths: Sequence[str]) -> str:
    if errors:
        return f"{_count(errors, 'problem')} in the descriptors"
    if warnings:
        return f"{_count(entities, 'entity', 'entities')} can be read, {_count(warnings, 'warning')}"
    if not paths:
        return "No descriptor is changed"
    return f"{_count(entities, 'entity', 'entities')} can be read"


def _summary(findings: Findings, paths: Sequence[str]) -> str:
    """Return the text below the title, in Markdown; names of files are all that it holds of the proposal."""
    lines = []
    if findings.error_count:
        lines.append("After a merge the catalog would refuse what is marked, and go on showing the last good reading.")
    if paths:
        lines.append(f"Looked at: {_listed(paths)}.")
    if findings.leaving:
        lines.append(f"Would leave the catalog: {_listed(findings.leaving)}.")
    if findings.problems:
        files = " ".join(sorted({problem.path for problem in findings.problems})[:5])
        lines.append(f"The same lines in a terminal or in CI:\n\n```\nmanage.py validate {files}\n```")
    return "\n\n".join(lines) or "This pull request touches no file that the catalog reads."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name.replace('`', '')}`" for name in names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


HANDLER = Handler(read=read, act=act)
AGAIN = Handler(read=read_again, act=act)
