"""The search page and the palette, through HTTP: what is shown, to whom, and at what cost."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from catalog import personal
from catalog.models import Entity, FruitlessTerm
from catalog.search import fruitless, index
from catalog.search.rows import Entry
from tests.catalog.factories import make_entities
from tests.people import SHOP, SignedIn, make_person

COMPANY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: checkout, description: "Turns a <b>basket</b> into an order", tags: [python, payments]}
spec: {type: service, lifecycle: production, owner: shop}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: checkout-events, title: "Events & <i>more</i>"}
spec: {type: openapi, lifecycle: production, owner: money, definition: "openapi: 3.1.0"}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: [], profile: {displayName: Team Shop}}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: checkers}
spec: {memberOf: [shop], profile: {displayName: Charly Checkers}}
"""
MANY = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {{name: "item-{number:02}", description: Checks}}
spec: {{type: service, lifecycle: production, owner: "team-{number}"}}
"""
PAGE, PALETTE, NOTE = "/search/", "/search/palette/", "/search/fruitless/"
RUN = Entry("run", "1", "Create a service: checkout", "/create/tasks/1/", owner_ref=SHOP, person_ref="user:default/ada")
DOCS = Entry(
    "docs", "component:default/checkout#a.md", "How checkout retries", "/docs/a/", text="It tries again. " * 99
)


@pytest.fixture(autouse=True, scope="module")
def company(module_db):
    make_entities(COMPANY)
    index.put([RUN, DOCS])


def shown(page):
    return page.context["search"]


def hits(page):
    return [hit.entry.name or hit.entry.title for hit in shown(page).hits]


# -- The page ----------------------------------------------------------------------------------------------------------


def test_hits_are_told_with_what_they_are_and_whose_and_what_answers_is_marked(member):
    page = member.get(PAGE, {"q": "CHECK python"})
    assert hits(page) == ["checkout"]
    assertContains(page, '<a href="/catalog/component/default/checkout/"><mark>check</mark>out</a>', html=True)
    assertContains(page, '<li class="tag"><mark>python</mark></li>', html=True)
    assertContains(page, "Team Shop")
    assertContains(page, "1 result")


def test_what_strangers_wrote_is_text(member):
    for term in ("basket more <script>alert(1)</script>", "basket", "more"):
        page = member.get(PAGE, {"q": term})
        for markup in ("<b>basket", "<i>more", "<script>alert"):
            assertNotContains(page, markup)
    assertContains(member.get(PAGE, {"q": "basket"}), "&lt;b&gt;<mark>basket</mark>&lt;/b&gt;")


def test_each_sort_is_counted_and_narrows(member, developer):
    page = member.get(PAGE, {"q": "check"})
    assert {(sort.kind or str(sort.title)): sort.count for sort in shown(page).sorts} == {
        "component": 1,
        "api": 1,
        "user": 1,
        "Docs": 1,
    }
    assert shown(page).total == shown(page).everything.count == 4
    assert hits(member.get(PAGE, {"q": "check", "kind": "api"})) == ["checkout-events"]
    assert hits(member.get(PAGE, {"q": "check", "type": "docs"})) == ["How checkout retries"]
    assert hits(developer.get(PAGE, {"q": "check", "type": "run"})) == ["Create a service: checkout"]


def test_owners_are_counted_and_narrow_with_the_kinds_beside_them(member):
    page = member.get(PAGE, {"q": "check", "owner": "group:default/money"})
    assert hits(page) == ["checkout-events"]
    assert [(owner.title, owner.count, owner.is_current) for owner in shown(page).owners] == [
        ("money", 1, True),
        ("Team Shop", 1, False),
    ]
    assert [sort.kind for sort in shown(page).sorts] == ["api"]


def test_hits_are_sorted_by_title_on_demand(member):
    assert hits(member.get(PAGE, {"q": "check", "sort": "title"})) == [
        "checkers",
        "checkout",
        "checkout-events",
        "How checkout retries",
    ]
    assert hits(member.get(PAGE, {"q": "check", "sort": "odd"})) == hits(member.get(PAGE, {"q": "check"}))


def test_a_mistake_is_forgiven_and_told(member):
    page = member.get(PAGE, {"q": "chekout"})
    assert hits(page)[0] == "checkout"
    assertContains(page, "Nothing matches “chekout”.")
    assertContains(page, '<a href="?q=checkout">checkout</a>', html=True)


def test_without_a_hit_the_page_says_what_to_try(member, developer):
    page = member.get(PAGE, {"q": "nothinglikeit"})
    assertContains(page, "Nothing matches “nothinglikeit”")
    assertNotContains(page, "Register a repository")
    assertContains(developer.get(PAGE, {"q": "nothinglikeit"}), "Register a repository")


def test_words_that_find_something_only_apart_are_offered(member):
    page = member.get(PAGE, {"q": "basket charly"})
    assertContains(page, '<a href="?q=basket">basket</a>', html=True)
    assertContains(page, '<a href="?q=charly">charly</a>', html=True)


def test_where_a_choice_left_nothing_the_page_offers_to_take_it_back(member):
    page = member.get(PAGE, {"q": "check", "kind": "domain"})
    assertContains(page, "Search everywhere")
    assertNotContains(page, NOTE)


def test_without_a_term_the_page_tells_what_can_be_found(member):
    assertContains(member.get(PAGE), "Search everything")
    assertContains(member.get(PAGE, {"q": "%"}), "Nothing matches “%”")


def test_htmx_gets_the_results_alone(member):
    page = member.get(PAGE, {"q": "check"}, headers={"hx-request": "true", "hx-target": "search-results"})
    assertContains(page, 'id="search-results"')
    assertNotContains(page, "<html")


def test_commands_stand_above_the_hits_of_the_first_page(developer):
    page = developer.get(PAGE, {"q": "catalog"})
    assert "Go to the catalog" in [command.title for command in shown(page).commands]
    assert shown(developer.get(PAGE, {"q": "catalog", "kind": "api"})).commands == []


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", "9" * 30])
def test_an_odd_page_is_the_nearest_one(member, number):
    assert member.get(PAGE, {"q": "check", "page": number}).status_code == 200


def test_hits_are_paged_and_lose_and_double_none(member):
    make_entities("---".join(MANY.format(number=number) for number in range(60)))
    pages = [member.get(PAGE, {"q": "item", "page": number}) for number in (1, 2, 3)]
    assert [len(hits(page)) for page in pages] == [25, 25, 10]
    assert [name for page in pages for name in hits(page)] == [f"item-{number:02}" for number in range(60)]


@pytest.mark.parametrize(
    "term",
    [
        "'",
        '"',
        '"a',
        "\\",
        "*",
        "a*",
        "NEAR(",
        "a AND",
        "-a",
        "^",
        "🚀",
        "\u202eabc",
        "ﷺ" * 200,
        "kind:",
        'tag:"',
        "%00",
    ],
)
def test_hostile_terms_are_answered(member, term):
    assert member.get(PAGE, {"q": term}).status_code == 200
    assert member.get(PALETTE, {"q": term}).status_code == 200


def test_a_term_that_is_too_long_or_no_text_is_none(member):
    assertContains(member.get(PAGE, {"q": "x" * 10**5}), "Search everything")
    assertContains(member.get(PAGE, {"q": "a\0b"}), "Search everything")
    assert member.get(f"{PAGE}?q=%ff%fe%ed%a0%80").status_code == 200


# -- Rights ------------------------------------------------------------------------------------------------------------


def test_a_run_is_shown_and_counted_for_its_team_alone(member, developer):
    stranger = SignedIn(make_person("zoe", groups=("group:default/money",)))
    totals = [shown(person.get(PAGE, {"q": "create service"})).total for person in (developer, member, stranger)]
    assert totals == [1, 0, 0]


def test_what_one_reader_may_see_is_not_kept_for_the_next(developer, member):
    assert shown(developer.get(PAGE, {"q": "checkout"})).total == shown(member.get(PAGE, {"q": "checkout"})).total + 1


def test_a_stranger_is_sent_to_sign_in():
    assert Client().get(PAGE, {"q": "check"}).status_code == 302
    assertNotContains(Client().get(PALETTE, {"q": "check"}), "checkout")


def test_searches_of_one_person_are_limited_and_others_go_on(member, developer, settings):
    settings.WAYMARK = {**settings.WAYMARK, "search": {"per_minute": 2}}
    assert [member.get(PAGE, {"q": "check"}).status_code for _ in range(3)] == [200, 200, 429]
    assert developer.get(PAGE, {"q": "check"}).status_code == 200
    refused = member.get(PAGE, {"q": "check"}, headers={"x-forwarded-for": "1.2.3.4"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assertContains(refused, "many searches", status_code=429)


# -- The palette -------------------------------------------------------------------------------------------------------


def groups(page):
    return {
        str(group.name): ["".join(p for p, _ in option.title) for option in group.options]
        for group in page.context["groups"]
    }


def test_the_palette_offers_what_matches_in_groups(developer):
    found = groups(developer.get(PALETTE, {"q": "check"}))
    assert found["Entities"] == ["checkout", "Events & <i>more</i>"]
    assert found["People"] == ["Charly Checkers"]
    assert found["Docs"] == ["How checkout retries"]
    assert found["Runs"] == ["Create a service: checkout"]


def test_the_palette_says_what_each_is_and_whose_and_marks_what_was_typed(developer):
    page = developer.get(PALETTE, {"q": "CHECK"})
    assertContains(page, '<span class="palette__title"><mark>check</mark>out</span>', html=True)
    assertContains(page, "service · Team Shop")
    assertContains(page, 'data-href="/catalog/component/default/checkout/"')


def test_the_palette_offers_what_its_reader_may_do(developer, member):
    assertContains(developer.get(PALETTE, {"q": "register"}), 'data-href="/catalog/register/"')
    assertNotContains(member.get(PALETTE, {"q": "register"}), 'data-href="/catalog/register/"')
    assert list(groups(developer.get(PALETTE, {"q": ">"}))) == ["Do"]
    assert groups(developer.get(PALETTE, {"q": "> go catal"})) == {"Do": ["Go to the catalog"]}


def test_the_palette_begins_with_what_was_seen_last(developer):
    personal.note_visit(developer.user.pk, Entity.objects.get(name="checkout").pk)
    assert groups(developer.get(PALETTE))["Recently seen"] == ["checkout"]


def test_the_palette_forgives_mistakes(developer):
    assert groups(developer.get(PALETTE, {"q": "chekout"}))["Entities"] == ["checkout", "Events & <i>more</i>"]


def test_the_palette_always_leads_to_all_results(developer):
    page = developer.get(PALETTE, {"q": "nothinglikeit &x"})
    assert groups(page) == {"Search": ["All results for “nothinglikeit &x”"]}
    assertContains(page, 'data-href="/search/?q=nothinglikeit+%26x"')


def test_the_palette_says_when_there_is_no_such_command(developer):
    assertContains(developer.get(PALETTE, {"q": "> nothinglikeit"}), "Nothing matches")


# -- What it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "term"),
    [
        (PAGE, "check"),
        (PAGE, "chekout"),
        (PAGE, "nothing likeit"),
        (PALETTE, "check"),
        (PALETTE, "chekout"),
        (PALETTE, ""),
    ],
)
def test_few_statements_for_few_and_for_many(developer, address, term, django_assert_max_num_queries):
    def ask():
        developer.get(PAGE)  # what the frame counts is kept from then on
        with django_assert_max_num_queries(12):
            developer.get(address, {"q": term})

    ask()
    make_entities("---".join(MANY.format(number=number) for number in range(30)))
    ask()


# -- Terms without a result --------------------------------------------------------------------------------------------


def kept():
    return dict(fruitless.terms().values_list("term", "count"))


def test_a_term_without_a_result_is_counted_once_for_each_session(member, developer):
    for person in (member, member, developer):
        assert person.post(NOTE, {"q": "  Zanzibar SERVICE "}).status_code == 204
    assert kept() == {"zanzibar service": 2}


@pytest.mark.parametrize(
    "term", ["checkout", "chekout", "%", "", "x" * 25, " ".join(f"word{n:03}" for n in range(10)), "a\0b"]
)
def test_a_term_with_a_result_or_one_that_nobody_should_read_is_not_kept(member, term):
    member.post(NOTE, {"q": term})
    assert set(kept()) <= {"chekout"}


def test_a_session_adds_so_many_terms_within_an_hour(member):
    for number in range(fruitless.MOST_IN_AN_HOUR + 5):
        member.post(NOTE, {"q": f"nothing{number:03}"})
    assert len(kept()) == fruitless.MOST_IN_AN_HOUR


def test_the_rarest_and_oldest_terms_go_first(member, monkeypatch):
    monkeypatch.setattr(fruitless, "MOST_KEPT", 2)
    for term in ("first1", "second2", "third3"):
        member.post(NOTE, {"q": term})
    assert set(kept()) == {"second2", "third3"}


def test_reading_the_page_keeps_no_term(member):
    member.get(PAGE, {"q": "nothinglikeit"})
    assert FruitlessTerm.objects.count() == 0


def test_a_stranger_adds_no_term():
    assert Client().post(NOTE, {"q": "nothinglikeit"}).status_code == 302
    assert kept() == {}
