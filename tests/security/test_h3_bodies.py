"""H3: a body that cannot be used is refused with the error of its API, and no failure of the portal."""

import pytest

from accounts.roles import Role
from tests.scaffolder.api.conftest import Machine

pytestmark = pytest.mark.django_db
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "NaN": b'{"name": NaN}',
    "infinity": b'{"name": Infinity}',
    "a NUL": b'{"name": "\\u0000"}',
    "half a character": b'{"name": "\\ud800"}',
    "no UTF-8": b'{"name": "\xff"}',
    "deep lists": b'{"name": ' + b"[" * 100_000,
    "deep maps": b'{"name":' * 50_000,
    "many digits": b'{"name": ' + b"9" * 10_000 + b"}",
    "a list": b"[]",
    "a text": b'"name"',
    "null": b"null",
}
POSTED = [
    "/api/catalog/entities/by-refs",
    "/api/catalog/locations",
    "/api/catalog/refresh",
    "/api/catalog/validate-entity",
    "/api/v1/services",
]


@pytest.mark.parametrize("address", POSTED)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_h3_a_broken_body_is_refused(address, body):
    answer = Machine(Role.ADMIN).post(address, body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert answer["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("address", [*POSTED, "/api/catalog/entities/by-query", "/api/catalog/entity-facets"])
def test_h3_a_body_over_the_limit_is_refused_unread(address):
    answer = Machine(Role.ADMIN).post(address, b'{"name": "' + b"x" * 1_100_000, content_type="application/json")
    assert answer.status_code == 413
    assert answer.json()["error"]["name"] == "PayloadTooLargeError"
