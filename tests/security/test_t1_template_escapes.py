"""T1: an expression reaches nothing but the values that it was given."""

import pytest

from scaffolder import templating
from scaffolder.templating import Session, TemplateError

VALUES = {"values": {"map": {"a": 1}, "list": [1, 2], "text": "x"}}

REFUSED = [
    # nunjucks
    "${{ range.constructor('return global.process.mainModule.require(\"child_process\")')() }}",
    "${{ ({}).constructor.constructor('return this')() }}",
    "${{ values.map.constructor }}",
    "${{ values.map['constructor'] }}",
    "${{ values.map['con' + 'structor'] }}",
    "${{ values.map[['constructor']] }}",
    "${{ values.map['CONSTRUCTOR'.toLowerCase()] }}",
    "${{ cycler.__proto__ }}",
    "${{ {__proto__: values.list} }}",
    "${{ {'__proto__': 1} }}",
    "${{ values.map.__proto__.polluted }}",
    "${{ joiner.prototype }}",
    "${{ '' | pick('constructor.constructor') }}",
    "${{ values.map.__lookupGetter__('__proto__').call(values.map) }}",
    "${{ values.map.__defineGetter__('x', range) }}",
    "{% set constructor = 1 %}${{ constructor }}",
    "{% macro __proto__() %}{% endmacro %}",
    "{% for constructor in values.list %}{% endfor %}",
    # Jinja2
    "${{ ''.__class__.__mro__[1].__subclasses__() }}",
    "${{ config.__class__.__init__.__globals__['os'].popen('id').read() }}",
    "${{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "${{ lipsum.__globals__['os'].popen('id').read() }}",
    "${{ request.application.__globals__.__builtins__.__import__('os') }}",
    # JavaScript
    "${{ require('fs').readFileSync('/etc/passwd') }}",
    "${{ process.env }}${{ process.exit() }}",
    "${{ import('fs') }}",
    "${{ valueOf().env }}${{ valueOf() }}",
    "${{ eval('1') }}",
    "${{ Function('return 1')() }}",
    "${{ fetch('http://127.0.0.1/') }}",
    "${{ std.loadFile('/etc/passwd') }}",
    "${{ os.exec(['id']) }}",
    "{% include '/etc/passwd' %}",
    "{% extends '/etc/passwd' %}",
    "{% import '/etc/passwd' as x %}",
    "{% from '../../etc/passwd' import x %}",
]


@pytest.mark.parametrize("source", REFUSED)
def test_known_escape_is_an_error(source):
    with pytest.raises(TemplateError):
        templating.render_text(source, VALUES)


@pytest.mark.parametrize(
    "name",
    [
        "process",
        "require",
        "globalThis",
        "window",
        "nunjucks",
        "env",
        "context",
        "frame",
        "runtime",
        "self",
        "os",
        "std",
    ],
)
def test_nothing_of_the_process_has_a_name(name):
    assert templating.render_text(f"[${{{{ {name} }}}}]", VALUES) == "[]"


@pytest.mark.parametrize(
    "source",
    [
        "${{ [].push.call(values.map.valueOf, 'x') }}",
        "{% set f = range %}${{ f.call }}${{ f.apply }}",
        "{% set e = [].entries() %}${{ e.next().value }}",
        "{% set r = r/x/g %}${{ r.exec }}${{ r.compile('y') }}",
        "${{ values.list.sort.apply(values.list) }}",
        "${{ 'x' | safe }}{% set s = 'x' | safe %}${{ s.val }}",
    ],
)
def test_what_a_template_does_leaves_no_trace_for_the_next_one(source):
    with Session() as session:
        session.render_text(source, VALUES)
        assert session.render_text("${{ {} | dump }}${{ [] | dump }}${{ 'a,b'.split(',') | length }}", {}) == "{}[]2"
        assert session.render_text("${{ range(3) }}${{ x }}${{ f }}", {}) == "0,1,2"
