"""Backstage's scaffolder API, as its clients call it (the end of part T)."""

import base64
import json
import uuid
from datetime import datetime

import pytest

from accounts import actors, tokens
from accounts.roles import Role
from scaffolder import engine, registry
from scaffolder.backstage import events
from scaffolder.models import Task
from tests.people import SHOP, SignedIn, make_person
from tests.scaffolder.runs import fresh, make_template, no_heartbeat, steps_of

pytestmark = pytest.mark.django_db

ROOT = "/api/scaffolder/v2"
FORM = """  parameters:
    - title: Who
      description: About the service
      required: [name]
      properties:
        name: {type: string, minLength: 3}
    - properties:
        key: {type: string, ui:field: Secret}
"""
SAY = '{id: say, name: Say it, action: "debug:log", input: {message: "Hello ${{ parameters.name }}"}}'
OUTPUT = "  output: {links: [{title: Home, url: 'https://acme.example'}]}\n"


class Client:
    """A machine of team shop."""

    def __init__(self, client, role=Role.DEVELOPER):
        _row, token = tokens.create(f"ci-{role}", role=role, actor=actors.system(), team_ref=SHOP)
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def get(self, path, **params):
        return self.client.get(ROOT + path, params, headers=self.headers)

    def post(self, path, body=None):
        return self.client.post(
            ROOT + path, json.dumps(body or {}), content_type="application/json", headers=self.headers
        )


@pytest.fixture
def api(client):
    return Client(client)


@pytest.fixture
def template(db):
    return make_template(FORM + steps_of(SAY) + OUTPUT)


def start(api, **values):
    answer = api.post("/tasks", {"templateRef": "template:default/path", "values": {"name": "checkout", **values}})
    assert answer.status_code == 201, answer.content
    return Task.objects.get(pk=answer.json()["id"])


def run(task):
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


# -- Templates ---------------------------------------------------------------------------------------------------------


def test_the_form_of_a_template(api, template):
    found = api.get("/templates/default/template/path/parameter-schema").json()
    assert found["title"] == "path"
    first, second = found["steps"]
    assert (first["title"], first["description"]) == ("Who", "About the service")
    assert first["schema"]["properties"]["name"] == {"type": "string", "minLength": 3}
    assert (second["title"], "description" in second) == ("Please enter the following information", False)
    assert "presentation" not in found


@pytest.mark.parametrize("path", ["default/template/nothing", "default/template/PATH-x"])
def test_a_template_that_is_not_there(api, template, path):
    assert api.get(f"/templates/{path}/parameter-schema").status_code == 404


def test_the_actions_with_schemas_and_examples(api):
    found = {action["id"]: action for action in api.get("/actions").json()}
    assert set(found) == set(registry.all())
    shown = found["publish:github"]
    assert shown["schema"]["input"]["required"] == ["repoUrl"]
    assert "commitHash" in shown["schema"]["output"]["properties"]
    assert shown["examples"][0]["example"].startswith("steps:\n- id: step\n  action: publish:github\n")


def test_the_extensions_of_expressions(api):
    found = api.get("/templating-extensions").json()
    assert set(found["filters"]) == {"parseRepoUrl", "parseEntityRef", "pick", "projectSlug"}
    assert found["globals"] == {"functions": {}, "values": {}}


# -- Tasks -------------------------------------------------------------------------------------------------------------


def test_a_run_is_started_and_told(api, template):
    task = start(api)
    found = api.get(f"/tasks/{task.pk}").json()
    assert (found["id"], found["status"], found["createdBy"]) == (str(task.pk), "open", task.actor_ref)
    assert datetime.fromisoformat(found["createdAt"]) == task.created_at.replace(
        microsecond=task.created_at.microsecond // 1000 * 1000
    )
    assert found["createdAt"].endswith("Z")
    assert found["lastHeartbeatAt"] is None
    spec = found["spec"]
    assert spec["parameters"] == {"name": "checkout"}
    assert [step["name"] for step in spec["steps"]] == ["Say it"]
    assert spec["templateInfo"]["entityRef"] == "template:default/path"
    assert run(task).state == "completed"
    assert api.get(f"/tasks/{task.pk}").json()["status"] == "completed"


def test_wrong_values_are_400_with_each_of_them(api, template):
    answer = api.post("/tasks", {"templateRef": "template:default/path", "values": {"name": "a"}})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["property"], error["path"]) == (400, "instance.name", ["name"])
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"templateRef": "template:default/path"}, 400),
        ({"templateRef": "template:default/path", "values": []}, 400),
        ({"templateRef": 7, "values": {}}, 400),
        ({"templateRef": ":::", "values": {}}, 400),
        ({"templateRef": "template:default/no", "values": {}}, 404),
        ({"templateRef": "template:default/path", "values": {"name": "abc"}, "secrets": {"key": 1}}, 400),
        ({"templateRef": "template:default/path", "values": {"name": "abc"}, "secrets": ["x"]}, 400),
    ],
)
def test_what_names_no_run_starts_none(api, template, body, status):
    answer = api.post("/tasks", body)
    assert (answer.status_code, answer.json()["error"]["name"]) == (
        status,
        "NotFoundError" if status == 404 else "InputError",
    )
    assert not Task.objects.exists()


