"""AsyncAPI 2 and 3: channels with their messages, and what changes between two versions.

Version 2 tells an operation from the view of a client (`publish`: the client may send), version 3 from that of the
application (`receive`: the application takes it). Source: https://www.asyncapi.com/docs/reference/specification/.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.apis import texts
from catalog.apis.changes import Change, Level, ordered
from catalog.apis.outlines import Grouping, Outline, Unreadable
from catalog.apis.outlines import texts as short_texts
from catalog.apis.schema_changes import Comparison, Way, resolved

# What an application does with a message: its word in version 2, and whose data it is.
SENDS, RECEIVES = "send", "receive"
WORDS = {"publish": RECEIVES, "subscribe": SENDS}


@dataclass(frozen=True)
class Message:
    """A message that the application sends or receives on a channel."""

    action: str
    channel: str
    name: str
    summary: str
    payload: Any

    @property
    def key(self) -> tuple[str, str, str]:
        return self.action, self.channel, self.name

    @property
    def where(self) -> str:
        return f"{self.action} {self.channel}"


def outline(text: str) -> Outline:
    """Return the messages of a definition by what is done with them.

    Raises:
        Unreadable: it is no AsyncAPI definition.
    """
    document = read(text)
    info = texts.mapping(document, "info")
    found = Grouping()
    for message in messages(document):
        name = f"{message.channel} · {message.name}" if message.name else message.channel
        found.add("", message.action.upper(), name, message.summary)
    servers = texts.mapping(document, "servers").values()
    return Outline(
        title=texts.text(info, "title"),
        label=texts.text(info, "version"),
        description=texts.text(info, "description"),
        servers=short_texts(texts.text(each, "url") or texts.text(each, "host") for each in servers),
        groups=found.groups(),
    )


def read(text: str) -> dict[str, Any]:
    """Return the document of a definition.

    Raises:
        Unreadable: it is no AsyncAPI definition.
    """
    document = texts.read(text)
    if not texts.text(document, "asyncapi"):
        raise Unreadable("It has no `asyncapi:` with a version, so it is no AsyncAPI definition.", 1)
    return document


def messages(document: dict[str, Any]) -> Iterator[Message]:
    """Yield the messages in the order of the document."""
    is_old = texts.text(document, "asyncapi").startswith("2")
    yield from _of_version_2(document) if is_old else _of_version_3(document)


def compare(old_text: str, new_text: str) -> list[Change]:
    """Return what differs between two versions.

    Raises:
        Unreadable: one of them is no AsyncAPI definition.
    """
    old, new = read(old_text), read(new_text)
    before = {message.key: message for message in messages(old)}
    after = {message.key: message for message in messages(new)}
    found = []
    for key in before.keys() - after.keys():
        gone = before[key]
        told = "It is not sent any more." if gone.action == SENDS else "It is not received any more."
        found.append(Change(Level.BREAKING, gone.where, gone.name, told, "message-removed"))
    found += [
        Change(Level.SAFE, after[key].where, after[key].name, "It is new.", "message-added")
        for key in after.keys() - before.keys()
    ]
    comparison = Comparison(old, new)
    for key in before.keys() & after.keys():
        message = after[key]
        way = Way.ANSWER if message.action == SENDS else Way.REQUEST
        found += comparison.schemas(
            before[key].payload, message.payload, way=way, where=message.where, path=message.name
        )
    return ordered(found)


def _of_version_2(document: dict[str, Any]) -> Iterator[Message]:
    for channel, item in texts.mapping(document, "channels").items():
        for word, action in WORDS.items():
            operation = texts.mapping(item, word)
            if operation:
                yield from _messages(operation.get("message"), action, channel, operation, document)


def _of_version_3(document: dict[str, Any]) -> Iterator[Message]:
    for operation in texts.mapping(document, "operations").values():
        action = texts.text(operation, "action")
        channel = resolved(operation.get("channel"), document) if isinstance(operation, dict) else None
        if action not in (SENDS, RECEIVES) or not isinstance(channel, dict):
            continue
        address = texts.text(channel, "address") or texts.text(operation.get("channel"), "$ref").rpartition("/")[2]
        found = list(texts.mapping(channel, "messages").items())
        if not found:
            yield Message(action, address, "", texts.text(operation, "summary"), None)
        for name, message in found:
            yield _message(message, action, address, operation, document, name=name)


def _messages(
    value: Any, action: str, channel: str, operation: dict[str, Any], document: dict[str, Any]
) -> Iterator[Message]:
    found = resolved(value, document)
    choices = texts.listing(found, "oneOf") or [value]
    for number, choice in enumerate(choices):
        fallback = texts.text(choice, "$ref").rpartition("/")[2] or (f"message {number + 1}" if number else "")
        yield _message(choice, action, channel, operation, document, name=fallback)


def _message(
    value: Any, action: str, channel: str, operation: dict[str, Any], document: dict[str, Any], *, name: str
) -> Message:
    found = resolved(value, document)
    payload = found.get("payload") if isinstance(found, dict) else None
    if isinstance(payload, dict) and isinstance(payload.get("schema"), dict):
        payload = payload["schema"]  # version 3 may name the language of a schema
    summary = texts.text(found, "summary") or texts.text(operation, "summary")
    return Message(action, channel, name or texts.text(found, "name"), summary, payload)
