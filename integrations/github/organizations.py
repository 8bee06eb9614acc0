"""Organisations: their teams, who is in them, and what people tell of themselves."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from integrations.github.base import GitHubPart
from integrations.github.records import Account, Listing, Profile, Team, TeamMember, listing


class Organizations(GitHubPart):
    """Reading who works here. Each list is None when it is as it was for `etags`."""

    def teams(self, organization: str, *, page_size: int = 100, etags: Sequence[str] = ()) -> Listing[Team] | None:
        """Return all teams that the credential may see."""
        asked = {"per_page": str(page_size)}
        return listing(self._http.pages_since(f"{_path(organization)}/teams", asked, etags=etags), Team.from_json)

    def team_members(
        self, organization: str, team: str, *, page_size: int = 100, etags: Sequence[str] = ()
    ) -> Listing[TeamMember] | None:
        """Return a team's members, those of the teams below it among them, as GitHub counts."""
        path = f"{_path(organization)}/teams/{quote(team, safe='')}/members"
        found = self._http.pages_since(path, {"per_page": str(page_size)}, etags=etags)
        return listing(found, TeamMember.from_json)

    def members(self, organization: str, *, page_size: int = 100, etags: Sequence[str] = ()) -> Listing[Account] | None:
        """Return all members of an organisation that the credential may see."""
        asked = {"per_page": str(page_size)}
        return listing(self._http.pages_since(f"{_path(organization)}/members", asked, etags=etags), Account.from_json)

    def profile(self, login: str, *, etag: str = "") -> Profile | None:
        """Return what a person tells of themselves; None when it is as it was for `etag`."""
        headers = {"If-None-Match": etag} if etag else None
        answer = self._http.get(f"/users/{quote(login, safe='')}", headers=headers)
        if answer.status == 304:
            return None
        found = answer.json()
        return Profile(
            name=found.get("name") or "",
            email=found.get("email") or "",
            bio=found.get("bio") or "",
            is_suspended=bool(found.get("suspended_at")),
            etag=answer.headers.get("etag", ""),
        )


def _path(organization: str) -> str:
    return f"/orgs/{quote(organization, safe='')}"
