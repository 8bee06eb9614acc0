"""A golden path of Acme, run to its end against the forge, and its repository cloned by git itself."""

import shutil
import subprocess

import pytest
import yaml

from accounts import actors
from accounts.models import User
from catalog.models import Entity
from scaffolder.models import Task, Template
from tests.demo.running import load_demo, serving
from tests.scaffolder.runs import log_of, play

pytestmark = [
    pytest.mark.real,
    pytest.mark.quick,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not on the path"),
]
PATHS = {
    "python-service": {"framework": "django", "system": "system:default/storefront", "description": "Wraps gifts"},
    "microservice-golden-path-repaired": {"language": "go"},
    "gitops-environment": {"stage": "staging"},
}


@pytest.fixture
def acme(tmp_path, settings, contract, db):
    """Acme's portal and forge; a call that GitHub would not know fails the test."""
    with serving(tmp_path / "var", settings, contract=contract) as found:
        load_demo()
        yield found
    assert found.slips == []


@pytest.fixture
def ada(acme):
    return actors.for_user(User.objects.get(username="ada"))


def begin(acme, ada, name, values):
    """Run a golden path for a service `gift-wrap` of team shop."""
    template = Template.objects.get(ref=f"template:default/{name}")
    given = {"name": "gift-wrap", "owner": "group:default/shop", "repoUrl": acme.repo_url("gift-wrap"), **values}
    return play(template, ada, parameters=given)


def clone(url, folder):
    environment = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": "/nonexistent", "GIT_TERMINAL_PROMPT": "0"}
    subprocess.run(["git", "clone", "--quiet", url, str(folder)], env=environment, check=True, timeout=60)
    subprocess.run(
        ["git", "fsck", "--strict"], cwd=folder, env=environment, check=True, timeout=60, capture_output=True
    )


@pytest.mark.parametrize(("name", "values"), PATHS.items())
def test_a_golden_path_ends_in_a_repository_that_git_clones_and_the_catalog_knows(acme, ada, tmp_path, name, values):
    task = begin(acme, ada, name, values)
    assert task.state == Task.State.COMPLETED, log_of(task)
    clone(f"{acme.url}/acme/gift-wrap.git", tmp_path / "clone")
    descriptor = yaml.safe_load((tmp_path / "clone" / "catalog-info.yaml").read_text())
    assert descriptor["metadata"]["name"] == "gift-wrap"
    (workflow, *_) = (tmp_path / "clone" / ".github" / "workflows").glob("*.yaml")
    assert "${{ github." in workflow.read_text()
    entity = Entity.objects.get(ref=f"{descriptor['kind'].lower()}:default/gift-wrap")
    assert entity.owner_ref == "group:default/shop"


def test_the_playbooks_own_path_stops_at_its_first_fault_and_makes_nothing(acme, ada):
    template = Template.objects.get(ref="template:default/microservice-golden-path")
    task = play(template, ada, parameters={"name": "gift-wrap", "language": "go"})
    assert task.state == Task.State.FAILED
    assert not (acme.var / "git" / "acme" / "gift-wrap.git").exists()
