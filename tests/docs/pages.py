"""The docs, read as a reader's program would: links, headings, code."""

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parents[2]
MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Doc:
    """A page of the docs."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def links(self) -> list[str]:
        """Return what the page links to or shows."""
        inline = (child for token in MARKDOWN.parse(self.text) for child in token.children or ())
        found = (token.attrGet("href") or token.attrGet("src") for token in inline)
        return [str(address) for address in found if address]

    def anchors(self) -> set[str]:
        """Return the names by which its headings can be linked."""
        tokens = MARKDOWN.parse(self.text)
        headings = (tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open")
        return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

    def code(self, language: str) -> list[str]:
        """Return the code blocks of a language."""
        tokens = MARKDOWN.parse(self.text)
        return [token.content for token in tokens if token.type == "fence" and token.info.strip() == language]


def docs() -> list[Doc]:
    """Return every page that people read."""
    written = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Doc(path) for path in written]
