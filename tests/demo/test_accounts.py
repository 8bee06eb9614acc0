"""The demo's accounts on its sign-in page."""

import re

from demo import loading


def test_sign_in_page_names_everybody_and_the_password():
    text = (loading.HERE / "templates" / "demo" / "accounts.html").read_text(encoding="utf-8")
    said = set(re.findall(r"<code>(\w+)</code>", text))
    assert said == {account.username for account in loading.ACCOUNTS} | {loading.PASSWORD}
