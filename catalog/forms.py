"""What the catalog's pages are asked, read from the address."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from catalog import search
from catalog.pages import listing, places, problem_page
from catalog.pages.listing import Criteria
from catalog.pages.search_page import Wanted

MOST_CHOICES = 20
LONGEST_CHOICE = 255


class TextListField(forms.Field):
    """Any number of texts under one name, as check boxes send them; what is too much or too long is left out."""

    widget = forms.MultipleHiddenInput
    longest, most = LONGEST_CHOICE, MOST_CHOICES

    def to_python(self, value: Any) -> tuple[str, ...]:
        texts = (str(text).strip() for text in value or [])
        kept = dict.fromkeys(text for text in texts if text and len(text) <= self.longest and "\x00" not in text)
        return tuple(kept)[: self.most]


class EntityFilterForm(forms.Form):
    """Which entities the list shows. An odd value is as good as none: an old link still opens the list."""

    kind = forms.CharField(max_length=63, required=False)
    q = forms.CharField(max_length=200, required=False)
    show = forms.ChoiceField(choices=[(name, name) for name in listing.SHOWS], required=False)
    sort = forms.ChoiceField(choices=[(name, name) for name in listing.SORTS], required=False)
    type = TextListField(required=False)
    owner = TextListField(required=False)
    lifecycle = TextListField(required=False)
    tag = TextListField(required=False)
    namespace = TextListField(required=False)
    attention = TextListField(required=False)

    def criteria(self) -> Criteria:
        """Return what is asked for; a field with an odd value counts as empty."""
        self.is_valid()
        asked: dict[str, Any] = {name: self.cleaned_data.get(name) for name in self.fields}
        return Criteria(
            kind=(asked["kind"] or "").lower(),
            text=asked["q"] or "",
            show=asked["show"] or "all",
            sort=asked["sort"] or "",
            types=asked["type"] or (),
            owners=tuple(ref.lower() for ref in asked["owner"] or ()),
            lifecycles=asked["lifecycle"] or (),
            tags=tuple(tag.lower() for tag in asked["tag"] or ()),
            namespaces=tuple(name.lower() for name in asked["namespace"] or ()),
            attention=tuple(word for word in asked["attention"] or () if word in listing.ATTENTION),
        )


class ExportForm(EntityFilterForm):
    """Which entities are taken away, and written as what."""

    format = forms.ChoiceField(choices=[("csv", "CSV"), ("json", "JSON")], required=False)

    def wanted_format(self) -> str:
        self.is_valid()
        return cast("str", self.cleaned_data.get("format") or "csv")


class SearchForm(forms.Form):
    """One term for everything, and what narrows it. An odd value is as good as none."""

    q = forms.CharField(max_length=200, required=False)
    kind = forms.CharField(max_length=63, required=False)
    type = forms.CharField(max_length=31, required=False)
    owner = TextListField(required=False)
    sort = forms.ChoiceField(choices=[(name, name) for name in search.SORTS], required=False)

    def term(self) -> str:
        self.is_valid()
        return cast("str", self.cleaned_data.get("q") or "").strip()

    def wanted(self) -> Wanted:
        """Return what is asked for."""
        self.is_valid()
        asked: dict[str, Any] = {name: self.cleaned_data.get(name) for name in self.fields}
        return Wanted(
            term=(asked["q"] or "").strip(),
            kind=(asked["kind"] or "").lower(),
            type=(asked["type"] or "").lower(),
            owners=tuple(ref.lower() for ref in asked["owner"] or ()),
            sort=asked["sort"] or search.BEST,
        )


class ProblemFilterForm(forms.Form):
    """Whose problems are listed, and which one is open. An odd value is as good as none."""

    owner = forms.CharField(max_length=255, required=False)
    place = forms.CharField(max_length=2048, required=False)
    by = forms.ChoiceField(choices=[("owner", "owner"), ("place", "place")], required=False)
    open = forms.RegexField(r"\A(?:place-)?[0-9]{1,18}\Z", required=False)

    def criteria(self) -> problem_page.Criteria:
        """Return what is asked for."""
        self.is_valid()
        asked: dict[str, str] = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        return problem_page.Criteria(
            owner=asked["owner"].lower(), place=asked["place"], by=asked["by"] or "owner", open=asked["open"]
        )


class PlaceFilterForm(forms.Form):
    """Which of the places that are read are listed."""

    show = forms.ChoiceField(choices=[(name, name) for name in places.SHOWS], required=False)
    q = forms.CharField(max_length=200, required=False)

    def criteria(self) -> places.Criteria:
        """Return what is asked for; an odd value is as good as none."""
        self.is_valid()
        show = cast("str", self.cleaned_data.get("show") or places.SHOWS[0])
        return places.Criteria(show, cast("str", self.cleaned_data.get("q") or "").strip())
