"""Makes the README's picture from a portal that runs with the demo company: `python docs/pictures/take.py`.

It signs in as a developer, makes a service by a golden path, and lays the catalog and the finished run side by side.
"""

import argparse
import base64
import secrets
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent
PICTURE = HERE / "portal.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]
VIEW = {"width": 1280, "height": 860}
PATH = "/create/templates/default/python-service/"
RUN_SECONDS = 90
# Two windows on a quiet ground, the second in front.
FRAME = """
<style>
  body {{ margin: 0; width: 1600px; height: 920px; background: #eef1f5; position: relative; }}
  img {{ position: absolute; width: 1060px; border-radius: 12px; box-shadow: 0 1px 2px #0003, 0 18px 48px #0f172a33; }}
  .back {{ left: 40px; top: 40px; }} .front {{ right: 40px; bottom: 40px; }}
</style>
<img class="back" src="{back}"><img class="front" src="{front}">
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("portal", nargs="?", default="http://127.0.0.1:8000", help="where the portal listens")
    portal = parser.parse_args().portal.rstrip("/")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        sys.stderr.write("There is no Chromium on the path. Install the package chromium.\n")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        take(browser, portal)
        browser.close()
    sys.stdout.write(f"{PICTURE}\n")
    return 0


def take(browser: Browser, portal: str) -> None:
    """Visit the portal and write the picture."""
    page = browser.new_page(viewport=VIEW, color_scheme="light")  # type: ignore[arg-type]
    sign_in(page, portal)
    run_golden_path(page, portal)
    run = page.screenshot()
    page.goto(f"{portal}/catalog/?kind=component")
    catalog = page.screenshot()

    frame = browser.new_page(viewport={"width": 1600, "height": 920})
    frame.set_content(FRAME.format(back=_data(catalog), front=_data(run)))
    frame.screenshot(path=PICTURE)


def sign_in(page: Page, portal: str) -> None:
    page.goto(f"{portal}/accounts/login/")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("demo")
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def run_golden_path(page: Page, portal: str) -> None:
    """Make a service under a name of its own, and wait on its page for the end."""
    page.goto(portal + PATH)
    page.get_by_label("Owner").select_option(label="Shop")
    page.get_by_label("Purpose").fill("Cards that open a basket")
    page.get_by_role("button", name="Next: Service").click()
    page.get_by_label("Name").fill(f"gift-cards-{secrets.token_hex(2)}")
    page.get_by_label("Description").fill("Sells gift cards")
    page.get_by_role("button", name="Next: Repository").click()
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator("main .page-head")).to_contain_text("Done", timeout=RUN_SECONDS * 1000)


def _data(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


if __name__ == "__main__":
    sys.exit(main())
