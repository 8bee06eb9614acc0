"""The demo company on this machine: its configuration and what its forge holds, before any portal runs.

Nothing here needs Django's settings, so that the launcher can call it first:

    environment |= loading.prepare(var, port=8000, forge_port=8010)
    run(loading.forge_command(var, forge_port=8010), env=environment)
    if not loading.is_loaded(var, forge_port=8010):
        run([python, "manage.py", "load_demo"], env=environment)

The files of `demo/acme` speak of the forge as `https://forge.acme.example`; what is written to `var` has the address
where the forge listens here.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.forge import seed

HERE = Path(__file__).resolve().parent
ACME = HERE / "acme"
ORGANIZATION = "acme"
LISTENS_ON = "127.0.0.1"
# How the files of `demo/acme` name the forge. A name of this kind exists nowhere (RFC 2606).
FORGE = "forge.acme.example"
PASSWORD = "demo"  # noqa: S105 — printed on the first page of the demo


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in with `PASSWORD`; `says` tells whom to be for what."""

    username: str
    name: str
    role: str
    says: str


ACCOUNTS = (
    Account("vera", "Vera Lindqvist", "viewer", "reads everything, changes nothing"),
    Account("ada", "Ada Novak", "developer", "creates services for team shop"),
    Account("lena", "Lena Fischer", "team-lead", "leads team shop"),
    Account("grace", "Grace Mwangi", "platform", "writes the golden paths"),
    Account("adam", "Adam Okafor", "admin", "runs this portal"),
)


@dataclass(frozen=True)
class Seed:
    """A repository of the forge and the folder of `demo/acme` that it holds."""

    name: str
    folder: str
    description: str
    topics: tuple[str, ...] = ()
    # Files that are older than the rest.
    earlier: tuple[str, ...] = ()


LEDGER_BEGAN = ("README.md", "docs/close-a-month.md")
REPOSITORIES = (
    Seed("catalog", "catalog", "What exists at Acme, and who owns it", ("catalog",)),
    Seed("golden-paths", "golden-paths", "How a new service begins at Acme", ("templates",)),
    Seed("checkout", "repositories/checkout", "Turns a basket into an order", ("python", "django")),
    Seed("basket", "repositories/basket", "What a visitor has put aside", ("go",)),
    Seed("ledger", "repositories/ledger", "Double-entry book of every movement of money", ("go",), LEDGER_BEGAN),
    Seed("fraud-score", "repositories/fraud-score", "Scores an order before it is paid", ("python", "ml")),
)


def prepare(var: Path, *, port: int, forge_port: int) -> dict[str, str]:
    """Write the portal's configuration and the forge's repositories below `var`; what is as it should be stays.

    Args:
        var: the folder of all that a portal writes; made when missing.
        port: where the portal will listen; the forge sends its webhooks there.
        forge_port: where the forge will listen.

    Returns:
        What the portal's processes and the forge need in their environment.
    """
    var.mkdir(parents=True, exist_ok=True)
    host = forge_host(forge_port)
    seed_forge(var / "git", host=host)
    config = var / "waymark.yaml"
    _write(config, localised((ACME / "waymark.yaml").read_bytes(), host).decode())
    return {
        "WAYMARK_CONFIG": str(config.resolve()),
        "WAYMARK_DEMO": "1",
        "WAYMARK_ANONYMOUS_READ": "1",
        "FORGE_WEBHOOK_URL": f"http://{LISTENS_ON}:{port}/webhooks/github",
        **_credentials(var / "forge.json"),
    }


def forge_command(var: Path, *, forge_port: int) -> list[str]:
    """Return the command that serves the forge; it takes its token from what `prepare` returned."""
    options = ["--root", str(var / "git"), "--port", str(forge_port), "--organization", ORGANIZATION]
    return [sys.executable, "-m", "demo.forge", *options]


def forge_host(forge_port: int) -> str:
    """Return the forge as it stands in addresses and in `integrations.github`."""
    return f"{LISTENS_ON}:{forge_port}"


def localised(content: bytes, host: str) -> bytes:
    """Return a file of `demo/acme` with the forge's address on this machine."""
    return content.replace(f"https://{FORGE}".encode(), f"http://{host}".encode()).replace(
        FORGE.encode(), host.encode()
    )


def seed_forge(root: Path, *, host: str, only: Sequence[str] = ()) -> None:
    """Put Acme's repositories into the forge's folder, unless they came from these files and this host before.

    What people did to the repositories since stays until the files of `demo/acme` change.

    Args:
        only: names of the repositories to put there; all when empty.
    """
    stamp = root / "seeded.json"
    wanted = {one.name: _digest(ACME / one.folder, host) for one in REPOSITORIES if not only or one.name in only}
    known = json.loads(stamp.read_text(encoding="utf-8")) if stamp.is_file() else {}

    for one in REPOSITORIES:
        if one.name in wanted and known.get(one.name) != wanted[one.name]:
            seed.repository(
                root,
                ORGANIZATION,
                one.name,
                ACME / one.folder,
                description=one.description,
                topics=one.topics,
                substitute=lambda _, content: localised(content, host),
                earlier=one.earlier,
            )
    _write(stamp, json.dumps({**known, **wanted}, indent=1))


def is_loaded(var: Path, *, forge_port: int) -> bool:
    """Whether `manage.py load_demo` ran to its end here, with the forge at this port."""
    stamp = var / "demo-loaded"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == forge_host(forge_port)


def note_loaded(var: Path, *, host: str) -> None:
    """Remember that the demo is in the database."""
    _write(var / "demo-loaded", host)


def _credentials(path: Path) -> dict[str, str]:
    """Return the forge's token and webhook secret, made once for each folder."""
    if not path.is_file():
        made = {name: secrets.token_hex(20) for name in ("FORGE_TOKEN", "FORGE_WEBHOOK_SECRET")}
        _write(path, json.dumps(made), mode=0o600)
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _digest(folder: Path, host: str) -> str:
    found = hashlib.sha256(host.encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _write(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file all or nothing; the same text again touches nothing."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    part = path.with_name(f"{path.name}.part")
    part.touch(mode=mode)
    part.write_text(text, encoding="utf-8")
    part.replace(path)
