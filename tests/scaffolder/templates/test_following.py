"""A push that changes the skeleton alone reaches the runs that come after it."""

import pytest

from catalog import ingest
from catalog.models import Location
from integrations.github.records import RepositoryFile
from scaffolder import following, template_text
from scaffolder.models import Template
from scaffolder.sources import TemplateSource
from tests.scaffolder.templates.kept import in_use

pytestmark = pytest.mark.django_db

TEXT = template_text.EXAMPLE


@pytest.fixture
def push(forge):
    """Commit files to the repository of the golden paths; return the commit."""
    client, repo = forge.client(), forge.repo("golden-paths")
    client.create_repository(repo)

    def commit(**files: str) -> str:
        head = client.branch(repo, "main").sha
        written = [RepositoryFile(path.replace("__", "/"), text.encode()) for path, text in files.items()]
        tree = client.create_tree(repo, written, base_tree=head)
        sha: str = client.create_commit(repo, "Change", tree, [head])
        client.update_ref(repo, "main", sha)
        return sha

    return commit


@pytest.fixture
def path(forge, push):
    """A golden path that the catalog reads from the repository."""
    push(**{"path__template.yaml": TEXT, "path__skeleton__README.md": "One"})
    target = f"{forge.url}/acme/golden-paths/blob/main/path/template.yaml"
    location = Location.objects.create(type="url", target=target, origin="configuration", rules=[{"allow": ["*"]}])
    ingest.refresh(location.pk)
    assert in_use().commit
    return location


def readme() -> bytes:
    kept = in_use()
    tree = TemplateSource(kept.template.ref, kept.base_url, kept.commit).tree("./skeleton")
    return tree.files[0].content


def test_new_files_beside_the_same_text_are_a_revision(path, push):
    commit = push(**{"path__skeleton__README.md": "Two"})
    ingest.refresh(path.pk)
    assert readme() == b"One"

    assert following.follow() == 1
    assert (in_use().number, in_use().commit, in_use().text) == (2, commit, Template.objects.get().draft)
    assert readme() == b"Two"
    assert following.follow() == 0


def test_a_push_elsewhere_changes_nothing(path, push):
    push(**{"other__README.md": "Two"})

    assert following.follow() == 0
    assert in_use().number == 1


def test_a_new_text_is_left_to_the_catalog(path, push):
    push(**{"path__template.yaml": TEXT.replace("Hello,", "Good day,"), "path__skeleton__README.md": "Two"})
    assert following.follow() == 0

    ingest.refresh(path.pk)
    assert (in_use().number, readme()) == (2, b"Two")
    assert following.follow() == 0


def test_a_host_that_is_away_changes_nothing(path, push, forge):
    push(**{"path__skeleton__README.md": "Two"})
    forge.turn_on(outage={"times": 20})

    assert following.follow() == 0
    assert in_use().number == 1
