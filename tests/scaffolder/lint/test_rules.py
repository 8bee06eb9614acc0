"""Each rule of lint: what it finds, where it points, and what it leaves alone."""

import pytest

from scaffolder import lint
from scaffolder.lint.rules import RULES
from tests.scaffolder.lint.samples import HEAD, PAGE, STEPS, found, marked, page_of, rules, steps_of, template

SAY = "{id: other, action: 'debug:log', input: {message: '%s'}}"


def says(expression: str) -> str:
    """Return a template whose second step logs `expression`."""
    return template(steps=steps_of(SAY % expression))


def test_a_sound_template_has_no_problem():
    assert found(template()) == []


# rule, text, what stands at the place that is marked
FOUND = [
    ("L01", HEAD + "  steps: [\n", ""),
    ("L01", HEAD + "  type: twice\n", "type: twice"),
    ("L02", template().replace("kind: Template", "kind: Templat"), "Templat"),
    ("L02", template().replace("v1beta3", "v1beta2"), "scaffolder.backstage.io/v1beta2"),
    ("C05", template().replace("name: path", "name: the path"), "the path"),
    ("L03", template(steps="  steps: []\n"), "[]"),
    ("L03", template(steps="  steps:\n    - {id: say}\n"), "{id: say}"),
    ("L03", template(steps=steps_of("{id: x, action: 'debug:log', if: 3}")), "3}"),
    ("L10", template(steps=steps_of("{id: x, action: 'debug:lgo'}")), "'debug:lgo'}"),
    ("L10", template(steps=steps_of("{id: x, action: 'publish:gitlab'}")), "'publish:gitlab'}"),
    ("L10", template(steps=steps_of("{id: x, action: '${{ parameters.name }}'}")), "'${{ parameters.name }}'}"),
    ("L12", template(steps=steps_of("{id: x, action: 'fs:delete', input: {}}")), "{}}"),
    ("L12", template(steps=steps_of("{id: x, action: 'fs:delete'}")), "'fs:delete'}"),
    ("L13", template(steps=steps_of("{id: x, action: 'fs:delete', input: {files: a}}")), "a}}"),
    ("L13", template(steps=steps_of("{id: x, action: 'debug:log', input: {mesage: a}}")), "mesage: a}}"),
    ("L14", template(steps=steps_of("{id: say, action: 'debug:log'}")), "say, action: 'debug:log'}"),
    ("L20", says("${{ steps.never.output.x }}"), "steps.never.output.x }}'}}"),
    ("L20", says('${{ steps["never"].output.x }}'), 'steps["never"].output.x }}\'}}'),
    ("L21", says("${{ steps.other.output.x }}"), "steps.other.output.x }}'}}"),
    ("L22", says("${{ steps.say.output.x }}"), "steps.say.output.x }}'}}"),
    ("L22", says("${{ steps.say.outputs.x }}"), "steps.say.outputs.x }}'}}"),
    ("L23", says("${{ parameters.nam }}"), "parameters.nam }}'}}"),
    ("L24", template(page=page_of("unused: {type: string}")), "unused: {type: string}"),
    ("L25", says("${{ parameter.name }}"), "parameter.name }}'}}"),
    ("L25", says("${{ values.name }}"), "values.name }}'}}"),
    ("L26", says("${{ each.value }}"), "each.value }}'}}"),
    ("L28", says("${{ parameters.name && true }}"), ""),
    ("L28", says("${{ parameters.name | tojson }}"), ""),
    ("L30", template(page=PAGE.replace("      required: [name]\n", "")), "title: Service"),
    ("L31", template(page=page_of("b: {type: string, pattern: '^[a-z0-9-]+$'}")), "'^[a-z0-9-]+$'}"),
    ("L32", template(page=page_of("b: {type: string, pattern: '[0-9]+'}")), "'[0-9]+'}"),
    ("L32", template(page=page_of("b: {type: string, pattern: '^a|b$'}")), "'^a|b$'}"),
    ("L33", template(page=page_of("b: {type: string, pattern: '^(a+)+$'}")), "'^(a+)+$'}"),
    ("L34", template(page=page_of("b: {type: string, pattern: '^(?!a).*$'}")), "'^(?!a).*$'}"),
    ("L35", template(page=page_of("b: {$ref: 'https://host/schema.json'}")), "'https://host/schema.json'}"),
    ("L36", template(page=page_of("b: {type: string, 'ui:field': OwnerPiker}")), "OwnerPiker}"),
    ("L37", template(page=page_of("b: {type: strin}")), "strin}"),
    ("L51", template(steps=steps_of("{id: x, action: 'catalog:write', input: {entity: {'${{ a }}': 1}}}")), None),
]


