"""A real Chromium, and a real portal as `make run` starts it: forge, broker, web, worker and scheduler."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.shared import missing

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",
]
START_SECONDS = 90
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        missing("No Chromium on the path: install the package chromium to run the browser tests.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 1000}}


@dataclass(frozen=True)
class Portal:
    """A portal that runs as `make run` starts it."""

    url: str
    var: Path


@pytest.fixture(scope="session")
def warm_context(browser: Browser, browser_context_args: dict[str, Any], portal: Portal) -> Iterator[BrowserContext]:
    """A browser whose cache holds what pages share, and whose process lasts: making both anew takes most of a test."""
    context = browser.new_context(**browser_context_args)
    context.new_page().goto(f"{portal.url}/healthz")
    yield context
    context.close()


@pytest.fixture
def context(
    request: pytest.FixtureRequest, warm_context: BrowserContext, new_context: Callable[[], BrowserContext]
) -> Iterator[BrowserContext]:
    """A browser without cookies and permissions; a test that is marked for another kind of browser has its own."""
    if request.node.get_closest_marker("browser_context_args"):
        yield new_context()
        return
    yield warm_context
    for page in warm_context.pages[1:]:
        page.close()
    warm_context.clear_cookies()
    warm_context.clear_permissions()


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """A page that fails its test when the content policy refused something or a script threw."""
    slips: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # An answer of 4xx is a page's own matter; htmx says these when somebody goes on before an answer has come.
        harmless = ("status of 4", "htmx:sendAbort", "htmx:afterRequest")
        if message.type == "error" and not any(words in message.text for words in harmless):
            slips.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: slips.append(str(error)))
    yield page
    assert slips == []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def foreign_free(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what another portal, or the tests themselves, have set."""
    foreign = (
        "SECRET_KEY",
        "DATABASE_URL",
        "REDIS_URL",
        "DJANGO_SETTINGS_MODULE",
        "MAKEFLAGS",
        "MAKELEVEL",
        "VAR",
        "PORT",
    )
    return {
        name: value
        for name, value in environ.items()
        if name == "WAYMARK_SHARED" or not (name.startswith(("WAYMARK_", "PYTEST_", "FORGE_")) or name in foreign)
    }


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"The portal stopped:\n{log.read_text()[-4000:]}"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The portal was not ready after {START_SECONDS} s:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The demo company's portal on a port of its own, loaded and ready; all of it is stopped at the end."""
    var = tmp_path_factory.mktemp("portal")
    port, log = free_port(), var / "run.log"
    command = ["make", "run", f"PORT={port}", f"VAR={var / 'data'}"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**foreign_free(os.environ), "WAYMARK_TEMPO": "0.1"},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, log)
        yield Portal(url=f"http://127.0.0.1:{port}", var=var / "data")
    finally:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def sessions() -> dict[str, list[Any]]:
    """The cookies of who has signed in: {user name: cookies}."""
    return {}


@pytest.fixture
def sign_in(page: Page, portal: Portal, sessions: dict[str, list[Any]]) -> Callable[[str], None]:
    """Sign in as one of the demo's people, and be at home; whoever did so before goes on where they were signed in."""

    def enter(username: str) -> None:
        if username in sessions:
            page.context.add_cookies(sessions[username])
            page.goto(portal.url)
            if page.locator("form[action$='/logout/']").count():
                return
        page.goto(f"{portal.url}/accounts/login/")
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill("demo")
        page.locator("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
        sessions[username] = page.context.cookies()

    return enter


@pytest.fixture
def serious_violations(page: Page) -> Callable[..., list[str]]:
    """What axe-core finds serious or critical on the page as it is now; by all its rules, or by the `rules` named."""
    source = AXE.read_text(encoding="utf-8")

    def run(*rules: str) -> list[str]:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(source)
        # Preloading would parse the style sheets anew in a <style> of axe's own, which our content policy refuses.
        found = page.evaluate(
            """async (runOnly) => {
                // A colour on its way to another is none that anybody chose.
                for (const each of document.getAnimations()) {
                    if (Number.isFinite(each.effect.getComputedTiming().endTime)) each.finish();
                }
                return (await axe.run(document, {runOnly, resultTypes: ['violations'], preload: false})).violations;
            }""",
            list(rules) or ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"],
        )
        return [
            f"{violation['id']}: {node['target']}"
            for violation in found
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]

    return run
