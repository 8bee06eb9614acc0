"""What each step of registering asks. Until the last one all of it stands in the address, so a browser can go back."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import Act, Rule, rule
from catalog import refs
from catalog.analysis import MOST_FILES, Analysis
from catalog.drafts import Draft
from catalog.forms import TextListField
from catalog.models import Entity
from catalog.query import lookups
from integrations.git.source_url import SourceUrl

LONGEST_ADDRESS = 2048
MOST_OWNERS = 500
TYPES = ("service", "website", "library")
LIFECYCLES = ("production", "experimental", "deprecated")
Choices = list[tuple[str, str | Promise]]


class AddressForm(forms.Form):
    """The address of a repository, a folder or a descriptor."""

    url = forms.URLField(
        label=_("Address of a repository, folder or file"),
        max_length=LONGEST_ADDRESS,
        assume_scheme="https",
        error_messages={
            "required": _("Paste the address as the browser shows it."),
            "invalid": _("This is no address. Expected https://, a host and a path."),
        },
    )


class FilesField(TextListField):
    """Addresses of the descriptors that are chosen."""

    longest, most = LONGEST_ADDRESS, MOST_FILES


class FilesForm(AddressForm):
    """The address again, and which of the files at it are registered."""

    file = FilesField(required=False)


class DraftFields(forms.Form):
    """The fields of a descriptor that is to be, as they are being typed."""

    name = forms.CharField(label=_("Name"), max_length=63)
    title = forms.CharField(label=_("Title"), max_length=255, required=False)
    description = forms.CharField(label=_("Description"), max_length=1000, required=False)
    type = forms.CharField(label=_("Type"), max_length=63)
    lifecycle = forms.CharField(label=_("Lifecycle"), max_length=63)
    owner: forms.Field = forms.CharField(label=_("Owner"), max_length=refs.LONGEST, required=False)
    system: forms.Field = forms.CharField(label=_("System"), max_length=refs.LONGEST, required=False)

    def draft(self, source: SourceUrl) -> Draft:
        """Return the descriptor for `source` with what was filled in so far, right or wrong."""
        typed = {name: str(self[name].value() or "").replace("\x00", "").strip() for name in DraftFields.base_fields}
        return Draft(
            name=typed["name"],
            title=typed["title"],
            description=typed["description"],
            type=typed["type"],
            lifecycle=typed["lifecycle"],
            owner_ref=typed["owner"],
            system_ref=typed["system"],
            project_slug=source.repo_url.slug,
        )


class DraftForm(DraftFields):
    """The whole descriptor, and the pull request that brings it."""

    owner = forms.ChoiceField(label=_("Owner"), error_messages={"required": _("Choose who answers for it.")})
    system = forms.ChoiceField(label=_("System"), required=False)
    subject = forms.CharField(label=_("Title of the pull request"), max_length=200)
    text = forms.CharField(label=_("What it says"), max_length=4000, required=False)

    def __init__(self, data: Any, *, analysis: Analysis, actor: Actor) -> None:
        super().__init__(data, initial=_initial(analysis, actor))
        owners = owner_choices(actor, analysis)
        cast("forms.ChoiceField", self.fields["owner"]).choices = [("", _("Choose a team")), *owners]
        systems = lookups.choices({"kind": "System"}, actor=actor, limit=MOST_OWNERS)
        named: Choices = [(system.ref, system.title) for system in systems]
        cast("forms.ChoiceField", self.fields["system"]).choices = [("", _("None")), *named]


def owner_choices(actor: Actor, analysis: Analysis) -> Choices:
    """Return the teams that `actor` may register for; the one that CODEOWNERS names says so."""
    wanted = lookups.choices({"kind": "Group"}, actor=actor, limit=MOST_OWNERS)
    if rule(actor, Act.REGISTER_ENTITY) is not Rule.ALLOW:
        wanted = [group for group in wanted if group.ref in actor.group_refs]
    named = code_owner(actor, analysis)
    return [
        (
            group.ref,
            gettext("%(team)s, as CODEOWNERS says") % {"team": group.title} if group.ref == named else group.title,
        )
        for group in sorted(wanted, key=lambda group: (group.ref != named, group.title.lower()))
    ]


def code_owner(actor: Actor, analysis: Analysis) -> str:
    """Return the group of the catalog that CODEOWNERS names for the whole repository, or nothing."""
    names = [owner.removeprefix("@").rpartition("/")[2].lower() for owner in analysis.owners]
    wanted = [str(refs.EntityRef("group", "default", name)) for name in names if name]
    known = set(Entity.objects.visible_to(actor).filter(ref__in=wanted).values_list("ref", flat=True))
    return next((ref for ref in wanted if ref in known), "")


def _initial(analysis: Analysis, actor: Actor) -> dict[str, str]:
    draft = analysis.draft()
    mine = sorted(ref for ref in actor.group_refs if ref.startswith("group:"))
    return {
        "name": draft.name,
        "type": TYPES[0],
        "lifecycle": LIFECYCLES[0],
        "owner": code_owner(actor, analysis) or (mine[0] if len(mine) == 1 else ""),
        "subject": gettext("Add catalog-info.yaml"),
        "text": gettext("Describes this repository for the service catalog: what it is, and who owns it."),
    }
