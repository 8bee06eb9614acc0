"""The command palette and the search page in a browser: by keyboard alone, in both themes, with and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.fixture
def palette(page: Page, portal, sign_in):
    """Ada's palette, open on her day."""
    sign_in("ada")
    page.goto(f"{portal.url}/")
    page.keyboard.press("Control+k")
    field = page.get_by_label("Search or run a command")
    expect(field).to_be_focused()
    return field


def options(page: Page):
    return page.get_by_role("option")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_with_what_can_be_done_and_has_no_serious_violation(page, palette, serious_violations, scheme):
    page.emulate_media(color_scheme=scheme)
    expect(options(page).filter(has_text="Go to the catalog")).to_be_visible()
    assert serious_violations() == []
    palette.fill("checkout")
    expect(options(page).first).to_contain_text("checkout")
    assert serious_violations() == []


def test_it_is_driven_by_the_keyboard_alone(page, palette):
    palette.press_sequentially("checkout")
    first = options(page).first
    expect(first).to_contain_text("checkout")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    second = options(page).nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(palette).to_have_attribute("aria-activedescendant", str(second.get_attribute("id")))
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(options(page).last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalog/component/default/checkout/")


def test_it_closes_on_escape_and_by_its_own_key_and_gives_the_focus_back(page, palette):
    dialog = page.locator("dialog.palette")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Commands").focus()
    page.keyboard.press("Control+k")
    expect(dialog).to_be_visible()
    page.keyboard.press("Control+k")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Commands")).to_be_focused()


def test_it_forgives_a_typing_mistake(page, palette):
    palette.press_sequentially("chekout")
    expect(options(page).first).to_contain_text("checkout")


def test_it_gives_commands_alone_after_the_sign_for_it(page, palette):
    palette.fill("> problems")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/catalog/problems/")


def test_it_leads_to_a_golden_path_and_to_all_results(page, palette):
    palette.fill("create python")
    expect(options(page).filter(has_text="Create from")).not_to_have_count(0)
    palette.fill("zzznothing")
    last = options(page).filter(has_text="All results for")
    expect(last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/search/\?q=zzznothing"))
    expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()


def test_it_begins_with_what_was_seen_last(page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/catalog/component/default/ledger/")
    page.goto(f"{portal.url}/")
    for _ in range(20):  # the visit is noted by a worker
        page.keyboard.press("Control+k")
        expect(options(page).first).to_be_visible()
        if page.get_by_role("group", name="Recently seen").count():
            break
        page.keyboard.press("Control+k")
        page.wait_for_timeout(250)
    expect(page.get_by_role("group", name="Recently seen").get_by_role("option").first).to_contain_text("ledger")


def test_a_new_tab_opens_with_control(page, palette):
    palette.fill("checkout")
    expect(options(page).first).to_contain_text("checkout")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    opened.value.wait_for_url("**/catalog/component/default/checkout/")


def test_it_fits_a_phone(page, palette):
    page.set_viewport_size({"width": 390, "height": 800})
    palette.fill("checkout")
    expect(options(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    box = page.locator("dialog.palette").bounding_box()
    assert box is not None
    assert box["width"] <= 390


# -- The search page ---------------------------------------------------------------------------------------------------


def test_results_follow_the_typing_and_the_address_too(page, portal, sign_in, serious_violations):
    sign_in("ada")
    page.goto(f"{portal.url}/search/")
    page.get_by_label("Search for").press_sequentially("checkout")
    page.wait_for_url("**q=checkout")
    hits = page.get_by_role("region", name="Hits").get_by_role("listitem")
    expect(hits.first).to_contain_text("checkout")
    assert serious_violations() == []
    page.get_by_role("navigation", name="Kind").get_by_role("link", name=re.compile("APIs")).click()
    page.wait_for_url("**kind=api**")
    page.get_by_label("Search for").fill("chekout")
    page.wait_for_url("**q=chekout")
    expect(page.get_by_text("Nothing matches “chekout”.")).to_be_visible()


def test_a_term_without_a_result_is_told_after_a_pause_and_not_while_typing(page, portal, sign_in):
    told: list[str] = []
    page.on("request", lambda request: told.append(request.post_data) if "/fruitless/" in request.url else None)
    sign_in("ada")
    page.goto(f"{portal.url}/search/")
    field = page.get_by_label("Search for")
    field.press_sequentially("zzzno", delay=20)
    expect(page.get_by_role("heading", name="Nothing matches “zzzno”")).to_be_visible()
    field.press_sequentially("thing", delay=20)
    with page.expect_response("**/search/fruitless/") as answer:
        expect(page.get_by_role("heading", name="Nothing matches “zzznothing”")).to_be_visible()
    assert answer.value.status == 204
    assert [body for body in told if "zzzno" in body and "zzznothing" not in body] == []


def test_the_search_page_works_without_scripts(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/search/")
    page.get_by_label("Search for").fill("chekout")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**q=chekout")
    expect(page.get_by_role("region", name="Hits").get_by_role("listitem").first).to_contain_text("checkout")
    context.close()
