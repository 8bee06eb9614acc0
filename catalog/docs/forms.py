"""What the pages of docs are asked, read from the address; an odd value is as good as none."""

from __future__ import annotations

from django import forms

from catalog.docs import listing, reporting

SHOWS = ("all", "owned", "broken", "failing")


class DocsFilterForm(forms.Form):
    """Which docs the list shows."""

    q = forms.CharField(max_length=200, required=False)
    kind = forms.CharField(max_length=63, required=False)
    owner = forms.CharField(max_length=191, required=False)
    show = forms.ChoiceField(choices=[(name, name) for name in SHOWS], required=False)

    def criteria(self) -> listing.Criteria:
        """Return what is asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return listing.Criteria(
            asked.get("q") or "",
            (asked.get("kind") or "").lower(),
            (asked.get("owner") or "").lower(),
            asked.get("show") or "all",
        )


class ReportForm(forms.Form):
    """What of the report is shown."""

    show = forms.ChoiceField(choices=[("links", "links"), ("stale", "stale")], required=False)
    owner = forms.CharField(max_length=191, required=False)
    entity = forms.CharField(max_length=191, required=False)

    def criteria(self) -> reporting.Criteria:
        """Return what is asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return reporting.Criteria(
            asked.get("show") or "links", (asked.get("owner") or "").lower(), (asked.get("entity") or "").lower()
        )


class SearchForm(forms.Form):
    """What is looked for in the docs of one entity."""

    q = forms.CharField(max_length=200, required=False)

    def term(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q") or "").strip()
