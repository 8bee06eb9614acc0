"""A pull request that breaks a descriptor is told so on itself, before it is merged."""

import json

import pytest

from catalog.models import Location
from delivery import processing, pulls
from delivery.handlers import Origin, Unusable
from delivery.models import Delivery
from integrations.errors import Refused
from integrations.github.checks import Annotation, Verdict
from integrations.github.client import GitHubClient
from tests.delivery.repositories import Work, component
from tests.delivery.webhooks import post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(telling):
    work = Work(telling, "web")
    work.commit({"catalog-info.yaml": component(), "README.md": "# Web\n"})
    work.register()
    return work


def checks(work, sha=""):
    """Return the check runs of a commit, the newest first, each with its annotations."""
    sha = sha or work.client.branch(work.repo, "change").sha
    found = work.forge.api("GET", f"/repos/acme/{work.name}/commits/{sha}/check-runs").json["check_runs"]
    for run in found:
        path = f"/repos/acme/{work.name}/check-runs/{run['id']}/annotations?per_page=100"
        run["annotations"] = work.forge.api("GET", path).json
    return found


def only(work):
    (run,) = checks(work)
    return run


def outcome():
    return Delivery.objects.filter(event="pull_request").latest("pk").outcome


def test_a_good_change_is_a_success(web):
    web.propose({"catalog-info.yaml": component(description="Better")})
    run = only(web)
    assert (run["name"], run["status"], run["conclusion"]) == ("Waymark / catalog", "completed", "success")
    assert run["output"]["title"] == "1 entity can be read"
    assert run["annotations"] == []


def test_a_broken_line_is_a_failure_at_its_line(web):
    web.propose({"catalog-info.yaml": component().replace("name: web", "name: no name")})
    run = only(web)
    assert (run["conclusion"], run["output"]["title"]) == ("failure", "1 problem in the descriptors")
    (remark,) = run["annotations"]
    assert (remark["path"], remark["start_line"], remark["start_column"]) == ("catalog-info.yaml", 4, 9)
    assert remark["annotation_level"] == "failure"
    assert remark["title"] == "Catalog rule C05"
    assert '"metadata.name" is not valid' in remark["message"]
    assert "manage.py validate catalog-info.yaml" in run["output"]["summary"]


def test_a_warning_is_neutral(web):
    web.propose({"catalog-info.yaml": component(owner="ada@example.com")})
    run = only(web)
    assert (run["conclusion"], [one["annotation_level"] for one in run["annotations"]]) == ("neutral", ["warning"])


def test_a_new_commit_is_looked_at_anew(web):
    web.propose({"catalog-info.yaml": component().replace("production", "[")})
    broken = web.client.branch(web.repo, "change").sha
    mended = web.commit({"catalog-info.yaml": component(description="Mended")}, branch="change")
    assert [run["conclusion"] for run in checks(web, broken)] == ["failure"]
    assert [run["conclusion"] for run in checks(web, mended)] == ["success"]


def test_a_request_that_touches_no_descriptor_passes_so_that_the_check_can_be_required(web):
    web.propose({"README.md": "# Web, again\n"})
    assert (only(web)["conclusion"], only(web)["output"]["title"]) == ("success", "No descriptor is changed")


def test_of_a_repository_that_the_catalog_does_not_read_nothing_is_said(telling):
    work = Work(telling, "elsewhere")
    work.propose({"README.md": "# Elsewhere\n"})
    assert checks(work) == []
    assert "reads nothing from this repository" in outcome()


def test_a_first_descriptor_is_looked_at_by_its_name(telling):
    work = Work(telling, "fresh")
    work.propose({"service/catalog-info.yaml": component().replace("kind: Component", "kind: Componnet")})
    (remark,) = only(work)["annotations"]
    assert (remark["path"], remark["start_line"]) == ("service/catalog-info.yaml", 2)


def test_a_descriptor_under_another_name_is_looked_at_where_the_catalog_reads_it(web):
    Location.objects.create(type="url", target=web.address("services/*.yaml"), origin="registered")
    web.propose({"services/a.yaml": "kind: [", "other.yaml": "kind: ["})
    assert {one["path"] for one in only(web)["annotations"]} == {"services/a.yaml"}


