import json
import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError
from django.test import override_settings

from accounts.models import RoleGrant, User
from accounts.roles import Role
from catalog import documents
from catalog.models import ApiDefinition, Descriptor, Entity, Location
from demo import loading, people
from portal import config
from tests.demo.running import load_demo, serving
from tests.forge import stored
from tests.servers import free_port
from tests.shared import ROOT


def test_preparing_needs_no_settings_and_gives_what_the_processes_need(tmp_path):
    call = "loading.prepare(pathlib.Path(sys.argv[1]), port=8000, forge_port=8010)"
    script = f"import json, pathlib, sys; from demo import loading; print(json.dumps({call}))"
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert found["WAYMARK_CONFIG"] == str(tmp_path / "waymark.yaml")
    assert found["FORGE_WEBHOOK_URL"] == "http://127.0.0.1:8000/webhooks/github"


def test_the_configuration_names_the_forge_where_it_listens(tmp_path):
    environment = loading.prepare(tmp_path, port=8000, forge_port=8010)
    found = config.load(tmp_path / "waymark.yaml", environ=environment)
    (host,) = found["integrations"]["github"]
    assert (host["host"], host["api"]) == ("127.0.0.1:8010", "http://127.0.0.1:8010/api/v3")
    assert host["token"] == environment["FORGE_TOKEN"]
    assert found["catalog"]["locations"][0]["target"] == "http://127.0.0.1:8010/acme/catalog/blob/main/all.yaml"


def test_secrets_are_made_once_and_are_nobody_elses_to_read(tmp_path):
    first = loading.prepare(tmp_path, port=8000, forge_port=8010)
    assert loading.prepare(tmp_path, port=8000, forge_port=8010) == first
    assert loading.prepare(tmp_path / "another", port=8000, forge_port=8010)["FORGE_TOKEN"] != first["FORGE_TOKEN"]
    assert stat.S_IMODE((tmp_path / "forge.json").stat().st_mode) == 0o600
    assert first["FORGE_TOKEN"] not in (tmp_path / "waymark.yaml").read_text()


def test_preparing_again_writes_nothing_and_keeps_what_people_changed(tmp_path):
    loading.prepare(tmp_path, port=8000, forge_port=8010)
    before = stored.head(tmp_path / "git", "catalog")
    with stored.git_of(tmp_path / "git", "checkout") as git:
        git.set_ref("refs/heads/topic", stored.head(tmp_path / "git", "checkout"))
    loading.prepare(tmp_path, port=8000, forge_port=8010)
    assert stored.head(tmp_path / "git", "catalog") == before
    with stored.git_of(tmp_path / "git", "checkout") as git:
        assert "refs/heads/topic" in git.refs()


def test_another_port_is_written_into_the_descriptors(tmp_path):
    loading.prepare(tmp_path, port=8000, forge_port=8010)
    loading.prepare(tmp_path, port=8000, forge_port=8011)
    _, found = stored.files(tmp_path / "git", "catalog")["all.yaml"]
    assert b"http://127.0.0.1:8011/acme/checkout/blob/main/catalog-info.yaml" in found
    assert loading.FORGE.encode() not in found


def test_no_file_that_the_forge_holds_names_the_forge_as_the_sources_do(tmp_path):
    loading.prepare(tmp_path, port=8000, forge_port=8010)
    for one in loading.REPOSITORIES:
        files = stored.files(tmp_path / "git", one.name)
        assert files
        assert not [path for path, (_, content) in files.items() if loading.FORGE.encode() in content]


@pytest.fixture
def acme(tmp_path, settings, db):
    with serving(tmp_path, settings) as found:
        yield found


@pytest.fixture(scope="module")
def company(tmp_path_factory, module_db):
    """The whole demo, as `load_demo` leaves it."""
    with override_settings(), serving(tmp_path_factory.mktemp("acme"), django_settings):
        load_demo()


