"""Organizations: their members and teams, and what people tell of themselves."""

from __future__ import annotations

from demo.forge import shapes
from demo.forge.forge import Forge, route
from demo.forge.organizations import Organization, Person
from demo.forge.wire import Answer, Request, not_found, one_page


@route("GET", "/orgs/{org}/members")
def list_members(forge: Forge, request: Request, org: str) -> Answer:
    people, headers = one_page(request, sorted(_organization(forge, org).people))
    return Answer([shapes.user(request, login) for login in people], headers=headers)


@route("GET", "/orgs/{org}/teams")
def list_teams(forge: Forge, request: Request, org: str) -> Answer:
    found = _organization(forge, org)
    slugs, headers = one_page(request, sorted(found.teams))
    return Answer([shapes.team(request, org, found, slug) for slug in slugs], headers=headers)


@route("GET", "/orgs/{org}/teams/{team}/members")
def list_team_members(forge: Forge, request: Request, org: str, team: str) -> Answer:
    """Tell who is in a team; GitHub counts those of the teams below it as well."""
    found = _organization(forge, org)
    if team not in found.teams:
        raise not_found()
    members, headers = one_page(request, sorted(found.members_of(team).items()))
    shown = [{**shapes.user(request, login), "inherited": inherited} for login, inherited in members]
    return Answer(shown, headers=headers)


@route("GET", "/users/{username}")
def show_user(forge: Forge, request: Request, username: str) -> Answer:
    for name in sorted(forge.store.organizations):
        person = forge.store.people.get(name).people.get(username)
        if person:
            return Answer(shapes.profile(request, person))
    return Answer(shapes.profile(request, Person(username)))


def _organization(forge: Forge, name: str) -> Organization:
    if name.lower() not in forge.store.organizations:
        raise not_found()
    return forge.store.people.get(name)
