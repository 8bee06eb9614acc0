"""What people decide about runs: to approve one, and to take back what one has made."""

import os
import re
import subprocess
import sys

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.conftest import ROOT, Portal, foreign_free
from tests.e2e.test_golden_path import RUN_MS, address_of, answer_the_form

TEMPLATE = """apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata: {name: public-address, title: Public address, description: Opens a service to the world}
spec:
  owner: group:default/platform
  type: change
  parameters:
    - title: What
      required: [name]
      properties:
        name: {type: string, title: Service}
  steps:
    - id: ok
      name: Ask for a public address
      action: approval:request
      input: {from: ["group:default/platform"], message: "May ${{ parameters.name }} get a public address?"}
    - {id: say, name: Open it, action: "debug:log", input: {message: "by ${{ steps.ok.output.approvedBy }}"}}
"""


@pytest.fixture(scope="module")
def path(portal: Portal, tmp_path_factory):
    """A golden path that asks the platform team."""
    folder = tmp_path_factory.mktemp("path")
    (folder / "template.yaml").write_text(TEMPLATE)
    environ = {**foreign_free(os.environ), "VAR": str(portal.var)}
    command = [sys.executable, "manage.py", "ingest", str(folder / "template.yaml")]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, capture_output=True, timeout=60)
    return f"{portal.url}/create/templates/default/public-address/"


def ask(page: Page, path: str, name: str) -> str:
    """Start a run, and return its address once it waits."""
    page.goto(path)
    page.get_by_label("Service").fill(name)
    page.get_by_role("button", name="Review").click()
    page.get_by_role("button", name="Create", exact=True).click()
    page.wait_for_url(re.compile(r"/create/tasks/[0-9a-f-]{36}/$"))
    expect(page.locator("main .page-head")).to_contain_text("Waiting for approval", timeout=RUN_MS)
    return page.url


def test_a_second_person_approves_and_the_run_goes_on(page, portal, path, sign_in, serious_violations):
    sign_in("ada")
    run = ask(page, path, "checkout")
    expect(page.get_by_text("May checkout get a public address?")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    assert serious_violations() == []
    page.context.clear_cookies()

    sign_in("grace")
    page.get_by_role("region", name="Waiting for your approval").get_by_role(
        "link", name="Public address"
    ).first.click()
    expect(page.get_by_role("heading", name="May checkout get a public address?")).to_be_visible()
    assert serious_violations() == []
    page.get_by_label("Note").fill("It is behind the firewall")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("main .page-head")).to_contain_text("Approved")
    page.context.clear_cookies()

    sign_in("ada")
    page.goto(run)
    expect(page.locator("main .page-head")).to_contain_text("Done", timeout=RUN_MS)
    expect(page.get_by_role("log")).to_contain_text("user:default/grace approved: It is behind the firewall")


def test_a_run_that_waits_follows_the_decision_by_itself(page, portal, path, sign_in, browser):
    sign_in("ada")
    run = ask(page, path, "ledger")
    other = browser.new_context().new_page()
    other.goto(f"{portal.url}/accounts/login/?next={run.removeprefix(portal.url)}")
    other.get_by_label("User name").fill("grace")
    other.get_by_label("Password").fill("demo")
    other.locator("main").get_by_role("button", name="Sign in").click()
    other.get_by_role("button", name="Approve").click()
    expect(page.locator("main .page-head")).to_contain_text("Done", timeout=RUN_MS)
    other.context.close()


def test_what_a_run_made_is_taken_back(page, portal, sign_in, serious_violations):
    sign_in("ada")
    page.goto(f"{portal.url}/create/")
    page.get_by_role("link", name="Choose Python service").click()
    answer_the_form(page, "short-lived")
    expect(page.locator("main .page-head")).to_contain_text("Done", timeout=RUN_MS)
    first, repository = page.url, address_of(page, "acme/short-lived")
    assert requests.get(repository, timeout=10).status_code == 200

    page.get_by_role("link", name="Undo").click()
    expect(page.get_by_role("listitem").filter(has_text="acme/short-lived")).to_contain_text("deleted with all")
    assert serious_violations() == []
    page.get_by_role("button", name="Undo the run").click()
    page.wait_for_url(lambda url: re.search(r"/create/tasks/[0-9a-f-]{36}/$", url) and url != first)
    expect(page.locator("main .page-head")).to_contain_text("Done", timeout=RUN_MS)
    assert serious_violations() == []
    assert requests.get(repository, timeout=10).status_code == 404

    page.goto(first)
    expect(page.get_by_text("The run was undone")).to_be_visible()
    expect(page.get_by_role("link", name="Undo")).to_have_count(0)
    assert serious_violations() == []
    page.goto(f"{portal.url}/catalog/?q=short-lived")
    expect(page.locator("main").get_by_role("link", name="short-lived", exact=True)).to_have_count(0)
