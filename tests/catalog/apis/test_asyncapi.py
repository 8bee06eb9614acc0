"""What two versions of an AsyncAPI definition differ in, from the view of who sends."""

import pytest

from catalog.apis import asyncapi
from catalog.apis.outlines import Unreadable

VERSION_3 = """\
asyncapi: 3.0.0
info: {title: Payment events, version: 2.1.0}
servers: {production: {host: kafka.example:9093, protocol: kafka}}
channels:
  captured:
    address: payment.captured
    messages: {Captured: {$ref: '#/components/messages/Captured'}}
operations:
  sendCaptured: {action: send, summary: Money was taken, channel: {$ref: '#/channels/captured'}}
components:
  messages:
    Captured: {payload: {type: object, required: [amount], properties: {amount: {type: string}}}}
"""
VERSION_2 = """\
asyncapi: 2.6.0
info: {title: Orders, version: 1.0.0}
channels:
  order.cancel:
    publish:
      summary: Cancels an order
      message: {name: Cancel, payload: {type: object, properties: {order: {type: string}}}}
  order.cancelled:
    subscribe:
      message: {oneOf: [{$ref: '#/components/messages/One'}, {$ref: '#/components/messages/Two'}]}
components:
  messages:
    One: {payload: {type: object}}
    Two: {payload: {type: object}}
"""


def told(old: str, new: str) -> list[str]:
    return [f"{c.level} {c.where} {c.field}: {c.rule}" for c in asyncapi.compare(old, new)]


def test_messages_of_version_3_stand_with_their_channel():
    found = asyncapi.outline(VERSION_3)
    assert (found.title, found.label, found.servers) == ("Payment events", "2.1.0", ("kafka.example:9093",))
    rows = [(row.verb, row.name, row.summary) for row in found.groups[0].rows]
    assert rows == [("SEND", "payment.captured · Captured", "Money was taken")]


def test_version_2_tells_operations_from_the_view_of_a_client():
    rows = [(row.verb, row.name) for row in asyncapi.outline(VERSION_2).groups[0].rows]
    assert rows == [
        ("RECEIVE", "order.cancel · Cancel"),
        ("SEND", "order.cancelled · One"),
        ("SEND", "order.cancelled · Two"),
    ]


def test_who_reads_a_message_needs_what_was_in_it():
    assert told(VERSION_3, VERSION_3.replace("required: [amount], ", "")) == [
        "breaking send payment.captured Captured.amount: answer-required"
    ]


def test_who_sends_a_message_must_not_have_to_send_more():
    more = VERSION_2.replace("{order: {type: string}}", "{order: {type: string}}, required: [order]")
    assert told(VERSION_2, more) == ["breaking receive order.cancel Cancel.order: request-required"]


def test_a_message_that_is_sent_no_more_breaks():
    assert told(VERSION_2, VERSION_2.replace(", {$ref: '#/components/messages/Two'}", "")) == [
        "breaking send order.cancelled Two: message-removed"
    ]


@pytest.mark.parametrize("text", ["", "asyncapi: {}", "openapi: 3.1.0", "[]"])
def test_what_is_no_definition_is_said_so(text):
    with pytest.raises(Unreadable):
        asyncapi.outline(text)


@pytest.mark.parametrize(
    "text",
    [
        "asyncapi: 3.0.0\noperations: {a: 7, b: {action: send, channel: {$ref: '#/nothing'}}, c: {action: fly}}",
        "asyncapi: 3.0.0\nchannels: {a: {}}\noperations: {a: {action: send, channel: {$ref: '#/channels/a'}}}",
        "asyncapi: 2.0.0\nchannels: {a: 7, b: {publish: {message: 7}}, c: {subscribe: {message: {oneOf: [7]}}}}",
    ],
)
def test_odd_definitions_are_read_as_far_as_they_go(text):
    asyncapi.outline(text)
    assert asyncapi.compare(text, text) == []
