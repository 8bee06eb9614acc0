"""gRPC: services and messages of a `.proto` file, and what changes between two versions.

What is sent over the wire is the number of a field; generated code and JSON know its name as well.
Source: https://protobuf.dev/programming-guides/proto3/#updating.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from antlr4.error.ErrorListener import ErrorListener
from proto_schema_parser import ast
from proto_schema_parser.parser import Parser

from catalog.apis.changes import Change, Level, ordered
from catalog.apis.outlines import Grouping, Outline, Unreadable

# The parser takes a second for a hundred thousand signs.
LONGEST = 500_000


@dataclass
class File:
    """What a file promises: methods by `Service.Method`, fields of each message by number, values of each enum."""

    package: str = ""
    methods: dict[str, tuple[str, str]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)
    messages: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)
    enums: dict[str, dict[int, str]] = field(default_factory=dict)


def outline(text: str) -> Outline:
    """Return the methods of a file by their service.

    Raises:
        Unreadable: it is no `.proto` file.
    """
    file = read(text)
    found = Grouping()
    for name, (takes, gives) in file.methods.items():
        service, _, method = name.partition(".")
        found.add(service, "RPC", f"{method}({takes}) → {gives}", file.comments.get(name, ""))
    return Outline(title=file.package, groups=found.groups())


def read(text: str) -> File:
    """Return what a file promises.

    Raises:
        Unreadable: it is no `.proto` file.
    """
    if len(text) > LONGEST:
        raise Unreadable(f"It is longer than {LONGEST // 1000} kB, more than the portal reads of a .proto file.")
    try:
        parsed = Parser(setup_lexer=_strict, setup_parser=_strict).parse(text)
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable("It is nested deeper than the portal reads.") from error
    except Exception as error:
        raise Unreadable(f"It is no .proto file: {error}") from error
    file = File()
    for element in parsed.file_elements:
        if isinstance(element, ast.Package):
            file.package = element.name
        elif isinstance(element, ast.Service):
            _service(file, element)
        else:
            _type(file, element, "")
    if not (file.methods or file.messages or file.enums):
        raise Unreadable("It has no service, message or enum, so it is no .proto file.", 1)
    return file


class _Complaints(ErrorListener):  # type: ignore[misc]
    """Refuses a file at its first fault; the parser would go on with what it guesses."""

    def syntaxError(  # noqa: N802
        self, recognizer: Any, symbol: Any, line: int, column: int, message: str, error: Any
    ) -> None:
        raise Unreadable(f"It is no .proto file: {message.partition(' expecting ')[0]}.", line, column + 1)


def _strict(part: Any) -> None:
    part.removeErrorListeners()
    part.addErrorListener(_Complaints())


def compare(old_text: str, new_text: str) -> list[Change]:
    """Return what differs between two versions.

    Raises:
        Unreadable: one of them is no `.proto` file.
    """
    old, new = read(old_text), read(new_text)
    found = [*_methods(old, new), *_messages(old, new), *_enums(old, new)]
    if old.package != new.package:
        told = f"The package was `{old.package}` and is `{new.package}`; every name on the wire changes with it."
        found.append(Change(Level.BREAKING, "package", "", told, "package"))
    return ordered(found)


def _service(file: File, service: Any) -> None:
    comment = ""
    for element in service.elements:
        if isinstance(element, ast.Comment):
            comment = element.text.strip("/* \n")
        elif isinstance(element, ast.Method):
            name = f"{service.name}.{element.name}"
            file.methods[name] = _end(element.input_type), _end(element.output_type)
            file.comments[name] = comment
            comment = ""


def _end(found: Any) -> str:
    return f"stream {found.type}" if found.stream else str(found.type)


def _type(file: File, element: Any, outer: str) -> None:
    """Add a message with those inside it, or an enum."""
    if isinstance(element, ast.Enum):
        values = [each for each in element.elements if isinstance(each, ast.EnumValue)]
        file.enums[outer + element.name] = {int(each.number): each.name for each in values}
    elif isinstance(element, ast.Message):
        name = outer + element.name
        file.messages[name] = {number: (each, kind) for number, each, kind in _fields(element.elements)}
        for inner in element.elements:
            _type(file, inner, f"{name}.")


def _fields(elements: list[Any]) -> Iterator[tuple[int, str, str]]:
    """Yield number, name and type of each field, those of a `oneof` among them."""
    for each in elements:
        if isinstance(each, ast.OneOf):
            yield from _fields(each.elements)
        elif isinstance(each, ast.MapField):
            yield each.number, each.name, f"map<{each.key_type}, {each.value_type}>"
        elif isinstance(each, ast.Field):
            is_list = each.cardinality is ast.FieldCardinality.REPEATED
            yield each.number, each.name, f"repeated {each.type}" if is_list else str(each.type)


def _methods(old: File, new: File) -> Iterator[Change]:
    for name in old.methods.keys() - new.methods.keys():
        yield Change(Level.BREAKING, name, "", "The method is gone.", "method-removed")
    for name in new.methods.keys() - old.methods.keys():
        yield Change(Level.SAFE, name, "", "The method is new.", "method-added")
    for name in old.methods.keys() & new.methods.keys():
        pairs = zip(("takes", "gives"), old.methods[name], new.methods[name], strict=True)
        for word, before, after in pairs:
            if before != after:
                told = f"It {word} `{after}`; it was `{before}`."
                yield Change(Level.BREAKING, name, "", told, "method-changed")


def _messages(old: File, new: File) -> Iterator[Change]:
    for name in old.messages.keys() - new.messages.keys():
        yield Change(Level.BREAKING, name, "", "The message is gone.", "message-removed")
    for name in new.messages.keys() - old.messages.keys():
        yield Change(Level.SAFE, name, "", "The message is new.", "message-added")
    for name in old.messages.keys() & new.messages.keys():
        yield from _message(name, old.messages[name], new.messages[name])


def _message(name: str, old: dict[int, tuple[str, str]], new: dict[int, tuple[str, str]]) -> Iterator[Change]:
    for number in old.keys() - new.keys():
        told = f"Field {number} is gone; old clients go on sending it, and read nothing."
        yield Change(Level.BREAKING, name, old[number][0], told, "field-removed")
    for number in new.keys() - old.keys():
        yield Change(Level.SAFE, name, new[number][0], f"Field {number} is new.", "field-added")
    for number in old.keys() & new.keys():
        (old_name, old_type), (new_name, new_type) = old[number], new[number]
        if old_type != new_type:
            told = f"Field {number} was `{old_type}` and is `{new_type}`."
            yield Change(Level.BREAKING, name, new_name, told, "field-type")
        if old_name != new_name:
            # The wire does not know the name; JSON and generated code do.
            told = f"Field {number} was called `{old_name}`."
            yield Change(Level.RISKY, name, new_name, told, "field-name")


def _enums(old: File, new: File) -> Iterator[Change]:
    for name in old.enums.keys() & new.enums.keys():
        before, after = old.enums[name], new.enums[name]
        for number in before.keys() - after.keys():
            yield Change(Level.BREAKING, name, before[number], f"Value {number} is gone.", "value-removed")
        for number in after.keys() - before.keys():
            yield Change(Level.RISKY, name, after[number], f"Value {number} is new.", "value-added")
        for number in before.keys() & after.keys():
            if before[number] != after[number]:
                told = f"Value {number} was called `{before[number]}`."
                yield Change(Level.RISKY, name, after[number], told, "value-name")
    for name in old.enums.keys() - new.enums.keys():
        yield Change(Level.BREAKING, name, "", "The enum is gone.", "enum-removed")
