"""Every measured expression gives what nunjucks 3.2.4 gave."""

import json
import re

import pytest

from scaffolder import templating
from tests.shared import shared

PROBES = json.loads(shared("corpus/nunjucks/probes.json").read_text())

# It prints the source of a function of the library, which is shortened in the build that we load.
PRINTS_A_FUNCTION = {"padStart"}

RENDERED = [
    pytest.param(group["context"], case["template"], case["nunjucks_3_2_4"], id=case.get("name", case["template"]))
    for group in (PROBES, PROBES["realistic"])
    for case in group["cases"]
    if case.get("name") not in PRINTS_A_FUNCTION
]


def outcome(template, context):
    try:
        return templating.render_text(template, context)
    except templating.TemplateError as error:
        return f"ERR Error: {error.message}"


@pytest.mark.parametrize(("context", "template", "expected"), RENDERED)
def test_expression_gives_what_nunjucks_gives(context, template, expected):
    assert outcome(template, context) == expected


@pytest.mark.parametrize("case", PROBES["render_value"]["cases"], ids=lambda case: case["template"])
def test_whole_value_keeps_its_type(case):
    value = templating.render_value(case["template"], PROBES["render_value"]["context"])
    assert (value, type(value)) == (case["value"], type(case["value"]))


def test_only_the_probe_that_prints_a_function_is_left_out():
    cases = {case["name"]: case["nunjucks_3_2_4"] for case in PROBES["cases"]}
    assert {name for name, text in cases.items() if re.search(r"function \(", text)} == PRINTS_A_FUNCTION
