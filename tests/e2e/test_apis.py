"""Definitions in a browser: drawn by a script that the content policy holds, and readable without it."""

import pytest
from playwright.sync_api import Page, expect

PAYMENTS = "/catalog/api/default/payments-api"


def test_an_openapi_definition_is_drawn_and_nothing_is_sent_from_it(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}{PAYMENTS}/api/")
    operation = page.locator(".opblock", has_text="/payments/{id}/capture")
    operation.locator(".opblock-summary").click()
    expect(operation).to_contain_text("Take what was reserved")
    expect(page.get_by_role("button", name="Try it out")).to_have_count(0)


def test_the_drawing_follows_the_dark_theme(page: Page, portal, sign_in):
    page.emulate_media(color_scheme="dark")
    sign_in("ada")
    page.goto(f"{portal.url}{PAYMENTS}/api/")
    expect(page.locator(".opblock").first).to_be_visible()
    expect(page.locator("html")).to_have_class("dark-mode")


def test_a_breaking_change_names_the_operation_and_whom_it_hits(page: Page, portal, sign_in, serious_violations):
    sign_in("ada")
    page.goto(f"{portal.url}/apis/")
    page.get_by_label("Which").select_option("breaking")
    page.wait_for_url("**show=breaking**")
    row = page.locator("tbody tr", has_text="Payments")
    expect(row).to_have_count(1)
    row.get_by_role("link", name="breaking").click()
    expect(page.get_by_role("heading", name="Whom it hits")).to_be_visible()
    expect(page.locator(".api-changes")).to_contain_text("GET /payments")
    expect(page.get_by_role("link", name="checkout")).to_be_visible()
    assert serious_violations() == []


def test_the_api_of_the_portal_is_drawn_too(page: Page, portal, sign_in):
    sign_in("ada")
    page.goto(f"{portal.url}/api/v1/docs")
    expect(page.locator(".opblock", has_text="/api/v1/services").first).to_be_visible()


@pytest.mark.parametrize("path", [f"{PAYMENTS}/api/", f"{PAYMENTS}/versions/", "/apis/"])
def test_apis_are_readable_without_scripts(browser, portal, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}{path}")
    expect(page.locator("main")).to_contain_text("Payments")
    if path.endswith("/api/"):
        expect(page.locator(".api-outline")).to_contain_text("/payments/{id}/capture")
    context.close()
