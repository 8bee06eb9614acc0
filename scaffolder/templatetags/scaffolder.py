"""What pages of golden paths need beyond the portal's own parts."""

from datetime import timedelta

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from integrations import markdown as renderer

register = template.Library()


@register.filter
def markdown(text: object) -> SafeString:
    """Return Markdown that strangers wrote as HTML that is safe to show."""
    return renderer.render(str(text or ""))


@register.filter
def short_span(duration: timedelta | None) -> str:
    """Return how long a step took: tenths of a second below a minute, then minutes and seconds."""
    if duration is None:
        return ""
    seconds = duration.total_seconds()
    if seconds < 0.05:
        return _("< 0.1 s")
    if seconds < 60:
        return _("%.1f s") % seconds
    minutes, rest = divmod(int(seconds), 60)
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
