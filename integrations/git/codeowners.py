"""The file CODEOWNERS: who answers for all of a repository."""

from __future__ import annotations

# Where GitHub looks for it; the first one counts.
# Source: https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
EVERYTHING = ("*", "**", "/**")
MOST_LINES = 3_000


def of_everything(text: str) -> tuple[str, ...]:
    """Return the owners of the last rule that stands for all files, as they are written: `@acme/shop`, `@ada`."""
    found: tuple[str, ...] = ()
    for line in text.splitlines()[:MOST_LINES]:
        pattern, *owners = line.partition("#")[0].split() or [""]
        if pattern in EVERYTHING:
            found = tuple(owners)
    return found
