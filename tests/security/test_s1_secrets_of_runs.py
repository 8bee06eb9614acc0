"""S1: a secret given to a run stands nowhere but in the step that was given it."""

import base64
import json
import logging
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core import serializers

from integrations.errors import Refused
from scaffolder import engine
from scaffolder.models import Task, TaskSecret
from tests.scaffolder.runs import fresh, log_of, make_template, no_heartbeat, play, steps_of

pytestmark = pytest.mark.django_db

SECRET = "s3cr3t/välue+with=signs"
FORMS = [
    SECRET,
    base64.b64encode(SECRET.encode()).decode(),
    quote(SECRET, safe=""),
    json.dumps(SECRET)[1:-1],
    SECRET.encode().hex(),
]
BASIC = base64.b64encode(b"user:" + SECRET.encode()).decode()
TRACES = [*FORMS, BASIC[8:-4]]
LEAKS = """  steps:
    - {id: text, name: Text, action: 'debug:log', input: {message: 'the key is ${{ secrets.key }}'}}
    - {id: dump, action: 'debug:log', input: {message: '${{ secrets | dump }}'}}
    - {id: url, action: 'debug:log', input: {message: 'https://x.example/?key=${{ secrets.key | urlencode }}'}}
    - {id: each, each: ['${{ secrets.key }}'], action: 'debug:log', input: {message: '${{ each.value }}'}}
    - id: file
      action: catalog:write
      input:
        entity: {apiVersion: v, kind: K, metadata: {name: n, annotations: {key: '${{ secrets.key }}'}}}
    - {id: shown, action: 'debug:log', input: {listWorkspace: with-contents}}
    - {id: code, action: 'test:leak', input: {key: '${{ secrets.key }}'}}
    - {id: denied, action: 'fs:rename', input: {files: '${{ secrets.key }}'}}
  output:
    text: [{title: Key, content: '${{ secrets.key }} ${{ steps.code.output.key }}'}]
"""


def database() -> str:
    """Return all rows of all tables as text, the secret's own ciphertext apart."""
    rows = (row for model in apps.get_models() for row in model._base_manager.all() if model is not TaskSecret)
    return str(serializers.serialize("json", rows))


@pytest.fixture
def leaking(monkeypatch):
    """An action that lets its input slip in every way that it has."""
    from scaffolder import registry

    def leak(step):
        for form in (*FORMS, BASIC):
            step.log.info("form: %s", form)
            step.log.warning(form)
        step.log.info(SECRET[:10])
        step.log.info("%s", step.secrets)
        step.checkpoint("key", lambda: step.input["key"])
        step.made("thing", url="", key="k", title=f"thing {SECRET}")
        return {"key": step.input["key"], "nested": [{"deep": step.input["key"]}]}

    info = registry.ActionInfo("test:leak", "Leaks.", leak, {"type": "object"}, {"type": "object"})
    monkeypatch.setattr(registry, "_actions", {**registry.all(), "test:leak": info})


def test_s1_a_secret_that_a_run_prints_and_fails_with_is_nowhere(developer, leaking, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    task = play(make_template(LEAKS), developer.actor, secrets={"key": SECRET})

    assert task.state == Task.State.FAILED
    text = database() + caplog.text + "".join(capfd.readouterr()) + "\n".join(log_of(task)) + task.error
    assert [trace for trace in TRACES if trace in text] == []
    assert "the key is •••" in log_of(task)


def test_s1_a_failing_step_hides_the_secret_in_its_error(developer, leaking, monkeypatch, caplog):
    from scaffolder import registry

    def fail(step):
        raise Refused(f"GET https://x.example/?token={quote(SECRET, safe='')} was refused.")

    def break_(step):
        raise ValueError(f"cannot parse {SECRET!r}")

    for name, act in (("test:fail", fail), ("test:break", break_)):
        info = registry.ActionInfo(name, "Fails.", act, {"type": "object"})
        monkeypatch.setattr(registry, "_actions", {**registry.all(), name: info})
        task = play(
            make_template(steps_of(f"{{action: '{name}'}}"), name=name[5:]), developer.actor, secrets={"k": SECRET}
        )
        assert "•••" in task.error
        assert [form for form in FORMS if form in database() + caplog.text] == []


def test_s1_a_secret_lies_encrypted_until_the_run_ends(developer):
    task = engine.submit(
        template=make_template(steps_of("{action: 'debug:log'}")),
        parameters={},
        actor=developer.actor,
        secrets={"key": SECRET},
    )
    kept = bytes(TaskSecret.objects.get(task=task).ciphertext)
    assert SECRET.encode() not in kept
    engine.run(task.pk, heartbeat=no_heartbeat)
    assert not TaskSecret.objects.exists()


def test_s1_files_of_a_run_with_secrets_lie_encrypted(developer):
    steps = steps_of(
        "{action: 'catalog:write', input: {entity: {apiVersion: v, kind: K, metadata: {name: '${{ secrets.key }}'}}}}",
        "{action: 'fs:rename', input: {}}",
    )
    with_secret = play(make_template(steps), developer.actor, secrets={"key": SECRET})
    without = play(make_template(steps, name="other"), developer.actor)
    assert bytes(with_secret.workspace.archive).startswith(b"gAAAA")
    assert bytes(without.workspace.archive).startswith(b"\x1f\x8b")


def test_s1_secrets_that_no_key_opens_end_the_run_in_plain_words(developer, settings):
    task = engine.submit(
        template=make_template(steps_of("{action: 'debug:log'}")),
        parameters={},
        actor=developer.actor,
        secrets={"key": SECRET},
    )
    settings.ENCRYPTION_KEYS = ["Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE="]
    engine.run(task.pk, heartbeat=no_heartbeat)
    assert fresh(task).error.startswith("The secrets of this run cannot be decrypted")


def test_s1_a_message_of_the_broker_holds_an_id_and_nothing_else(
    developer, monkeypatch, django_capture_on_commit_callbacks
):
    from scaffolder import tasks

    sent = []
    monkeypatch.setattr(tasks.run_task, "apply_async", lambda **message: sent.append(message))
    with django_capture_on_commit_callbacks(execute=True):
        task = engine.submit(
            template=make_template(steps_of("{action: 'debug:log'}")),
            parameters={},
            actor=developer.actor,
            secrets={"key": SECRET},
        )
    assert sent == [{"args": [str(task.pk)], "retry": False}]


def test_t3_what_a_person_typed_is_never_rendered_again(developer):
    typed = "${{ secrets.key }} {% raw %} ${{ 7 * 7 }}"
    form = "  parameters:\n    - properties: {name: {type: string}}\n"
    steps = steps_of(
        "{id: give, action: 'debug:log', input: {message: '${{ parameters.name }}'}}",
        "{id: list, each: ['${{ parameters.name }}'], action: 'debug:log', input: {message: 'a ${{ each.value }}'}}",
        "{id: if, if: '${{ parameters.name }}', action: 'debug:log', input: {}}",
    )
    output = "  output: {text: [{content: '${{ parameters.name }}', if: '${{ parameters.name }}'}]}\n"
    task = play(
        make_template(form + steps + output), developer.actor, parameters={"name": typed}, secrets={"key": SECRET}
    )
    assert task.error == ""
    assert {typed, f"a {typed}"} <= set(log_of(task))
    assert task.output == {"text": [{"content": typed}]}
