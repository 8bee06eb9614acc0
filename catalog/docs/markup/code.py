"""Fenced code: highlighted by classes, with a title, line numbers and marked lines where the author asks for them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape

from pygments import token as kinds
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import _TokenType
from pygments.util import ClassNotFound

# Longer blocks, and those with longer lines, are in one colour: a lexer is no match for what a stranger may make.
LONGEST, LONGEST_LINE = 20_000, 300
MOST_MARKED = 500
# Lexers that stay quick on hostile text, as the tests hold them to. Names are those that authors write.
LANGUAGES = {
    "bash": ("bash", "sh", "shell", "zsh", "console", "shell-session", "terminal"),
    "c": ("c", "h"),
    "cpp": ("cpp", "c++"),
    "csharp": ("csharp", "c#", "cs"),
    "css": ("css",),
    "diff": ("diff", "patch"),
    "docker": ("docker", "dockerfile"),
    "go": ("go", "golang"),
    "graphql": ("graphql", "gql"),
    "groovy": ("groovy", "gradle", "jenkinsfile"),
    "html": ("html",),
    "http": ("http",),
    "ini": ("ini", "cfg", "properties", "conf", "env", "dotenv"),
    "java": ("java",),
    "javascript": ("javascript", "js", "mjs", "jsx"),
    "json": ("json", "jsonc", "json5"),
    "kotlin": ("kotlin", "kt"),
    "make": ("make", "makefile", "mf"),
    "nginx": ("nginx",),
    "php": ("php",),
    "powershell": ("powershell", "ps1", "pwsh"),
    "protobuf": ("protobuf", "proto"),
    "python": ("python", "py", "py3", "python3"),
    "ruby": ("ruby", "rb"),
    "rust": ("rust", "rs"),
    "scala": ("scala",),
    "sql": ("sql", "postgresql", "mysql", "sqlite"),
    "swift": ("swift",),
    "terraform": ("terraform", "tf", "hcl"),
    "toml": ("toml",),
    "typescript": ("typescript", "ts", "tsx"),
    "xml": ("xml", "svg", "xhtml"),
    "yaml": ("yaml", "yml"),
}
LANGUAGE_OF = {word: language for language, words in LANGUAGES.items() for word in words}
OPTION = re.compile(r"([a-z_]{1,20})=(?:\"([^\"]{0,200})\"|'([^']{0,200})'|([\w-]{1,50}))")
WORD = re.compile(r"[A-Za-z0-9_#+.-]{1,40}")
# The first that a kind of token is one of; the classes are those of all source that the portal shows.
LOOKS: tuple[tuple[_TokenType, str], ...] = (
    (kinds.Comment, "c"),
    (kinds.String, "s"),
    (kinds.Number, "n"),
    (kinds.Keyword, "k"),
    (kinds.Operator.Word, "k"),
    (kinds.Name.Tag, "k"),
    (kinds.Name.Attribute, "k"),
    (kinds.Name.Property, "k"),
    (kinds.Name.Function, "t"),
    (kinds.Name.Class, "t"),
    (kinds.Name.Decorator, "t"),
    (kinds.Name.Variable, "t"),
    (kinds.Generic.Inserted, "i"),
    (kinds.Generic.Deleted, "d"),
    (kinds.Generic.Heading, "k"),
    (kinds.Generic.Subheading, "k"),
)


# Of a processor, for all code of a page; what comes after that is in one colour.
SECONDS = 2.0


class Budget:
    """What the highlighting of one page may still take."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._ends_at = time.thread_time() + seconds

    @property
    def is_spent(self) -> bool:
        return time.thread_time() > self._ends_at


@dataclass(frozen=True)
class Info:
    """What stands behind the fence."""

    language: str = ""  # the author's word
    title: str = ""
    first_line: int = 0  # 0: no numbers
    marked: frozenset[int] = frozenset()


def info_of(text: str) -> Info:
    """Return what an info string says: `python title="app.py" linenums="1" hl_lines="2 4-5"`, in braces or not."""
    text = text.strip()
    inner = text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text.replace("{", " ", 1)
    word = WORD.match(inner)
    language = word[0].lstrip(".").lower() if word and not inner[word.end() :].startswith("=") else ""
    options = {m[1]: next((part for part in m.groups()[1:] if part is not None), "") for m in OPTION.finditer(inner)}
    first = options.get("linenums") or options.get("linenum") or ""
    return Info(
        language,
        options.get("title", ""),
        int(first.split()[0]) if first.split()[:1] and first.split()[0].isascii() and first.split()[0].isdigit() else 0,
        _numbers(options.get("hl_lines", "")),
    )


def _numbers(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in re.split(r"[\s,]+", text):
        first, _, last = part.partition("-")
        if not (first.isascii() and first.isdigit()) or (last and not (last.isascii() and last.isdigit())):
            continue
        low, high = int(first[:6]), int((last or first)[:6])
        found.update(range(low, min(high, low + MOST_MARKED) + 1))
    return frozenset(found)


def render(text: str, info: Info, *, number: int, budget: Budget) -> str:
    """Return a block of code as HTML; `number` tells it from the others of its page."""
    lines = list(_lines(text, info.language, budget))
    if info.first_line or info.marked:
        body = "\n".join(_numbered(line, at, info) for at, line in enumerate(lines, 1))
    else:
        body = "\n".join(lines)
    title = info.title or ("Mermaid" if info.language == "mermaid" else "")
    caption = f'<figcaption class="docs-code__title">{escape(title)}</figcaption>' if title else ""
    label = escape(title or info.language or "Code")
    return (
        f'<figure class="docs-code">{caption}<pre class="docs-code__text" tabindex="0" role="region" '
        f'aria-label="{label} {number}"><code>{body}</code></pre></figure>\n'
    )


def _numbered(line: str, at: int, info: Info) -> str:
    look = " docs-code__line--marked" if at in info.marked else ""
    shown = f' data-line="{info.first_line + at - 1}"' if info.first_line else ""
    return f'<span class="docs-code__line{look}"{shown}>{line}</span>'


def _lines(text: str, language: str, budget: Budget) -> Iterator[str]:
    """Yield the lines as HTML; a token that goes over several lines is opened anew in each."""
    line: list[str] = []
    for look, piece in _tokens(text.rstrip("\n"), language, budget):
        for index, part in enumerate(piece.split("\n")):
            if index:
                yield "".join(line)
                line = []
            if part:
                line.append(f'<span class="{look}">{escape(part)}</span>' if look else escape(part))
    yield "".join(line)


def _tokens(text: str, language: str, budget: Budget) -> list[tuple[str, str]]:
    """Return the pieces of a text, each with its class; all of it as one where there is no time for more."""
    lexer = _lexer(language)
    is_long = len(text) > LONGEST or any(len(line) > LONGEST_LINE for line in text.split("\n"))
    if lexer is None or is_long:
        return [("", text)]
    found = []
    for kind, piece in lexer.get_tokens(text):
        if budget.is_spent:
            return [("", text)]
        found.append((_look(kind), piece))
    return found


@cache
def _look(kind: _TokenType) -> str:
    return next((look for known, look in LOOKS if kind[: len(known)] == tuple(known)), "")


@cache
def _lexer(word: str) -> Lexer | None:
    language = LANGUAGE_OF.get(word)
    if language is None:
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
