"""Who in the catalog a name at GitHub or an e-mail address is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from catalog.models import Entity, Facet
from catalog.storage import bulk

TEAM = "metadata.annotations.github.com/team-slug"
LOGIN = "metadata.annotations.github.com/user-login"
EMAIL = "spec.profile.email"


class Directory:
    """Groups and users by the names that they have outside; asked once for many names."""

    def __init__(self, names: Iterable[str]) -> None:
        """Look up `names`: `@login`, `@organization/team`, or e-mail addresses."""
        wanted = {name.lower() for name in names}
        teams = {name[1:] for name in wanted if name.startswith("@") and "/" in name}
        logins = {name[1:] for name in wanted if name.startswith("@") and "/" not in name}
        emails = {name for name in wanted if not name.startswith("@")}
        self._refs = {f"@{value}": ref for value, ref in _by_facet("group", TEAM, teams).items()}
        self._refs |= {f"@{value}": ref for value, ref in _by_facet("user", LOGIN, logins).items()}
        self._refs |= _by_facet("user", EMAIL, emails)
        # An organization that was read in by name has groups and users that are called as they are there.
        guesses = {f"@{team}": f"group:default/{team.rpartition('/')[2]}" for team in teams}
        guesses |= {f"@{login}": f"user:default/{login}" for login in logins}
        there = existing(guesses.values())
        self._refs = {name: ref for name, ref in guesses.items() if ref in there} | self._refs

    def ref_of(self, name: str) -> str:
        """Return the ref of the group or user that `name` means; empty when the catalog knows none."""
        return self._refs.get(name.lower(), "")


def existing(entity_refs: Iterable[str]) -> set[str]:
    """Return those of `entity_refs` that are in the catalog."""
    found: set[str] = set()
    for chunk in bulk.chunks(set(entity_refs)):
        found.update(Entity.objects.filter(ref__in=chunk).values_list("ref", flat=True))
    return found


def _by_facet(kind: str, key: str, values: Collection[str]) -> dict[str, str]:
    """Return {value: ref} of the entities of a kind that have one of `values` under `key`; the first by ref has it."""
    found: dict[str, str] = {}
    for chunk in bulk.chunks(values):
        rows = Facet.objects.filter(key__key=key, value__in=chunk, entity__kind=kind)
        for value, ref in rows.order_by("entity__ref").values_list("value", "entity__ref"):
            found.setdefault(value or "", ref)
    return found
