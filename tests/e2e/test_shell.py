"""The frame of the pages in a browser: what follows the typing, the keys, the theme, and life without scripts."""

import pytest
from playwright.sync_api import Page, expect


def test_list_follows_the_typing_keeps_the_address_and_goes_back(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/")
    page.get_by_label("Filter this list").press_sequentially("checkout")
    page.wait_for_url("**q=checkout**")
    expect(page.get_by_label("Filter this list")).to_be_focused()
    rows = page.locator("tbody tr")
    expect(rows.first).to_contain_text("checkout")
    found = rows.count()
    page.get_by_role("checkbox", name="python").check()
    page.wait_for_url("**tag=python**")
    page.go_back()
    page.wait_for_url("**q=checkout")
    expect(rows).to_have_count(found)


def test_filters_stay_unfolded_while_choosing_on_a_small_screen(page: Page, portal, sign_in):
    page.set_viewport_size({"width": 800, "height": 900})
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/")
    page.locator("summary", has_text="Filters").click()
    page.get_by_role("checkbox", name="library").check()
    page.wait_for_url("**type=library**")
    expect(page.get_by_role("checkbox", name="library")).to_be_visible()


def test_slash_goes_to_the_search_but_not_while_typing(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/")
    page.keyboard.press("/")
    search = page.get_by_label("Search everything")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")


def test_palette_opens_by_key_chooses_by_arrow_and_goes_there(page: Page, portal, sign_in, serious_violations):
    sign_in("ada")
    page.goto(f"{portal.url}/")
    page.keyboard.press("Control+k")
    field = page.get_by_label("Search or run a command")
    expect(field).to_be_focused()
    with page.expect_response(lambda answer: "q=checkout" in answer.url):
        field.press_sequentially("checkout")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("checkout")
    expect(first).to_have_attribute("aria-selected", "true")
    assert serious_violations() == []
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalog/component/default/checkout/")


def test_a_later_answer_leaves_the_choice_where_it_is(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/")
    page.keyboard.press("Control+k")
    field = page.get_by_label("Search or run a command")
    with page.expect_response(lambda answer: "q=checkout" in answer.url):
        field.press_sequentially("checkout")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    second = page.get_by_role("option").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    with page.expect_response("**/palette/**"):
        field.dispatch_event("palette")
    expect(page.locator("#palette-list.htmx-request")).to_have_count(0)
    expect(second).to_have_attribute("aria-selected", "true")


def test_theme_is_chosen_in_the_menu_and_stays(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/")
    page.locator("summary.shell__me").click()
    page.get_by_label("Dark").check()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_menu_closes_on_escape_and_gives_the_focus_back(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/")
    menu = page.locator("summary.shell__me")
    menu.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(menu).to_be_focused()


def test_first_tab_stop_skips_the_navigation(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_navigation_opens_on_a_phone(page: Page, portal, sign_in):
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in("ada")
    page.goto(f"{portal.url}/")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Catalog")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Open navigation").click()
    link.click()
    page.wait_for_url("**/catalog/")


@pytest.mark.parametrize("path", ["/catalog/?q=checkout", "/catalog/problems/", "/search/?q=checkout"])
def test_pages_work_without_scripts(browser, portal, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(portal.url + path)
    expect(page.locator("main")).to_contain_text("checkout" if "q=" in path else "could not be read")
    context.close()


def test_filtering_works_without_scripts(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/catalog/")
    page.get_by_label("Filter this list").fill("checkout")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**q=checkout**")
    expect(page.locator("tbody tr").first).to_contain_text("checkout")
    context.close()
