import json
import os
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from typing import Any

import jsonschema_rs
import pytest
import yaml

from accounts.actors import Actor
from accounts.roles import Role
from catalog.descriptor import descriptors
from catalog.descriptor.annotations import Place
from scaffolder import lint, template_tests
from scaffolder.sources import TemplateSource
from tests.demo import golden_paths
from tests.demo.golden_paths import FOLDER, rendered
from tests.shared import shared

FRAMEWORKS = ["django", "fastapi", "worker"]
LANGUAGES = ["go", "python", "java", "nodejs"]
# What people write into a text field, and what breaks a careless template.
AWKWARD = 'Wraps "gifts": all of them\'s #1 — {% raw %} ${{ secrets.X }} \\ &'
CASES: list[tuple[str, dict[str, Any]]] = [
    ("python-service", {"framework": framework, "description": description, **more})
    for framework in FRAMEWORKS
    for description in ("", AWKWARD)
    for more in (
        {},
        {"system": "system:default/storefront", "tags": ["python", "c++", "gift:wrap"], "purpose": AWKWARD},
    )
]
CASES += [
    ("microservice-repaired", {"language": language, "description": text})
    for language in LANGUAGES
    for text in ("", AWKWARD)
]
CASES += [
    ("gitops-environment", {"stage": stage, "internet": internet})
    for stage in ("development", "staging", "production")
    for internet in (True, False)
]
# GitHub's own expressions, which must reach the repository as they are.
SYNC = "clusters/staging/flux-system/sync.yaml"
RAW = re.compile(r"\$\{\{ (github|matrix|secrets|inputs)\.")


@pytest.mark.parametrize(("name", "values"), CASES)
def test_every_file_of_a_rendered_golden_path_parses(name, values):
    files = rendered(name, **values)
    for path, text in files.items():
        parse(path, text)


def parse(path: str, text: str) -> None:
    match path.rsplit("/", 1)[-1].rsplit(".", 1)[-1]:
        case "yaml" | "yml":
            assert all(isinstance(value, dict) for value in yaml.safe_load_all(text)), path
        case "py":
            compile(text, path, "exec")
        case "toml":
            tomllib.loads(text)
        case "json":
            json.loads(text)
        case "xml":
            ElementTree.fromstring(text)  # noqa: S314 — our own file


@pytest.mark.parametrize(("name", "values"), CASES)
def test_only_workflows_keep_expressions(name, values):
    files = rendered(name, **{**values, "description": "", "purpose": ""})
    workflows = {path: text for path, text in files.items() if path.startswith(".github/workflows/")}
    assert all(RAW.search(text) for text in workflows.values())
    assert workflows
    assert not [path for path, text in files.items() if "${{" in text and path not in workflows]


@pytest.mark.parametrize(("name", "values"), CASES)
def test_the_descriptor_of_a_rendered_golden_path_is_taken_by_the_catalog(name, values):
    text = rendered(name, **values)["catalog-info.yaml"]
    address = "https://forge.acme.example/acme/gift-wrap/blob/main/catalog-info.yaml"
    place = Place(type="url", path=address, origin=f"url:{address}")
    (found,) = descriptors.parse(text, place)
    assert found.problems == []
    assert found.owner_ref == "group:default/shop"


@pytest.mark.parametrize(("name", "values"), CASES)
def test_what_people_write_comes_out_as_they_wrote_it(name, values):
    entity = yaml.safe_load(rendered(name, **values)["catalog-info.yaml"])
    assert entity["metadata"]["name"] == "gift-wrap"
    assert entity["metadata"]["description"] == (values.get("description") or entity["metadata"]["description"])


@pytest.mark.parametrize(
    ("values", "there", "absent"),
    [
        ({"framework": "django"}, "manage.py", "app/worker.py"),
        ({"framework": "fastapi"}, "app/main.py", "manage.py"),
        ({"framework": "worker"}, "app/worker.py", "deploy/base/service.yaml"),
    ],
)
def test_a_python_service_has_the_files_of_its_framework_only(values, there, absent):
    files = rendered("python-service", **values)
    assert there in files
    assert absent not in files