def test_the_rules_of_the_place_hold(web):
    web.propose(
        {
            "catalog-info.yaml": "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: a}\n"
            "spec: {type: team, children: []}\n"
        }
    )
    assert [one["title"] for one in only(web)["annotations"]] == ["Catalog rule I09"]


def test_a_name_that_another_repository_has_is_refused(web):
    other = Work(web.forge, "other")
    other.propose({"catalog-info.yaml": component("web")})
    (remark,) = only(other)["annotations"]
    assert remark["title"] == "Catalog rule I08"
    assert web.address() in remark["message"]


def test_a_document_may_move_from_one_file_to_another(web):
    web.propose({"catalog-info.yaml": None, "deploy/catalog-info.yaml": component()})
    assert only(web)["conclusion"] == "success"


def test_what_would_leave_the_catalog_is_named(web):
    web.propose({"catalog-info.yaml": None})
    assert "Would leave the catalog: `component:default/web`" in only(web)["output"]["summary"]


def test_the_same_event_again_writes_nothing_more(web):
    web.propose({"catalog-info.yaml": "kind: ["})
    delivery = Delivery.objects.filter(event="pull_request").latest("pk")
    web.forge.desk("calls", method="DELETE")
    processing.process_again([delivery.pk])
    assert [call for call in web.forge.calls() if not call.startswith("GET")] == []
    assert len(checks(web)) == 1


def test_more_remarks_than_one_call_takes_come_in_several(web):
    documents = "---\n".join(component(f"no name {number}") for number in range(120))
    web.propose({"catalog-info.yaml": documents})
    run = only(web)
    assert (run["conclusion"], run["output"]["annotations_count"]) == ("failure", 120)
    lines = [one["start_line"] for one in run["annotations"]]
    assert lines == sorted(set(lines))


@pytest.mark.parametrize("lost", [0, 1, 2])
def test_an_answer_that_is_lost_on_the_way_doubles_no_remark(web, lost):
    documents = "---\n".join(component(f"no name {number}") for number in range(120))
    methods = ["POST", "PATCH", "PATCH"]
    web.forge.turn_on(lost={"times": 1, "method": methods[lost], "path": "/repos/acme/web/check-runs"})
    web.propose({"catalog-info.yaml": documents})
    delivery = Delivery.objects.filter(event="pull_request").latest("pk")
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    Delivery.objects.update(not_before=None)
    processing.process(delivery.pk)
    run = only(web)
    assert (run["status"], run["conclusion"]) == ("completed", "failure")
    assert run["output"]["annotations_count"] == 120


def test_switched_off_nothing_is_written(web, settings):
    settings.WAYMARK["catalog"]["checkRuns"] = False
    web.propose({"catalog-info.yaml": "kind: ["})
    assert checks(web) == []


def test_a_credential_without_the_right_is_told_to_whoever_runs_the_portal(web, monkeypatch):
    def refuse(self, repo, verdict):
        raise Refused("git.example does not allow POST /check-runs (403). Give the credential that right.")

    monkeypatch.setattr(GitHubClient, "write_check_run", refuse)
    web.propose({"catalog-info.yaml": component(description="x")})
    delivery = Delivery.objects.filter(event="pull_request").latest("pk")
    assert (delivery.state, "Give the credential that right" in delivery.error) == ("parked", True)


def rerun(work, *, name="Waymark / catalog", action="rerequested"):
    """Tell the portal that somebody pressed "Re-run" on the check run of the pull request."""
    (run,) = checks(work)
    pull = {"number": 1, "head": {"sha": run["head_sha"], "ref": "change"}, "base": {"ref": "main"}}
    repository = {
        "name": work.name,
        "full_name": f"acme/{work.name}",
        "owner": {"login": "acme"},
        "default_branch": "main",
    }
    repository["html_url"] = f"{work.forge.url}/acme/{work.name}"
    told = {"id": run["id"], "name": name, "pull_requests": [pull]}
    return post({"action": action, "check_run": told, "repository": repository}, event="check_run")


