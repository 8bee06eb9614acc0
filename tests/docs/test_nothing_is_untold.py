"""What a person can set, call or type is told in the docs; what the docs tell is there."""

import ast
import re
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.core.management import get_commands

from portal import config
from tests.docs.pages import ROOT, Doc
from tests.security.source import modules

SETTINGS = Doc(ROOT / "docs" / "operators" / "settings.md").text
OPERATIONS = Doc(ROOT / "docs" / "operators" / "operations.md").text
READERS = ("environment.text", "environment.flag", "environment.words", "environment.required")
# What the launcher and its processes tell each other.
AMONG_OURSELVES = {"DJANGO_SETTINGS_MODULE", "SETUP_STARTED_AT", "PATH", "FORGE_TOKEN", "FORGE_WEBHOOK_URL"}
AMONG_OURSELVES |= {"FORGE_WEBHOOK_SECRET", "FORGE_PORT", "BROKER_PROGRAM"}


def variables() -> Iterator[str]:
    """Yield the names that the portal's code reads from the environment."""
    for module in modules():
        for name, call in module.calls():
            first = call.args[0] if call.args else None
            is_read = name in READERS or name in ("os.environ.get", "os.getenv")
            if is_read and isinstance(first, ast.Constant):
                yield str(first.value)


def test_every_variable_of_the_environment_is_told():
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS, re.MULTILINE))
    assert set(variables()) - AMONG_OURSELVES - told == set()


def test_no_variable_is_told_that_nobody_reads():
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS, re.MULTILINE))
    assert told - set(variables()) == set()


def keys(schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the dotted names of what waymark.yaml may hold; lists and free maps end a name."""
    for name, part in schema.get("properties", {}).items():
        full = f"{path}.{name}".lstrip(".")
        inner = list(keys(part, full))
        yield from inner or [full]


@pytest.mark.parametrize("key", list(keys(config.SCHEMA)))
def test_every_key_of_waymark_yaml_is_told(key):
    """A key stands in the table by its full name, or by its last part in the row of the one above it."""
    parent, _, last = key.rpartition(".")
    row = next((line for line in SETTINGS.splitlines() if line.startswith(f"| `{parent}` |")), "")
    assert f"| `{key}` |" in SETTINGS or f"`{last}`" in row or f"`{parent}.{last}" in SETTINGS


def words() -> dict[str, str]:
    makefile = (ROOT / "Makefile").read_text()
    return dict(re.findall(r"^([a-z-]+):.*?(?:## (.+))?$", makefile, re.MULTILINE))


def test_every_word_of_make_has_its_line_of_help():
    assert [word for word, told in words().items() if not told] == []
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [word for word in words() if f"make {word}\t" not in shown] == []


def test_every_word_of_make_that_the_docs_name_is_there():
    named = {
        word
        for doc in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for word in re.findall(r"`make ([a-z-]+)", doc.read_text())
    }
    assert named - words().keys() == set()


def test_every_command_of_ours_is_told():
    ours = ("accounts", "catalog", "delivery", "scaffolder", "integrations", "portal", "demo")
    commands = {name for name, app in get_commands().items() if str(app).startswith(ours)}
    assert [name for name in sorted(commands) if f"`{name}" not in OPERATIONS] == []
