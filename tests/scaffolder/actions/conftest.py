"""A forge, and steps that work on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from accounts import actors
from accounts.actors import Actor
from demo.forge.app import Application, create_app
from demo.forge.server import serving
from demo.forge.store import Store
from scaffolder import registry
from scaffolder.files.workspace import Workspace
from scaffolder.sources import TemplateSource
from scaffolder.step import MemoryLedger, Outputs, Step

HOST = "forge.test"
TOKEN = "forge-token-of-the-tests"
RUN = "11111111-2222-3333-4444-555555555555"


@dataclass
class Forge:
    """The forge as it runs; what it holds can be looked at without asking the portal."""

    app: Application
    store: Store
    base_url: str

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(call["method"], call["path"]) for call in self.app.forge.switches.calls()]

    def writes(self) -> list[str]:
        return [f"{method} {path}" for method, path in self.calls if method != "GET"]

    def fault(self, **switches: Any) -> None:
        self.app.forge.switches.set(switches)

    def repo(self, name: str, owner: str = "acme") -> Any:
        found = self.store.get(owner, name)
        assert found is not None, f"{owner}/{name} is not there"
        return found

    def files(self, name: str, branch: str = "") -> dict[str, bytes]:
        """Return path and content of the files of a branch."""
        repo = self.repo(name)
        with self.store.git(repo) as git:
            tree = git.tree_of(git.refs()[f"refs/heads/{branch or repo.default_branch}"])
            return {path: git.blob(sha) or b"" for path, (_, sha) in git.files(tree).items()}

    def messages(self, name: str, branch: str = "") -> list[str]:
        """Return the messages of a branch's commits, the newest first."""
        repo = self.repo(name)
        with self.store.git(repo) as git:
            log = git.log(git.refs()[f"refs/heads/{branch or repo.default_branch}"])
            return [commit.message.decode() for commit in log]


@pytest.fixture
def forge(tmp_path: Path, settings: Any) -> Iterator[Forge]:
    """A GitHub of the tests, which the portal knows as `forge.test`."""
    store = Store(tmp_path / "forge", organizations=("acme",))
    app = create_app(store, token=TOKEN)
    with serving(app) as base_url:
        entry = {"host": HOST, "api": f"{base_url}/api/v3", "web": base_url, "token": TOKEN, "write_interval": 0}
        settings.WAYMARK = {**settings.WAYMARK, "integrations": {**settings.WAYMARK["integrations"], "github": [entry]}}
        settings.HTTP = {**settings.HTTP, "tries": 3, "backoff": 0.01}
        yield Forge(app, store, base_url)


@dataclass
class Bench:
    """Where an action is tried: a workspace, papers that outlive a crash, a person."""

    workspace: Workspace
    template: TemplateSource
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    actor: Actor = field(default_factory=actors.system)

    def run(self, action: str, dry_run: bool = False, **given: Any) -> Outputs:
        info = registry.get(action)
        assert info.mistakes(given) == []
        return info.run(self.step(given, dry_run=dry_run))

    def next_step(self) -> None:
        """Go on to another step of the same run: what it made is known, what the step remembered is not."""
        self.ledger = MemoryLedger(self.ledger.resources)

    def step(self, given: dict[str, Any], *, dry_run: bool = False) -> Step:
        return Step(
            id="step",
            task_id=RUN,
            input=given,
            workspace=self.workspace,
            ledger=self.ledger,
            actor=self.actor,
            template=self.template,
            dry_run=dry_run,
        )

    def put(self, files: Mapping[str, str]) -> None:
        for path, text in files.items():
            self.workspace.write_bytes(path, text.encode())

    def beside(self, files: Mapping[str, str]) -> None:
        """Lay files into the folder of template.yaml."""
        folder = Path(self.template.base_url.removeprefix("file://"))
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")

    def files(self) -> dict[str, str]:
        return {file.path: file.content.decode() for file in self.workspace.files()}

    @property
    def log(self) -> str:
        return "\n".join(message for _, message in self.ledger.lines)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    (tmp_path / "template").mkdir()
    return Bench(
        Workspace.create(tmp_path / "work"),
        TemplateSource("template:default/path", base_url=f"file://{tmp_path / 'template'}/"),
    )
