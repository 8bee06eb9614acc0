import pytest

from demo.forge.wire import Answer, ApiError, Request, invalid, of_error, one_page, with_etag


def request(query=None, *, body=b"", method="GET", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, "/orgs/acme/repos", query or {}, named, body, "http://127.0.0.1:8010")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[]", b"1"])
def test_a_body_that_is_no_object_is_a_bad_request(body):
    with pytest.raises(ApiError) as raised:
        request(body=body).json()
    assert raised.value.status == 400


def test_no_body_is_an_empty_object():
    assert request().json() == {}


@pytest.mark.parametrize(
    ("query", "shown", "rels"),
    [
        ({}, list(range(30)), ["next", "last"]),
        ({"page": "2", "per_page": "40"}, list(range(40, 80)), ["prev", "next", "first", "last"]),
        ({"page": "3", "per_page": "40"}, list(range(80, 100)), ["prev", "first"]),
        ({"page": "9"}, [], ["prev", "first"]),
        ({"per_page": "1000"}, list(range(100)), []),
        ({"per_page": "nonsense", "page": "-1"}, list(range(30)), ["next", "last"]),
    ],
)
def test_a_list_comes_in_pages_with_links_to_the_others(query, shown, rels):
    page, headers = one_page(request(query), range(100))
    assert page == shown
    assert [part.split('rel="')[1].rstrip('"') for part in headers.get("Link", "").split(", ") if part] == rels


def test_a_link_keeps_the_rest_of_the_query():
    _, headers = one_page(request({"sort": "full_name", "page": "1"}), range(100))
    assert '<http://127.0.0.1:8010/api/v3/orgs/acme/repos?sort=full_name&page=2>; rel="next"' in headers["Link"]


def test_what_the_caller_has_already_is_not_sent_again():
    first = with_etag(request(), Answer({"a": 1}))
    again = with_etag(request(if_none_match=first.headers["ETag"]), Answer({"a": 1}))
    changed = with_etag(request(if_none_match=first.headers["ETag"]), Answer({"a": 2}))
    assert (again.status, again.body(), changed.status) == (304, b"", 200)


def test_only_good_answers_to_reading_have_an_etag():
    assert "ETag" not in with_etag(request(method="POST"), Answer({})).headers
    assert "ETag" not in with_etag(request(), Answer({}, 404)).headers


def test_an_error_names_its_field():
    said = of_error(invalid("Validation Failed", resource="Label", code="already_exists", about="name"))
    assert said.status == 422
    assert said.value["errors"] == [{"resource": "Label", "code": "already_exists", "field": "name"}]
