"""The docs in a browser: read, found, copied, on a phone, in the dark, and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

SITE = "/docs/component/default/checkout/"


def test_docs_are_read_from_the_list_on(page, portal):
    page.goto(f"{portal.url}/docs/")
    page.get_by_role("link", name="Checkout handbook").click()
    expect(page.get_by_role("heading", level=1, name="Checkout")).to_be_visible()
    picture = page.get_by_role("img", name="From the basket to the order")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.naturalWidth") > 0
    page.get_by_role("link", name="what to do").click()
    expect(page).to_have_url(re.compile(r"guides/on-call/#doc-fraud-score-is-down$"))
    expect(page.get_by_role("heading", name="Fraud score is down")).to_be_in_viewport()
    page.get_by_role("link", name="Next Payment retries").click()
    expect(page.get_by_role("heading", level=1, name="How payment retries work")).to_be_visible()


def test_the_headings_of_a_page_stand_beside_it(page, portal):
    page.goto(f"{portal.url}{SITE}guides/run/")
    beside = page.get_by_role("navigation", name="On this page")
    beside.get_by_role("link", name="What it reads from the environment").click()
    expect(page).to_have_url(re.compile("#doc-what-it-reads-from-the-environment$"))


def test_an_anchor_of_another_site_leads_to_its_heading(page, portal):
    page.set_viewport_size({"width": 1440, "height": 300})
    page.goto(f"{portal.url}{SITE}guides/run/#place-an-order")
    expect(page.get_by_role("heading", name="Place an order")).to_be_in_viewport()


def test_code_is_copied_without_its_line_numbers(page: Page, portal):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{portal.url}{SITE}guides/run/")
    code = page.locator(".docs-code", has_text="examples/order.py")
    code.hover()
    code.get_by_role("button", name="Copy the code").click()
    expect(code.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("import requests\n\nbasket = ")


def test_of_tabs_one_is_open(page, portal):
    page.goto(f"{portal.url}{SITE}guides/run/")
    expect(page.get_by_text("docker compose up checkout")).to_be_visible()
    page.get_by_text("By hand").click()
    expect(page.get_by_text("python -m venv .venv")).to_be_visible()
    expect(page.get_by_text("docker compose up checkout")).to_be_hidden()


def test_a_word_is_found_in_the_docs(page, portal):
    page.goto(portal.url + SITE)
    field = page.get_by_role("searchbox", name="Search these docs")
    field.fill("idempotency")
    field.press("Enter")
    page.get_by_role("region").get_by_role("link", name="Run it on your machine").click()
    expect(page.get_by_role("heading", level=1, name="Run it on your machine")).to_be_visible()


def test_the_report_leads_to_the_broken_link(page, portal):
    page.goto(f"{portal.url}/docs/report/")
    row = page.get_by_role("row").filter(has_text="runbook-payments.md")
    expect(row).to_contain_text("guides/on-call.md:9")
    page.get_by_role("link", name="Stale pages").click()
    page.wait_for_url("**/docs/report/?show=stale")
    # Others go stale, too, as soon as another test has changed their code.
    expect(page.get_by_role("rowheader", name="Close a month")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["", "guides/run/", "guides/on-call/", "?q=payment", "nothing/"])
def test_a_reader_with_a_screen_reader_can_read_it(page, portal, serious_violations, scheme, path):
    page.emulate_media(color_scheme=scheme)
    page.goto(portal.url + SITE + path)
    assert serious_violations() == []


def test_on_a_phone_the_contents_fold_and_nothing_scrolls_sideways(page, portal):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{portal.url}{SITE}guides/run/")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    link = page.locator(".docs-nav a", has_text="When it fails")
    expect(link).to_be_hidden()
    page.get_by_text("Contents", exact=True).click()
    link.click()
    expect(page.get_by_role("heading", level=1, name="When it fails")).to_be_visible()


def test_docs_are_read_without_scripts(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(portal.url + SITE)
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Payment retries").click()
    expect(page.get_by_role("heading", level=1, name="How payment retries work")).to_be_visible()
    expect(page.locator(".docs-article table")).to_be_visible()
    expect(page.get_by_role("button", name="Copy the code")).to_have_count(0)
    context.close()
