"""Undo: what a run made is taken back, the last thing first; what others have worked on stays and is named."""

import json
from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django.asserts import assertContains, assertNotContains

from accounts import actors
from accounts.models import AuditEvent, Membership
from accounts.roles import Role
from catalog import locations
from catalog.models import Entity, Location
from demo.forge.git import Signature
from integrations import faults
from scaffolder import engine
from scaffolder.engine import lease
from scaffolder.models import CreatedResource, Task
from scaffolder.step import StepFailed
from tests.people import SignedIn, make_person
from tests.scaffolder.actions.conftest import HOST, forge
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, play, states, steps_of

__all__ = ["forge"]
pytestmark = pytest.mark.django_db

ENTITY = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
"""


def one(action, step_id="", **given):
    """Return a step as a YAML map on one line, which JSON is."""
    return json.dumps({"id": step_id or action.replace(":", "-"), "action": action, "input": given})


def write(path, content):
    return one("roadiehq:utils:fs:write", path=path, content=content)


def publish(name="checkout"):
    return one("publish:github", repoUrl=f"{HOST}?owner=acme&repo={name}", protectDefaultBranch=False)


TARGET = f"https://{HOST}/acme/checkout/blob/main/catalog-info.yaml"
REGISTER = one("catalog:register", catalogInfoUrl=TARGET)
PROPOSE = one(
    "publish:github:pull-request",
    repoUrl=f"{HOST}?owner=acme&repo=gitops",
    branchName="add-it",
    title="Add it",
    description="",
)
BREAK = one("debug:log", message="${{ nope() }}")


@pytest.fixture
def ada():
    return make_person("ada")


@pytest.fixture
def actor(ada):
    return actors.for_user(ada)


@pytest.fixture
def made(forge, actor):
    """A run that made a repository and registered what it describes."""
    task = play(make_template(steps_of(write("catalog-info.yaml", ENTITY), publish(), REGISTER)), actor)
    assert task.state == "completed", log_of(task)
    return task


def take_back(task, actor):
    undo = engine.undo(task, actor)
    engine.run(undo.pk, heartbeat=no_heartbeat)
    return fresh(undo)


def commit(forge, name, branch="main", message="By hand"):
    """Push a commit of somebody else."""
    repo = forge.repo(name)
    with forge.store.git(repo) as git:
        head = git.refs()[f"refs/heads/{branch}"]
        kim = Signature("Kim", "kim@acme.example", datetime.now(UTC))
        sha = git.add_commit(tree=git.tree_of(head), parents=[head], message=message, author=kim, committer=kim)
        git.set_ref(f"refs/heads/{branch}", sha)


def test_what_a_run_made_goes_the_last_thing_first(forge, made, actor):
    undo = take_back(made, actor)
    assert undo.state == "completed", log_of(undo)
    assert forge.store.get("acme", "checkout") is None
    assert not Location.objects.exists()
    assert not Entity.objects.filter(kind="component").exists()
    assert list(undo.steps.values_list("name", flat=True)) == ["Undo catalog-info.yaml", "Undo acme/checkout"]
    assert not made.resources.filter(undone_at=None).exists()
    assert AuditEvent.objects.filter(event="run.undone", subject=str(made.pk)).exists()


def test_a_repository_that_others_have_pushed_to_is_kept_and_named(forge, made, actor):
    commit(forge, "checkout")
    undo = take_back(made, actor)
    assert undo.state == "completed"
    assert forge.store.get("acme", "checkout") is not None
    row = made.resources.get(kind="repository")
    assert row.undone_at is None
    assert row.remark.startswith("Kim has pushed ")
    assert "Delete acme/checkout yourself" in row.remark
    assert any("Kept acme/checkout. Kim has pushed" in line for line in log_of(undo))


def test_what_was_kept_can_be_undone_later(forge, made, actor):
    commit(forge, "checkout")
    take_back(made, actor)
    forge.store.delete(forge.repo("checkout"))
    undo = take_back(made, actor)
    assert undo.steps.count() == 1
    row = made.resources.get(kind="repository")
    assert row.undone_at is not None
    assert row.remark.startswith("There is no repository acme/checkout")


def test_a_repository_of_another_run_with_the_same_name_stays(forge, made, actor):
    forge.store.delete(forge.repo("checkout"))
    Location.objects.all().delete()
    other = play(make_template(steps_of(write("a", "a"), publish()), name="other"), actor)
    assert other.state == "completed"
    take_back(made, actor)
    assert forge.store.get("acme", "checkout") is not None


@pytest.mark.parametrize("where", ["publish:created", "publish:committed"])
def test_a_run_that_was_cut_off_leaves_nothing(forge, actor, monkeypatch, where):
    def break_there(name):
        if name == where:
            raise StepFailed("Cut off.")

    monkeypatch.setattr(faults, "point", break_there)
    task = play(make_template(steps_of(write("a", "a"), publish())), actor)
    monkeypatch.undo()
    assert task.state == "failed"
    assert forge.store.get("acme", "checkout") is not None
    take_back(task, actor)
    assert forge.store.get("acme", "checkout") is None


def test_what_nobody_knows_whether_it_was_made_is_looked_for(forge, made, actor):
    made.resources.filter(kind="repository").update(kind="unsure", key="repository forge.test/acme/never")
    undo = take_back(made, actor)
    assert undo.state == "completed"
    assert made.resources.get(kind="unsure").undone_at is not None
    assert forge.store.get("acme", "checkout") is not None


def test_somebody_elses_repository_is_not_taken_for_one_that_may_have_been_made(forge, made, actor):
    made.resources.filter(kind="repository").update(kind="unsure", key="repository forge.test/acme/checkout")
    take_back(made, actor)
    assert forge.store.get("acme", "checkout") is not None
    assert "does not carry the mark" in made.resources.get(kind="unsure").remark


@pytest.fixture
def gitops(forge, actor):
    """A repository that was there before, and a run that proposes something to it."""
    assert (
        play(make_template(steps_of(write("README.md", "# G"), publish("gitops")), name="gitops"), actor).state
        == "completed"
    )
    task = play(make_template(steps_of(write("new.yaml", "a: 1"), PROPOSE), name="propose"), actor)
    assert task.state == "completed", log_of(task)
    return task


def branches(forge, name):
    with forge.store.git(forge.repo(name)) as git:
        return set(git.refs("refs/heads/"))


def test_a_pull_request_is_closed_and_its_branch_deleted(forge, gitops, actor):
    undo = take_back(gitops, actor)
    assert undo.state == "completed", log_of(undo)
    (pull,) = forge.repo("gitops").pulls
    assert (pull["state"], pull["merged_at"]) == ("closed", None)
    assert branches(forge, "gitops") == {"refs/heads/main"}


def test_a_merged_pull_request_is_kept(forge, gitops, actor):
    (pull,) = forge.repo("gitops").pulls
    pull |= {"state": "closed", "merged_at": "2026-01-01T00:00:00Z"}
    forge.store.save(forge.repo("gitops"))
    take_back(gitops, actor)
    assert gitops.resources.get().remark == "It has been merged into main. Revert it there, if it should not be."


def test_a_branch_that_others_pushed_to_stays(forge, gitops, actor):
    commit(forge, "gitops", "add-it")
    take_back(gitops, actor)
    assert forge.repo("gitops").pulls[0]["state"] == "closed"
    assert "refs/heads/add-it" in branches(forge, "gitops")
    assert "others have pushed to add-it" in gitops.resources.get().remark


def test_a_place_that_was_registered_before_the_run_is_none_of_its_own(forge, made, actor):
    template = make_template(steps_of(REGISTER), name="again")
    task = play(template, actor)
    assert task.state == "completed", log_of(task)
    assert not task.resources.exists()
    with pytest.raises(engine.NotUndoable, match="Nothing that this run made is left"):
        engine.undo(task, actor)


def test_one_thing_that_fails_keeps_no_other_from_going_and_is_tried_again(forge, made, actor, monkeypatch):
    monkeypatch.setattr(locations, "unregister", lambda location, by: 1 / 0)
    undo = take_back(made, actor)
    assert (undo.state, states(undo)) == ("failed", ["failed", "completed"])
    assert forge.store.get("acme", "checkout") is None
    assert list(made.resources.filter(undone_at=None).values_list("kind", flat=True)) == ["location"]
    monkeypatch.undo()
    engine.retry(undo, actor)
    engine.run(undo.pk, heartbeat=no_heartbeat)
    assert fresh(undo).state == "completed"
    assert not Location.objects.exists()


def test_a_worker_that_is_lost_after_the_act_is_no_harm(forge, made, actor, monkeypatch):
    undo = engine.undo(made, actor)

    class Lost(BaseException):
        pass

    def lose(name):
        if name == "step:played":
            raise Lost

    monkeypatch.setattr(faults, "point", lose)
    with pytest.raises(Lost):
        engine.run(undo.pk, heartbeat=no_heartbeat)
    monkeypatch.undo()
    Task.objects.filter(pk=undo.pk).update(lease_until="2020-01-01T00:00:00Z")
    engine.run(undo.pk, heartbeat=no_heartbeat)
    assert fresh(undo).state == "completed", log_of(undo)
    assert not made.resources.filter(undone_at=None).exists()


def test_a_host_that_is_away_is_asked_again_later(forge, made, actor):
    forge.fault(outage={"path": "/repos/acme/checkout"})
    undo = take_back(made, actor)
    assert undo.state == "open"
    assert undo.not_before is not None
    forge.fault(outage=None)
    Task.objects.filter(pk=undo.pk).update(not_before=None)
    engine.run(undo.pk, heartbeat=no_heartbeat)
    assert forge.store.get("acme", "checkout") is None


def test_a_kind_that_nobody_knows_is_kept(made, actor):
    CreatedResource.objects.create(task=made, kind="queue", key="orders", title="orders", step_id="x")
    take_back(made, actor)
    assert "does not know how to take back a queue" in made.resources.get(kind="queue").remark


def test_only_whoever_may_control_the_run_may_undo_it(made):
    with pytest.raises(PermissionDenied):
        engine.undo(made, actors.for_user(make_person("mo", groups=("group:default/money",))))


def test_whoever_lost_the_right_meanwhile_undoes_nothing(forge, made):
    lin = make_person("lin", role=Role.TEAM_LEAD)
    undo = engine.undo(made, actors.for_user(lin), user=lin)
    Membership.objects.filter(user=lin).delete()
    engine.run(undo.pk, heartbeat=no_heartbeat)
    assert fresh(undo).state == "failed"
    assert forge.store.get("acme", "checkout") is not None


def test_a_run_is_undone_once_at_a_time_and_only_when_it_has_ended(forge, actor, made):
    undo = engine.undo(made, actor)
    with pytest.raises(engine.NotUndoable, match="already"):
        engine.undo(made, actor)
    with pytest.raises(engine.NotUndoable, match="took something back itself"):
        engine.undo(undo, actor)
    going = engine.submit(template=make_template(steps_of(BREAK), name="z"), parameters={}, actor=actor)
    with pytest.raises(engine.NotUndoable, match="Cancel it first"):
        engine.undo(going, actor)


def test_what_was_undone_is_not_retried(forge, actor):
    task = play(make_template(steps_of(write("a", "a"), publish(), BREAK)), actor)
    assert task.state == "failed"
    take_back(task, actor)
    with pytest.raises(engine.NotRetryable, match="Start over"):
        engine.retry(task, actor)


def test_lease_of_an_undo_is_that_of_any_run(made, actor):
    undo = engine.undo(made, actor)
    assert lease.take(undo.pk, worker="one") is not None
    assert lease.take(undo.pk, worker="two") is None


# -- Pages and API -----------------------------------------------------------------------------------------------------


def test_the_page_says_what_becomes_of_each_thing_and_then_does_it(made, ada, django_assert_max_num_queries):
    reader = SignedIn(ada)
    assertContains(reader.get(made.get_absolute_url()), f"{made.get_absolute_url()}undo/")
    for number in range(30):
        CreatedResource.objects.create(task=made, kind="queue", key=f"q{number}", title=f"q{number}", step_id="x")
    with django_assert_max_num_queries(12):
        page = reader.get(f"{made.get_absolute_url()}undo/")
    for text in ("acme/checkout", "It is deleted with all that is in it", "leave the catalog", "does not know how"):
        assertContains(page, text)
    assert Task.objects.filter(undoes=made).count() == 0
    answer = reader.post(f"{made.get_absolute_url()}undo/")
    undo = Task.objects.get(undoes=made)
    assert answer["Location"] == undo.get_absolute_url()
    assertContains(reader.get(made.get_absolute_url()), "is being taken back")
    engine.run(undo.pk, heartbeat=no_heartbeat)
    page = reader.get(made.get_absolute_url())
    for text in ("The run was undone", "Undone", "Kept:"):
        assertContains(page, text)
    assertContains(reader.get(undo.get_absolute_url()), "takes back what another one made")
    assertNotContains(reader.get(undo.get_absolute_url()), f"{undo.get_absolute_url()}undo/")


def test_a_page_of_a_run_that_cannot_be_undone_leads_back_with_the_reason(ada, actor):
    task = play(make_template(steps_of(BREAK)), actor)
    answer = SignedIn(ada).get(f"{task.get_absolute_url()}undo/", follow=True)
    assertContains(answer, "Nothing that this run made is left.")


def test_the_api_starts_it_and_tells_how_each_went(forge, made, ada):
    commit(forge, "checkout")
    client = SignedIn(ada)
    answer = client.post(f"/api/v1/tasks/{made.pk}/undo")
    undo = Task.objects.get(undoes=made)
    assert (answer.status_code, answer.json()["id"]) == (202, str(undo.pk))
    assert answer["Location"].endswith(f"/api/v1/tasks/{undo.pk}")
    assert client.post(f"/api/v1/tasks/{made.pk}/undo").status_code == 409
    engine.run(undo.pk, heartbeat=no_heartbeat)
    told = client.get(f"/api/v1/tasks/{made.pk}").json()["resources"]
    assert [(one["kind"], one["state"]) for one in told] == [("repository", "made"), ("location", "undone")]
    assert told[0]["remark"].startswith("Kim has pushed")


def test_the_api_refuses_others(made):
    lin = SignedIn(make_person("vi", role=Role.VIEWER, groups=()))
    assert lin.post(f"/api/v1/tasks/{made.pk}/undo").status_code == 404


def test_an_issue_is_closed(forge, made, actor):
    step = one("github:issues:create", repoUrl=f"{HOST}?owner=acme&repo=checkout", title="Set up alerts")
    task = play(make_template(steps_of(step), name="issue"), actor)
    assert task.state == "completed", log_of(task)
    assert take_back(task, actor).state == "completed"
    assert [issue["state"] for issue in forge.repo("checkout").issues] == ["closed"]
