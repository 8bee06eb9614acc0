import threading

import pytest

from scaffolder import templating
from scaffolder.templating import PLAIN, UNDEFINED, Mode, Session, TemplateError

CONTEXT = {
    "parameters": {"name": "checkout", "port": 8080, "tags": ["a", "b"], "nothing": None, "empty": []},
    "steps": {"publish": {"output": {"remoteUrl": "https://git.example/shop/checkout"}}},
}


def failure(source, context=CONTEXT, **options):
    with pytest.raises(TemplateError) as caught:
        templating.render_text(source, context, **options)
    return caught.value


@pytest.mark.parametrize(
    ("source", "line", "column", "expression"),
    [
        ("${{ nope() }}", 1, 1, "${{ nope() }}"),
        ("a: 1\nb: ${{ parameters.name.nope() }}\n", 2, 4, "${{ parameters.name.nope() }}"),
        ("{% for t in parameters.tags %}\n  ${{ t | shout }}\n{% endfor %}", 2, 3, "${{ t | shout }}"),
        ("{% if parameters.name.nope() %}x{% endif %}", 1, 4, "{% if parameters.name.nope() %}"),
        ("x\n{% include 'y' %}", 2, 4, "{% include 'y' %}"),
        ("${{ '}}' + nope() }} ${{ 1 }}", 1, 1, "${{ '}}' + nope() }}"),
        ("ok ${{ a && b }}", 1, 10, "${{ a && b }}"),
        ("ok\n  {% if a %}b", 2, 3, "{% if a %}"),
        ("one\n  {# two", 2, 3, "{# two"),
        ("one {# two #}\nthree #}", 2, 7, ""),
    ],
)
def test_t13_failing_expression_is_an_error_with_its_place(source, line, column, expression):
    error = failure(source)
    assert (error.line, error.column, error.expression or "") == (line, column, expression)


def test_t13_error_names_file_line_and_expression():
    error = failure("a\n${{ nope() }}", file="skeleton/README.md")
    assert str(error) == (
        "skeleton/README.md:2:1: Unable to call `nope`, which is undefined or falsey in ${{ nope() }}"
    )


def test_error_inside_a_value_tells_the_way_to_it():
    with pytest.raises(TemplateError) as caught:
        templating.render_value({"values": [{"name": "${{ nope() }}"}]}, CONTEXT)
    assert caught.value.path == ("values", 0, "name")


def test_error_is_placed_in_the_file_that_holds_its_text():
    placed = templating.located(failure("${{ 1 }}\n${{ nope() }}"), file="template.yaml", line=10, column=5)
    assert (placed.file, placed.line, placed.column) == ("template.yaml", 11, 1)


def test_t12_expression_without_value_takes_its_key_along():
    value = {"kept": "${{ parameters.nothing }}", "gone": "${{ parameters.nope }}", "list": ["${{ nope }}"]}
    assert templating.render_value(value, CONTEXT) == {"kept": None, "list": [None]}


def test_t12_undefined_is_not_null():
    assert templating.render_value("${{ parameters.nope }}", CONTEXT) is UNDEFINED
    assert templating.render_value("${{ parameters.nothing }}", CONTEXT) is None


def test_t12_text_round_an_expression_makes_a_text():
    assert templating.render_value("${{ parameters.port }}", CONTEXT) == 8080
    assert templating.render_value("port ${{ parameters.port }}", CONTEXT) == "port 8080"


def test_t12_empty_text_stays():
    assert templating.render_value({"a": "${{ 'x' if false }}"}, CONTEXT) == {"a": ""}


def test_t14_keys_of_maps_are_not_rendered():
    value = {"${{ parameters.name }}": "${{ parameters.name }}"}
    assert templating.render_value(value, CONTEXT) == {"${{ parameters.name }}": "checkout"}


def test_values_without_expressions_pass_as_they_are():
    value = {"a": [1, 2.5, None, True, "x { y }"]}
    assert templating.render_value(value, CONTEXT) == value


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("false", True),
        ("", False),
        (True, True),
        (False, False),
        (None, False),
        (0, False),
        ([], False),
        ({}, True),
        ("${{ parameters.port }}", True),
        ("${{ parameters.nope }}", False),
        ("${{ parameters.nothing }}", False),
        ("${{ parameters.empty }}", False),
        ("${{ parameters.tags }}", True),
        ("${{ {} }}", True),
        ("${{ '' }}", False),
        ("${{ 'false' }}", True),
        ("${{ parameters.port - 8080 }}", False),
        ("${{ parameters.name === 'checkout' }}", True),
        ("x${{ parameters.nope }}", True),
    ],
)
def test_t06_condition_holds_as_in_javascript_but_for_the_empty_list(value, holds):
    assert templating.condition(value, CONTEXT) is holds


def test_t09_failure_tells_what_the_caller_says():
    assert templating.condition("${{ failure() }}", CONTEXT, has_failed=True)
    assert not templating.condition("${{ failure() }}", CONTEXT)
    assert templating.condition("${{ always() }}", CONTEXT)


