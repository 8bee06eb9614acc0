"""Who answers for all of a repository."""

import pytest

from integrations.git import codeowners


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        ("* @acme/shop\n", ("@acme/shop",)),
        ("# all\n*   @acme/shop @ada # ours\n/docs @acme/docs\n", ("@acme/shop", "@ada")),
        ("* @acme/shop\n* @acme/money\n", ("@acme/money",)),
        ("/src @acme/shop\n", ()),
        ("*\n", ()),
        ("", ()),
    ],
)
def test_the_last_rule_for_all_files_counts(text, owners):
    assert codeowners.of_everything(text) == owners