def test_the_demo_is_read_as_anybodys_catalog_is(company, db):
    kinds = ("component", "api", "resource", "system", "domain", "group", "user", "template")
    counts = {kind: Entity.objects.filter(kind=kind).count() for kind in kinds}
    assert counts == {
        "component": 46,
        "api": 20,
        "resource": 12,
        "system": 9,
        "domain": 3,
        "group": 4,
        "user": 15,
        "template": 4,
    }
    checkout = json.loads(Entity.objects.get(ref="component:default/checkout").document)
    assert {"type": "ownedBy", "targetRef": "group:default/shop"} in checkout["relations"]
    assert {"type": "partOf", "targetRef": "system:default/storefront"} in checkout["relations"]


def test_every_definition_of_an_api_is_read_and_two_have_a_past(company, db):
    read = ApiDefinition.objects.all()
    assert {each.ref: each.problem for each in read if each.problem} == {}
    assert read.filter(operation_count=0).exclude(type="mcp-server").count() == 0
    broken = read.filter(breaking_count__gt=0)
    assert sorted(broken.values_list("ref", flat=True)) == ["api:default/payments-api"]
    assert read.filter(version_count=2).count() == 2


def test_what_is_wrong_on_purpose_is_told_and_nothing_else(company, db):
    broken = Descriptor.objects.with_problems().filter(entity__isnull=True)
    assert sorted(descriptor.file.path.rsplit("/", 1)[-1] for descriptor in broken) == [
        "billing.yaml",
        "engagement.yaml",
        "fulfilment.yaml",
    ]
    assert Location.objects.exclude(error="").count() == 0
    neighbours = {"component:default/messages", "component:default/reviews", "component:default/pick-list"}
    assert Entity.objects.filter(ref__in=neighbours).count() == 3
    assert not Entity.objects.filter(ref="group:default/finance-it").exists()


def test_the_people_of_the_demo_have_their_roles_and_teams(company, db):
    roles = {account.username: User.objects.get(username=account.username).role for account in loading.ACCOUNTS}
    assert roles == {
        "vera": Role.VIEWER,
        "ada": Role.DEVELOPER,
        "lena": Role.TEAM_LEAD,
        "grace": Role.PLATFORM,
        "adam": Role.ADMIN,
    }
    ada = User.objects.get(username="ada")
    assert ada.group_refs == {"group:default/shop"}
    assert ada.check_password(loading.PASSWORD)


def test_loading_again_changes_nothing(acme):
    load_demo()
    before = list(Entity.objects.order_by("ref").values_list("ref", "etag"))
    User.objects.filter(username="ada").update(display_name="Ada Lovelace")
    load_demo()
    assert list(Entity.objects.order_by("ref").values_list("ref", "etag")) == before
    assert User.objects.get(username="ada").display_name == "Ada Lovelace"
    assert RoleGrant.objects.count() == len(loading.ACCOUNTS)


def test_the_launcher_is_told_when_the_demo_is_loaded(acme):
    port = int(acme.host.rpartition(":")[2])
    assert not loading.is_loaded(acme.var, forge_port=port)
    load_demo()
    assert loading.is_loaded(acme.var, forge_port=port)
    assert not loading.is_loaded(acme.var, forge_port=port + 1)


def test_a_forge_that_is_away_is_named_in_plain_words(tmp_path, settings, db):
    port = free_port()
    environment = loading.prepare(tmp_path, port=8000, forge_port=port)
    settings.VAR_DIR, settings.HTTP = tmp_path, {**settings.HTTP, "tries": 1}
    settings.WAYMARK = config.load(tmp_path / "waymark.yaml", environ=environment)
    with pytest.raises(CommandError, match=f"127.0.0.1:{port} cannot be reached"):
        load_demo()
    assert not loading.is_loaded(tmp_path, forge_port=port)


@pytest.mark.django_db
def test_every_account_is_a_person_of_the_catalog():
    people.load()
    names = {
        document.value["metadata"]["name"]: document.value for document in org() if document.value["kind"] == "User"
    }
    assert len(names) == 15
    for account in loading.ACCOUNTS:
        assert names[account.username]["spec"]["profile"]["displayName"] == account.name


def org():
    return documents.load_all((loading.ACME / "catalog" / "org.yaml").read_text(encoding="utf-8"))
