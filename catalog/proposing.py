"""Proposes a descriptor to a repository that has none, and reads it from the moment that it is merged."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Act, require
from catalog import locations
from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from catalog.drafts import FILE_NAME, Draft
from catalog.locations import LocationExists, LocationUnreadable
from catalog.models import Location
from catalog.problems import Problem
from catalog.storage import rules
from integrations import github
from integrations.errors import IntegrationError
from integrations.git.source_url import SourceUrl
from integrations.github import proposing
from integrations.github.proposing import Proposal
from integrations.github.records import PullRequest, RepositoryFile

BRANCH = "waymark/catalog-info"


@dataclass(frozen=True)
class Proposed:
    """A pull request with a descriptor, and the location that is read once it is merged."""

    pull_request: PullRequest
    location: Location


def target_of(source: SourceUrl) -> str:
    """Return the address that the descriptor will have in the folder or repository `source`."""
    return str(source.blob(f"{source.folder}/{FILE_NAME}"))


def branch_of(source: SourceUrl) -> str:
    """Return the branch that the descriptor is proposed on: one for a folder, so that asking twice changes nothing."""
    return "-".join([BRANCH, *source.folder.split("/")]).rstrip("-")


def problems_of(draft: Draft, source: SourceUrl) -> list[Problem]:
    """Return what the catalog would say of the descriptor, with the lines of its text."""
    target = target_of(source)
    place = Place("url", target, f"url:{target}")
    parsed = descriptors.parse(draft.text(), place, rules=rules.for_target("url", target))
    return [problem for one in parsed for problem in one.problems]


def propose(draft: Draft, source: SourceUrl, *, title: str, body: str, actor: Actor) -> Proposed:
    """Open a pull request that adds the descriptor, with the portal's credential, and register where it will be.

    Raises:
        PermissionDenied: the owner is not the actor's team, or nothing may be registered here.
        LocationUnreadable: the descriptor is wrong, or the host does not take it; `.problems` say why.
    """
    if locations.is_readonly():
        raise locations.ReadOnly
    require(actor, Act.REGISTER_ENTITY, owner_refs=[draft.owner_ref] if draft.owner_ref else [])
    if problems := [problem for problem in problems_of(draft, source) if problem.is_error]:
        raise LocationUnreadable(problems)
    target, branch = target_of(source), branch_of(source)
    file = RepositoryFile(path=f"{source.folder}/{FILE_NAME}".lstrip("/"), content=draft.text().encode())
    proposal = Proposal(branch, source.ref, [file], title=title, body=body)
    try:
        pull_request = proposing.propose(github.client(source.host, owner=source.owner), source.repo_url, proposal)
    except IntegrationError as error:
        raise LocationUnreadable([Problem(str(error), path=target)]) from error
    detail = {"pull_request": pull_request.url, "branch": branch, "owner": draft.owner_ref}
    audit.record("descriptor.proposed", actor=actor, subject=target, detail=detail)
    return Proposed(pull_request, _location(target, draft, actor))


def _location(target: str, draft: Draft, actor: Actor) -> Location:
    try:
        made = locations.register(target=target, actor=actor, is_optional=True, expected_owner=draft.owner_ref)
    except LocationExists as known:
        return known.location
    return made.location