@pytest.mark.parametrize("framework", ["django", "worker"])
def test_a_new_python_services_own_tests_pass(framework, tmp_path):
    golden_paths.write(rendered("python-service", framework=framework), tmp_path)
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"], tmp_path)
    assert done.returncode == 0, done.stdout


def test_a_new_django_service_passes_djangos_own_check(tmp_path):
    golden_paths.write(rendered("python-service", framework="django"), tmp_path)
    done = run([sys.executable, "manage.py", "check"], tmp_path)
    assert done.returncode == 0, done.stdout


def test_a_new_python_microservices_own_tests_pass(tmp_path):
    golden_paths.write(rendered("microservice-repaired", language="python"), tmp_path)
    done = run([sys.executable, "-m", "unittest"], tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.usefixtures("node")
def test_a_new_node_microservices_own_tests_pass(tmp_path):
    golden_paths.write(rendered("microservice-repaired", language="nodejs"), tmp_path)
    done = run(["node", "--test"], tmp_path)
    assert done.returncode == 0, done.stdout


def run(command, folder):
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )


def test_the_microservice_golden_path_is_the_playbooks_to_the_letter():
    playbook = shared("playbook.md").read_text(encoding="utf-8")
    block = re.search(r"### Golden Path Templates\n```yaml\n(.*?)```", playbook, re.DOTALL)
    assert block
    assert (FOLDER / "microservice" / "template.yaml").read_text(encoding="utf-8") == block[1]


def test_the_repaired_golden_path_has_what_the_playbooks_lacks():
    spec = golden_paths.template("microservice-repaired")["spec"]
    page = spec["parameters"][0]
    assert {"name", "owner", "language", "repoUrl"} == set(page["required"])
    assert "repoUrl" in page["properties"]
    assert re.fullmatch(page["properties"]["name"]["pattern"], "-checkout") is None
    steps = [step["id"] for step in spec["steps"]]
    assert steps.index("setup-ci") < steps.index("publish") < steps.index("register-catalog")


@pytest.mark.parametrize("name", ["python-service", "microservice-repaired", "gitops-environment"])
def test_the_tests_that_a_golden_path_brings_hold(name, settings):
    folder = FOLDER / name
    workflows = f"{(FOLDER / 'workflows').as_uri()}/"
    settings.WAYMARK = {**settings.WAYMARK, "scaffolder": {**settings.WAYMARK["scaffolder"], "workflows": workflows}}
    source = TemplateSource(f"template:default/{name}", f"{folder.as_uri()}/")
    text = (folder / "template.yaml").read_text(encoding="utf-8")
    found = template_tests.run(text, source=source, actor=Actor(kind="system", role=Role.ADMIN))
    assert found
    assert [problem for outcome in found for problem in outcome.problems] == []


@pytest.mark.parametrize("name", ["python-service", "microservice-repaired", "gitops-environment"])
def test_the_linter_finds_nothing_in_a_golden_path_but_the_action_that_is_ours(name):
    text = (FOLDER / name / "template.yaml").read_text(encoding="utf-8")
    assert {problem.rule for problem in lint.check(text)} == {"L11"}


def test_an_environments_flux_objects_fit_fluxs_own_schemas():
    schemas = {}
    for path in shared("schemas/crds/flux").glob("*.yaml"):
        definition = yaml.safe_load(path.read_text(encoding="utf-8"))["spec"]
        for version in definition["versions"]:
            name = (f"{definition['group']}/{version['name']}", definition["names"]["kind"])
            schemas[name] = version["schema"]["openAPIV3Schema"]
    objects = list(yaml.safe_load_all(rendered("gitops-environment", stage="staging")[SYNC]))
    assert len(objects) == 4
    for one in objects:
        schema = schemas[one["apiVersion"], one["kind"]]
        assert [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(one)] == []
        assert set(one["spec"]) <= set(schema["properties"]["spec"]["properties"])
