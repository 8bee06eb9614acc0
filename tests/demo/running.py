"""The demo company's forge as it runs, and a portal that is configured for it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command

from demo import loading
from demo.forge import server
from demo.forge.app import Exchange, create_app
from demo.forge.store import Store
from demo.management.commands.load_demo import Command
from portal import config
from tests.forge.contract import Contract
from tests.forge.running import slips_of
from tests.servers import free_port


@dataclass(frozen=True)
class Acme:
    """Where the company's forge is, and what GitHub's description says against the calls to it so far."""

    var: Path
    host: str
    slips: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def repo_url(self, name: str) -> str:
        return f"{self.host}?owner=acme&repo={name}"


def load_demo() -> None:
    """Run the command; the tests' own settings leave the demo's app out."""
    call_command(Command())


@contextmanager
def serving(var: Path, settings: Any, *, contract: Contract | None = None) -> Iterator[Acme]:
    """Serve Acme's forge below `var`, and let the settings be those of its portal."""
    port = free_port()
    environment = loading.prepare(var, port=8000, forge_port=port)
    settings.VAR_DIR = var
    settings.WAYMARK = config.load(var / "waymark.yaml", environ=environment)
    found = Acme(var, loading.forge_host(port))

    def watch(exchange: Exchange) -> None:
        found.slips.extend(slips_of(contract, exchange) if contract else ())

    app = create_app(Store(var / "git"), token=environment["FORGE_TOKEN"], watch=watch)
    with server.serving(app, port=port):
        yield found
