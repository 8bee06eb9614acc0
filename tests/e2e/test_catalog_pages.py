"""The catalog's pages in a browser: list, star, card, export and registering, with and without JavaScript."""

import csv
import json
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

CHECKOUT = "/catalog/component/default/checkout/"


@pytest.fixture
def plain(browser: Browser, portal):
    """A page without JavaScript, with Ada signed in."""
    context: BrowserContext = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/accounts/login/")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("demo")
    page.locator("main").get_by_role("button", name="Sign in").click()
    yield page
    context.close()


@pytest.fixture
def repository(portal):
    """A function that makes an empty repository at the demo's forge, and returns its address."""
    lines = (portal.var / "environment").read_text().splitlines()
    environment = dict(line.partition("=")[::2] for line in lines if "=" in line)

    def make(name: str) -> str:
        host = f"http://127.0.0.1:{environment['FORGE_PORT']}"
        request = urllib.request.Request(
            f"{host}/api/v3/orgs/acme/repos",
            json.dumps({"name": name, "auto_init": True, "private": False}).encode(),
            {"Authorization": f"Bearer {environment['FORGE_TOKEN']}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 201
        return f"{host}/acme/{name}"

    return make


# -- List and star ---------------------------------------------------------------------------------------------------


def test_filters_sort_and_page_stand_in_the_address_and_back_undoes_them(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/")
    page.get_by_role("checkbox", name="library").check()
    page.wait_for_url("**type=library**")
    expect(page.locator("th.data-table__col-type")).to_have_count(0)
    page.get_by_role("link", name="Name", exact=True).click()
    page.wait_for_url("**sort=-name**")
    expect(page.locator("th[aria-sort=descending]")).to_be_visible()
    page.go_back()
    page.wait_for_url(lambda url: "sort" not in url)
    expect(page.get_by_role("checkbox", name="library")).to_be_checked()


def test_a_star_changes_in_place_keeps_the_focus_and_stands_in_the_frame(page: Page, portal, sign_in):
    sign_in("grace")
    page.goto(f"{portal.url}/catalog/?q=basket")
    star = page.get_by_role("button", name="Star basket", exact=True)
    expect(star).to_have_attribute("aria-pressed", "false")
    star.focus()
    page.keyboard.press("Enter")
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(star).to_be_focused()
    assert "q=basket" in page.url
    page.goto(f"{portal.url}/catalog/?show=starred")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="basket")).to_be_visible()
    page.get_by_role("button", name="Star basket", exact=True).click()
    expect(page.get_by_role("button", name="Star basket", exact=True)).to_have_attribute("aria-pressed", "false")


def test_what_is_seen_stands_on_the_home_page(page: Page, portal, sign_in):
    sign_in("lena")
    page.goto(portal.url + CHECKOUT)
    seen = page.get_by_role("region", name="Recently seen").get_by_role("link", name="checkout")
    for _ in range(20):  # a worker notes it
        page.goto(f"{portal.url}/")
        if seen.count():
            break
        page.wait_for_timeout(250)
    expect(seen).to_be_visible()


def test_the_filtered_list_is_taken_away_as_a_file(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/?type=library")
    shown = page.locator("tbody tr").count()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    download = waiting.value
    assert download.suggested_filename == "catalog-component.csv"
    with Path(download.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == shown > 0
    assert {row["type"] for row in rows} == {"library"}


# -- The card at a link ----------------------------------------------------------------------------------------------


def test_a_card_opens_for_the_keyboard_and_escape_closes_it(page: Page, portal, sign_in, serious_violations):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/?q=checkout")
    link = page.get_by_role("link", name="checkout", exact=True).first
    page.get_by_label("Filter this list").focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if link.evaluate("each => each === document.activeElement"):
            break
    card = page.locator("#peek")
    expect(card).to_be_visible()
    expect(card).to_contain_text("Owner")
    expect(link).to_have_attribute("aria-describedby", "peek")
    assert serious_violations() == []
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()


def test_a_card_opens_for_a_mouse_that_rests_and_not_for_one_that_passes(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/?q=checkout")
    link = page.get_by_role("link", name="checkout", exact=True).first
    link.hover()
    page.get_by_label("Filter this list").hover()
    page.wait_for_timeout(700)
    expect(page.locator("#peek")).to_be_hidden()
    link.hover()
    expect(page.locator("#peek")).to_be_visible()
    page.locator("#peek").hover()
    page.wait_for_timeout(400)
    expect(page.locator("#peek")).to_be_visible()
    page.get_by_label("Filter this list").hover()
    expect(page.locator("#peek")).to_be_hidden()


def test_a_card_does_not_open_for_a_finger(browser: Browser, portal):
    context = browser.new_context(has_touch=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{portal.url}/catalog/?q=checkout")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("link", name="checkout", exact=True).first.tap()
    page.wait_for_url(f"**{CHECKOUT}")
    page.wait_for_timeout(700)
    assert not any(url.endswith("/peek/") for url in asked)
    context.close()


# -- Registering -----------------------------------------------------------------------------------------------------


def describe(page: Page, portal, url: str, name: str) -> None:
    """Go from the address to the last look."""
    page.goto(f"{portal.url}/catalog/register/")
    page.get_by_label("Address of a repository, folder or file").fill(url)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_label("Name")).to_have_value(name)
    page.get_by_label("Description").fill("What a visitor wants later")
    page.get_by_label("Owner").select_option(label="Shop")
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("heading", name="A pull request will be opened")).to_be_visible()


def test_a_repository_without_a_descriptor_gets_one_by_a_pull_request(
    page: Page, portal, sign_in, repository, serious_violations
):
    url = repository("wishlist")
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/register/?url={url}")
    page.get_by_label("Name").fill("a name")
    expect(page.locator("#draft-preview")).to_contain_text("to mend")
    page.get_by_label("Name").fill("wishlist")
    expect(page.locator("#draft-preview")).not_to_contain_text("to mend")
    assert serious_violations() == []
    describe(page, portal, url, "wishlist")
    assert serious_violations() == []
    page.go_back()
    expect(page.get_by_label("Description")).to_be_visible()
    page.go_forward()
    page.get_by_role("button", name="Open the pull request").click()
    expect(page.get_by_text("It becomes live when the pull request is merged")).to_be_visible()
    assert serious_violations() == []
    page.get_by_role("link", name="Pull request 1").click()
    expect(page.get_by_text("catalog-info.yaml").first).to_be_visible()


def test_registering_works_without_javascript(plain: Page, portal, repository):
    url = repository("gift-guide")
    describe(plain, portal, url, "gift-guide")
    plain.get_by_role("button", name="Open the pull request").click()
    expect(plain.get_by_text("It becomes live when the pull request is merged")).to_be_visible()
    expect(plain.get_by_text(f"{url}/blob/main/catalog-info.yaml")).to_be_visible()


def test_list_and_star_work_without_javascript(plain: Page, portal):
    plain.goto(f"{portal.url}/catalog/?type=library")
    name = plain.locator("tbody .data-table__name").first.inner_text()
    plain.get_by_role("button", name=f"Star {name}", exact=True).click()
    assert plain.url.endswith("/catalog/?type=library")
    expect(plain.get_by_role("button", name=f"Star {name}", exact=True)).to_have_attribute("aria-pressed", "true")
    plain.get_by_role("searchbox", name="Filter this list").fill(name)
    plain.get_by_role("button", name="Filter", exact=True).click()
    expect(plain.locator("tbody tr")).to_have_count(1)
