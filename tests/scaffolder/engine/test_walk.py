"""The walk over the steps of a run: order, conditions, rounds, outputs, the end."""

import pytest

from scaffolder.models import Task
from tests.scaffolder.runs import log_of, make_template, output, play, states, steps_of

pytestmark = pytest.mark.django_db

FORM = "  parameters:\n    - properties: {name: {type: string}, on: {type: boolean}, list: {type: array}}\n"
GREET = "{id: greet, name: Greet, action: 'debug:log', input: {message: 'Hello ${{ parameters.name }}'}}"


def test_a_run_of_one_step_ends_done_with_its_message_in_the_log(developer):
    task = play(make_template(FORM + steps_of(GREET)), developer.actor, parameters={"name": "shop"})

    assert (task.state, task.error) == (Task.State.COMPLETED, "")
    assert log_of(task) == ["Beginning step Greet", "Hello shop", "Finished step Greet", "Done."]
    assert task.title == "Path: shop"
    assert task.started_at <= task.ended_at


def test_later_steps_see_outputs_and_files_of_earlier_ones(developer):
    steps = steps_of(
        "{id: a, action: 'test:give', input: {value: {deep: [1, 2]}}}",
        "{id: w, action: 'catalog:write', input: {entity: {apiVersion: v, kind: K, metadata: {name: n}}}}",
        "{id: b, action: 'test:give', input: {value: '${{ steps.a.output.value.deep }}'}}",
        "{id: c, action: 'debug:log', input: {listWorkspace: true}}",
    )
    task = play(make_template(steps), developer.actor)
    assert output(task, "b") == {"value": [1, 2]}
    assert "Workspace:\n  - catalog-info.yaml" in log_of(task)


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        ("'${{ parameters.on }}'", "completed"),
        ("'${{ not parameters.on }}'", "skipped"),
        ("'false'", "completed"),
        ("false", "skipped"),
        ("''", "skipped"),
        ("'${{ [] }}'", "skipped"),
        ("'${{ {} }}'", "completed"),
        ("'${{ steps.nowhere.output.x }}'", "skipped"),
        ("'${{ secrets.key }}'", "skipped"),
    ],
)
def test_t06_a_condition_holds_as_in_javascript(developer, condition, state):
    steps = steps_of(f"{{id: a, if: {condition}, action: 'debug:log'}}")
    task = play(make_template(FORM + steps), developer.actor, parameters={"on": True}, secrets={"key": "secret"})
    assert states(task) == [state]
    assert task.state == Task.State.COMPLETED


def test_t07_each_runs_a_step_for_every_item_and_gathers_the_outputs(developer):
    steps = steps_of(
        "{id: list, each: ['a', 'b'], action: 'test:give', input: {value: '${{ each.key }}=${{ each.value }}'}}",
        "{id: map, each: {x: 1, y: 2}, action: 'test:give', input: {value: '${{ each.key }}=${{ each.value }}'}}",
        "{id: some, each: [1, 2, 3], if: '${{ each.value > 1 }}', action: 'test:give', "
        "input: {value: '${{ each.value }}'}}",
        "{id: none, each: [1], if: '${{ each.value > 1 }}', action: 'test:give', input: {}}",
        "{id: empty, each: [], action: 'test:give', input: {}}",
    )
    task = play(make_template(steps), developer.actor)
    assert output(task, "list") == {"value": ["0=a", "1=b"]}
    assert output(task, "map") == {"value": ["x=1", "y=2"]}
    assert output(task, "some") == {"value": [2, 3]}
    assert states(task)[3:] == ["skipped", "completed"]


def test_each_with_too_many_rounds_is_refused_before_the_first(developer):
    each = "${{ range(0, 501) }}"
    task = play(make_template(steps_of(f"{{id: a, each: '{each}', action: 'debug:log'}}")), developer.actor)
    assert task.error == "debug:log: `each` of step a gives 501 rounds; 500 are the most."


def test_each_over_a_text_is_a_plain_mistake(developer):
    task = play(make_template(steps_of("{id: a, each: 'abc', action: 'debug:log'}")), developer.actor)
    assert task.error == "debug:log: `each` of step a gives neither a list nor a map. Let it name one."


def test_t09_after_a_failure_only_steps_that_ask_for_it_run(developer):
    steps = steps_of(
        "{id: bad, action: 'fs:rename', input: {files: [{from: a, to: b}]}}",
        "{id: plain, action: 'debug:log'}",
        "{id: true, if: true, action: 'debug:log'}",
        "{id: always, if: '${{ always() }}', action: 'debug:log'}",
        "{id: failed, if: '${{ failure() }}', action: 'debug:log'}",
        "{id: not, if: '${{ not failure() }}', action: 'debug:log'}",
        "{id: word, if: 'always()', action: 'debug:log'}",
    )
    task = play(make_template(steps), developer.actor)
    assert states(task) == ["failed", "skipped", "skipped", "completed", "completed", "skipped", "skipped"]
    assert task.state == Task.State.FAILED
    assert task.error == 'fs:rename: "a" is not in the workspace.'


