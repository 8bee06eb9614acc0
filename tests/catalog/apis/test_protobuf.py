"""What two versions of a `.proto` file differ in."""

import pytest

from catalog.apis import protobuf
from catalog.apis.outlines import Unreadable

ORDERS = """\
syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";

service Orders {
  // Gives one order
  rpc Get (GetRequest) returns (Order) {}
  rpc Watch (GetRequest) returns (stream Order);
}
message GetRequest { string id = 1; }
message Order {
  string id = 1;
  repeated Line lines = 2;
  oneof paid_by { string card = 3; string bank = 4; }
  map<string, int32> counts = 5;
  enum State { NEW = 0; PAID = 1; }
  State state = 6;
  message Line { string sku = 1; }
}
"""


def told(old: str, new: str) -> list[str]:
    return [f"{c.level} {c.where} {c.field}: {c.rule}".replace(" :", ":") for c in protobuf.compare(old, new)]


def test_an_outline_has_the_methods_of_each_service():
    found = protobuf.outline(ORDERS)
    assert found.title == "shop.v1"
    assert [(row.name, row.summary) for row in found.groups[0].rows] == [
        ("Get(GetRequest) → Order", "Gives one order"),
        ("Watch(GetRequest) → stream Order", ""),
    ]


def test_the_same_file_has_no_changes():
    assert told(ORDERS, ORDERS) == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("string id = 1;\n  repeated", "repeated", "breaking Order id: field-removed"),
        ("repeated Line lines = 2", "Line lines = 2", "breaking Order lines: field-type"),
        ("string card = 3", "string credit_card = 3", "risky Order credit_card: field-name"),
        ("map<string, int32>", "map<string, int64>", "breaking Order counts: field-type"),
        ("State state = 6;", "State state = 6; string note = 7;", "safe Order note: field-added"),
        ("PAID = 1;", "PAID = 1; LOST = 2;", "risky Order.State LOST: value-added"),
        ("returns (stream Order)", "returns (Order)", "breaking Orders.Watch: method-changed"),
        ("message Line { string sku = 1; }", "message Line { bytes sku = 1; }", "breaking Order.Line sku: field-type"),
        ("package shop.v1", "package shop.v2", "breaking package: package"),
    ],
)
def test_one_change_is_told_once(before, after, expected):
    assert before in ORDERS
    assert told(ORDERS, ORDERS.replace(before, after)) == [expected]


@pytest.mark.parametrize("text", ["", "openapi: 3", "message A {", 'syntax = "proto3";' + "message A {" * 2000])
def test_what_is_no_proto_file_is_said_so(text):
    with pytest.raises(Unreadable):
        protobuf.outline(text)
