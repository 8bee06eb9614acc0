"""The star of an entity: a button that is a form without JavaScript, and swaps itself with it."""

from __future__ import annotations

from collections.abc import Collection

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog import refs

register = template.Library()
BUTTON = (
    '<button class="star" type="submit" id="star-{id}" form="{form}" formaction="{url}" name="on" value="{value}"'
    ' aria-pressed="{pressed}" aria-label="{label}" hx-post="{url}" hx-swap="outerHTML">'
    '<span class="icon icon--{icon}" aria-hidden="true"></span></button>'
)
# The form that all stars of a page belong to; it holds the token, and where to go back to.
FORM = "stars"


@register.simple_tag
def star_button(ref: str, title: str, id: int, starred: Collection[str]) -> SafeString:  # noqa: A002 — HTML's word
    """Write the button that stars an entity, or takes the star back when it is one of those `starred`."""
    parts, is_starred = refs.parse(ref), ref in starred
    return format_html(
        BUTTON,
        id=id,
        form=FORM,
        url=reverse("catalog:entity-star", args=[parts.kind, parts.namespace, parts.name]),
        value="0" if is_starred else "1",
        pressed="true" if is_starred else "false",
        label=_("Star %(title)s") % {"title": title},
        icon="star-filled" if is_starred else "star",
    )
