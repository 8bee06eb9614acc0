"""What the home page tells one person: their runs, their team's services and problems, and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.core.cache import cache
from django.db.models import Count, Exists, F, Window
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import approvals
from accounts.actors import Actor
from accounts.models import Approval
from accounts.permissions import Act, Rule, rule
from catalog import history, personal
from catalog.apis import alerts
from catalog.apis.alerts import Alert
from catalog.models import CatalogRevision, Entity, EntityRevision, Location
from catalog.pages import neighbours, problem_page
from catalog.pages.problem_page import Row
from catalog.personal import Kept
from catalog.query.editions import Edition
from scaffolder.models import Task, Template

RUNS, SERVICES, CHANGES, PROBLEMS, SEEN, STARRED, APPROVALS = 5, 8, 8, 5, 6, 8, 5

# A portal that is set up stays so; that it is need not be asked for each page.
SET_UP, SET_UP_SECONDS = "portal:set-up", 600


@dataclass(frozen=True)
class Step:
    """A step of the first-run list: what to do, where, and whether it is done."""

    title: str | Promise
    text: str | Promise
    url: str
    is_done: bool


@dataclass
class MyDay:
    """The home page of one actor. Each part is read when the page asks for it."""

    actor: Actor
    # The catalog as it is now. What follows from it alone is asked once for all who see the same.
    edition: Edition

    @property
    def may_read(self) -> bool:
        return rule(self.actor, Act.READ_CATALOG) is Rule.ALLOW

    @property
    def may_create(self) -> bool:
        return rule(self.actor, Act.RUN_TEMPLATE) is not Rule.DENY

    @cached_property
    def runs(self) -> list[Task]:
        """The actor's newest runs."""
        if not self.actor.is_known:
            return []
        mine = Task.objects.visible_to(self.actor).filter(actor_ref=self.actor.ref)
        return list(mine.defer("parameters", "output")[:RUNS])

    @cached_property
    def approvals(self) -> list[Approval]:
        """What waits for the actor's yes or no, what expires first at the top."""
        return list(approvals.waiting_for(self.actor, timezone.now())[:APPROVALS])

    @cached_property
    def services(self) -> list[Entity]:
        """Components of the actor's teams, broken ones first, each with `total`, the number of all of them."""
        if not self.actor.owner_refs:
            return []
        question = ["services", sorted(self.actor.owner_refs)]
        return self.edition.cached(question, self._read_services)

    def _read_services(self) -> list[Entity]:
        owned = self.edition.entities.of_kind("component").owned_by(self.actor.owner_refs)
        rows = owned.for_listing().annotate(problems=F("descriptor__problems"), total=Window(Count("pk")))
        return list(rows.order_by(F("descriptor__failing_since").asc(nulls_last=True), "sort_key", "ref")[:SERVICES])

    @cached_property
    def problems(self) -> list[Row]:
        """What the actor or a team of theirs is asked to mend: documents and places that could not be read."""
        return problem_page.asked_of(self.actor.owner_refs, most=PROBLEMS) if self.actor.owner_refs else []

    @cached_property
    def broken_apis(self) -> list[Alert]:
        """APIs whose newest version breaks something of the actor's teams."""
        return alerts.for_owner(self.actor.owner_refs, actor=self.actor) if self.actor.owner_refs else []

    @cached_property
    def changes(self) -> list[EntityRevision]:
        """What was added, changed or removed last."""
        return self.edition.cached(["changes", CHANGES], lambda: history.latest(CHANGES)) if self.may_read else []

    @cached_property
    def kept(self) -> Kept:
        """What the actor starred, and what they looked at last."""
        return personal.kept(self.actor, starred=STARRED, seen=SEEN)

    @cached_property
    def titles(self) -> dict[str, str]:
        """{ref: title} of the owners and systems that the page names."""
        named = {ref for row in self.services for ref in (row.owner_ref, row.system_ref)}
        named |= {row.owner_ref for row in self.changes}
        named |= {run.template_ref for run in self.runs} | {approval.requester_ref for approval in self.approvals}
        wanted = sorted(filter(None, named))
        return self.edition.cached(["titles", wanted], lambda: neighbours.titles(wanted, actor=self.actor))

    @cached_property
    def first_steps(self) -> list[Step]:
        """What a new portal still needs; nothing once it is set up, and for those who could not do it."""
        if rule(self.actor, Act.REGISTER_ENTITY) is Rule.DENY or cache.get(SET_UP):
            return []
        done = self._is_set_up
        if all(done):
            cache.set(SET_UP, True, SET_UP_SECONDS)
            return []
        return [
            Step(
                _("Read a first repository"),
                _("Register the address of a catalog-info.yaml, or name locations in waymark.yaml."),
                _address("catalog:location-create"),
                done[0],
            ),
            Step(
                _("Bring in the teams"),
                _("Group and User entities say who owns what, and who may do what."),
                _address("catalog:location-list"),
                done[1],
            ),
            Step(
                _("Publish a golden path"),
                _("A template of kind Template, from a repository or written in admin."),
                _address("scaffolder:template-list"),
                done[2],
            ),
        ]

    @property
    def _is_set_up(self) -> tuple[bool, bool, bool]:
        """Whether there is a location, a group and a golden path, in one statement."""
        rows = CatalogRevision.objects.annotate(
            has_location=Exists(Location.objects.all()),
            has_group=Exists(Entity.objects.of_kind("group")),
            has_path=Exists(Template.objects.published()),
        )
        return rows.values_list("has_location", "has_group", "has_path").first() or (False, False, False)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:  # a room that this installation does not have
        return ""
