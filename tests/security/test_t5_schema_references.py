"""T5: a schema with a reference elsewhere makes the server fetch nothing."""

import socketserver
import threading

import pytest

from scaffolder.forms import fields, validation
from tests.scaffolder.forms.factories import ADA


@pytest.fixture
def trap():
    """A server that counts who connects."""
    seen = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            seen.append(self.client_address)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1], seen
        server.shutdown()
        thread.join()


REFERENCES = {
    "in a property": lambda url: {"properties": {"a": {"$ref": url}}},
    "in an item": lambda url: {"properties": {"a": {"type": "array", "items": {"$ref": url}}}},
    "in a condition": lambda url: {"properties": {"a": {}}, "if": {"$ref": url}, "then": {"required": ["a"]}},
    "in a definition": lambda url: {
        "definitions": {"d": {"$ref": url}},
        "properties": {"a": {"$ref": "#/definitions/d"}},
    },
    "as the whole page": lambda url: {"$ref": url},
    "by its own id": lambda url: {"$id": url, "properties": {"a": {"$ref": "other.json"}}},
    "as the meta schema": lambda url: {"$schema": url, "properties": {"a": {"type": "string"}}},
    "as recursive reference": lambda url: {"properties": {"a": {"$recursiveRef": url}}},
    "as dynamic reference": lambda url: {"properties": {"a": {"$dynamicRef": url}}},
}


@pytest.mark.parametrize("page", REFERENCES.values(), ids=REFERENCES)
def test_t5_nothing_is_fetched_when_a_form_is_shown_or_checked(trap, page):
    port, seen = trap
    pages = [page(f"http://127.0.0.1:{port}/schema.json")]
    fields.build(pages[0], fields.defaults(pages), actor=ADA)
    validation.validate(pages, {"a": "x"}, actor=ADA)
    validation.check_schema(pages)
    assert seen == []


@pytest.mark.parametrize(
    "reference",
    ["http://elsewhere.example/s.json", "file:///etc/passwd", "other.json", "//elsewhere.example", "urn:x:y"],
)
def test_t5_a_reference_that_does_not_begin_with_a_hash_is_refused(reference):
    pages = [{"properties": {"a": {"$ref": reference}}}]
    assert "points outside" in validation.check_schema(pages)[0][1]
    assert "broken" in validation.validate(pages, {"a": "x"}, actor=ADA)[0].message
