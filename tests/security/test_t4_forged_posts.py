"""T4: posted parameters that are not in the form, or outside its enum, pattern or type, start nothing."""

import re

import pytest

from scaffolder import engine
from scaffolder.models import Task
from tests.scaffolder.runs import make_template, steps_of

PATH = "/create/templates/default/path/"
FORM = """  parameters:
    required: [name, size]
    properties:
      name: {type: string, pattern: "^[a-z]{3,20}$", maxLength: 20}
      size: {type: string, enum: [small, large]}
      port: {type: integer, minimum: 1024, maximum: 9999}
      public: {type: boolean, default: false}
      tags: {type: array, maxItems: 2, items: {type: string, pattern: "^[a-z]+$"}}
      limits: {type: object, properties: {memory: {type: integer}}}
      free: {type: object}
      token: {type: string, ui:field: Secret}
    if: {properties: {size: {const: large}}, required: [size]}
    then: {properties: {reason: {type: string, minLength: 5}}}
"""
GOOD = {"name": "checkout", "size": "small"}
# What a forged call of the service sends beside or instead of good answers.
FORGED = {
    "a NUL deep inside": {"free": {"a": ["\0"]}},
    "half a character": {"name": "\ud800"},
    "a name of no page": {"is_admin": True},
    "a value outside the enum": {"size": "huge"},
    "a value outside the pattern": {"name": "../../etc"},
    "a pattern passed by a line end": {"name": "checkout\n"},
    "a text too long": {"name": "a" * 1_000},
    "a number out of range": {"port": 22},
    "a number as a text": {"port": "8080"},
    "a list for a text": {"name": ["checkout"]},
    "one item too many": {"tags": ["a", "b", "c"]},
    "a name inside an object": {"limits": {"memory": 1, "privileged": True}},
    "an answer that is not asked for": {"reason": "because I can"},
    "a secret among the values": {"token": "hush-hush-hush"},
    "a key of JavaScript's own": {"__proto__": {"name": "x"}},
    "a required answer taken away": {"name": None},
}
# The same by the browser's form, where only controls of the page are read.
POSTED = {
    "a value outside the enum": {"/size": "huge"},
    "a value outside the pattern": {"/name": "../../etc"},
    "a text too long": {"/name": "a" * 1_000},
    "a number out of range": {"/port": "22"},
    "no number": {"/port": "8080; rm"},
    "no boolean": {"/public": "maybe"},
    "an item outside the pattern": {"/tags": "a\nB!"},
    "one item too many": {"/tags": "a\nb\nc"},
    "a required answer taken away": {"/name": ""},
    "a short secret": {"/token": "abc"},
    "a NUL": {"/name": "check\0out"},
    "half a character as JSON": {"/free": '{"a": "\\ud800"}'},
}
UNREAD = {
    "/is_admin": "true",
    "is_admin": "true",
    "/limits/privileged": "true",
    "/reason": "because",
    "/__proto__": "{}",
}


@pytest.fixture(autouse=True)
def _path(db):
    make_template(FORM + steps_of('{id: a, action: "debug:log", input: {message: hi}}'))


def post(client, **answers):
    page = client.get(PATH)
    hidden = dict(re.findall(r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"', page.content.decode()))
    page = client.post(PATH, {**hidden, "go": "next", "/name": "checkout", "/size": "small", **answers})
    hidden = dict(re.findall(r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"', page.content.decode()))
    return page, client.post(PATH, {**hidden, "go": "start"})


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_t4_a_forged_call_is_refused(developer, forged):
    template = make_template(FORM + steps_of('{id: a, action: "debug:log", input: {message: hi}}'), name="service")
    parameters = {name: value for name, value in {**GOOD, **forged}.items() if value is not None}
    with pytest.raises(engine.ParametersRefused):
        engine.submit(template=template, parameters=parameters, actor=developer.actor)
    assert not Task.objects.exists()


@pytest.mark.parametrize("forged", POSTED.values(), ids=POSTED)
def test_t4_a_forged_post_comes_back_and_starts_nothing(developer, forged):
    page, started = post(developer, **forged)
    assert (page.status_code, started.status_code) == (422, 422)
    assert not Task.objects.exists()


def test_t4_controls_that_the_page_does_not_have_are_not_read(developer):
    post(developer, **UNREAD)
    assert Task.objects.get().parameters == {"name": "checkout", "size": "small", "public": False}


def test_t4_pages_that_were_jumped_over_are_checked_all_the_same(developer):
    page = developer.get(PATH)
    hidden = dict(re.findall(r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"', page.content.decode()))
    assert developer.post(PATH, {**hidden, "page": "99", "go": "start"}).status_code == 422
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    "go",
    [
        f"add:{'/a' * 2_000}",
        "add:/name",
        "add:/nothing",
        "add:/envs/²/more",
        f"add:/envs/{'9' * 5_000}/more",
        "remove:/name/0",
        f"remove:/envs/{'9' * 5_000}",
        "remove:",
    ],
)
def test_t4_a_button_that_the_page_does_not_have_changes_nothing(developer, go):
    envs = (
        "      envs: {type: array, items: {type: object, properties: {more: {type: array, items: {type: object}}}}}\n"
    )
    form = FORM.replace("      free:", f"{envs}      free:")
    template = make_template(form + steps_of('{id: a, action: "debug:log", input: {message: hi}}'), name="rows")
    page = developer.get(template.get_absolute_url())
    hidden = dict(re.findall(r'name="(answers|page)"(?: id="answers-seal")? value="([^"]*)"', page.content.decode()))
    posted = {**hidden, "/name": "checkout", "/size": "small"}
    changed = developer.post(template.get_absolute_url(), {**posted, "go": go})
    assert changed.status_code == 200
    assert changed.context["filling"].answers.values.items() >= {"name": "checkout", "size": "small"}.items()
    assert not {"a", "nothing", ""} & set(changed.context["filling"].answers.values)
