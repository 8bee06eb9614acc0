"""X1, X2, X4: what strangers write in a template, in answers or in a log is text on every page of a golden path."""

import re
from html.parser import HTMLParser

import pytest
from django.utils import timezone

from scaffolder.models import CreatedResource, Task, TaskEvent, TaskStep, Template
from tests.catalog.factories import make_entities
from tests.scaffolder.runs import make_template

HOSTILE = "\"'><img src=x onerror=alert(1)><b hx-get=/x hx-trigger=load>{{ 7*7 }}</b>"
PATH = "/create/templates/default/path/"
QUOTED = "'" + HOSTILE.replace("'", "''") + "'"
GROUP = f"""
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {{name: shop, title: {QUOTED}}}
spec: {{type: team, children: []}}
"""
REPOSITORY = f"{{allowedHosts: [{QUOTED}], allowedOwners: [{QUOTED}], ownerLabel: {QUOTED}}}"
FORM = f"""  owner: group:default/shop
  presentation: {{buttonLabels: {{createButtonText: {QUOTED}, backButtonText: {QUOTED}, reviewButtonText: {QUOTED}}}}}
  parameters:
    - title: {QUOTED}
      description: {QUOTED}
      properties:
        text: {{title: {QUOTED}, description: {QUOTED}, ui:help: {QUOTED}, ui:placeholder: {QUOTED}, type: string}}
        area: {{title: {QUOTED}, type: string, ui:widget: textarea}}
        one: {{title: {QUOTED}, enum: [{QUOTED}, b], enumNames: [{QUOTED}, B]}}
        many: {{title: {QUOTED}, type: array, items: {{enum: [{QUOTED}, b]}}}}
        unknown: {{title: {QUOTED}, type: string, ui:field: {QUOTED}}}
        {QUOTED}: {{type: string}}
        repo: {{type: string, ui:field: RepoUrlPicker, ui:options: {REPOSITORY}}}
        tags: {{type: array, ui:field: EntityTagsPicker}}
  steps:
    - {{id: a, name: {QUOTED}, action: "debug:log", input: {{message: hi}}}}
"""


class Elements(HTMLParser):
    """What an HTML5 page has: names of elements, and attributes that act."""

    def __init__(self):
        super().__init__()
        self.tags, self.acting = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.acting += [(name, value) for name, value in attrs if name.startswith("on")]
        self.acting += [(name, value) for name, value in attrs if name.startswith("hx-") and value == "/x"]
        self.acting += [
            (name, value) for name, value in attrs if name in ("href", "src") and "javascript:" in (value or "")
        ]


def assert_harmless(response):
    page = Elements()
    page.feed(response.content.decode())
    assert page.acting == []
    assert "img" not in page.tags
    assert "b" not in page.tags
    assert "49" not in re.findall(r">([^<]*)<", response.content.decode())


@pytest.fixture
def path(db):
    make_entities(GROUP)
    template = make_template(FORM)
    Template.objects.update(
        title=HOSTILE, description=HOSTILE, type=HOSTILE, tags=[HOSTILE], owner_ref="group:default/shop"
    )
    return template


def hidden(response):
    return dict(re.findall(r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"', response.content.decode()))


def test_x1_the_gallery(developer, path):
    assert_harmless(developer.get("/create/", {"q": HOSTILE, "type": HOSTILE, "tag": HOSTILE, "owner": HOSTILE}))
    assert_harmless(developer.get("/create/"))


def test_x1_the_form_its_errors_its_review_and_the_files(developer, path):
    page = developer.get(PATH, {"text": HOSTILE, "formData": HOSTILE})
    assert page.status_code == 200
    assert_harmless(page)
    answers = {"/text": HOSTILE, "/area": HOSTILE, "/one": HOSTILE, "/many": HOSTILE, "/unknown": HOSTILE}
    wrong = developer.post(PATH, {**hidden(page), **answers, "/tags": HOSTILE, "/repo#repo": HOSTILE, "go": "next"})
    assert wrong.status_code == 422
    assert_harmless(wrong)
    review = developer.post(PATH, {**hidden(page), **answers, "go": "next"})
    assert review.status_code == 200
    assert_harmless(review)
    assert_harmless(developer.post(f"{PATH}preview/", hidden(review)))


def test_x1_runs_their_log_and_what_they_give(developer, path):
    task = Task.objects.create(
        template=path,
        template_ref=path.ref,
        revision=path.revision,
        title=HOSTILE,
        actor_ref="user:default/ada",
        owner_ref="group:default/shop",
        parameters={"text": HOSTILE},
        state=Task.State.FAILED,
        error=HOSTILE,
        output={
            "links": [
                {"title": HOSTILE, "url": "javascript:alert(1)", "icon": HOSTILE},
                {"title": HOSTILE, "url": HOSTILE},
            ],
            "text": [{"title": HOSTILE, "content": f"{HOSTILE} [x](javascript:alert(1))"}],
            HOSTILE: HOSTILE,
        },
    )
    TaskStep.objects.create(
        task=task,
        position=0,
        step_id=HOSTILE,
        name=HOSTILE,
        action=HOSTILE,
        state="failed",
        error=f"template.yaml:3:1: {HOSTILE}",
    )
    TaskEvent.objects.create(
        task=task,
        seq=1,
        level="step",
        step_id=HOSTILE,
        message=f"Beginning \x1b[31m{HOSTILE}\x1b[0m",
        created_at=timezone.now(),
    )
    CreatedResource.objects.create(task=task, kind=HOSTILE[:63], key="k", title=HOSTILE, url="javascript:alert(1)")
    assert_harmless(developer.get(task.get_absolute_url()))
    assert_harmless(developer.get(f"{task.get_absolute_url()}events/"))
    assert_harmless(developer.get("/create/tasks/", {"q": "img"}))
    assert_harmless(developer.get("/create/tasks/", {"template": HOSTILE}))
    assert_harmless(developer.get("/create/actions/", {"q": HOSTILE}))
