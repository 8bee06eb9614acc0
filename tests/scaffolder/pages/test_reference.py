"""The reference of actions."""

from pytest_django.asserts import assertContains, assertNotContains


def test_every_action_is_in_the_reference_with_an_example(developer):
    page = developer.get("/create/actions/")
    for action in ("catalog:register", "catalog:write", "debug:log", "fetch:plain", "fetch:template", "fs:delete"):
        assertContains(page, f"<code>{action}</code>")
    assertContains(page, "action: debug:log")


def test_actions_are_found_by_a_word(developer):
    page = developer.get("/create/actions/?q=publish:github")
    assertContains(page, "publish:github")
    assertNotContains(page, "fs:delete")
