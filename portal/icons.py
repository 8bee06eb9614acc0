"""Icons: those that `icon.css` knows, and which of them stands for a kind or for the name that a descriptor gives."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

RULE = re.compile(r"^\.icon--([a-z0-9-]+) \{ mask-image", re.MULTILINE)
FALLBACK = "circle-dashed"
KINDS = {
    "component": "box",
    "api": "api",
    "resource": "database",
    "system": "components",
    "domain": "building",
    "group": "users",
    "user": "user",
    "location": "map-pin",
    "template": "template",
}
# Names that Backstage's own app registers for links, beside the kinds and whatever `icon.css` has under its name.
LINKS = {
    "alert": "alert-triangle",
    "catalog": "layout-grid",
    "chat": "message",
    "dashboard": "chart-area-line",
    "docs": "book",
    "email": "mail",
    "github": "brand-github",
    "help": "message-question",
    "scaffolder": "circle-plus",
    "search": "search",
    "techdocs": "book",
    "warning": "alert-triangle",
    "web": "world",
}


@cache
def known() -> frozenset[str]:
    """The names that the stylesheet has a picture for."""
    sheet = Path(settings.BASE_DIR) / "static" / "css" / "components" / "icon.css"
    return frozenset(RULE.findall(sheet.read_text(encoding="utf-8")))


def for_kind(kind: str) -> str:
    """The icon of an entity kind; kinds that a company added share one."""
    return KINDS.get(kind.lower(), FALLBACK)


def for_link(name: object, default: str = "world") -> str:
    """The icon that a descriptor or template names for a link; a name that we have no picture for gives `default`."""
    word = str(name or "").lower()
    found = LINKS.get(word) or KINDS.get(word.removeprefix("kind:")) or word
    return found if found in known() else default
