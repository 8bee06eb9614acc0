"""Problems in a browser, and the way of a change from the forge to the page: webhook, reading, check run."""

from __future__ import annotations

import base64
import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ENTITY = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: {name}
  description: {description}
spec:
  type: service
  lifecycle: production
  owner: group:default/shop
"""


class ForgeOfPortal:
    """The forge that runs beside the portal, changed as people change theirs."""

    def __init__(self, portal: Any) -> None:
        known = (portal.var / "environment").read_text(encoding="utf-8").splitlines()
        self.environment = dict(line.split("=", 1) for line in known if "=" in line and not line.startswith("#"))
        self.url = f"http://127.0.0.1:{self.environment['FORGE_PORT']}"

    def api(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.environment['FORGE_TOKEN']}"}
        request = urllib.request.Request(f"{self.url}/api/v3{path}", data, headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"null")

    def write(self, repository: str, path: str, text: str, branch: str = "main") -> None:
        """Write a file in a commit of its own on a branch."""
        place = f"/repos/acme/{repository}/contents/{path}"
        body = {"message": "Change", "content": base64.b64encode(text.encode()).decode(), "branch": branch}
        try:
            body["sha"] = self.api("GET", f"{place}?ref={branch}")["sha"]
        except urllib.error.HTTPError as error:
            error.close()
        self.api("PUT", place, body)


@pytest.fixture(scope="module")
def forge(portal):
    return ForgeOfPortal(portal)


@pytest.fixture(scope="module")
def voucher_printer(forge):
    """A repository with a good descriptor, which nobody has registered yet."""
    forge.api("POST", "/orgs/acme/repos", {"name": "voucher-printer", "auto_init": True, "private": False})
    forge.write(
        "voucher-printer",
        "catalog-info.yaml",
        ENTITY.format(name="voucher-printer", description="Money in an envelope"),
    )
    return f"{forge.url}/acme/voucher-printer/blob/main/catalog-info.yaml"


@pytest.fixture
def registered(page: Page, portal, sign_in, voucher_printer):
    """The repository's descriptor, registered by a platform engineer."""
    sign_in("grace")
    answer = page.request.get(f"{portal.url}/api/catalog/entities/by-name/component/default/voucher-printer")
    if answer.status == 404:
        cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        token = next((value for name, value in cookies.items() if "csrf" in name), "")
        made = page.request.post(
            f"{portal.url}/api/catalog/locations",
            data={"type": "url", "target": voucher_printer},
            headers={"X-CSRFToken": token, "Referer": portal.url},
        )
        assert made.status == 201, made.text()
    return f"{portal.url}/catalog/component/default/voucher-printer/"


def wait_for(page: Page, address: str, words: str, *, seconds: float = 10) -> float:
    """Load a page until it has `words`, and return how long that took."""
    began = time.monotonic()
    while words not in page.request.get(address).text():
        assert time.monotonic() - began < seconds, f"{address} does not say {words!r} after {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


def test_a_push_to_the_forge_shows_on_the_page_within_two_seconds(page, registered, forge):
    """The quickest of three pushes counts: the machine may be busy with other tests."""
    times = []
    for number in range(3):
        words = f"Pushed for the {number}. time"
        forge.write("voucher-printer", "catalog-info.yaml", ENTITY.format(name="voucher-printer", description=words))
        times.append(wait_for(page, registered, words))
    assert min(times) < 2
    page.goto(registered)
    expect(page.get_by_text("Pushed for the 2. time").first).to_be_visible()


def test_a_broken_push_is_a_problem_with_its_line_and_the_way_to_mend_it(page, portal, registered, forge):
    broken = ENTITY.format(name="voucher-printer", description="Broken").replace("lifecycle:", "lifecyle:")
    forge.write("voucher-printer", "catalog-info.yaml", broken)
    wait_for(page, f"{portal.url}/catalog/problems/", "voucher-printer")

    page.goto(f"{portal.url}/catalog/problems/?owner=group:default/shop")
    page.get_by_role("link", name="voucher-printer").first.click()
    expect(page.get_by_role("heading", name="voucher-printer:")).to_be_visible()
    expect(page.locator(".code-view__line--bad").first).to_be_visible()
    expect(page.get_by_text("manage.py validate catalog-info.yaml")).to_be_visible()
    edit = page.get_by_role("link", name="Edit at")
    assert "/acme/voucher-printer/edit/main/catalog-info.yaml" in (edit.get_attribute("href") or "")
    page.get_by_role("link", name="By place").click()
    places = page.get_by_role("navigation", name="Filter")
    expect(places.get_by_role("link", name="acme/voucher-printer")).to_be_visible()

    forge.write("voucher-printer", "catalog-info.yaml", ENTITY.format(name="voucher-printer", description="Mended"))
    wait_for(page, registered, "Mended")


def test_the_owner_sees_it_at_home(page, portal, registered, forge, sign_in):
    forge.write("voucher-printer", "catalog-info.yaml", "kind: [\n# voucher-printer\n")
    forge.write("voucher-printer", "CODEOWNERS", "# Ours\n* @acme/shop\n")
    place = f"{forge.url.removeprefix('http://')}/acme/voucher-printer"
    wait_for(page, f"{portal.url}/catalog/problems/?place={place}", "by CODEOWNERS line 2", seconds=60)
    page.context.clear_cookies()
    sign_in("ada")
    page.goto(portal.url)
    expect(page.get_by_text("by CODEOWNERS line 2").first).to_be_visible()
    forge.write(
        "voucher-printer", "catalog-info.yaml", ENTITY.format(name="voucher-printer", description="Mended again")
    )


def test_a_pull_request_that_breaks_the_descriptor_says_so(page, registered, forge):
    head = forge.api("GET", "/repos/acme/voucher-printer/git/ref/heads/main")["object"]["sha"]
    forge.api("POST", "/repos/acme/voucher-printer/git/refs", {"ref": "refs/heads/rename", "sha": head})
    forge.write("voucher-printer", "catalog-info.yaml", ENTITY.format(name="no name", description="x"), "rename")
    asked = {"title": "Rename", "head": "rename", "base": "main"}
    number = forge.api("POST", "/repos/acme/voucher-printer/pulls", asked)["number"]
    wait_for(page, f"{forge.url}/acme/voucher-printer/pull/{number}", "Waymark / catalog")
    page.goto(f"{forge.url}/acme/voucher-printer/pull/{number}")
    expect(page.get_by_text("catalog-info.yaml:4")).to_be_visible()
    expect(page.get_by_text("failure")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_clean_and_fits_a_phone(page, portal, registered, forge, serious_violations, scheme):
    forge.write("voucher-printer", "catalog-info.yaml", "kind: Component\nmetadata: [\n")
    wait_for(page, f"{portal.url}/catalog/problems/", "without a name")
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{portal.url}/catalog/problems/?by=place")
    assert serious_violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_problems_are_read_without_scripts(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/catalog/problems/")
    page.locator(".run-steps a").first.click()
    expect(page.locator("article .card-title")).to_be_visible()
    context.close()
