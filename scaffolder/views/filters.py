"""What stands in the address of a list, read through forms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from scaffolder.models import Task
from scaffolder.pages.gallery import Criteria
from scaffolder.pages.run_list import RunCriteria

LONGEST_TEXT = 200
MOST_CHOICES = 20


class GalleryForm(forms.Form):
    """What somebody looks for among the golden paths; what cannot be read asks for nothing."""

    q = forms.CharField(max_length=LONGEST_TEXT, required=False)
    type = forms.CharField(max_length=LONGEST_TEXT, required=False)

    def criteria(self) -> Criteria:
        self.is_valid()
        data = self.data
        return Criteria(
            text=self.cleaned_data.get("q", ""),
            type=self.cleaned_data.get("type", ""),
            owners=_several(data, "owner"),
            tags=_several(data, "tag"),
        )


class RunListForm(forms.Form):
    """Which runs somebody looks for."""

    q = forms.CharField(max_length=LONGEST_TEXT, required=False)
    show = forms.ChoiceField(choices=[("mine", _("Mine")), ("all", _("All"))], required=False)
    state = forms.ChoiceField(choices=Task.State.choices, required=False)
    template = forms.CharField(max_length=LONGEST_TEXT, required=False)

    def criteria(self) -> RunCriteria:
        self.is_valid()
        found: dict[str, Any] = self.cleaned_data
        return RunCriteria(
            text=found.get("q", ""),
            is_mine=found.get("show") != "all",
            state=found.get("state", ""),
            template_ref=found.get("template", "").lower(),
        )


class EventsForm(forms.Form):
    """From where on a reader wants the log, and what it knows of the run."""

    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    state = forms.CharField(max_length=31, required=False)

    def read(self) -> tuple[int, str]:
        self.is_valid()
        return self.cleaned_data.get("after") or 0, self.cleaned_data.get("state", "")


def _several(data: Any, name: str) -> tuple[str, ...]:
    """Return the values of a parameter that may be there several times."""
    values = data.getlist(name) if isinstance(data, QueryDict) else []
    return tuple(value[:LONGEST_TEXT] for value in values[:MOST_CHOICES] if value)
