"""X7 and the headers of every answer: found or not, page or machine's."""

import pytest

from tests.addresses import filled, routes

VALUES = {"kind": "component", "namespace": "default", "name": "checkout", "tab": "overview", "pk": "1", "uid": "1"}
VALUES |= {"location_id": "1", "task_id": "1", "rest": "nowhere"}
ADDRESSES = sorted({filled(route, VALUES) for route, _ in routes()} | {"/admin/", "/admin/accounts/user/", "/no-such/"})
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
NEVER_KEPT = ("/admin/", "/create/tasks/", "/accounts/", "/api/v1/tasks/")


@pytest.fixture
def answers(admin_client):
    return {address: admin_client.get(address) for address in ADDRESSES}


def test_every_answer_has_the_content_policy(answers):
    found = {address: set(answer["Content-Security-Policy"].split("; ")) for address, answer in answers.items()}
    assert {address for address, policy in found.items() if policy != POLICY} == set()


def test_every_answer_is_closed_to_other_sites(answers):
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    wrong = {(address, name) for address, answer in answers.items() for name in wanted if answer[name] != wanted[name]}
    assert wrong == set()


def test_no_answer_is_kept_for_others_and_secrets_are_not_kept_at_all(answers):
    for address, answer in answers.items():
        kept = answer["Cache-Control"]
        assert "private" in kept, address
        assert ("no-store" if address.startswith(NEVER_KEPT) else "no-cache") in kept, address


def test_a_page_and_its_part_are_told_apart(answers):
    for address, answer in answers.items():
        assert {"HX-Request", "HX-Target", "Cookie"} <= set(answer["Vary"].split(", ")), address