@pytest.mark.parametrize(("rule", "text", "place"), FOUND, ids=lambda value: value if value in RULES else None)
def test_finds_it_and_points_at_it(rule, text, place):
    problems = found(text, rule)

    assert problems, rules(text)
    assert problems[0].cure
    assert not place or marked(text, problems[0]) == place


LEFT_ALONE = [
    ("L13", template(steps=steps_of("{id: x, action: 'fs:delete', input: {files: '${{ parameters.name }}'}}"))),
    ("L12", template(steps=steps_of("{id: x, action: 'fs:delete', input: '${{ parameters.name }}'}"))),
    ("L20", template(steps=steps_of("{$yaml: https://host/step.yaml}", SAY % "${{ steps.far.output.x }}"))),
    ("L22", template(steps=steps_of("{id: x, action: 'company:own'}", SAY % "${{ steps.x.output.any }}"))),
    ("L23", says('${{ parameters["name"] | upper }}')),
    ("L23", says("{% for name in [1] %}${{ name }}{% endfor %}")),
    ("L24", template(page=page_of("b: {type: string}"), steps=steps_of(SAY % "${{ parameters | dump }}"))),
    ("L25", says("{% raw %}${{ github.sha }}{% endraw %}")),
    ("L25", says("${{ user.ref }} ${{ environment.parameters.zone }} ${{ context.task.id }}")),
    ("L26", template(steps=steps_of("{id: x, each: [1], action: 'debug:log', input: {message: '${{ each.value }}'}}"))),
    ("L27", says("${{ secrets.token }}")),
    ("L30", template(page=PAGE.replace("      required: [name]\n", "").replace("{type: string,", "{default: a,"))),
    ("L31", template(page=page_of("b: {type: string, pattern: '^.*$'}"))),
    ("L31", template(page=page_of("b: {type: string, pattern: '^-?[0-9.]+ms$'}"))),
    ("L32", template(page=page_of("b: {type: string, pattern: '^a$|^b$'}"))),
    ("L33", template(page=page_of("b: {type: string, pattern: '^[a-z]+(-[a-z]+)*$'}"))),
    ("L35", template(page=page_of("b: {$ref: '#/definitions/x'}"))),
    ("L36", template(page=page_of("b: {type: string, 'ui:field': RepoUrlPicker}"))),
]


@pytest.mark.parametrize(("rule", "text"), LEFT_ALONE)
def test_leaves_it_alone(rule, text):
    assert found(text, rule) == []


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        (template(steps=steps_of("{id: x, action: 'debug:lgo'}")), "`debug:log`"),
        (template(steps=steps_of("{id: x, action: 'debug:log', input: {mesage: a}}")), "`message`"),
        (says("${{ parameters.nam }}"), "`name`"),
        (says("${{ steps.sya.output.x }}"), "`say`"),
        (says("${{ parameter.name }}"), "`parameters`"),
        (says("${{ values.name }}"), "`parameters`"),
        (says("${{ parameters.name && true }}"), "`and`"),
        (says("${{ parameters.name || true }}"), "`or`"),
        (says("${{ parameters.name ? 1 : 2 }}"), "`a if condition else b`"),
        (says("${{ parameters.name | tojson }}"), "`dump`"),
        (template(page=page_of("b: {type: string, 'ui:field': OwnerPiker}")), "`OwnerPicker`"),
    ],
)
def test_the_cure_names_what_was_meant(text, cure):
    assert cure in next(problem.cure for problem in found(text) if problem.is_error or problem.rule == "L36")


