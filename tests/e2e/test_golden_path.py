"""The main job: from the gallery to a repository that can be cloned and a component in the catalog."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import requests
import yaml
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import ROOT, Portal, foreign_free

pytestmark = pytest.mark.quick
RUN_MS = 60_000


def clone(url: str, folder: Path) -> Path:
    """Clone a repository as a person would."""
    subprocess.run(["git", "clone", "--quiet", url, folder], check=True, timeout=60)
    return folder


def address_of(page: Page, name: str) -> str:
    """Return where the link of that name leads."""
    found = page.get_by_role("link", name=name).get_attribute("href")
    assert found
    return found


def token(portal: Portal) -> str:
    """Return a new token of team shop, as an administrator makes it."""
    command = [sys.executable, "manage.py", "create_token", "ci", "--role", "developer", "--team", "group:default/shop"]
    environ = {**foreign_free(os.environ), "VAR": str(portal.var)}
    made = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True, timeout=60)
    return made.stdout.split()[-1]


def answer_the_form(page: Page, name: str) -> None:
    """Go through the pages of the Python golden path."""
    page.get_by_label("Owner").select_option(label="Shop")
    page.get_by_label("Purpose").fill("Cards that open a basket")
    page.get_by_role("button", name="Next: Service").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Description").fill("Sells gift cards")
    page.get_by_role("button", name="Next: Repository").click()
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile(r"/create/tasks/[0-9a-f-]{36}/$"))


def check_repository(folder: Path, name: str) -> None:
    """The files are rendered, the workflows kept what belongs to GitHub, the descriptor names the owner."""
    descriptor = yaml.safe_load((folder / "catalog-info.yaml").read_text())
    assert (descriptor["metadata"]["name"], descriptor["spec"]["owner"]) == (name, "group:default/shop")
    assert name in (folder / "README.md").read_text()
    workflows = [path.read_text() for path in (folder / ".github" / "workflows").glob("*.yaml")]
    assert any("${{ github." in text for text in workflows)
    assert not any("${{" in path.read_text() for path in folder.glob("*.md"))


def test_a_developer_makes_a_service_and_finds_it(page, portal, sign_in, tmp_path):
    sign_in("ada")
    page.goto(f"{portal.url}/create/")
    page.get_by_role("link", name="Choose Python service").click()
    answer_the_form(page, "gift-cards-eu")

    expect(page.locator("main .page-head")).to_contain_text("Done", timeout=RUN_MS)
    made = address_of(page, "acme/gift-cards-eu")
    check_repository(clone(made, tmp_path / "clone"), "gift-cards-eu")

    page.get_by_role("link", name="Open in the catalog").click()
    expect(page.locator("main h1")).to_contain_text("gift-cards-eu")
    expect(page.locator(".facts").get_by_role("link", name="Shop")).to_be_visible()
    page.goto(f"{portal.url}/catalog/?q=gift-cards-eu")
    expect(page.locator("main").get_by_role("link", name="gift-cards-eu", exact=True)).to_be_visible()


def test_the_same_works_without_javascript(browser: Browser, portal, tmp_path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/accounts/login/?next=/create/templates/default/python-service/")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("demo")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("Owner").select_option(label="Shop")
    page.get_by_role("button", name="Next: Service").click()
    page.get_by_label("Name").fill("plain-service")
    page.get_by_role("button", name="Next: Repository").click()
    page.locator("main input[type=text]:visible, main input:not([type]):visible").last.fill("plain-service")
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Create", exact=True).click()
    for _ in range(60):
        if "Done" in page.locator("main .page-head").inner_text():
            break
        page.wait_for_timeout(500)
        page.reload()
    made = address_of(page, "acme/plain-service")
    check_repository(clone(made, tmp_path / "clone"), "plain-service")
    context.close()


def test_one_call_of_the_api_makes_a_service_and_a_second_one_no_other(portal, tmp_path):
    headers = {"Authorization": f"Bearer {token(portal)}", "Idempotency-Key": "2f0c-one-service", "Prefer": "wait=60"}
    body = {"name": "returns-eu", "team": "shop", "language": "python", "framework": "django"}
    first = requests.post(f"{portal.url}/api/v1/services", json=body, headers=headers, timeout=90)
    again = requests.post(f"{portal.url}/api/v1/services", json=body, headers=headers, timeout=90)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert first.json()["entity_ref"] == "component:default/returns-eu"
    assert first.json()["service_url"] == "https://returns-eu.acme.example"

    check_repository(clone(first.json()["git_repo"], tmp_path / "clone"), "returns-eu")
    found = requests.get(f"{portal.url}/api/catalog/entities/by-name/component/default/returns-eu", timeout=30).json()
    assert {"type": "ownedBy", "targetRef": "group:default/shop"} in found["relations"]
    other = requests.post(f"{portal.url}/api/v1/services", json={**body, "name": "other"}, headers=headers, timeout=90)
    assert other.status_code == 409
