"""The REST API, a file for each subject; importing this puts all of them into the table."""

from demo.forge.rest import (
    actions,
    apps,
    branches,
    contents,
    git_data,
    hooks,
    organizations,
    pulls,
    repositories,
    search,
)

__all__ = [
    "actions",
    "apps",
    "branches",
    "contents",
    "git_data",
    "hooks",
    "organizations",
    "pulls",
    "repositories",
    "search",
]