def test_secrets_are_used_and_shown_nowhere(api):
    say = '{id: say, action: "debug:log", input: {message: "${{ secrets.key }}"}}'
    make_template(FORM + steps_of(say))
    body = {"templateRef": "path", "values": {"name": "abc"}, "secrets": {"key": "a-long-secret-value"}}
    task = run(Task.objects.get(pk=api.post("/tasks", body).json()["id"]))
    assert task.state == "completed"
    for path in (f"/tasks/{task.pk}", "/tasks", f"/tasks/{task.pk}/events"):
        assert "a-long-secret-value" not in api.get(path).content.decode()


def test_runs_are_listed_filtered_ordered_and_paged(api, template):
    first, second = start(api), run(start(api))
    found = api.get("/tasks").json()
    assert ([task["id"] for task in found["tasks"]], found["totalTasks"]) == ([str(second.pk), str(first.pk)], 2)
    assert [task["id"] for task in api.get("/tasks", status="open").json()["tasks"]] == [str(first.pk)]
    assert api.get("/tasks", createdBy="user:default/nobody").json() == {"tasks": [], "totalTasks": 0}
    paged = api.get("/tasks", limit="1", offset="1", order="asc:created_at").json()
    assert ([task["id"] for task in paged["tasks"]], paged["totalTasks"]) == ([str(second.pk)], 2)


@pytest.mark.parametrize("asked", [{"order": "up:name"}, {"order": "asc:output"}, {"limit": "0"}, {"offset": "x"}])
def test_a_list_that_cannot_be_made_is_400(api, asked):
    assert api.get("/tasks", **asked).status_code == 400


def test_the_list_takes_as_many_statements_for_thirty_as_for_three(api, template, django_assert_max_num_queries):
    ada = actors.for_user(make_person("ada"))
    for _ in range(9):
        engine.submit(template=template, parameters={"name": "abc"}, actor=ada, owner_ref=SHOP)
        Task.objects.update(state="completed")
    api.get("/tasks")
    with django_assert_max_num_queries(6):
        assert len(api.get("/tasks").json()["tasks"]) == 9


def test_a_run_is_cancelled_and_tried_again(api, template):
    task = start(api)
    assert api.post(f"/tasks/{task.pk}/cancel").json() == {"status": "cancelled"}
    assert fresh(task).state == "cancelled"
    answer = api.post(f"/tasks/{task.pk}/retry", {"secrets": {}})
    assert (answer.status_code, answer.json()) == (201, {"id": str(task.pk)})
    assert run(task).state == "completed"
    assert api.post(f"/tasks/{task.pk}/retry").status_code == 409


def test_what_others_may_not_see_is_not_there(api, template):
    task = engine.submit(
        template=template,
        parameters={"name": "abc"},
        actor=actors.for_user(make_person("mo", groups=("group:default/x",))),
    )
    for path in (
        f"/tasks/{task.pk}",
        f"/tasks/{task.pk}/events",
        f"/tasks/{task.pk}/eventstream",
        f"/tasks/{uuid.uuid4()}",
    ):
        assert api.get(path).status_code == 404
    assert api.get("/tasks/no-uuid").json()["error"]["message"] == "No task with id 'no-uuid'"
    assert api.get("/tasks").json()["totalTasks"] == 0


def test_an_unknown_address_is_json(api):
    assert api.get("/nothing").json()["error"]["name"] == "NotFoundError"


def test_without_a_token_nothing(client):
    assert client.get(f"{ROOT}/actions").status_code == 401


# -- Events ------------------------------------------------------------------------------------------------------------


def stream(api, task, **params):
    """Return the events of a stream as (id, type, data)."""
    text = b"".join(api.get(f"/tasks/{task.pk}/eventstream", **params).streaming_content).decode()
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    assert blocks[0] == {"retry": "2000"}
    return [(int(block["id"]), block["event"], json.loads(block["data"])) for block in blocks[1:]]


def test_the_events_of_a_run_and_its_end(api, template):
    task = run(start(api))
    found = stream(api, task)
    assert [number for number, _, _ in found] == list(range(1, len(found) + 1))
    begin = found[0][2]
    assert (begin["body"]["stepId"], begin["body"]["status"]) == ("say", "processing")
    assert [data["body"].get("status") for _, _, data in found if data["body"].get("stepId")][-1] == "completed"
    number, kind, end = found[-1]
    assert (kind, end["id"], end["taskId"], end["type"]) == ("completion", number, str(task.pk), "completion")
    assert end["body"]["output"]["links"][0]["title"] == "Home"
    assert "error" not in end["body"]


def test_a_run_that_failed_says_why_at_its_end(api):
    make_template(steps_of('{id: say, action: "debug:log", input: {message: "${{ nope() }}"}}'))
    task = run(Task.objects.get(pk=api.post("/tasks", {"templateRef": "path", "values": {}}).json()["id"]))
    found = stream(api, task)
    assert found[-1][2]["body"]["error"]["message"].startswith("debug:log: template.yaml:")
    assert "failed" in [data["body"].get("status") for _, _, data in found[:-1]]


