"""Third-party browser files: the single files that pages use, found in `node_modules` and served under `vendor/`."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core import checks
from django.core.files.storage import FileSystemStorage

PREFIX = "vendor"
# What templates and scripts name. What our stylesheets name is read from them, fonts and icons above all.
FILES = (
    "ace-builds/css/ace.css",
    "ace-builds/src-min-noconflict/ace.js",
    "ace-builds/src-min-noconflict/ext-searchbox.js",
    "ace-builds/src-min-noconflict/mode-yaml.js",
    "cytoscape-dagre/dist/cytoscape-dagre.min.js",
    "cytoscape/dist/cytoscape.min.js",
    "swagger-ui-dist/swagger-ui-bundle.js",
)
OUR_REFERENCE = re.compile(rf"""url\(["']?(?:\.\./)+{PREFIX}/([^"')#?]+)""")
# A file that a vendor's stylesheet needs beside it; `data:` addresses carry their content with them.
THEIR_REFERENCE = re.compile(r"""url\(["']?(?!["']?(?:data:|#|https?:|/))([^"')#?]+)|sourceMappingURL=(\S+?)\s*\*/""")
# The map that a script names in its last line; the storage that hashes names refuses a script without its map.
LAST_LINE = 300  # signs
SCRIPT_MAP = re.compile(r"^//# sourceMappingURL=(\S+)$", re.MULTILINE)


class VendorFinder(BaseFinder):
    """Find the listed files, never a whole package: those take seconds to collect and break on missing references."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.BASE_DIR) / "node_modules"
        self.storage = FileSystemStorage(location=str(self.root))
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]
        super().__init__(*args, **kwargs)

    @cached_property
    def names(self) -> frozenset[str]:
        """Paths below `node_modules`, with what their stylesheets refer to."""
        found: set[str] = set()
        waiting = [*FILES, *self._named_by_our_stylesheets()]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._named_by(name)
        return frozenset(found)

    @staticmethod
    def _named_by_our_stylesheets() -> Iterator[str]:
        for folder in settings.STATICFILES_DIRS:
            for sheet in sorted(Path(str(folder)).rglob("*.css")):
                yield from OUR_REFERENCE.findall(sheet.read_text(encoding="utf-8"))

    def _named_by(self, name: str) -> list[str]:
        file = self.root / name
        if file.suffix not in (".css", ".js") or not file.is_file():
            return []
        text, base = file.read_text(encoding="utf-8"), Path(name).parent
        if file.suffix == ".js":
            references = SCRIPT_MAP.findall(text[-LAST_LINE:])
        else:
            references = [first or second for first, second in THEIR_REFERENCE.findall(text)]
        return [(self.root / base / reference).resolve().relative_to(self.root).as_posix() for reference in references]

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        missing = sorted(name for name in self.names if not (self.root / name).is_file())
        if not missing:
            return []
        hint = "Run `make run` or `npm ci`. Missing: " + ", ".join(missing[:5])
        return [checks.Warning(f"{len(missing)} browser files are not installed.", hint=hint, id="portal.W001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the absolute path of `vendor/…`, a list of it when all are asked for, an empty list for no file."""
        prefix, _, name = path.replace("\\", "/").partition("/")
        is_ours = prefix == PREFIX and name in self.names and (self.root / name).is_file()
        if not is_ours:
            return []
        file = str(self.root / name)
        return [file] if find_all or kwargs.get("all") else file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Yield each file with its storage, for `collectstatic`."""
        for name in sorted(self.names):
            if (self.root / name).is_file() and not matches_patterns(name, ignore_patterns or []):
                yield name, self.storage
