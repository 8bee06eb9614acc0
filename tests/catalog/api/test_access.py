"""Who may ask, by what means, and what is answered when nothing has changed."""

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts import actors, tokens
from accounts.actors import system
from accounts.models import ApiToken
from accounts.roles import Role
from tests.catalog.api.conftest import ROOT
from tests.catalog.factories import make_entities

pytestmark = pytest.mark.usefixtures("shop")
READS = [
    "/entities",
    "/entities/by-query",
    "/entities/by-name/component/default/web",
    "/entities/by-uid/x",
    "/entity-facets?facet=kind",
    "/locations",
    "/locations/1",
    "/locations/by-entity/component/default/web",
    "/nothing/here",
]
POSTED_READS = ["/entities/by-refs", "/entities/by-query", "/entity-facets"]
WRITES = [("POST", "/locations"), ("DELETE", "/locations/1"), ("POST", "/refresh")]


@pytest.mark.parametrize("path", READS)
def test_anonymous_is_401_and_never_sent_elsewhere(path):
    response = Client().get(ROOT + path)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"]["name"] == "AuthenticationError"
    assert response.json()["request"] == {"method": "GET", "url": ROOT + path}


@pytest.mark.parametrize("path", POSTED_READS)
def test_anonymous_who_posts_is_401_too_and_not_asked_for_a_csrf_token(path):
    assert Client(enforce_csrf_checks=True).post(ROOT + path, "{}", content_type="application/json").status_code == 401


def test_a_token_that_is_unknown_is_401_in_the_same_shape():
    response = Client(headers={"authorization": "Bearer nonsense"}).get(f"{ROOT}/entities")
    assert response.status_code == 401
    assert response.json()["error"]["name"] == "AuthenticationError"
    assert response.json()["response"] == {"statusCode": 401}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_where_everybody_may_read_anonymous_reads_and_writes_nothing(settings, method, path):
    settings.ANONYMOUS_READ = True
    assert Client().get(f"{ROOT}/entities").status_code == 200
    body = Client().post(f"{ROOT}/entities/by-query", "{}", content_type="application/json")
    assert body.status_code == 200
    assert Client().generic(method, ROOT + path, "{}", content_type="application/json").status_code == 401


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_viewer_writes_nothing(api, method, path):
    response = api.client.generic(method, ROOT + path, "{}", content_type="application/json")
    assert response.status_code == 403
    assert response.json()["error"]["name"] == "NotAllowedError"


@pytest.mark.parametrize("role", [Role.INGEST, Role.FLAG_CLIENT])
def test_machines_that_only_send_events_or_read_flags_may_not_read_the_catalog(make_api, role):
    assert make_api(role).get("/entities").status_code == 403


def test_a_revoked_token_reads_no_more(api):
    assert api.get("/entities").status_code == 200
    ApiToken.objects.update(revoked_at="2020-01-01T00:00:00Z")
    assert api.get("/entities").status_code == 401


def test_a_person_reads_with_their_session(member):
    assert member.get(f"{ROOT}/entities").status_code == 200


def test_what_a_person_posts_needs_the_csrf_token_that_a_page_gives(member):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(member.user)
    refused = browser.post(f"{ROOT}/entities/by-query", "{}", content_type="application/json")
    assert refused.status_code == 403
    assert "CSRF" in refused.json()["error"]["message"]
    secret = "a" * 32
    browser.cookies["csrftoken"] = secret
    headers = {"x-csrftoken": secret}
    allowed = browser.post(f"{ROOT}/entities/by-query", "{}", content_type="application/json", headers=headers)
    assert allowed.status_code == 200


@pytest.mark.parametrize(("method", "path"), [("PUT", "/entities"), ("DELETE", "/entities"), ("PATCH", "/refresh")])
def test_another_method_is_405_in_the_shape_of_p18(api, method, path):
    response = api.client.generic(method, ROOT + path)
    assert response.status_code == 405
    assert response.json()["request"] == {"method": method, "url": ROOT + path}


def test_an_unknown_address_is_404_in_the_shape_of_p18(api):
    for path in ("/nothing", "/entities/", "/entities/by-name/a/b"):
        response = api.get(path)
        assert (response.status_code, response.json()["error"]["name"]) == (404, "NotFoundError")


@pytest.mark.parametrize("path", ["/entities", "/entities/by-query", "/entities/by-name/component/default/web"])
def test_nothing_new_costs_304_until_the_catalog_changes(api, path):
    first = api.get(path)
    etag = first.headers["ETag"]
    again = api.client.get(ROOT + path, headers={"if-none-match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    make_entities(
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: new}\nspec: {type: t, children: []}"
    )
    changed = api.client.get(ROOT + path, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag


def test_an_etag_is_that_of_one_question(api):
    etag = api.get("/entities", filter="kind=group").headers["ETag"]
    other = api.client.get(f"{ROOT}/entities?filter=kind%3Dsystem", headers={"if-none-match": etag})
    assert other.status_code == 200


def test_a_failure_has_no_etag(api):
    assert "ETag" not in api.get("/entities/by-name/component/default/nope").headers
    assert "ETag" not in api.get("/entities", limit="x").headers


def test_answers_are_private_and_checked_again_each_time(api):
    assert api.get("/entities").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("most_in_one_piece", [1, 1000])
def test_head_answers_like_get_without_a_body(api, monkeypatch, most_in_one_piece):
    monkeypatch.setattr("catalog.api.pieces.MOST_IN_ONE_PIECE", most_in_one_piece)
    request = RequestFactory().head(f"{ROOT}/entities")
    request.actor = actors.for_token(ApiToken.objects.get())
    head, get = resolve(request.path).func(request), api.get("/entities")
    assert (head.status_code, head.content) == (200, b"")
    assert (head["ETag"], head["Content-Type"]) == (get["ETag"], get["Content-Type"])
    # The length of what is written while it is read is not known before.
    assert head.get("Content-Length") in (str(len(b"".join(get))), None)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/entities", "GET, HEAD, OPTIONS"),
        ("/entities/by-query", "GET, POST, HEAD, OPTIONS"),
        ("/refresh", "POST, OPTIONS"),
    ],
)
def test_the_methods_of_an_address_are_told(api, path, allowed):
    told = Client().options(ROOT + path)
    assert (told.status_code, told["Allow"], told.content) == (204, allowed, b"")
    assert api.client.generic("PATCH", ROOT + path)["Allow"] == allowed


@pytest.mark.parametrize(
    "path", ["/api/", "/api/catalog", "/api/nothing/here", "/api/v1/nothing", "/api/catalog/a%00b"]
)
def test_an_address_that_no_api_has_is_404_in_json(path):
    response = Client().get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/json; charset=utf-8")
    assert response.json()["error"]["name"] == "NotFoundError"
    assert response.json()["response"] == {"statusCode": 404}


@pytest.mark.parametrize("path", [*READS, "/entities?limit=2&filter=kind%3Dcomponent"])
def test_get_changes_no_row(api, path, django_assert_num_queries):
    tokens.find(tokens.create("other", role=Role.VIEWER, actor=system())[1])
    api.get("/entities")
    with django_assert_num_queries(8, exact=False) as queries:
        api.client.get(ROOT + path)
    assert not [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
