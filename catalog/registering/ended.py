"""What came of registering: the places that are read now, and the pull request that brings what is not there yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict

from accounts.actors import Actor
from catalog.analysis import MOST_FILES
from catalog.models import Entity, Location
from integrations import hosts
from integrations.errors import EgressDenied
from integrations.git.source_url import SourceUrl, SourceUrlError

MOST_ENTITIES, MOST_DIGITS = 100, 9


@dataclass
class Ended:
    """The last page: `pull_url` where a pull request was opened."""

    locations: list[Location]
    entities: list[Entity] = field(default_factory=list)
    pull_number: str = ""
    pull_url: str = ""


def read(data: QueryDict, *, actor: Actor) -> Ended:
    """Return what the last step did, told by the numbers in its address."""
    wanted = [number for number in data.getlist("location") if _is_number(number)][:MOST_FILES]
    found = Ended(list(Location.objects.filter(pk__in=wanted).order_by("target")))
    below = [pk for location in found.locations for pk in Location.objects.below(location)]
    entities = Entity.objects.visible_to(actor).filter(location__in=below).exclude(kind="location")
    found.entities = list(entities.for_listing()[:MOST_ENTITIES])
    pull = data.get("pull", "")
    if _is_number(pull) and found.locations:
        found.pull_number, found.pull_url = pull, _pull_url(found.locations[0], pull)
    return found


def _pull_url(location: Location, number: str) -> str:
    """Return the page of a pull request; of a host that the configuration no longer knows, nothing."""
    try:
        source = SourceUrl.parse(location.target)
        return f"{hosts.github_host(source.host).web}/{source.repo_url.slug}/pull/{number}"
    except (SourceUrlError, EgressDenied):
        return ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
