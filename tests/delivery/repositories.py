"""A repository of the forge, changed as people change theirs."""

from __future__ import annotations

from dataclasses import dataclass

from accounts import actors
from catalog import locations
from catalog.models import Location
from integrations.git.repo_url import RepoUrl
from integrations.github.records import Author, RepositoryFile
from tests.forge.running import Running

ADA = Author("Ada Novak", "ada@acme.example")
ENTITY = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  description: {description}
spec:
  type: service
  lifecycle: production
  owner: {owner}
"""


def component(name: str = "web", *, description: str = "In a browser", owner: str = "shop") -> str:
    return ENTITY.format(name=name, description=description, owner=owner)


@dataclass
class Work:
    """A repository `acme/<name>` with a first commit."""

    forge: Running
    name: str

    def __post_init__(self) -> None:
        self.client = self.forge.client()
        self.client.create_repository(self.repo, private=False)

    @property
    def repo(self) -> RepoUrl:
        return self.forge.repo(self.name)

    def address(self, path: str = "catalog-info.yaml", branch: str = "main") -> str:
        return f"{self.forge.url}/acme/{self.name}/blob/{branch}/{path}"

    def commit(self, files: dict[str, str | None], *, branch: str = "main") -> str:
        """Write files (None: take away) in one commit, wait until all are told, and return the commit."""
        head = self.client.branch(self.repo, branch).sha
        listed = [RepositoryFile(path, None if text is None else text.encode()) for path, text in files.items()]
        tree = self.client.create_tree(self.repo, listed, base_tree=head)
        sha = self.client.create_commit(self.repo, "Change", tree, [head], ADA)
        self.client.update_ref(self.repo, branch, sha)
        self.wait()
        return sha

    def propose(self, files: dict[str, str | None], *, branch: str = "change") -> int:
        """Open a pull request with one commit on a new branch, and return its number."""
        self.client.create_ref(self.repo, branch, self.client.branch(self.repo, "main").sha)
        self.commit(files, branch=branch)
        made = self.client.create_pull_request(self.repo, head=branch, base="main", title="Change")
        self.wait()
        return made.number

    def wait(self) -> None:
        self.forge.app.forge.webhooks.wait()

    def register(self, path: str = "catalog-info.yaml") -> Location:
        return locations.register(target=self.address(path), actor=actors.system()).location
