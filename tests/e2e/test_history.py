"""The past of the catalog and leaving it, in a browser: a push, its difference, a day, and what is taken out."""

import base64
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

CHECKOUT = "/catalog/component/default/checkout/"
WISHLIST = "/catalog/component/default/wishlist/"


class Forge:
    """The demo's stand-in for GitHub, as somebody who pushes to it."""

    def __init__(self, portal: Any) -> None:
        host, _, port = portal.url.rpartition(":")
        self._api = f"{host}:{int(port) + 10}/api/v3"
        self._token = json.loads(Path(portal.var, "forge.json").read_text())["FORGE_TOKEN"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"{self._api}{path}", method=method, data=data, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def push(self, repository: str, *changes: tuple[str, str]) -> str:
        """Change texts in the descriptor of a repository; return the commit."""
        at = f"/repos/acme/{repository}"
        head = self.call("GET", f"{at}/git/ref/heads/main")["object"]["sha"]
        base = self.call("GET", f"{at}/git/commits/{head}")["tree"]["sha"]
        text = base64.b64decode(self.call("GET", f"{at}/contents/catalog-info.yaml")["content"]).decode()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        file = {"path": "catalog-info.yaml", "mode": "100644", "type": "blob", "content": text}
        tree = self.call("POST", f"{at}/git/trees", {"base_tree": base, "tree": [file]})["sha"]
        commit = {"message": "Change the descriptor", "tree": tree, "parents": [head]}
        sha: str = self.call("POST", f"{at}/git/commits", commit)["sha"]
        self.call("PATCH", f"{at}/git/refs/heads/main", {"sha": sha})
        return sha


@pytest.fixture(scope="module")
def pushed(portal: Any) -> str:
    """A push that gives checkout another owner and lifecycle; its commit."""
    return Forge(portal).push(
        "checkout", ("lifecycle: production", "lifecycle: deprecated"), ("owner: ", "owner: money #")
    )


def open_when(page: Page, address: str, text: str) -> None:
    """Open a page, again and again until it shows `text`: a push is read within seconds."""
    for _ in range(40):
        page.goto(address)
        if page.get_by_text(text).count():
            return
        page.wait_for_timeout(500)
    expect(page.get_by_text(text).first).to_be_visible()


def test_a_push_is_told_with_its_commit_and_the_lines_that_differ(
    page: Page, portal: Any, sign_in: Callable[[str], None], serious_violations: Callable[[], list[str]], pushed: str
) -> None:
    sign_in("ada")
    open_when(page, f"{portal.url}{CHECKOUT}history/", "Owner changed from Shop to Money.")

    expect(page.get_by_text("Pushed to its repository").first).to_be_visible()
    expect(page.get_by_text("Lifecycle changed from production to deprecated.")).to_be_visible()
    expect(page.get_by_role("link", name=pushed[:8])).to_have_attribute(
        "href",
        f"{portal.url.rpartition(':')[0]}:{int(portal.url.rpartition(':')[2]) + 10}/acme/checkout/commit/{pushed}",
    )
    newest = page.get_by_role("region", name="The descriptor on").first
    expect(newest.locator("del mark", has_text="production")).to_be_visible()
    expect(newest.locator("ins mark", has_text="deprecated")).to_be_visible()
    page.locator("summary", has_text="The descriptor").last.click()
    expect(page.locator("ins", has_text="owner: shop")).to_be_visible()
    assert serious_violations() == []


def test_an_entity_and_the_catalog_are_shown_as_they_were(
    page: Page, portal: Any, sign_in: Callable[[str], None], serious_violations: Callable[[], list[str]], pushed: str
) -> None:
    sign_in("ada")
    open_when(page, f"{portal.url}{CHECKOUT}history/", "Owner changed from Shop to Money.")
    page.get_by_role("link", name="As it was then").last.click()
    expect(page.get_by_text("You look at the past")).to_be_visible()
    expect(page.get_by_role("region", name="The descriptor as it was")).to_contain_text("lifecycle: production")
    assert serious_violations() == []

    page.get_by_label("As it was on").fill("2020-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("It was not there then")).to_be_visible()
    page.get_by_role("link", name="Back to today").first.click()
    page.wait_for_url(f"**{CHECKOUT}")

    page.goto(f"{portal.url}/catalog/")
    page.get_by_role("link", name="As it was").click()
    page.get_by_role("link", name="Groups").click()
    expect(page.get_by_role("table", name="Groups")).to_contain_text("Money")


def test_one_that_is_deleted_and_kept_away_says_so_and_is_let_back_in(
    page: Page, portal: Any, sign_in: Callable[[str], None], serious_violations: Callable[[], list[str]]
) -> None:
    sign_in("ada")
    page.goto(f"{portal.url}{WISHLIST}")
    page.locator("summary", has_text="Actions").click()
    page.get_by_role("link", name="Unregister").click()
    expect(page.get_by_text("The place cannot be unregistered here")).to_be_visible()
    expect(page.get_by_text("Its file still describes it")).to_be_visible()
    assert serious_violations() == []

    page.get_by_label("Keep it away").check()
    page.get_by_role("button", name="Delete the entity").click()
    expect(page.get_by_text("Kept away since")).to_be_visible()
    expect(page.get_by_text("As it was at last")).to_be_visible()
    assert serious_violations() == []

    page.get_by_role("button", name="Let it back in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("wishlist")
    expect(page.get_by_text("It is not in the catalog any more")).to_have_count(0)


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_all_of_it_works_without_scripts(page: Page, portal: Any, sign_in: Callable[[str], None]) -> None:
    sign_in("ada")
    page.goto(f"{portal.url}{CHECKOUT}history/")
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    page.goto(f"{portal.url}/catalog/component/default/basket/unregister/")
    page.get_by_role("button", name="Delete the entity").click()
    expect(page.get_by_text("Deleted: basket.")).to_be_visible()