def test_somebody_who_wants_it_again_gets_it_again_once(web):
    web.propose({"catalog-info.yaml": "kind: ["})
    assert rerun(web).status_code == 202
    delivery = Delivery.objects.filter(event="check_run").get()
    processing.process(delivery.pk)
    assert [run["conclusion"] for run in checks(web)] == ["failure", "failure"]
    processing.process_again([delivery.pk])
    processing.process(delivery.pk)
    assert len(checks(web)) == 2


@pytest.mark.parametrize("other", [{"name": "build"}, {"action": "created"}])
def test_what_happens_to_check_runs_besides_is_read_past(web, other):
    web.propose({"catalog-info.yaml": "kind: ["})
    rerun(web, **other)
    processing.process(Delivery.objects.filter(event="check_run").get().pk)
    assert len(checks(web)) == 1


HOSTILE = {
    "not UTF-8": b"\xff\xfe",
    "aliases in aliases": b"a: &a [x, x]\n" + b"".join(b"k%d: &k%d [*a, *a]\n" % (n, n) for n in range(99)),
    "a page of HTML": b"<script>alert(1)</script>",
    "a NUL": b"kind: \x00",
    "depth": b"a: " + b"[" * 5_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_a_failure_and_no_more(web, content):
    web.client.create_ref(web.repo, "change", web.client.branch(web.repo, "main").sha)
    web.client.put_file(web.repo, "catalog-info.yaml", content, message="Change", branch="change")
    web.client.create_pull_request(web.repo, head="change", base="main", title="Change")
    web.wait()
    assert only(web)["conclusion"] == "failure"


def test_the_forge_shows_the_check_on_the_page_of_the_pull_request(web):
    number = web.propose({"catalog-info.yaml": component().replace("name: web", "name: no name")})
    page = web.forge.page(f"/acme/web/pull/{number}").text
    assert "Waymark / catalog" in page
    assert "catalog-info.yaml:4" in page


ODD = [
    {"action": "opened"},
    {"action": "opened", "number": "7", "pull_request": {"head": {"sha": "a" * 40}}},
    {"action": "opened", "number": 7, "pull_request": {"head": {"sha": "../x"}}},
    {"action": "opened", "number": 7, "pull_request": {"head": {"sha": "a" * 40}, "base": {"ref": 7}}},
    {},
]


ODD_RUNS = [
    {"id": 7, "name": pulls.NAME, "pull_requests": []},
    {"id": "7", "name": pulls.NAME, "pull_requests": [{"number": 1}]},
    {"id": 7, "name": pulls.NAME, "pull_requests": [7]},
    {"id": 7, "name": pulls.NAME, "pull_requests": [{"number": 1, "head": {}, "base": {}}]},
]


@pytest.mark.parametrize("run", ODD_RUNS)
def test_h3_a_check_run_of_nothing_is_unusable(run):
    with pytest.raises(Unusable):
        pulls.read_again({"action": "rerequested", "check_run": run})


@pytest.mark.parametrize("payload", ODD)
def test_h3_a_payload_that_is_none_of_a_pull_request_is_unusable(payload):
    with pytest.raises(Unusable):
        pulls.read(payload)


def test_an_action_that_proposes_nothing_is_read_past():
    assert pulls.read({"action": "labeled"}) is None
    assert pulls.act(Origin("h"), [None], lambda line: None) == "Nothing new is proposed."


def test_no_annotation_is_larger_than_github_takes():
    found = Annotation("a.yaml", 0, "x" * 100_000, title="t" * 500, column=3).to_json()
    assert (found["start_line"], len(found["message"]), len(found["title"])) == (1, 65_536, 255)
    verdict = Verdict("n", "a" * 40, "id", "failure", "t" * 900, "s" * 100_000)
    assert len(json.dumps(verdict.output([]))) < 70_000


QUOTING = """\
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: web-api}
spec: {type: openapi, lifecycle: production, owner: shop, definition: {$json: ./api.json}}
"""


def test_a_quoted_file_that_breaks_its_descriptor_is_told_there(telling):
    work = Work(telling, "quoting")
    work.commit({"catalog-info.yaml": QUOTING, "api.json": '"openapi"'})
    work.register()
    work.propose({"api.json": "{"})
    (remark,) = only(work)["annotations"]
    assert (remark["path"], remark["start_line"]) == ("catalog-info.yaml", 4)
