"""A golden path of Acme, run to its end against the forge, and its repository cloned by git itself."""

import subprocess

import pytest
import yaml
from django.test import Client

from accounts import actors, tokens
from accounts.models import User
from accounts.roles import Role
from catalog.models import Entity
from scaffolder import engine
from scaffolder.models import Task, Template
from tests.demo.running import load_demo, serving
from tests.people import SignedIn
from tests.scaffolder.runs import log_of, no_heartbeat, play

pytestmark = [
    pytest.mark.real,
    pytest.mark.usefixtures("git"),
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


BODY = {"name": "gift-wrap", "team": "shop", "language": "python", "framework": "django"}


def test_a_service_that_is_asked_for_twice_with_one_key_is_made_once(acme, ada, tmp_path):
    _, token = tokens.create("ci", role=Role.DEVELOPER, actor=actors.system(), team_ref="group:default/shop")
    machine = Client(headers={"authorization": f"Bearer {token}", "idempotency-key": "2f0c"})
    first, second = (machine.post("/api/v1/services", BODY, content_type="application/json") for _ in range(2))
    assert (first.status_code, second.json()) == (202, first.json())
    assert first.json()["git_repo"] == f"{acme.url}/acme/gift-wrap"
    task = Task.objects.get()
    engine.run(task.pk, heartbeat=no_heartbeat)
    task.refresh_from_db()
    assert task.state == Task.State.COMPLETED, log_of(task)
    clone(f"{first.json()['git_repo']}.git", tmp_path / "clone")
    assert (tmp_path / "clone" / "manage.py").exists()
    assert Entity.objects.get(ref=first.json()["entity_ref"]).owner_ref == "group:default/shop"


def test_each_language_has_a_golden_path(acme, ada):
    machine = SignedIn(User.objects.get(username="ada"))
    for language in ("go", "python", "java", "nodejs"):
        body = {**BODY, "name": f"{language}-service", "language": language, "framework": ""}
        answer = machine.post("/api/v1/services", body, content_type="application/json")
        assert answer.status_code == 202, answer.content
    assert Task.objects.count() == 4
