"""T6: a pattern that backtracks for ever is refused at save, and costs nothing where it is met all the same."""

import time
from typing import Any

import pytest

from scaffolder.forms import validation
from tests.scaffolder.forms.factories import ADA

PROBE = "a" * 30 + "!"
LIMIT_SECONDS = 0.5  # 50 ms, and room for a collection of garbage in between


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a*)*$", "^([a-z]+)*$", r"^(\w+\s?)*$", "^((a+)|b)+$"])
def test_t6_a_pattern_that_repeats_a_repetition_is_refused(pattern):
    assert validation.check_schema([{"properties": {"a": {"pattern": pattern}}}])


@pytest.mark.parametrize("pattern", ["^(?=a+)b$", r"^(a)\1$", "(((a{100}){100}){100})", "(?<!x)y"])
def test_t6_a_pattern_that_no_linear_engine_takes_is_refused(pattern):
    assert validation.check_schema([{"properties": {"a": {"pattern": pattern}}}])


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)*b", "(a?){30}a{30}"])
@pytest.mark.parametrize("where", ["property", "condition", "names"])
def test_t6_an_answer_that_would_hang_is_checked_at_once(pattern, where):
    pages: dict[str, Any] = {
        "property": [{"properties": {"a": {"type": "string", "pattern": pattern}}}],
        "condition": [{"properties": {"a": {}}, "if": {"properties": {"a": {"pattern": pattern}}}, "then": {}}],
        "names": [{"properties": {"a": {"type": "object", "patternProperties": {pattern: {}}}}}],
    }
    value = {"property": PROBE, "condition": PROBE, "names": {PROBE: 1}}
    begun = time.process_time()
    validation.validate(pages[where], {"a": value[where]}, actor=ADA)
    assert time.process_time() - begun < LIMIT_SECONDS
