"""The places that the catalog is read from, in a browser: found, filtered, read again."""

import re

from playwright.sync_api import Page, expect

PLACES = "/catalog/locations/"


def test_places_are_filtered_while_one_types(page: Page, portal, sign_in):
    sign_in("grace")
    page.goto(f"{portal.url}{PLACES}")
    rows = page.locator("#places tbody tr")
    everything = rows.count()
    page.get_by_label("Part of an address").fill("golden-paths")
    expect(page).to_have_url(re.compile("q=golden-paths"))
    expect(rows.filter(has_text="golden-paths")).to_have_count(rows.count())
    assert 0 < rows.count() < everything
    page.get_by_label("Part of an address").fill("no such place")
    expect(page.get_by_role("heading", name="No place is like that")).to_be_visible()


def test_a_tab_shows_its_places_and_can_be_gone_back_from(page: Page, portal, sign_in):
    sign_in("grace")
    page.goto(f"{portal.url}{PLACES}")
    page.get_by_role("link", name=re.compile("With problems")).click()
    expect(page.locator("[aria-current=page]", has_text="With problems")).to_be_visible()
    expect(page.locator("#places tbody tr").first).to_contain_text("problem")
    page.go_back()
    expect(page.locator("[aria-current=page]", has_text="All")).to_be_visible()


def test_a_place_is_read_again(page: Page, portal, sign_in):
    sign_in("grace")
    page.goto(f"{portal.url}{PLACES}?q=golden-paths/blob/main/all.yaml")
    page.get_by_role("button", name=re.compile("^Read .* again$")).first.click()
    expect(page.get_by_text(re.compile("Read again"))).to_be_visible()