def test_a_hyphen_in_a_name_is_told_from_a_wrong_name():
    text = template(steps=steps_of("{id: fetch-base, action: 'debug:log'}", SAY % "${{ steps.fetch-base.output.x }}"))

    assert found(text, "L20")[0].cure == "`-` subtracts here. Write `steps['fetch-base']`."


def test_secrets_are_nowhere_but_in_inputs():
    step = "{id: x, action: 'debug:log', if: '${{ secrets.token }}'}"
    output = "  output:\n    links: [{title: a, url: '${{ secrets.token }}'}]\n"

    assert [problem.rule for problem in found(template(steps=steps_of(step), rest=output))] == ["L27", "L27"]


@pytest.mark.parametrize("text", ["Hello ${{ parameters.who }}", "${{ user.entity }} is here", "By ${{ user }}"])
def test_an_object_in_a_text_is_told(text):
    page = page_of("who: {type: object, properties: {name: {type: string}}}")
    steps = steps_of(
        SAY % "${{ parameters.who | dump }}", f"{{id: y, action: 'debug:log', input: {{message: '{text}'}}}}"
    )

    assert [problem.rule for problem in found(template(page=page, steps=steps))] == ["L29"]


@pytest.mark.parametrize("text", ["${{ parameters.who }}", "Hello ${{ parameters.who.name }}"])
def test_an_object_that_stays_one_is_not_told(text):
    page = page_of("who: {type: object, properties: {name: {type: string}}}")
    steps = steps_of(f"{{id: y, action: 'catalog:write', input: {{entity: {{a: '{text}'}}}}}}")

    assert found(template(page=page, steps=steps), "L29") == []


@pytest.mark.parametrize(
    "expression",
    [
        '${{ parameters.name.replaceAll("a", "b") }}',
        "${{ parameters.name.padStart(3) }}",
        "{% asyncEach x in [1] %}${{ x }}{% endeach %}",
    ],
)
def test_what_newer_backstage_refuses_is_a_warning(expression):
    problems = found(says(expression))

    assert [(problem.rule, problem.severity) for problem in problems] == [("L50", "warning")]


def test_an_action_that_backstage_does_not_know_is_told():
    problems = found(
        template(steps=steps_of("{id: x, action: 'github:actions:create', input: {workflows: [a]}}")), "L11"
    )

    assert problems[0].severity == "warning"


def test_a_parameter_that_decides_what_else_is_asked_is_used():
    page = PAGE + (
        "        kind: {type: string, enum: [a, b]}\n"
        "      dependencies:\n"
        "        kind: {oneOf: [{properties: {kind: {enum: [a]}, more: {type: string}}}]}\n"
    )
    steps = steps_of(SAY % "${{ parameters.more }}")

    assert found(template(page=page, steps=steps)) == []


def test_tidiness_waits_until_the_template_can_run():
    text = template(page=page_of("unused: {type: string}"), steps=steps_of(SAY % "${{ parameters.nam }}"))

    assert rules(text) == ["L23"]


@pytest.mark.parametrize("style", ["|", ">-", "|2"])
def test_places_in_block_texts_are_those_of_the_file(style):
    block = f"    - id: x\n      action: debug:log\n      input:\n        message: {style}\n"
    block += "          first line\n          ${{ parameters.name }} and ${{ parameters.nam }}\n"
    text = template(steps=STEPS + block)

    assert marked(text, found(text, "L23")[0]) == "parameters.nam }}"


def test_places_are_right_after_windows_line_ends_and_a_byte_order_mark():
    text = says("${{ parameters.nam }}")
    problem = found("\ufeff" + text.replace("\n", "\r\n"), "L23")[0]

    assert marked(text, problem) == "parameters.nam }}'}}"


def test_a_file_with_other_entities_is_read_for_its_template():
    assert found("kind: Group\nmetadata: {name: x}\n---\n" + template()) == []


@pytest.mark.parametrize(
    "text", ["", "\0", "[" * 100, "a", "- 1", "spec: 1", "spec: {steps: 1, parameters: 3}", "{{ a }}: b"]
)
def test_any_text_gets_an_answer(text):
    assert lint.check(text)


def test_every_rule_has_an_id_of_its_own_and_a_title():
    assert all(rule.id == key and rule.title for key, rule in RULES.items())
