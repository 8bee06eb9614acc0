"""Every page that the URL configuration knows, for three roles, in both themes, with the demo company's data."""

import pytest

from tests.addresses import filled, routes

# What stands for the variable parts of an address; a page with other parts must be named here, or the test fails.
SAMPLES = {
    "kind": "component",
    "namespace": "default",
    "name": "checkout",
    "tab": "inspect",
}
SAMPLES_BY_ROUTE = {
    "catalog/locations/<int:pk>/unregister/": {"pk": "1"},
    "approvals/<int:pk>/": {"pk": "1"},
    "docs/<str:kind>/<str:namespace>/<str:name>/<path:path>": {"path": "payment-retries/"},
    "create/templates/<str:namespace>/<str:name>/": {"namespace": "default", "name": "python-service"},
    "teams/<str:namespace>/<str:name>/": {"namespace": "default", "name": "shop"},
}
# No page: for machines, for HTMX alone, an attachment, or an address that only takes POST.
NO_PAGE = (
    "api/",
    "webhooks/",
    "healthz",
    "readyz",
    "metrics",
    "accounts/logout/",
    "preview/",
    "events/",
    "retry/",
    "cancel/",
    "refresh/",
    "log/",
    "export",
    "export/",
    "peek/",
    "lint/",
    "publish/",
    "theme/",
    "let-back/",
    "static/",
    "palette/",
    "fruitless/",
    "archive/",
    "revert/",
    "star/",
    "/definition",
)
# The last is the width that the next page is loaded with.
WIDTHS = (1440, 1024, 390)
PEOPLE = {"viewer": "vera", "developer": "ada", "platform": "grace"}


def pages() -> list[str]:
    """Return the addresses to visit."""
    found = []
    for route, _ in routes():
        if not (route.startswith(NO_PAGE) or route.endswith(NO_PAGE) or "<uuid:" in route):
            found.append(filled(route, {**SAMPLES, **SAMPLES_BY_ROUTE.get(route, {})}))
    return [*found, "/admin/", "/no-such-page/"]


@pytest.mark.parametrize("role", list(PEOPLE))
def test_no_page_has_a_serious_violation_in_either_theme(page, portal, sign_in, serious_violations, role):
    sign_in(PEOPLE[role])
    found = {}
    for address in pages():
        page.emulate_media(color_scheme="light")
        answer = page.goto(portal.url + address)
        assert answer is not None
        assert answer.status < 500, address
        found[address] = serious_violations()
        # The themes differ in nothing but their colours.
        page.emulate_media(color_scheme="dark")
        found[f"{address} in the dark"] = serious_violations("color-contrast")
    assert {address: slips for address, slips in found.items() if slips} == {}


def test_no_page_scrolls_sideways(page, portal, sign_in):
    sign_in(PEOPLE["developer"])
    wide = []
    for address in pages():
        page.goto(portal.url + address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append((address, width))
    assert wide == []
