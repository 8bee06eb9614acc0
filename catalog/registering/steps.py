"""Where somebody is in registering: read anew from the address each time, so that nothing is kept in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog import analysis, proposing
from catalog.analysis import Analysis, FoundFile
from catalog.drafts import Draft
from catalog.locations import LocationUnreadable
from catalog.problems import Problem
from catalog.registering.forms import AddressForm, DraftFields, DraftForm, FilesForm
from integrations.git.source_url import SourceUrl

Step = Literal["address", "choose", "describe", "review", "done"]
TITLES: Mapping[str, str | Promise] = {
    "address": _("Address"),
    "choose": _("Choose"),
    "review": _("Review"),
    "done": _("Done"),
}


@dataclass(frozen=True)
class Stage:
    """A step in the row of steps; `query` leads back to one that is behind."""

    title: str | Promise
    query: str = ""
    is_current: bool = False


@dataclass
class Registration:
    """All that a page of registering shows.

    Attributes:
        chosen: the files that are registered, in the last look.
        problems: why the address, or the descriptor that was filled in, will not do.
        refusal: why the person may not.
    """

    step: Step
    data: QueryDict
    address: AddressForm
    analysis: Analysis | None = None
    chosen: Sequence[FoundFile] = ()
    form: DraftForm | None = None
    problems: Sequence[Problem] = ()
    refusal: str = ""

    @property
    def stages(self) -> list[Stage]:
        """The row of steps; those behind are links."""
        order = list(TITLES)
        at = order.index("choose" if self.step == "describe" else self.step)
        titles = {**TITLES, "choose": _("Describe") if self.form else TITLES["choose"]}
        back = {"address": "?", "choose": f"?{self.query(step='')}"}
        return [
            Stage(titles[name], back.get(name, "") if number < at else "", number == at)
            for number, name in enumerate(order)
        ]

    def query(self, **other: str) -> str:
        """Return what was filled in so far as a query, with `other` in place of what it has."""
        data = self.data.copy()
        for name in ("csrfmiddlewaretoken", *other):
            data.pop(name, None)
        for name, value in other.items():
            if value:
                data[name] = value
        return data.urlencode()

    @property
    def back_query(self) -> str:
        """The step before the last look."""
        return self.query(step="")

    @property
    def url(self) -> str:
        return str(self.address["url"].value() or "")

    @cached_property
    def draft(self) -> Draft | None:
        source = self.analysis.source if self.analysis else None
        return self.form.draft(source) if self.form and source else None

    @property
    def source(self) -> SourceUrl:
        if self.analysis is None or self.analysis.source is None:
            raise ValueError("There is no repository to write to.")
        return self.analysis.source

    @property
    def target(self) -> str:
        return proposing.target_of(self.source)

    @property
    def branch(self) -> str:
        return proposing.branch_of(self.source)

    @property
    def added(self) -> int:
        return sum(file.added for file in self.chosen)

    @property
    def has_choice(self) -> bool:
        """Whether there is a file that can be registered."""
        return self.analysis is not None and any(file.is_registrable for file in self.analysis.files)


def read(data: QueryDict, *, actor: Actor) -> Registration:
    """Return the step that `data` has got to: the one that is asked for, or the first that something is missing in."""
    address = FilesForm(data)
    if not address.is_valid():
        return Registration("address", data, address)
    wants_review = data.get("step") == "review"
    wanted = address.cleaned_data["file"] if wants_review else ()
    try:
        found = analysis.analyse(address.cleaned_data["url"], actor=actor, only=wanted)
        if wanted and not found.files:  # they are gone, or never were there
            found = analysis.analyse(address.cleaned_data["url"], actor=actor)
    except LocationUnreadable as unreadable:
        return Registration("address", data, address, problems=unreadable.problems)
    except PermissionDenied as refusal:
        return Registration("address", data, address, refusal=str(refusal))
    if found.source is None and found.files[0].problems:
        return Registration("address", data, address, problems=found.files[0].problems)
    if found.may_propose and not wanted:
        return _described(data, address, found, actor, wants_review=wants_review)
    chosen = [file for file in found.files if file.is_registrable and (file.target in wanted or found.source is None)]
    step: Step = "review" if wants_review and chosen else "choose"
    return Registration(step, data, address, found, chosen)


def _described(
    data: QueryDict, address: AddressForm, found: Analysis, actor: Actor, *, wants_review: bool
) -> Registration:
    """Return the step of a descriptor that is to be written: the form, until what it says is right."""
    form = DraftForm(data if "name" in data else None, analysis=found, actor=actor)
    registration = Registration("describe", data, address, found, form=form)
    if form.is_bound and registration.draft:
        registration.problems = proposing.problems_of(registration.draft, registration.source)
    is_right = form.is_valid() and not any(problem.is_error for problem in registration.problems)
    if wants_review and is_right:
        registration.step = "review"
    return registration


def preview(data: Mapping[str, Any], source: SourceUrl) -> tuple[Draft, list[Problem]]:
    """Return the descriptor that is being filled in, and what the catalog would say of it."""
    draft = DraftFields(data).draft(source)
    return draft, proposing.problems_of(draft, source)
