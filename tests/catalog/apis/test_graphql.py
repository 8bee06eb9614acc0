"""What two versions of a GraphQL schema differ in."""

import pytest

from catalog.apis import graphql
from catalog.apis.outlines import Unreadable

SCHEMA = """\
directive @key(fields: String!) on OBJECT
type Query {
  "Finds a product"
  product(id: ID!): Product
  old: String @deprecated(reason: "Ask for product")
}
type Product @key(fields: "id") { id: ID!, name: String, state: State }
enum State { NEW USED }
input NewProduct { name: String! }
extend type Query { products(first: Int): [Product!]! @cost(weight: 5) }
type Mutation { add(product: NewProduct!): Product }
"""


def told(old: str, new: str) -> list[str]:
    return [f"{c.level} {c.where}: {c.rule}" for c in graphql.compare(old, new)]


def test_an_outline_has_queries_and_mutations_those_of_extensions_too():
    found = graphql.outline(SCHEMA)
    assert [(group.title, [row.name for row in group.rows]) for group in found.groups] == [
        ("Queries", ["product(id: ID!): Product", "old: String", "products(first: Int): [Product!]!"]),
        ("Mutations", ["add(product: NewProduct!): Product"]),
    ]
    assert found.groups[0].rows[0].summary == "Finds a product"
    assert found.groups[0].rows[1].is_deprecated


def test_the_same_schema_has_no_changes():
    assert told(SCHEMA, SCHEMA) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("name: String, state", "state", "breaking Product.name: field-removed"),
        ("product(id: ID!)", "product(id: ID!, lang: String!)", "breaking Query.product: required-arg-added"),
        ("product(id: ID!)", "product(id: ID!, lang: String)", "risky Query.product: optional-arg-added"),
        ("NEW USED", "NEW", "breaking State: value-removed-from-enum"),
        ("NEW USED", "NEW USED OLD", "risky State: value-added-to-enum"),
        ("{ id: ID!,", "{ id: ID!, weight: Float,", "safe Product.weight: field-added"),
        ("input NewProduct { name: String!", "input NewProduct { name: String!, tax: Int!",
         "breaking NewProduct: required-input-field-added"),
    ],
)  # fmt: skip
def test_one_change_is_told_once(before, after, expected):
    assert before in SCHEMA
    level, _, rest = expected.partition(" ")
    found = told(SCHEMA, SCHEMA.replace(before, after))
    assert len(found) == 1
    assert found[0].startswith(f"{level} {rest.partition(':')[0]}")
    assert found[0].endswith(expected.partition(": ")[2])


@pytest.mark.parametrize(
    "text",
    ["", "{", "type A {", "type A { a: Missing }", '{"data": {}}', "query { a }", "type A { a: " + "[" * 3000, "\x00"],
)
def test_what_is_no_schema_is_said_so(text):
    with pytest.raises(Unreadable):
        graphql.outline(text)
    with pytest.raises(Unreadable):
        graphql.compare(text, SCHEMA)
