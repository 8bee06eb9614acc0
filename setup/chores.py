"""The other words of make: tests, linters, benchmarks, docs and locks, each with what it needs installed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from setup.tools import HERE, PYTHON, ROOT, UV, VENV, Command

SLOW = "browser or fault or real"
PACKAGES = (
    "accounts",
    "catalog",
    "scaffolder",
    "delivery",
    "integrations",
    "portal",
    "demo",
    "setup",
    "tests",
    "bench",
    "docs",
    "deploy",
)
# Where these tests are: to collect all the others takes longer than some of them.
FAULTS, REAL = ("tests/faults", "tests/setup"), ("tests/real",)
MARKS = {"faults": "fault and not (quick or browser)", "real servers": "real and not (quick or browser or fault)"}
NO_TESTS_COLLECTED = 5
# Of a portal that runs here; and without bytecode each of a dozen processes would translate every test anew.
FOREIGN = ("PORT", "VAR", "DEMO", "PYTHONDONTWRITEBYTECODE")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Part:
    """One program that a chore runs; `environment` is added to the caller's."""

    name: str
    command: Command
    environment: dict[str, str] = field(default_factory=dict)
    # pytest ends with 5 when no test is in a part; that is no failure of a part that picks by mark.
    fine: tuple[int, ...] = (0,)


def test() -> int:
    """Run the tests of every day: the whole suite on SQLite, what touches the database on PostgreSQL, quick pages."""
    return _in_turn("make test", _quick_parts())


def test_all() -> int:
    """Run every test there is."""
    return _in_turn("make test-all", [*_quick_parts(), *_slow_parts()])


def lint() -> int:
    """Run everything that reads the code without running it, two at a time."""
    folders = [folder for folder in PACKAGES if (ROOT / folder).is_dir()]
    parts = [
        # The longest first: it fills one processor while the others take their turns on the second.
        Part("mypy", [_tool("mypy"), "--no-error-summary", *folders, "manage.py"]),
        Part("ruff check", [_tool("ruff"), "check", "--quiet", "."]),
        Part("ruff format", [_tool("ruff"), "format", "--check", "--quiet", "."]),
        Part("import-linter", [_tool("lint-imports"), "--no-cache"]),
        # Its rules only: its formatter adds blanks to lines of text, and a page shows those. The forge's pages have no
        # URL configuration, which one of the rules asks for.
        Part("djlint", [_tool("djlint"), "--lint", "--quiet", "templates"]),
        Part("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
    ]
    with ThreadPoolExecutor(max_workers=2) as pool:
        return _summary("make lint", parts, list(pool.map(_run_quietly, parts)))


def bench() -> int:
    """Run the benchmarks that the README quotes."""
    return _in_turn("make bench", [Part("catalog", [PYTHON, "-m", "bench"])])


def docs() -> int:
    """Check that the docs' links lead somewhere and that they tell of every setting, command and word of make."""
    return _in_turn("make docs", [_pytest("docs", "tests/docs")])


def lock() -> int:
    """Write the locks anew; none of them names the address that a package came from."""
    targets = [ROOT / "requirements.in", ROOT / "requirements-dev.in", *sorted(HERE.glob("requirements-*.in"))]
    options = ["--universal", "--generate-hashes", "--no-header", "--upgrade", "--quiet", "--python-version", "3.11"]
    parts = []
    for path in targets:
        source, target = path.relative_to(ROOT), path.with_suffix(".txt").relative_to(ROOT)
        parts.append(Part(str(target), [UV, "pip", "compile", str(source), *options, "--output-file", str(target)]))
    parts.append(Part("package-lock.json", ["npm", "update", "--package-lock-only"]))
    return _in_turn("make lock", parts)


CHORES: dict[str, Callable[[], int]] = {
    "test": test,
    "test-all": test_all,
    "lint": lint,
    "bench": bench,
    "docs": docs,
    "lock": lock,
}


def _quick_parts() -> list[Part]:
    every_day = f"not ({SLOW}) or (quick and not browser)"
    parts = [
        _pytest("SQLite", "-n", "2", "-m", every_day, WAYMARK_TEST_DB="sqlite"),
        _pytest("PostgreSQL", "-n", "2", "-m", every_day, WAYMARK_TEST_DB="postgres", WAYMARK_TEST_ONLY_DB="1"),
    ]
    return [*parts, *_browser("quick pages", "browser and quick")]


def _slow_parts() -> list[Part]:
    return [
        # By file: those of a file share the processes that they disturb.
        _pytest("faults", *FAULTS, "-n", "2", "--dist", "loadfile", "-m", MARKS["faults"], WAYMARK_TEST_DB="postgres"),
        _pytest("real servers", *REAL, "-m", MARKS["real servers"]),
        *_browser("all pages", "browser and not quick"),
    ]


def _browser(name: str, mark: str) -> list[Part]:
    """Return the tests that drive a browser, where there is one; they are not run side by side, each has a portal."""
    if not any(map(shutil.which, BROWSERS)) and os.environ.get("REAL_REQUIRED") != "1":
        sys.stderr.write("There is no Chromium on the path, so no browser test runs. Install the package chromium.\n")
        return []
    # Playwright leaves its event loop running in the thread of the tests, where Django would refuse to work.
    return [_pytest(name, "tests/e2e", "-m", mark, DJANGO_ALLOW_ASYNC_UNSAFE="1")]


def _pytest(name: str, *arguments: str, **environment: str) -> Part:
    command: Command = [PYTHON, "-m", "pytest", "-q", *arguments]
    return Part(name, command, environment, fine=(0, NO_TESTS_COLLECTED))


def _tool(name: str) -> str:
    return str(VENV / "bin" / name)


def _in_turn(chore: str, parts: list[Part]) -> int:
    codes = []
    for part in parts:
        sys.stderr.write(f"\n== {part.name}\n")
        codes.append(subprocess.run(part.command, check=False, cwd=ROOT, env=_environment(part)).returncode)
    return _summary(chore, parts, codes)


def _run_quietly(part: Part) -> int:
    """Run a part and print what it says only when it finds something."""
    started = time.monotonic()
    done = subprocess.run(
        part.command,
        check=False,
        cwd=ROOT,
        env=_environment(part),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = f"\n{done.stdout.strip()}" if done.returncode else ""
    sys.stderr.write(f"== {part.name}: {time.monotonic() - started:.0f} s{said}\n")
    return done.returncode


def _environment(part: Part) -> dict[str, str]:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    inherited = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return {**inherited, "PATH": path, **part.environment}


def _summary(chore: str, parts: list[Part], codes: list[int]) -> int:
    failed = [part.name for part, code in zip(parts, codes, strict=True) if code not in part.fine]
    sys.stderr.write(f"\n{chore}: {', '.join(failed)} failed.\n" if failed else f"\n{chore}: all is well.\n")
    return 1 if failed else 0
