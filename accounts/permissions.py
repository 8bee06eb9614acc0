"""Who may do what: the one table of rules, asked by services, so that pages, API, admin and workers agree."""

from collections.abc import Collection
from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.actors import Actor
from accounts.roles import Role


class Act(StrEnum):
    READ_CATALOG = "read the catalog"
    REGISTER_ENTITY = "register or refresh an entity"
    RUN_TEMPLATE = "run a template"
    READ_RUN = "read a run"
    CONTROL_RUN = "cancel, retry or undo a run"
    EDIT_TEMPLATES = "edit templates"
    EDIT_KINDS = "edit kinds of entities"
    MANAGE_PEOPLE = "manage people, tokens and integrations"


class Rule(StrEnum):
    ALLOW = "allow"
    OWN_TEAM = "own team"
    OWN = "own"
    DENY = "deny"


_A, _T, _O, _D = Rule.ALLOW, Rule.OWN_TEAM, Rule.OWN, Rule.DENY
_COLUMNS = (Role.ANONYMOUS, Role.VIEWER, Role.DEVELOPER, Role.TEAM_LEAD, Role.PLATFORM, Role.ADMIN)
_ROWS = {
    Act.READ_CATALOG: (_D, _A, _A, _A, _A, _A),
    Act.REGISTER_ENTITY: (_D, _D, _T, _T, _A, _A),
    Act.RUN_TEMPLATE: (_D, _D, _A, _A, _A, _A),
    Act.READ_RUN: (_D, _D, _T, _T, _A, _A),
    Act.CONTROL_RUN: (_D, _D, _O, _T, _T, _A),
    Act.EDIT_TEMPLATES: (_D, _D, _D, _D, _A, _A),
    Act.EDIT_KINDS: (_D, _D, _D, _D, _A, _A),
    Act.MANAGE_PEOPLE: (_D, _D, _D, _D, _D, _A),
}
TABLE: dict[Act, dict[Role, Rule]] = {act: dict(zip(_COLUMNS, row, strict=True)) for act, row in _ROWS.items()}


def rule(actor: Actor, act: Act) -> Rule:
    """Return what the table says of `actor` and `act`; machine roles are in no row and may nothing of it."""
    return TABLE[act].get(actor.role, Rule.DENY)


def may(actor: Actor, act: Act, *, owner_refs: Collection[str] = (), own: bool = False) -> bool:
    """Tell whether `actor` may do `act` to something.

    Args:
        owner_refs: the groups or users that own it, as full refs.
        own: whether it is the actor's own: a run that they started.
    """
    found = rule(actor, act)
    if found is Rule.ALLOW:
        return True
    if found is Rule.OWN_TEAM:
        return own or actor.speaks_for(owner_refs)
    return found is Rule.OWN and own


def require(actor: Actor, act: Act, *, owner_refs: Collection[str] = (), own: bool = False) -> None:
    """Return when `actor` may do `act`.

    Raises:
        PermissionDenied: they may not; the message says why in a sentence.
    """
    if not may(actor, act, owner_refs=owner_refs, own=own):
        owners = f" of {', '.join(sorted(owner_refs))}" if owner_refs else ""
        raise PermissionDenied(f"As {actor.role.label}, {actor.name or 'you'} may not {act}{owners}.")