@pytest.mark.parametrize(
    ("value", "calls"),
    [
        ("${{ always() }}", True),
        ("${{ not failure() and true }}", True),
        ("${{ 'always()' }}", False),
        ("always()", False),
        (True, False),
    ],
)
def test_t09_status_functions_are_found_by_their_call(value, calls):
    assert templating.calls_status(value) is calls


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "${{ 'github.com?owner=shop&repo=checkout' | parseRepoUrl | dump }}",
            '{"host":"github.com","owner":"shop","repo":"checkout"}',
        ),
        ("${{ 'github.com?owner=shop&repo=checkout' | projectSlug }}", "shop/checkout"),
        (
            "${{ 'dev.azure.com?organization=o&project=p&repo=r' | parseRepoUrl | dump }}",
            '{"host":"dev.azure.com","repo":"r","organization":"o","project":"p"}',
        ),
        (
            "${{ 'component:shop/checkout' | parseEntityRef | dump }}",
            '{"kind":"component","namespace":"shop","name":"checkout"}',
        ),
        ("${{ 'ada' | parseEntityRef({defaultKind: 'user'}) | pick('namespace') }}", "default"),
        ("${{ {a: {b: [1, {c: 'x'}] } } | pick('a.b[1].c') }}", "x"),
        ("[${{ {a: 1} | pick('b.c') }}]", "[]"),
    ],
)
def test_filters_of_the_dialect(source, expected):
    assert templating.render_text(source, {}) == expected


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("${{ 'github.com?repo=x' | parseRepoUrl }}", "owner not provided"),
        ("${{ '?owner=o&repo=x' | parseRepoUrl }}", "host not provided"),
        ("${{ 'checkout' | parseEntityRef }}", "has no kind"),
        ("${{ 'a:b:c/d' | parseEntityRef }}", "is not an entity reference"),
    ],
)
def test_filters_say_what_is_wrong(source, message):
    assert message in failure(source).message


def test_cookiecutter_mode_reads_its_own_delimiters_and_words():
    source = "{{ cookiecutter.list[0:2] }} {{ True }} {{ cookiecutter.tags | jsonify }} ${{ github.sha }}"
    text = templating.render_text(
        source, {"cookiecutter": {"list": [1, 2, 3], "tags": ["a"]}}, mode=Mode(cookiecutter=True)
    )
    assert text == '1,2 true ["a"] $'


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (PLAIN, "a\n  \nb\n  \n"),
        (Mode(trim_blocks=True), "a\n  b\n  "),
        (Mode(trim_blocks=True, lstrip_blocks=True), "a\nb\n"),
    ],
)
def test_blanks_around_tags_go_when_asked(mode, expected):
    assert templating.render_text("a\n  {% if true %}\nb\n  {% endif %}\n", {}, mode=mode) == expected


def test_check_names_the_first_expression_that_does_not_parse():
    [problem] = templating.check("one\n${{ a || b }}")
    assert (problem.line, problem.expression) == (2, "${{ a || b }}")


def test_check_knows_the_filters():
    [problem] = templating.check("${{ values.tags | map(attribute='x') }}")
    assert problem.message == "filter not found: map"


def test_check_finds_nothing_in_a_good_text():
    assert templating.check("{% for t in values.tags %}${{ t | upper }}{% endfor %}") == []


def test_analysis_lists_look_ups_with_their_places():
    found = templating.analyse("a\n${{ steps['fetch-base'].output.url | upper }} ${{ parameters.tags }}")
    assert [(look.path, look.line, look.column, look.is_printed) for look in found.lookups] == [
        (("steps", "fetch-base", "output", "url"), 2, 5, False),
        (("parameters", "tags"), 2, 51, True),
    ]


def test_analysis_leaves_out_words_that_are_not_values():
    found = templating.analyse("{% set x = 1 %}{% for k, v in m %}${{ {a: k} | dump }}{% endfor %}${{ x is odd }}")
    assert [look.path for look in found.lookups] == [("m",), ("k",), ("x",)]
    assert found.defined == {"x", "k", "v"}


def test_session_goes_on_after_an_error():
    with Session() as session:
        with pytest.raises(TemplateError):
            session.render_text("${{ nope() }}", {})
        assert session.render_text("${{ 1 + 1 }}", {}) == "2"


def test_a_change_made_by_a_template_is_gone_in_the_next_one():
    with Session() as session:
        session.render_text("${{ parameters.tags.push('c') }}", CONTEXT)
        assert session.render_text("${{ parameters.tags }}", CONTEXT) == "a,b"


def test_each_thread_renders_by_itself():
    texts: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: texts.append(templating.render_text("${{ n }}", {"n": n})))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(texts) == [str(n) for n in range(8)]


def test_text_of_every_alphabet_comes_through():
    text = "é\u2028\x00😀 \\ \" ' </script>"
    assert templating.render_text("${{ t }}", {"t": text}) == text
