"""How long ago, in a few signs that fit the end of a row."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def distance(instant: datetime, *, now: datetime) -> str:
    """Return "2 min ago", "in 3 h", "Fri 16:05" or "20 Nov 2025": the older, the coarser."""
    span = abs(now - instant)
    if span < MINUTE:
        return _("just now") if instant <= now else _("in a moment")
    if span < HOUR:
        words = _("%(count)d min ago") if instant <= now else _("in %(count)d min")
        return words % {"count": span // MINUTE}
    if span < DAY:
        words = _("%(count)d h ago") if instant <= now else _("in %(count)d h")
        return words % {"count": span // HOUR}
    local = timezone.localtime(instant)
    if span < WEEK:
        return date_format(local, "D H:i")
    return date_format(local, "j M" if local.year == timezone.localtime(now).year else "j M Y")


def span(duration: timedelta) -> str:
    """Return "38 s", "6 min 12 s", "2 h 5 min" or "3 d 4 h": two units at most."""
    seconds = int(duration.total_seconds())
    if seconds < 60:
        return _("%(seconds)d s") % {"seconds": seconds}
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": seconds}
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    days, hours = divmod(hours, 24)
    return _("%(days)d d %(hours)d h") % {"days": days, "hours": hours}
