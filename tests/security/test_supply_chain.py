"""Part 8 of the threats: what is installed is what was locked, is new enough, and the locks name nobody's address."""

import hashlib
import json
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [*sorted(ROOT.glob("requirements*.txt")), *sorted((ROOT / "setup").glob("requirements-*.txt"))]
# An audit tool that cannot reach its data says "no known vulnerabilities"; these are known without one.
MINIMUM = {"Django": (5, 2, 17), "requests": (2, 34), "urllib3": (2, 8), "celery": (5, 6), "django-allauth": (65, 0)}
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
REQUIREMENT = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._\[\],-]*==[^\s;]+( ;[^\\]+)?( \\)?$", re.ASCII)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", re.ASCII)


def packages(lock: Path) -> dict[str, list[str]]:
    """Return {requirement: its hashes}."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lock.read_text().splitlines():
        if line.startswith("    --hash="):
            found[name].append(line)
        elif line and not line.lstrip().startswith("#"):
            name = line
            found[name] = []
    return found


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_and_has_hashes(lock):
    found = packages(lock)
    assert found
    assert [line for line in found if not REQUIREMENT.match(line)] == []
    assert [line for line, hashes in found.items() if not hashes] == []
    assert [each for hashes in found.values() for each in hashes if not HASH.match(each)] == []


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json", ROOT / ".npmrc"], ids=lambda path: path.name)
def test_no_lock_names_an_address(lock):
    # What an npm package says of its funding is its own page, not a place that it is fetched from.
    text = re.sub(r'"funding": (\{[^}]*\}|\[[^\]]*\]|"[^"]*")', "", lock.read_text())
    assert re.findall(r"https?://\S+|--(?:index|extra-index|find-links)\S*", text) == []


def test_every_npm_package_has_a_hash_and_runs_no_script():
    entries = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    named = {name: entry for name, entry in entries.items() if name}
    assert [name for name, entry in named.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()


def test_what_tests_run_on_is_what_a_portal_runs_on():
    run = {line.partition(" ")[0] for line in packages(ROOT / "requirements.txt")}
    full = {line.partition(" ")[0] for line in packages(ROOT / "requirements-dev.txt")}
    assert run - full == set()


@pytest.mark.parametrize(("package", "minimum"), MINIMUM.items())
def test_no_package_is_older_than_its_last_known_hole(package, minimum):
    assert tuple(int(part) for part in re.findall(r"\d+", version(package))[:3]) >= minimum


def test_htmx_is_the_one_that_was_looked_at():
    """The script that runs on every page is pinned by its content, not only by its package."""
    tag = re.search(r"{% htmx_script[^%]*%}", (ROOT / "templates" / "base.html").read_text())
    assert tag is not None
    shown = Template("{% load django_htmx %}" + tag[0]).render(Context())
    names = re.findall(r'src="/static/(django_htmx/htmx[^"]+)"', shown)
    assert names == ["django_htmx/htmx-2.min.js"]
    content = Path(str(finders.find(names[0]))).read_bytes()
    assert hashlib.sha256(content).hexdigest() == HTMX_SHA256
