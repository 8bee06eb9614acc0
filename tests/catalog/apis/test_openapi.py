"""What two versions of an OpenAPI definition differ in, and whom it breaks."""

import pytest

from catalog.apis import openapi
from catalog.apis.changes import Level
from catalog.apis.outlines import Unreadable

ORDERS = """\
openapi: 3.1.0
info: {title: Orders, version: 2.1.0}
servers: [{url: https://orders.example}]
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      tags: [orders]
      summary: One order
      parameters:
        - {name: expand, in: query, schema: {type: string, enum: [lines, payment]}}
      responses:
        '200':
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
        '404': {description: none}
  /orders:
    post:
      tags: [orders]
      summary: A new order
      requestBody:
        content: {application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}}
      responses:
        '201':
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
components:
  schemas:
    NewOrder:
      type: object
      required: [lines]
      properties:
        lines: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Line'}}
        note: {type: string, maxLength: 200}
    Order:
      type: object
      required: [id, state]
      properties:
        id: {type: string, format: uuid}
        state: {type: string, enum: [open, paid]}
        parent: {$ref: '#/components/schemas/Order'}
    Line:
      type: object
      required: [sku]
      properties: {sku: {type: string}, count: {type: integer}}
"""


def told(old: str, new: str) -> list[str]:
    return [f"{c.level} {c.where} {c.field}: {c.rule}".replace(" :", ":") for c in openapi.compare(old, new)]


def changed(before: str, after: str) -> list[str]:
    assert before in ORDERS
    return told(ORDERS, ORDERS.replace(before, after))


def test_an_outline_has_title_version_servers_and_operations_by_tag():
    found = openapi.outline(ORDERS)
    assert (found.title, found.label, found.servers) == ("Orders", "2.1.0", ("https://orders.example",))
    assert [group.title for group in found.groups] == ["orders"]
    assert [(row.verb, row.name, row.summary) for row in found.groups[0].rows] == [
        ("GET", "/orders/{id}", "One order"),
        ("POST", "/orders", "A new order"),
    ]


def test_the_same_definition_has_no_changes():
    assert told(ORDERS, ORDERS) == []


def test_how_a_variable_of_a_path_is_named_makes_no_difference():
    renamed = ORDERS.replace("/orders/{id}", "/orders/{order}").replace("name: id, in: path", "name: order, in: path")
    assert told(ORDERS, renamed) == []


def test_an_operation_that_goes_breaks_and_one_that_comes_does_not():
    assert changed("    post:", "    put:") == [
        "breaking POST /orders: operation-removed",
        "safe PUT /orders: operation-added",
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # What clients send may only become wider.
        ("required: [lines]", "required: [lines, note]", "breaking POST /orders body.note: request-required"),
        ("maxLength: 200", "maxLength: 100", "breaking POST /orders body.note: request-bound"),
        ("maxLength: 200", "maxLength: 300", "safe POST /orders body.note: request-bound"),
        ("minItems: 1", "minItems: 2", "breaking POST /orders body.lines: request-bound"),
        ("count: {type: integer}", "count: {type: string}", "breaking POST /orders body.lines[].count: request-type"),
        ("count: {type: integer}", "count: {type: number}", "safe POST /orders body.lines[].count: request-type"),
        ("required: [sku]", "required: []", "safe POST /orders body.lines[].sku: request-required"),
        ("enum: [lines, payment]", "enum: [lines]", "breaking GET /orders/{id} query expand: request-values"),
        ("enum: [lines, payment]", "enum: [lines, payment, all]", "safe GET /orders/{id} query expand: request-values"),
        (
            "name: expand, in: query",
            "name: expand, required: true, in: query",
            "breaking GET /orders/{id} query expand: parameter-required",
        ),
        (
            "    requestBody:\n",
            "    requestBody:\n        required: true\n",
            "breaking POST /orders body: body-required",
        ),
        (
            "'404': {description: none}",
            "'404': {description: none}\n      deprecated: true",
            "safe GET /orders/{id}: operation-deprecated",
        ),
    ],
)
def test_one_change_of_what_is_sent_is_told_once(before, after, expected):
    assert changed(before, after) == [expected]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        # What clients read may only become narrower; both operations answer an order.
        ("required: [id, state]", "required: [id]", "breaking {} state: answer-required"),
        ("enum: [open, paid]", "enum: [open, paid, gone]", "risky {} state: answer-values"),
        ("enum: [open, paid]", "enum: [open]", "safe {} state: answer-values"),
        (
            "id: {type: string, format: uuid}",
            "id: {type: [string, 'null'], format: uuid}",
            "breaking {} id: answer-type",
        ),
        ("format: uuid", "format: uri", "risky {} id: answer-form"),
    ],
)
def test_a_change_of_what_is_read_is_told_for_each_operation(before, after, expected):
    level, _, rest = expected.partition(" {} ")
    found = [line for line in changed(before, after) if line.startswith(level)]
    assert found == [f"{level} GET /orders/{{id}} 200.{rest}", f"{level} POST /orders 201.{rest}"]


