"""What the pages of APIs are asked, read from the address; an odd value is as good as none."""

from __future__ import annotations

from typing import Any

from django import forms

from catalog.apis.listing import Criteria

SHOWS = ("all", "owned", "breaking")


class ApiFilterForm(forms.Form):
    """Which APIs the list shows."""

    q = forms.CharField(max_length=200, required=False)
    type = forms.CharField(max_length=255, required=False)
    show = forms.ChoiceField(choices=[(name, name) for name in SHOWS], required=False)

    def criteria(self) -> Criteria:
        """Return what is asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return Criteria(asked.get("q") or "", asked.get("type") or "", asked.get("show") or "all")


class VersionForm(forms.Form):
    """Which two versions are compared."""

    old = forms.IntegerField(min_value=1, max_value=10**9, required=False)
    new = forms.IntegerField(min_value=1, max_value=10**9, required=False)
    other = forms.CharField(max_length=255, required=False)

    def asked(self) -> dict[str, Any]:
        """Return the arguments of `comparing.read`."""
        self.is_valid()
        asked = self.cleaned_data
        return {"old": asked.get("old"), "new": asked.get("new"), "other_ref": (asked.get("other") or "").lower()}
