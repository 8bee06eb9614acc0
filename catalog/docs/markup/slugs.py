"""What headings are called in addresses: as GitHub does it, and as mkdocs does it, so that links of both kinds hold."""

from __future__ import annotations

import re
import unicodedata

# Before each id of a page of docs, so that no heading takes the place of a part of the portal's own page.
PREFIX = "doc-"
LONGEST = 100


def github(text: str) -> str:
    """Return the slug that GitHub gives a heading: `what-is-it`, marks dropped, blanks not drawn together."""
    kept = "".join(sign for sign in text.strip().lower() if sign in " -_" or _is_word(sign))
    return kept.replace(" ", "-")[:LONGEST]


def mkdocs(text: str) -> str:
    """Return the slug that Python-Markdown gives a heading: letters of ASCII, blanks and dashes drawn together."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^\w\s-]", "", plain, flags=re.ASCII).strip().lower()
    return re.sub(r"[-\s]+", "-", kept)[:LONGEST]


def _is_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNM"


class Slugs:
    """The ids of one page; the second heading of a name gets a number."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}

    def give(self, slug: str) -> str:
        """Return `slug`, or with `-1`, `-2` behind it when it was given before."""
        slug = slug or "section"
        count = self._taken.get(slug)
        if count is None:
            self._taken[slug] = 0
            return slug
        while f"{slug}-{count + 1}" in self._taken:
            count += 1
        self._taken[slug] = count + 1
        return self.give(f"{slug}-{count + 1}")

    def is_free(self, slug: str) -> bool:
        return slug not in self._taken
