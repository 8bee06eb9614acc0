"""The list of questions with what each finds and in which order: the same on SQLite and on PostgreSQL."""

import pytest

from accounts.actors import Actor, anonymous, system
from accounts.roles import Role
from catalog import search
from catalog.models import SearchEntry
from catalog.search import index
from catalog.search.rows import Entry
from tests.catalog.factories import make_entities

COMPANY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, title: Checkout, description: Turns a basket into an order, tags: [python, payments]}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: check-out-page, title: The page at the end, description: What a visitor sees, tags: [typescript]}
spec: {type: website, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: checkout-events, description: An event for each order, tags: [kafka]}
spec: {type: asyncapi, lifecycle: production, owner: shop, definition: "asyncapi: 3.0.0"}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger, title: Payment book, description: Doubles every movement of money, tags: [go, postgres]}
spec: {type: service, lifecycle: production, owner: money}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: payment-gateway, title: Gateway, description: Talks to banks, tags: [java, payments]}
spec: {type: service, lifecycle: production, owner: money}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: reports, title: Reports, description: Tells of the checkout and of each payment, tags: [python]}
spec: {type: service, lifecycle: experimental, owner: money}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: cafe-menu, title: Café Größe, description: Prix d'été}
spec: {type: website, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money}
spec: {type: team, children: [], profile: {displayName: Payments}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: grace}
spec: {memberOf: [money], profile: {displayName: Grace Hopper, email: grace@acme.example}}
"""
DOCS = Entry(
    "docs",
    "component:default/ledger#retries.md",
    "How checkout retries payments",
    "/docs/component/default/ledger/retries/",
    text="A payment that fails is tried three times. The Idempotency-Key stays the same.",
    entity_ref="component:default/ledger",
    owner_ref="group:default/money",
)
RUNS = [
    Entry("run", f"00-{n}", f"Create a service: {name}", f"/run/{n}", owner_ref=team, person_ref=person)
    for n, (name, team, person) in enumerate(
        [
            ("checkout", "group:default/shop", "user:default/ada"),
            ("ledger", "group:default/money", "user:default/grace"),
            ("basket", "", "user:default/ada"),
        ]
    )
]
ADA = Actor("person", Role.DEVELOPER, "user:default/ada", "Ada", frozenset({"group:default/shop"}))
VERA = Actor("person", Role.VIEWER, "user:default/vera", "Vera")

# Term → what it finds, the best first: names of entities, titles of what has no name.
DOCS_TITLE = DOCS.title
QUESTIONS = {
    # The name, names that begin so, a name written apart, then titles, then text.
    "checkout": ["checkout", "checkout-events", "check-out-page", DOCS_TITLE, "reports"],
    "CHECKOUT": ["checkout", "checkout-events", "check-out-page", DOCS_TITLE, "reports"],
    "check": ["check-out-page", "checkout", "checkout-events", DOCS_TITLE, "reports"],
    "check-out": ["check-out-page", "checkout", "checkout-events", DOCS_TITLE, "reports"],
    "check out page": ["check-out-page"],
    # A title that is it before a name that begins so; then a title with it; then tags before text.
    "payments": ["money", DOCS_TITLE, "checkout", "payment-gateway"],
    "payment": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "pay": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "payment gateway": ["payment-gateway"],
    "gateway payment": ["payment-gateway"],
    "paymentgateway": ["payment-gateway"],
    "book": ["ledger"],
    # A tag as a whole, then what only begins so.
    "python": ["checkout", "reports"],
    "java": ["payment-gateway"],
    "order": ["checkout", "checkout-events"],
    # Accents, case and ligatures.
    "café": ["cafe-menu"],
    "cafe": ["cafe-menu"],
    "grösse": ["cafe-menu"],
    "GROSSE": ["cafe-menu"],
    "ete": ["cafe-menu"],
    # People by name and address.
    "hopper": ["grace"],
    "grace@acme.example": ["grace"],
    # Kinds and types are words too.
    "checkout api": ["checkout-events"],
    "ledger service": ["ledger"],
    # Phrases.
    '"checkout retries"': [DOCS_TITLE],
    '"retries checkout"': [],
    '"each payment"': ["reports"],
    'payment "three times"': [DOCS_TITLE],
    '"idempotency key"': [DOCS_TITLE],
    "idempotencykey": [DOCS_TITLE],
    # Operators.
    "kind:api": ["checkout-events"],
    "kind:component payment": ["payment-gateway", "ledger", "checkout", "reports"],
    "kind:api kind:group pay": ["money"],
    "owner:money pay": ["payment-gateway", "ledger", DOCS_TITLE, "reports"],
    "owner:group:default/shop check": ["check-out-page", "checkout", "checkout-events"],
    "tag:python": ["checkout", "reports"],
    "tag:pyth": [],
    "tag:python tag:payments": ["checkout"],
    "type:website": ["cafe-menu", "check-out-page"],
    "kind:nothing pay": [],
    "kind:a*b pay": [],
    # Nothing, and what could be taken for something else.
    "nothing": [],
    "pay nothing": [],
    "colour:red": [],
    "%": [],
    "_": [],
    "pay%": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "pay*": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "pay' OR 1=1 --": [],
    'pay" OR "java': [],
    "NOT pay": [],
    "pay OR java": [],
    "NEAR(pay gateway)": [],
    "{name} : pay": [],
    "name:payment": [],
    "^payment": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "pay:*": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "pay & !gateway | (java <-> x)": [],
    "\\": [],
    "\0": [],
    "\u202eyap": [],
    "·pay": ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
    "¤tdocs": [],
    "x" * 10**5: [],
    "pay " + "(" * 10**5: ["payment-gateway", "ledger", "money", DOCS_TITLE, "checkout", "reports"],
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, scope="module")
def company(module_db):
    make_entities(COMPANY)
    index.put([DOCS, *RUNS])


def titles(asked, limit=50, offset=0):
    rows = search.in_order(asked.page(limit, offset))
    return [row.name or row.title for row in rows]


def found(term, actor=VERA, **given):
    return titles(search.ask(term, actor=actor, **given))


@pytest.mark.parametrize("term", QUESTIONS, ids=lambda term: term[:30].encode("unicode_escape").decode())
def test_the_list_of_questions(term):
    asked = search.ask(term, actor=VERA)
    assert titles(asked) == QUESTIONS[term]
    assert asked.total() == sum(asked.counts().values()) == len(QUESTIONS[term])


@pytest.mark.parametrize("term", [term for term, names in QUESTIONS.items() if len(names) > 1][:20])
def test_pages_are_parts_of_the_same_order_whichever_way_they_are_found(term):
    asked = search.ask(term, actor=VERA)
    for size in (1, 2, 3):
        pages = [titles(asked, size, offset) for offset in range(0, len(QUESTIONS[term]), size)]
        assert [name for page in pages for name in page] == QUESTIONS[term]


def test_by_title_is_by_title():
    assert found("payment", sort=search.BY_TITLE) == [
        "checkout",
        "payment-gateway",
        DOCS_TITLE,
        "ledger",
        "money",
        "reports",
    ]


def test_types_narrow():
    assert found("payment", types=("docs",)) == [DOCS_TITLE]
    assert found("payment", types=("run",)) == []


# -- Rights ----------------------------------------------------------------------------------------------------


def test_runs_are_found_by_those_who_may_read_them_and_counted_for_nobody_else():
    seen = {actor.name: found("service", actor, types=("run",)) for actor in (ADA, VERA, system(), anonymous())}
    assert seen == {
        "Ada": ["Create a service: basket", "Create a service: checkout"],
        "Vera": [],
        "Waymark": [f"Create a service: {name}" for name in ("basket", "checkout", "ledger")],
        "": [],
    }
    assert search.ask("ledger", actor=ADA, types=("run",)).total() == 0
    assert ("run", "") not in search.ask("ledger", actor=VERA).counts()


def test_who_may_not_read_the_catalog_finds_nothing_in_any_way():
    asked = search.ask("checkout", actor=anonymous())
    assert (asked.page(10), asked.counts(), asked.owners(), asked.total()) == ([], {}, {}, 0)
    assert search.forgiving(search.ask("chekout", actor=anonymous())).asked.page(10) == []


def test_owner_me_finds_what_is_the_readers():
    assert found("owner:me", ADA) == ["cafe-menu", "checkout", "checkout-events", RUNS[0].title, "check-out-page"]
    assert found("owner:me", VERA) == []


def test_owners_are_counted():
    assert search.ask("payment", actor=VERA).owners() == {"group:default/money": 4, "group:default/shop": 1}


# -- Mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "names"),
    [
        ("chekout", "checkout", ["checkout", "checkout-events", "check-out-page", DOCS_TITLE, "reports"]),
        ("cehckout", "checkout", ["checkout", "checkout-events", "check-out-page", DOCS_TITLE, "reports"]),
        ("paymnets", "payments", None),
        ("gatewya", "gateway", ["payment-gateway"]),
        ("pyhton", "python", ["checkout", "reports"]),
        ("legder", "ledger", ["ledger"]),
        ("boko", "book", ["ledger"]),
        ("chekou", "checkout", None),
        ("hoper", "hopper", ["grace"]),
        ("kout", "checkout", None),
        ("payment gatewya", "payment gateway", ["payment-gateway"]),
        ("chekout evnts", "checkout events", ["checkout-events"]),
        ("xyzzyx", "xyzzyx", []),
        ("ap1", "ap1", []),
    ],
)
def test_typing_mistakes_are_forgiven_where_nothing_is_found(typed, meant, names):
    asked = search.ask(typed, actor=VERA)
    assert asked.total() == 0
    forgiven = search.forgiving(asked).asked
    first = search.in_order(forgiven.page(1)) or [SearchEntry()]
    assert forgiven.question.spelled_as(f"{first[0].name} {first[0].title} {first[0].tags}") == meant
    if names is not None:
        assert titles(forgiven) == names


def test_a_word_that_only_runs_have_corrects_nothing():
    index.put([Entry("run", "1", "Secret zanzibar", "/run/1", person_ref="user:default/grace")])
    assert not search.forgiving(search.ask("zanzibra", actor=system())).is_corrected


def test_a_word_that_is_gone_finds_nothing():
    make_entities(COMPANY.replace("name: ledger", "name: zanzibar"))
    assert titles(search.forgiving(search.ask("zanzibra", actor=VERA)).asked) == ["zanzibar"]
    index.removed(["component:default/zanzibar"])
    assert titles(search.forgiving(search.ask("zanzibra", actor=VERA)).asked) == []


def test_a_question_that_finds_something_is_not_corrected():
    spelling = search.forgiving(search.ask("ledger book", actor=VERA))
    assert not spelling.is_corrected
    assert [word.parts for word in spelling.known] == [("ledger",), ("book",)]


@pytest.mark.parametrize("term", ["checkout", "payment", "chekout legder mony", '"each payment" kind:component pay-x'])
def test_a_question_takes_few_statements(term, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        asked = search.ask(term, actor=VERA)
        asked.page(25)
        search.forgiving(asked)
