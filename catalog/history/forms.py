"""Which instant and kind somebody asks for, read from the address."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime


def instant_of(text: str) -> datetime | None:
    """Return the instant that `text` names: a day (its end) or a time, in the zone of the reader where it names none.

    None for what is neither.
    """
    # A plus that was not escaped in an address arrives as a space.
    candidates = (text.strip(), text.strip().replace(" ", "+"))
    return next((found for candidate in candidates if (found := _instant_of(candidate))), None)


def _instant_of(text: str) -> datetime | None:
    try:
        day = parse_date(text)
        found = datetime.combine(day, time.max) if day else parse_datetime(text)
        aware = timezone.make_aware(found) if found and timezone.is_naive(found) else found
        return aware.astimezone(UTC) if aware else None
    except (ValueError, OverflowError):  # the 30th of February, the year 1 in a zone east of here
        return None


class InstantForm(forms.Form):
    """A day or an instant, and a kind. An odd value is as good as none; what is to come is now."""

    at = forms.CharField(max_length=40, required=False)
    kind = forms.CharField(max_length=63, required=False)

    def instant(self) -> datetime:
        self.is_valid()
        now = timezone.now()
        return min(instant_of(self.cleaned_data.get("at") or "") or now, now)

    def day(self) -> str:
        """Return the day as a field of a form shows it."""
        return timezone.localtime(self.instant()).date().isoformat()

    @property
    def at_text(self) -> str:
        """What was asked for, to keep it in links; empty when that is today."""
        return str(self.cleaned_data.get("at") or "") if not self.is_odd else ""

    def chosen_kind(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("kind") or "").lower()

    @property
    def is_odd(self) -> bool:
        """Whether something was asked for that names no instant."""
        self.is_valid()
        text = self.cleaned_data.get("at") or self.data.get("at") or ""
        return bool(text) and instant_of(str(text)) is None