def test_a_property_that_is_not_answered_any_more_breaks():
    before = "        parent: {$ref: '#/components/schemas/Order'}\n"
    assert "breaking GET /orders/{id} 200.parent: answer-property-removed" in changed(before, "")


def test_a_success_that_goes_breaks():
    found = changed("'201'", "'202'")
    assert found == ["breaking POST /orders 201: answer-removed", "risky POST /orders 202: answer-added"]


def test_parts_of_all_of_are_one_schema():
    whole = "type: object\n      required: [sku]\n      properties: {sku: {type: string}, count: {type: integer}}"
    parts = (
        "allOf:\n        - {type: object, required: [sku], properties: {sku: {type: string}}}\n"
        "        - {properties: {count: {type: integer}}}"
    )
    assert changed(whole, parts) == []


def test_swagger_2_is_read_too():
    old = """\
swagger: '2.0'
info: {title: Pets, version: '1.0'}
host: pets.example
basePath: /v1
paths:
  /pets:
    post:
      parameters: [{in: body, name: pet, schema: {$ref: '#/definitions/Pet'}}]
      responses: {'200': {schema: {$ref: '#/definitions/Pet'}}}
definitions:
  Pet: {type: object, properties: {name: {type: string}}}
"""
    assert openapi.outline(old).servers == ("pets.example/v1",)
    found = told(old, old.replace("properties: {name", "required: [name], properties: {name"))
    assert found == ["breaking POST /pets body.name: request-required", "safe POST /pets 200.name: answer-required"]


def test_levels_come_with_those_that_break_first():
    new = ORDERS.replace("required: [lines]", "required: [lines, note]").replace("'404'", "'410'")
    levels = [change.level for change in openapi.compare(ORDERS, new)]
    assert levels == sorted(levels, key=[Level.BREAKING, Level.RISKY, Level.SAFE].index)
    assert levels[0] is Level.BREAKING


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "info: {}", "{", "openapi: 3.1.0\n  bad: [", '{"openapi": {"a": 1}}']
)
def test_what_is_no_definition_is_said_so(text):
    with pytest.raises(Unreadable):
        openapi.outline(text)


@pytest.mark.parametrize(
    "text",
    [
        "openapi: 3.1.0\npaths: []",
        "openapi: 3.1.0\npaths: {/a: 7, /b: {get: 7}, /c: {get: {parameters: 7, responses: [1], tags: [7]}}}",
        "openapi: 3.1.0\npaths: {/a: {get: {parameters: [7, {in: query}], responses: {'200': {content: {a: 7}}}}}}",
        "openapi: 3.1.0\npaths: {/a: {$ref: '#/paths/~1a'}}",
        "openapi: 3.1.0\npaths: {/a: {get: {requestBody: {$ref: 'https://elsewhere.example/x'}, responses: {}}}}",
        '{"openapi": "3.0.0", "info": {"title": "\\u0000 \\ud800"}, "paths": {}}',
    ],
)
def test_odd_definitions_are_read_as_far_as_they_go(text):
    openapi.outline(text)
    assert openapi.compare(text, text) == []


def test_schemas_that_name_each_other_end():
    deep = "openapi: 3.1.0\npaths: {/a: {get: {responses: {'200': {content: {j: {schema: {$ref: '#/c/S'}}}}}}}}\nc:\n"
    names = [
        f"  S{n}: {{properties: {{a: {{$ref: '#/c/S{(n * 7 + 1) % 90}'}}, b: {{$ref: '#/c/S{(n * 3) % 90}'}}}}}}"
        for n in range(90)
    ]
    old = deep + "  S: {$ref: '#/c/S0'}\n" + "\n".join(names)
    found = openapi.compare(old, old.replace("properties", "required: [a], properties"))
    assert found
    assert all(change.level is Level.SAFE for change in found)
