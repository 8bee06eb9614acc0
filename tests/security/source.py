"""The project's own source, read as a syntax tree: what a test forbids it forbids in code, not in a comment."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What runs in a portal. Tests, benchmarks and the forge are programs beside it.
APPS = ("accounts", "catalog", "scaffolder", "integrations", "portal", "delivery", "insights", "flags")


@dataclass(frozen=True)
class Module:
    """A file of Python code; `name` is its path below the checkout."""

    name: str
    tree: ast.Module

    def imports(self) -> Iterator[tuple[str, int]]:
        """Yield (imported module, line), wherever in the file the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module, node.lineno
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)

    def calls(self) -> Iterator[tuple[str, ast.Call]]:
        """Yield (dotted name as written, call)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node

    def names(self) -> Iterator[tuple[str, int]]:
        """Yield (last part of a name that is read or called, line)."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name):
                yield node.id, node.lineno
            elif isinstance(node, ast.Attribute):
                yield node.attr, node.lineno


@cache
def modules(*folders: str) -> list[Module]:
    """Return the files of `folders`, of all apps when none is named."""
    paths = [path for folder in folders or APPS for path in sorted((ROOT / folder).rglob("*.py"))]
    # The demo's skeletons are texts for a template engine, not yet Python.
    ours = [path for path in paths if ROOT / "demo" / "acme" not in path.parents]
    return [Module(path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in ours]


@cache
def pages() -> list[Path]:
    """Return the HTML templates, the forge's too."""
    skipped = {"node_modules", ".venv", "var"}
    return [path for path in sorted(ROOT.rglob("*.html")) if not skipped & set(path.relative_to(ROOT).parts)]
