"""The small parts that pages are made of: icons, states, times, links to entities."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts import actors
from catalog import links, refs
from catalog import problems as catalog_problems
from catalog.models import Entity, address_of
from catalog.pages import list_page, neighbours
from catalog.problems import Problem
from portal import code_lines, icons, moments

register = template.Library()
STATES = ("ok", "warn", "bad", "run", "idle")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "", extra: str = "") -> SafeString:
    """Write an icon: hidden from screen readers, or with `label` when it stands alone.

    Args:
        size: "sm" or "lg".
        extra: one more class, such as `feed__ok`.
    """
    known = name if name in icons.known() else icons.FALLBACK
    classes = " ".join(filter(None, ["icon", f"icon--{known}", size and f"icon--{size}", extra]))
    if label:
        return format_html('<span class="{}" role="img" aria-label="{}"></span>', classes, label)
    return format_html('<span class="{}" aria-hidden="true"></span>', classes)


@register.simple_tag
def state(look: str, word: object, pill: bool = False) -> SafeString:
    """Write a status: `look` is ok, warn, bad, run or idle; the word is always there."""
    look = look if look in STATES else "idle"
    return format_html('<span class="state state--{}{}">{}</span>', look, " state--pill" if pill else "", word)


@register.filter
def safe_href(value: object) -> str:
    """Return an address that strangers wrote when it may be a link, else nothing."""
    return links.safe(value)


@register.simple_tag
def time_ago(instant: datetime | None, css: str = "") -> SafeString | str:
    """Write how long ago (or in how long), with the full time for machines and on hover; a dash for none."""
    if instant is None:
        return "—"
    return format_html(
        '<time{} datetime="{}" title="{}">{}</time>',
        format_html(' class="{}"', css) if css else "",
        instant.isoformat(),
        date_format(timezone.localtime(instant), "j M Y H:i T"),
        moments.distance(instant, now=timezone.now()),
    )


@register.filter
def span(duration: timedelta | None) -> str:
    """Return a duration in two units at most; a dash for none."""
    return "—" if duration is None else moments.span(duration)


@register.filter
def plural_kind(kind: object) -> str:
    """Return what several entities of a kind are called: "Components"."""
    return str(list_page.plural(str(kind)))


@register.filter
def kind_word(entity: Entity) -> str:
    """Return what an entity is in a word: "service", "API"."""
    return neighbours.word(entity.kind, entity.type)


@register.filter
def kind_icon(kind: object) -> str:
    return icons.for_kind(str(kind))


@register.filter
def link_icon(name: object) -> str:
    return icons.for_link(name)


@register.filter
def short_ref(ref: object) -> str:
    """Return the part of a ref that people say: `shop` for `group:default/shop`."""
    return refs.short(str(ref))


@register.filter
def breakable(ref: object) -> SafeString:
    """Return a ref that may be broken after its marks, and nowhere within a name."""
    first, *others = re.split(r"(?<=[:/])", str(ref))
    return format_html("{}{}", first, format_html_join("", "<wbr>{}", ((part,) for part in others)))


@register.filter
def team_address(ref: str) -> str:
    """Return the address of a team's page; of anybody else's, a person who owns things, that of the entity."""
    parts = refs.parse(ref)
    if parts.kind != "group":
        return address_of(ref)
    return reverse("catalog:team-detail", args=[parts.namespace, parts.name])


@register.filter
def initials(name: object) -> str:
    """Return two letters that stand for a person; there are no remote pictures."""
    words = str(name).replace(".", " ").replace("-", " ").split() or ["?"]
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@register.simple_tag(takes_context=True)
def ref_title(context: Context, ref: str) -> str:
    """Return the title of an entity without a link; its short name when the reader finds none there."""
    titles: Mapping[str, str] | None = context.get("titles")
    title = titles.get(ref.lower()) if titles is not None else _title(context, ref.lower())
    return title or short_ref(ref)


@register.filter
def marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """Write a text whose pieces tell whether they answer a search; those that do are marked."""
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", p) if is_hit else p,) for p, is_hit in pieces))


@register.simple_tag(takes_context=True)
def ref_link(context: Context, ref: str, css: str = "") -> SafeString | str:
    """Write a link to an entity under its title; its short name, without a link, when the reader finds none there.

    A page with many refs gives `titles` ({ref: title}) in its context, so that this costs no statement for each.
    """
    try:
        parts = refs.parse(ref)
    except refs.RefError:
        return ref
    titles: Mapping[str, str] | None = context.get("titles")
    title = titles.get(str(parts)) if titles is not None else _title(context, str(parts))
    if title is None:
        return format_html('<span class="quiet" title="{}">{}</span>', _("Not in the catalog"), short_ref(ref))
    url = address_of(str(parts))
    return format_html('<a{} href="{}">{}</a>', format_html(' class="{}"', css) if css else "", url, title)


def _title(context: Context, ref: str) -> str | None:
    actor = getattr(context.get("request"), "actor", None) or actors.anonymous()
    return Entity.objects.visible_to(actor).filter(ref=ref).values_list("title", flat=True).first()


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """Write the way here: title and address of each page above, then this page's title."""
    pairs = list(zip(parts[:-1:2], parts[1:-1:2], strict=True))
    return {"above": pairs, "here": parts[-1]}


@register.inclusion_tag("components/code_view.html")
def code_view(
    text: str,
    problems: Iterable[Problem] = (),
    first: int = 1,
    label: str = "",
    colour: bool = True,
    around: bool = False,
) -> dict[str, Any]:
    """Write a text with line numbers; each problem stands under its line, which is marked.

    Args:
        around: leave out what is far from any problem, also in a text of no great length.
    """
    longest = code_lines.SHOWN_AROUND if around else code_lines.SHOWN_WHOLE
    return {"lines": code_lines.lines(text, problems, first=first, colour=colour, longest=longest), "label": label}


@register.filter
def coloured(row: str) -> Iterable[code_lines.Piece]:
    """Return the pieces of a line of YAML: keys, comments and expressions apart."""
    return code_lines.coloured(row)


@register.filter
def worst(problems: Iterable[Mapping[str, Any]] | None) -> str:
    """Return "error", "warning" or nothing for the problems of a descriptor as the database keeps them."""
    return catalog_problems.worst(problems) or ""


@register.filter
def worded(text: object) -> SafeString:
    """Return a sentence with what stands in backticks as code."""
    parts = str(text).split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in enumerate(parts))
    )


@register.filter
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    """Return the pages to offer, with dots where some are left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.filter
def get(mapping: Mapping[str, Any], key: str) -> Any:
    """Return `mapping[key]`, or nothing."""
    return mapping.get(key)
