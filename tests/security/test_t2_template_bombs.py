"""T2: a template that eats memory or time ends soon, and the next one renders."""

import time
from pathlib import Path

import pytest

from scaffolder import templating
from scaffolder.templating import TemplateError

BOMBS = {
    "text": "${{ 'a'.repeat(900000000) }}",
    "long output": "${{ 'a'.repeat(10000000) }}",
    "doubling": "{% set x = 'aa' %}{% for i in range(40) %}{% set x = x ~ x %}{% endfor %}${{ x }}",
    "range": "{% for i in range(1000000000) %}a{% endfor %}",
    "nested loops": "{% for i in range(90000) %}{% for j in range(90000) %}{% endfor %}{% endfor %}",
    "list": "{% set l = [] %}{% for i in range(3000000) %}${{ l.push('aaaaaaaaaa') }}{% endfor %}",
    "split": "${{ ('a,'.repeat(3000000)).split(',') }}",
    "pad": "${{ 'a'.padStart(1000000000) }}",
    "regex": "${{ r/^(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab') }}",
    "brackets": "${{ " + "(" * 60_000 + "1" + ")" * 60_000 + " }}",
    "lists": "${{ " + "[" * 60_000 + "]" * 60_000 + " }}",
    "sum": "${{ " + "1+" * 100_000 + "1 }}",
    "blocks": "{% if 1 %}" * 20_000,
    "macro": "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}",
    "huge source": "x" * 600_000 + "${{ 1 }}",
    "circle": "{% set x = [] %}${{ x.push(x) }}${{ x | dump }}",
}


def resident_megabytes():
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(fields["VmRSS"].split()[0]) / 1024


@pytest.mark.parametrize("source", BOMBS.values(), ids=BOMBS.keys())
def test_bomb_ends_with_a_plain_error_and_the_next_render_works(source):
    before, start = resident_megabytes(), time.process_time()
    with pytest.raises(TemplateError):
        templating.render_text(source, {})
    assert templating.render_text("${{ 1 + 1 }}", {}) == "2"
    assert time.process_time() - start < 4
    assert resident_megabytes() - before < 100


def test_deep_values_are_an_error_too():
    deep: list[object] = []
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(TemplateError):
        templating.render_text("${{ deep }}", {"deep": deep})


def test_the_message_names_the_limit():
    with pytest.raises(TemplateError, match="longer than 2 seconds"):
        templating.render_text(BOMBS["nested loops"], {})
    with pytest.raises(TemplateError, match="more than 64 MiB"):
        templating.render_text(BOMBS["range"], {})
