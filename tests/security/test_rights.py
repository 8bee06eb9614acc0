"""Threats, part 1: who may do what. Every address × method × role; an address without a row here fails."""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actors
from accounts.permissions import Act, Rule, may, rule
from accounts.roles import Role
from catalog.models import Entity
from scaffolder import engine, journal
from tests.addresses import filled, routes
from tests.catalog.docs.factories import make_docs
from tests.catalog.factories import make_entities
from tests.people import SHOP, SignedIn, make_person
from tests.scaffolder.runs import make_template, steps_of

pytestmark = pytest.mark.django_db

ENTITY = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: checkout}
spec: {type: graphql, lifecycle: production, owner: shop, definition: "type Query { orders: Int }"}
"""
# In a file of its own: nobody owns it, and who may take a file away may do so for all that is in it.
TEAM = """apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: checkout}
spec: {type: team, children: []}
"""
OPEN = "open to everybody"

READ, REGISTER, RUN = Act.READ_CATALOG, Act.REGISTER_ENTITY, Act.RUN_TEMPLATE
SEE_RUN, CONTROL, EDIT = Act.READ_RUN, Act.CONTROL_RUN, Act.EDIT_TEMPLATES
# Route → {method: what it takes}. A method that is not named must not be taken at all.
TABLE: dict[str, dict[str, str]] = {
    "": {"GET": OPEN},
    "search/": {"GET": READ},
    "search/palette/": {"GET": OPEN},
    "search/fruitless/": {"POST": READ},
    "docs/": {"GET": READ},
    "docs/report/": {"GET": READ},
    "docs/<str:kind>/<str:namespace>/<str:name>/": {"GET": READ},
    "docs/<str:kind>/<str:namespace>/<str:name>/<path:path>": {"GET": READ},
    "api/techdocs/metadata/techdocs/<str:namespace>/<str:kind>/<str:name>": {"GET": READ},
    "api/techdocs/metadata/entity/<str:namespace>/<str:kind>/<str:name>": {"GET": READ},
    "api/techdocs/sync/<str:namespace>/<str:kind>/<str:name>": {"GET": READ},
    "api/techdocs/static/docs/<str:namespace>/<str:kind>/<str:name>/": {"GET": READ},
    "api/techdocs/static/docs/<str:namespace>/<str:kind>/<str:name>/<path:path>": {"GET": READ},
    "apis/": {"GET": READ},
    "apis/<str:namespace>/<str:name>/definition": {"GET": READ},
    "teams/": {"GET": READ},
    "teams/<str:namespace>/<str:name>/": {"GET": READ},
    "catalog/": {"GET": READ},
    "catalog/export/": {"GET": READ},
    "catalog/graph/": {"GET": READ},
    "catalog/register/": {"GET": REGISTER, "POST": REGISTER},
    "catalog/register/preview/": {"GET": REGISTER},
    "catalog/problems/": {"GET": READ},
    "catalog/problems/export/": {"GET": READ},
    "catalog/locations/": {"GET": READ},
    "catalog/locations/<int:pk>/refresh/": {"POST": REGISTER},
    "catalog/locations/<int:pk>/unregister/": {"GET": REGISTER, "POST": REGISTER},
    "catalog/history/": {"GET": READ},
    "catalog/history/<str:kind>/<str:namespace>/<str:name>/": {"GET": READ},
    "catalog/<str:kind>/<str:namespace>/<str:name>/": {"GET": READ},
    "catalog/<str:kind>/<str:namespace>/<str:name>/refresh/": {"POST": REGISTER},
    "catalog/<str:kind>/<str:namespace>/<str:name>/star/": {"POST": READ},
    "catalog/<str:kind>/<str:namespace>/<str:name>/peek/": {"GET": READ},
    "catalog/<str:kind>/<str:namespace>/<str:name>/unregister/": {"GET": REGISTER, "POST": REGISTER},
    "catalog/<str:kind>/<str:namespace>/<str:name>/let-back/": {"POST": REGISTER},
    "catalog/<str:kind>/<str:namespace>/<str:name>/<slug:tab>/": {"GET": READ},
    "webhooks/github": {"POST": OPEN},
    "create/": {"GET": READ},
    "create/actions/": {"GET": READ},
    "create/templates/<str:namespace>/<str:name>/": {"GET": RUN, "POST": RUN},
    "create/templates/<str:namespace>/<str:name>/preview/": {"POST": RUN},
    "create/templates/<str:namespace>/<str:name>/lint/": {"GET": READ},
    "create/tasks/": {"GET": SEE_RUN},
    "create/tasks/<uuid:pk>/": {"GET": SEE_RUN},
    "create/tasks/<uuid:pk>/events/": {"GET": SEE_RUN},
    "create/tasks/<uuid:pk>/log/": {"GET": SEE_RUN},
    "create/tasks/<uuid:pk>/cancel/": {"POST": CONTROL},
    "create/tasks/<uuid:pk>/retry/": {"POST": CONTROL},
    "create/tasks/<uuid:pk>/undo/": {"GET": CONTROL, "POST": CONTROL},
    "approvals/": {"GET": READ},
    "api/catalog/entities": {"GET": READ},
    "api/catalog/entities/by-query": {"GET": READ, "POST": READ},
    "api/catalog/entities/by-refs": {"POST": READ},
    "api/catalog/entities/by-uid/<str:uid>": {"GET": READ, "DELETE": REGISTER},
    "api/catalog/entities/by-name/<str:kind>/<str:namespace>/<str:name>": {"GET": READ},
    "api/catalog/entities/by-name/<str:kind>/<str:namespace>/<str:name>/ancestry": {"GET": READ},
    "api/catalog/entities/unprocessed/failed": {"GET": READ},
    "api/catalog/entities/unprocessed/pending": {"GET": READ},
    "api/catalog/entities/unprocessed/delete/<str:entity_id>": {"DELETE": REGISTER},
    "api/catalog/entity-facets": {"GET": READ, "POST": READ},
    "api/catalog/locations": {"GET": READ, "POST": REGISTER},
    "api/catalog/locations/by-query": {"POST": READ},
    "api/catalog/locations/<str:location_id>": {"GET": READ, "PUT": REGISTER, "DELETE": REGISTER},
    "api/catalog/locations/by-entity/<str:kind>/<str:namespace>/<str:name>": {"GET": READ},
    "api/catalog/analyze-location": {"POST": REGISTER},
    "api/catalog/validate-entity": {"POST": READ},
    "api/catalog/refresh": {"POST": REGISTER},
    "api/search/query": {"GET": READ},
    "api/scaffolder/v2/templates/<str:namespace>/<str:kind>/<str:name>/parameter-schema": {"GET": READ},
    "api/scaffolder/v2/actions": {"GET": READ},
    "api/scaffolder/v2/templating-extensions": {"GET": READ},
    "api/scaffolder/v2/tasks": {"GET": SEE_RUN, "POST": RUN},
    "api/scaffolder/v2/tasks/<str:task_id>": {"GET": SEE_RUN},
    "api/scaffolder/v2/tasks/<str:task_id>/cancel": {"POST": CONTROL},
    "api/scaffolder/v2/tasks/<str:task_id>/retry": {"POST": CONTROL},
    "api/scaffolder/v2/tasks/<str:task_id>/events": {"GET": SEE_RUN},
    "api/scaffolder/v2/tasks/<str:task_id>/eventstream": {"GET": SEE_RUN},
    "api/scaffolder/v2/dry-run": {"POST": EDIT},
    "api/v1/docs": {"GET": READ},
    "api/v1/openapi.json": {"GET": OPEN},
    "api/v1/catalog/history": {"GET": READ},
    "api/v1/catalog/history/<kind>/<namespace>/<name>": {"GET": READ},
    "api/v1/catalog/history/<kind>/<namespace>/<name>/at": {"GET": READ},
    "api/v1/catalog/history/<kind>/<namespace>/<name>/let-back": {"POST": REGISTER},
    "api/v1/catalog/graph": {"GET": READ},
    "api/v1/catalog/impact": {"GET": READ},
    "api/v1/apis/<namespace>/<name>/versions": {"GET": READ},
    "api/v1/apis/<namespace>/<name>/compare": {"POST": READ},
    "api/v1/teams": {"GET": READ},
    "api/v1/services": {"POST": RUN},
    "api/v1/tasks/<task_id>": {"GET": SEE_RUN},
    "api/v1/tasks/<task_id>/undo": {"POST": CONTROL},
    "accounts/login/": {"GET": OPEN, "POST": OPEN},
    "accounts/logout/": {"GET": OPEN, "POST": OPEN},
    "healthz": {"GET": OPEN},
    "readyz": {"GET": OPEN},
    "metrics": {"GET": READ},
}
# Those whose act concerns one thing that the team `shop` owns, or a run that Ada started for it.
OF_SHOP = (
    "refresh",
    "unregister",
    "let-back",
    "<str:uid>",
    "<uuid:pk>",
    "<task_id>",
    "<str:task_id>",
    "<str:location_id>",
)
# Answers to every path that the others do not; there is nothing to be allowed.
NOWHERE = {"api/catalog/<path:rest>", "api/scaffolder/<path:rest>", "api/v1/"}
# Whom these let in is no role's matter; tests/accounts/test_approvals.py tells who.
ELSEWHERE = {"approvals/<int:pk>/"}
# Views of libraries, which answer any method as if it were GET and change nothing by it.
LENIENT = {"api/v1/openapi.json", "accounts/login/", "accounts/logout/"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BODIES = {
    "api/catalog/entities/by-query": {"limit": 1},
    "api/catalog/entities/by-refs": {"entityRefs": ["component:default/checkout"]},
    "api/catalog/entity-facets": {"facets": ["kind"]},
    "api/catalog/refresh": {"entityRef": "component:default/checkout"},
    "api/catalog/locations": {"type": "url", "target": "https://git.example/shop/x/blob/main/catalog-info.yaml"},
    "api/catalog/analyze-location": {
        "location": {"type": "url", "target": "https://git.example/shop/x/blob/main/c.yaml"}
    },
    "api/v1/apis/<namespace>/<name>/compare": {"definition": "type Query { orders: Int }"},
    "api/catalog/locations/<str:location_id>": {
        "type": "url",
        "target": "https://git.example/shop/x/catalog-info.yaml",
    },
    "api/scaffolder/v2/tasks": {"templateRef": "path", "values": {}},
    "api/scaffolder/v2/dry-run": {
        "template": {"spec": {"steps": [{"action": "debug:log"}]}},
        "values": {},
        "directoryContents": [],
    },
    "api/v1/services": {"name": "gift-cards", "team": "shop", "template": "path"},
}
QUERIES = {
    "api/catalog/entity-facets": "?facet=kind",
    "api/v1/catalog/graph": "?root=component:default/checkout",
    "api/v1/catalog/impact": "?root=component:default/checkout",
    "catalog/register/preview/": "?source=https://git.example/shop/checkout/tree/main",
}
WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class World:
    """A component of the team shop, a golden path, and a run that Ada started."""

    values: dict[str, str]
    people: Mapping[str, Client]
    cookies: Mapping[str, SimpleCookie]


@pytest.fixture(scope="module")
def shared_world(module_db):
    make_entities(ENTITY)
    make_entities(TEAM)
    entity = Entity.objects.get(ref="component:default/checkout")
    template = make_template(steps_of("{action: debug:log, input: {message: hello}}"))
    ada = SignedIn(make_person("ada"))
    people = {
        "anonymous": Client(),
        "viewer": SignedIn(make_person("vera", role=Role.VIEWER, groups=())),
        "starter": ada,
        "other developer": SignedIn(make_person("mo", groups=("group:default/money",))),
        "team lead": SignedIn(make_person("lin", role=Role.TEAM_LEAD)),
        "platform": SignedIn(make_person("grace", role=Role.PLATFORM, groups=("group:default/platform",))),
        "admin": SignedIn(make_person("root", role=Role.ADMIN, groups=())),
    }
    task = engine.submit(template=template, parameters={}, actor=ada.actor, owner_ref=SHOP)
    # Whoever asks for events is answered at once.
    journal.append(task.pk, [journal.Line("Hello")])
    values = {"kind": "component", "namespace": "default", "name": "checkout", "tab": "inspect", "pk": str(task.pk)}
    values |= {"uid": str(entity.uid), "location_id": str(entity.location_id), "task_id": str(task.pk)}
    make_docs("component:default/checkout", {"index.md": "# Checkout", "guide.md": "# Guide"})
    values |= {"entity_id": "0", "path": "guide/"}
    return World(values, people, {name: copy.deepcopy(client.cookies) for name, client in people.items()})


@pytest.fixture
def world(shared_world):
    """The world, with everybody signed in as at first: a test may have signed them out."""
    for name, person in shared_world.people.items():
        person.cookies = copy.deepcopy(shared_world.cookies[name])
    return shared_world


def address(route: str, world: World) -> str:
    values = dict(world.values)
    if route.startswith(("create/templates/", "api/scaffolder/v2/templates/")):
        values |= {"kind": "template", "name": "path"}
    if "<int:pk>" in route:
        values["pk"] = values["location_id"]
    return filled(route, values) + QUERIES.get(route, "")


def ask(client: Client, method: str, route: str, world: World) -> Any:
    """Send a request, and take back whatever it changed."""
    with transaction.atomic():
        body = json.dumps(BODIES.get(route, {})) if route.startswith("api/") else ""
        kind = "application/json" if route.startswith("api/") else "application/x-www-form-urlencoded"
        answer = client.generic(method, address(route, world), body, content_type=kind)
        transaction.set_rollback(True)
    return answer


def is_let_in(answer: Any) -> bool:
    """Whether the act was done: a page refuses what its reader can see with a message, and goes back there."""
    leads_to_login = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
    said = [str(message) for message in get_messages(answer.wsgi_request)] if answer.status_code == 302 else []
    is_refused = any("may not" in text for text in said)
    return answer.status_code not in (401, 403, 404) and not leads_to_login and not is_refused


def is_allowed(name: str, client: Client, act: str, route: str) -> bool:
    actor = client.actor if isinstance(client, SignedIn) else actors.anonymous()
    if act == OPEN:
        return True
    is_about_shop = Act(act) not in (READ, RUN) and any(part in route for part in OF_SHOP)
    if not is_about_shop:
        return rule(actor, Act(act)) is not Rule.DENY
    is_own_run = name == "starter" and Act(act) in (SEE_RUN, CONTROL)
    return may(actor, Act(act), owner_refs=[SHOP], own=is_own_run)


def test_every_address_has_a_row():
    known = {route for route, _ in routes()}
    assert known - NOWHERE - ELSEWHERE == set(TABLE)


@pytest.mark.parametrize(("route", "method"), [(route, method) for route, row in TABLE.items() for method in row])
def test_an_address_lets_in_whom_the_table_names(world, route, method):
    found = {name: is_let_in(ask(client, method, route, world)) for name, client in world.people.items()}
    wanted = {name: is_allowed(name, client, TABLE[route][method], route) for name, client in world.people.items()}
    assert found == wanted


@pytest.mark.parametrize("route", sorted(set(TABLE) - LENIENT))
def test_an_address_takes_no_other_method(world, route):
    others = [method for method in METHODS if method not in TABLE[route]]
    answers = {method: ask(world.people["admin"], method, route, world).status_code for method in others}
    assert set(answers.values()) <= {404, 405}, answers


@pytest.mark.parametrize("route", [route for route, row in TABLE.items() if "GET" in row])
def test_reading_changes_no_row(world, route):
    with CaptureQueriesContext(connection) as queries:
        world.people["admin"].get(address(route, world))
    written = [query["sql"] for query in queries if query["sql"].lstrip().upper().startswith(WRITES)]
    assert [sql for sql in written if "django_session" not in sql] == []


@pytest.mark.parametrize("prefix", ["/api/catalog/entities", "/api/v1/services"])
def test_a_wrong_token_is_401_and_never_a_redirect(client, prefix):
    answer = client.get(prefix, headers={"Authorization": "Bearer wmk_wrong"})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_unknown_and_forbidden_look_alike(world):
    other = world.people["other developer"]
    forbidden = other.get(f"/create/tasks/{world.values['pk']}/")
    unknown = other.get("/create/tasks/00000000-0000-0000-0000-000000000000/")
    assert (forbidden.status_code, without_tokens(forbidden)) == (404, without_tokens(unknown))


def without_tokens(answer: HttpResponse) -> str:
    """Return a page without what differs each time it is asked for."""
    text = answer.content.decode()
    return re.sub(r'value="[A-Za-z0-9]{64}"|/create/tasks/[0-9a-f-]{36}/', "", text)
