"""The REST API, a file for each subject; importing this puts all of them into the table."""

# Before those of branches: the first address that fits answers, and `/commits/{ref}` fits check runs too.
from demo.forge.rest import checks  # isort: skip
from demo.forge.rest import (
    actions,
    apps,
    branches,
    compare,
    contents,
    git_data,
    hooks,
    issues,
    organizations,
    pulls,
    repositories,
    search,
)

__all__ = [
    "actions",
    "apps",
    "branches",
    "checks",
    "compare",
    "contents",
    "git_data",
    "hooks",
    "issues",
    "organizations",
    "pulls",
    "repositories",
    "search",
]
