"""RepoOwnerPicker (F10) and RepoBranchPicker (F09): an owner or a branch, typed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from integrations import hosts
from integrations.git.repo_url import NAME
from scaffolder.forms.pickers import register
from scaffolder.forms.pickers.base import Choice, Picker, words
from scaffolder.forms.pickers.credentials import user_token
from scaffolder.forms.questions import FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor

# What git takes as the name of a branch, nearly; see git-check-ref-format.
BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{|\.lock(?:/|$)))[^\s~^:?*\[\\/.-][^\s~^:?*\[\\]{0,200}(?<![/.])", re.ASCII)
ONE_SIGN = re.compile(r"[A-Za-z0-9_]", re.ASCII)


@register("RepoOwnerPicker")
class RepoOwnerPicker(Picker):
    widget = "suggest"

    def choices(self, question: Question, value: Any, actor: Actor) -> Sequence[Choice]:
        wanted, excluded = question.options.get("host"), words(question.options.get("excludedOwners"))
        known = [host for host in hosts.all_github_hosts() if not wanted or host.host == str(wanted).lower()]
        owners = dict.fromkeys(host.organization for host in known if host.organization)
        return [Choice(owner, owner, is_chosen=owner == value) for owner in owners if owner not in excluded]

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        if not NAME.fullmatch(value):
            return FieldError(question.path, _("“%s” is no owner of repositories.") % value, _("For example: acme"))
        if value in words(question.options.get("excludedOwners")):
            return FieldError(question.path, _("“%s” is not to be used here.") % value, _("Choose another owner."))
        return None

    def secrets(self, question: Question) -> Sequence[Question]:
        return user_token(question)


@register("RepoBranchPicker")
class RepoBranchPicker(Picker):
    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        if BRANCH.fullmatch(value) or ONE_SIGN.fullmatch(value):
            return None
        return FieldError(question.path, _("“%s” is no name of a branch.") % value, _("For example: main"))

    def secrets(self, question: Question) -> Sequence[Question]:
        return user_token(question)