def test_failure_says_no_as_long_as_nothing_failed(developer):
    steps = steps_of(
        "{id: a, if: '${{ failure() }}', action: 'debug:log'}", "{id: b, if: '${{ always() }}', action: 'debug:log'}"
    )
    assert states(play(make_template(steps), developer.actor)) == ["skipped", "completed"]


def test_t10_expressions_see_user_environment_and_the_run(developer, settings):
    environment = {"parameters": {"region": "eu"}, "secrets": {"pin": "4711-4711"}}
    scaffolder = {**settings.WAYMARK["scaffolder"], "defaultEnvironment": environment}
    settings.WAYMARK = {**settings.WAYMARK, "scaffolder": scaffolder}
    steps = steps_of(
        "{id: a, action: 'test:give', input: {value: ['${{ user.ref }}', '${{ environment.parameters.region }}', "
        "'${{ context.task.id }}', '${{ user.entity }}', '${{ environment.secrets.pin | length }}']}}"
    )
    task = play(make_template(steps), developer.actor)
    assert output(task, "a") == {"value": ["user:default/ada", "eu", str(task.pk), None, 9]}


def test_t15_an_input_that_the_schema_refuses_fails_the_step(developer):
    task = play(make_template(steps_of("{id: a, name: Move, action: 'fs:rename', input: {file: x}}")), developer.actor)
    assert task.state == Task.State.FAILED
    assert task.error.startswith("Move: Invalid input passed to action fs:rename: ")
    assert '"files" is a required property' in task.error


def test_t13_an_expression_that_fails_tells_file_line_column_and_itself(developer):
    steps = (
        "  steps:\n    - id: a\n      action: debug:log\n      input:\n"
        "        message: |\n          fine\n          bad ${{ parameters.name | nope }}\n"
    )
    task = play(make_template(steps), developer.actor)
    assert task.error == "debug:log: template.yaml:13:15: filter not found: nope in ${{ parameters.name | nope }}"


@pytest.mark.parametrize(
    ("written", "column"), [("${{ x() }}", 18), ("'${{ x() }}'", 19), ("a ${{ x() }}", 20), ('"a ${{ x() }}"', 21)]
)
def test_the_place_of_an_expression_is_exact(developer, written, column):
    steps = f"  steps:\n    - id: a\n      action: debug:log\n      input:\n        message: {written}\n"
    task = play(make_template(steps), developer.actor)
    assert f"template.yaml:11:{column}: Unable to call `x`" in task.error


def test_a_condition_that_fails_tells_its_place(developer):
    task = play(
        make_template("  steps:\n    - id: a\n      if: ${{ x() }}\n      action: debug:log\n"), developer.actor
    )
    assert "template.yaml:9:11: Unable to call `x`" in task.error


def test_the_output_is_rendered_without_what_its_conditions_drop(developer):
    steps = steps_of("{id: a, action: 'test:give', input: {value: 'https://shop.example'}}")
    text = (
        steps + "  output:\n"
        "    links:\n"
        "      - {title: Shop, url: '${{ steps.a.output.value }}', icon: web}\n"
        "      - {title: No, url: 'https://no.example', if: '${{ false }}'}\n"
        "    text: [{title: Next, content: 'Look at ${{ steps.a.output.value }}'}]\n"
        "    address: ${{ steps.a.output.value }}\n"
        "    missing: ${{ steps.b.output.value }}\n"
        "    secret: ${{ secrets.key }}\n"
    )
    task = play(make_template(text), developer.actor, secrets={"key": "secret"})
    assert task.output == {
        "links": [{"title": "Shop", "url": "https://shop.example", "icon": "web"}],
        "text": [{"title": "Next", "content": "Look at https://shop.example"}],
        "address": "https://shop.example",
    }


def test_an_output_that_fails_ends_the_run_with_its_place(developer):
    task = play(make_template(steps_of(GREET) + "  output: {a: '${{ x() }}'}\n"), developer.actor)
    assert task.state == Task.State.FAILED
    assert task.error.startswith("All steps are done, but the output cannot be shown: template.yaml:9:16: ")


def test_an_unknown_action_fails_in_plain_words(developer):
    task = play(make_template(steps_of("{id: a, action: 'fs:move'}")), developer.actor)
    assert task.error == "fs:move: No action is called fs:move. There is fs:delete, fs:readdir, fs:rename."


def test_an_output_that_is_no_json_fails_in_plain_words(developer, hooks):
    hooks["odd"] = lambda step: {"when": object()}
    task = play(make_template(steps_of("{id: a, action: 'test:call', input: {name: odd}}")), developer.actor)
    assert "The action test:call gave an output that is not JSON" in task.error


def test_steps_without_an_id_are_numbered(developer):
    task = play(
        make_template(steps_of("{action: 'test:give', input: {value: 1}}", "{action: 'test:give', input: {}}")),
        developer.actor,
    )
    assert output(task, "step-1") == {"value": 1}


def test_the_workspace_goes_with_a_run_that_is_done(developer, settings):
    steps = steps_of("{id: w, action: 'catalog:write', input: {entity: {apiVersion: v, kind: K, metadata: {name: n}}}}")
    task = play(make_template(steps), developer.actor)
    assert not hasattr(task, "workspace")
    assert list((settings.VAR_DIR / "workspaces").iterdir()) == []
