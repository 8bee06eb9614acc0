"""Golden paths for tests, and their runs."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from accounts.actors import Actor
from scaffolder import engine
from scaffolder.engine.lease import Lease, Watch
from scaffolder.models import Task, TaskEvent, TaskStep, Template, TemplateRevision

HEAD = """apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: path
spec:
  type: service
"""


def make_template(spec: str, *, name: str = "path", base_url: str = "", commit: str = "") -> Template:
    """Return a published golden path; `spec` is what stands under `spec:`, indented by two blanks."""
    text = HEAD.replace("name: path", f"name: {name}") + spec
    template = Template.objects.create(
        ref=f"template:default/{name}",
        source=Template.Source.ADMIN,
        state=Template.State.PUBLISHED,
        title=name.capitalize(),
        draft=text,
        base_url=base_url,
    )
    template.revision = TemplateRevision.objects.create(
        template=template,
        number=1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        base_url=base_url,
        commit=commit,
        published_by="user:default/grace",
    )
    template.save(update_fields=["revision"])
    return template


def steps_of(*steps: str) -> str:
    """Return a spec with these steps, each a YAML map on one line."""
    return "  steps:\n" + "".join(f"    - {step}\n" for step in steps)


@contextmanager
def no_heartbeat(lease: Lease) -> Iterator[Watch]:
    """Keep nothing alive: the test says when a lease ends."""
    yield Watch()


def play(template: Template, actor: Actor, **options: Any) -> Task:
    """Submit a run, work on it until it ends or waits, and return it as it is then."""
    task = engine.submit(template=template, parameters=options.pop("parameters", {}), actor=actor, **options)
    engine.run(task.pk, heartbeat=no_heartbeat)
    return fresh(task)


def fresh(task: Task) -> Task:
    return Task.objects.get(pk=task.pk)


def states(task: Task) -> list[str]:
    """Return the states of a run's steps, in their order."""
    return list(TaskStep.objects.filter(task=task).values_list("state", flat=True))


def output(task: Task, step_id: str) -> dict[str, Any]:
    found: dict[str, Any] = TaskStep.objects.get(task=task, step_id=step_id).output
    return found


def log_of(task: Task) -> list[str]:
    """Return the messages of a run's log; fail when their numbers have a gap or one twice."""
    events = list(TaskEvent.objects.filter(task=task).order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    return [event.message for event in events]
