"""Values from the environment, each also readable from a file: `SECRET_KEY` or `SECRET_KEY_FILE`."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Commands that need no portal: they run in a repository's CI or on a developer's machine, with nothing set.
OFFLINE_COMMANDS = {
    "help",
    "h",
    "version",
    "check",
    "makemigrations",
    "collectstatic",
    "validate",
    "template",
    "schema",
}
# They import the settings only to read the code.
CHECKERS = {"mypy", "dmypy"}
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> str:
    """Return the value of `name`, or what the file named by `NAME_FILE` holds, without its last line end."""
    path = environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return environ.get(name, default)


def required(name: str, cure: str, *, environ: Mapping[str, str] = os.environ) -> str:
    """Return the value of `name`.

    Raises:
        ImproperlyConfigured: it is missing; the message ends with `cure`.
    """
    value = text(name, environ=environ)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. {cure}")
    return value


def flag(name: str, default: bool = False, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Return a yes or no."""
    value = text(name, "1" if default else "0", environ=environ).strip().lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} is {value!r}; expected 1 or 0.")
    return value in TRUE


def words(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return a comma-separated list."""
    return [word.strip() for word in text(name, default, environ=environ).split(",") if word.strip()]


def adopt(path: Path) -> None:
    """Take what `make run` wrote to `path` (lines of `NAME=value`) for each name that the environment lacks.

    So `manage.py` talks to the portal that runs from the same folder without anything being exported.
    """
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value)


def is_offline(argv: list[str] = sys.argv) -> bool:
    """Whether this process is a command or a checker that needs no portal, so that a missing secret does no harm."""
    program = Path(argv[0]).name
    command = argv[1].lstrip("-") if len(argv) > 1 else "help"
    return program in CHECKERS or (program == "manage.py" and command in OFFLINE_COMMANDS)