def test_a_cancelled_run_ends_for_clients_too(api, template):
    task = start(api)
    api.post(f"/tasks/{task.pk}/cancel")
    kinds = [kind for _, kind, _ in stream(api, task)]
    assert kinds[-2:] == ["cancelled", "completion"]


def test_f29_a_reader_that_comes_back_gets_the_rest(api, template):
    task = run(start(api))
    everything = stream(api, task)
    assert stream(api, task, after="3") == everything[3:]
    lines = api.client.get(
        f"{ROOT}/tasks/{task.pk}/eventstream?after=0", headers={**api.headers, "Last-Event-ID": "3"}
    ).streaming_content
    assert b"id: 3\n" not in b"".join(lines)
    polled = api.get(f"/tasks/{task.pk}/events", after="3").json()
    assert polled == [data for _, _, data in everything[3:]]


def test_a_poll_without_news_of_a_run_that_has_ended_answers_at_once(api, template):
    task = run(start(api))
    assert api.get(f"/tasks/{task.pk}/events", after="999").json() == []


def test_a_poll_waits_for_news(api, template, monkeypatch):
    task = start(api)
    waited = []

    def sleep(seconds):
        waited.append(seconds)
        run(task)

    monkeypatch.setattr(events.time, "sleep", sleep)
    assert api.get(f"/tasks/{task.pk}/events").json()[-1]["type"] == "completion"
    assert waited == [events.LOOK_EVERY_SECONDS]


def test_a_stream_follows_a_run_that_goes_on(api, template, monkeypatch):
    task = start(api)
    monkeypatch.setattr(events.time, "sleep", lambda seconds: run(task))
    assert [kind for _, kind, _ in stream(api, task)][-1] == "completion"


def test_when_all_places_are_taken_a_stream_gives_what_there_is(api, template, monkeypatch):
    task = start(api)
    taken = [events._held.acquire(blocking=False) for _ in range(12)]
    try:
        assert all(taken)
        assert stream(api, task) == []
        assert api.get(f"/tasks/{task.pk}/events").json() == []
    finally:
        for _ in taken:
            events._held.release()


# -- Dry runs ----------------------------------------------------------------------------------------------------------


TEMPLATE = {
    "apiVersion": "scaffolder.backstage.io/v1beta3",
    "kind": "Template",
    "metadata": {"name": "x"},
    "spec": {
        "parameters": {"properties": {"name": {"type": "string", "minLength": 2}}},
        "steps": [
            {
                "id": "fetch",
                "action": "fetch:template",
                "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}"}},
            },
            {"action": "debug:log", "input": {"message": "Hi"}},
        ],
        "output": {"text": [{"title": "Name", "content": "${{ parameters.name }}"}]},
    },
}


def files(**contents):
    return [
        {"path": path, "base64Content": base64.b64encode(text.encode()).decode()} for path, text in contents.items()
    ]


@pytest.fixture
def author(client):
    return SignedIn(make_person("grace", role=Role.PLATFORM))


def play(author, **changes):
    body = {
        "template": TEMPLATE,
        "values": {"name": "checkout"},
        "directoryContents": files(**{"skeleton/README.md": "# ${{ values.name }}"}),
        **changes,
    }
    return author.post(f"{ROOT}/dry-run", json.dumps(body), content_type="application/json")


def test_a_dry_run_gives_files_log_output_and_steps(author):
    found = play(author).json()
    (file,) = found["directoryContents"]
    assert (file["path"], file["executable"]) == ("README.md", False)
    assert base64.b64decode(file["base64Content"]) == b"# checkout"
    assert found["output"]["text"] == [{"title": "Name", "content": "checkout"}]
    assert [step["id"] for step in found["steps"]] == ["fetch", "step-2"]
    assert {"message": "Hi", "stepId": "step-2"} in [line["body"] for line in found["log"]]
    assert not Task.objects.exists()


def test_a_dry_run_that_fails_says_so_in_its_log(author):
    found = play(author, directoryContents=[]).json()
    failed = [line["body"] for line in found["log"] if line["body"].get("status") == "failed"]
    assert "There is no folder" in failed[0]["message"]


@pytest.mark.parametrize("path", ["../../etc/x", "/etc/x", "a/../../b", ".git/config", "a\\..\\b", ""])
def test_no_file_of_a_dry_run_leaves_its_folder(author, path):
    assert play(author, directoryContents=files(**{path: "x"})).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"directoryContents": "x"},
        {"directoryContents": [{"path": "a"}]},
        {"directoryContents": [{"path": "a", "base64Content": "%%"}]},
        {"directoryContents": [*files(a="x"), *files(**{"a/b": "x"})]},
        {"template": {}},
        {"template": {"spec": {"steps": []}}},
        {"values": {"name": "x"}},
        {"values": None},
        {"secrets": {"a": 1}},
    ],
)
def test_a_dry_run_that_cannot_be_is_400(author, changes):
    assert play(author, **changes).status_code == 400


def test_only_authors_play_templates_that_are_nowhere(developer):
    assert play(developer).status_code == 403
