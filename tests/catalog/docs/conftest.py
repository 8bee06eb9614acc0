"""Docs of tests: a repository at a forge, read as a worker reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.docs import reading
from catalog.models import DocsPage, DocsSite
from demo.forge import seed
from tests.catalog.factories import make_entities
from tests.forge.conftest import contract
from tests.forge.contract import Contract
from tests.forge.running import Running, configured, running

__all__ = ["contract"]

REF = "component:default/checkout"
DESCRIPTOR = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  title: {title}
  annotations: {{backstage.io/techdocs-ref: "{ref}"}}
spec: {{type: service, lifecycle: production, owner: {owner}}}
"""


@dataclass
class Docs:
    """Docs in a repository `acme/<name>`, and the entity that they belong to."""

    forge: Running
    folder: Path

    def describe(self, name: str = "checkout", *, ref: str = "dir:.", owner: str = "shop", repo: str = "") -> None:
        """Have the catalog know an entity whose descriptor lies in the repository."""
        target = f"{self.forge.url}/acme/{repo or name}/blob/main/{name}.yaml"
        text = DESCRIPTOR.format(name=name, title=name.capitalize(), ref=ref, owner=owner)
        make_entities(text, type="url", target=target)

    def write(self, files: dict[str, str | bytes], name: str = "checkout") -> str:
        """Commit the repository with these files beside what it has, and return the commit."""
        top = self.folder / name
        for path, content in files.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_bytes(content if isinstance(content, bytes) else content.encode())
        return seed.repository(self.forge.store, "acme", name, top)

    def remove(self, path: str, name: str = "checkout") -> str:
        (self.folder / name / path).unlink()
        return seed.repository(self.forge.store, "acme", name, self.folder / name)

    def read(self, ref: str = REF) -> DocsSite:
        """Read the docs as a worker does."""
        site = reading.read(ref)
        assert site is not None
        return site

    def page(self, path: str, ref: str = REF) -> DocsPage:
        return DocsPage.objects.get(site__ref=ref, path=path)


@pytest.fixture
def docs(tmp_path: Path, contract: Contract, settings: Any, db: None) -> Iterator[Docs]:
    """A forge, and the docs of a component in it."""
    settings.HTTP = {**settings.HTTP, "backoff": 0.01, "tries": 1}
    with running(tmp_path / "git", contract=contract) as forge:
        settings.WAYMARK = configured(settings.WAYMARK, forge)
        yield Docs(forge, tmp_path / "files")
    assert forge.slips == []
