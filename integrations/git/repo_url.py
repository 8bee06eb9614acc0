"""The address of a repository as templates write it: `github.com?owner=shop&repo=checkout`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

# What may stand in a path of the API. GitHub's own rules are narrower, and it tells them itself.
NAME = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}", re.ASCII)
HOST = re.compile(r"[a-z0-9.-]{1,253}(:[0-9]{1,5})?", re.ASCII)


class RepoUrlError(ValueError):
    """The text is not the address of a repository; the message says what is missing."""


@dataclass(frozen=True)
class RepoUrl:
    """A repository; `host` may hold a port."""

    host: str
    owner: str
    repo: str

    @classmethod
    def parse(cls, text: str) -> RepoUrl:
        """Return the repository that `text` names.

        Raises:
            RepoUrlError: a part is missing or holds a sign that no repository has.

        Source: Backstage's RepoUrlPicker, whose words for missing parts are kept.
        """
        try:
            parts = urlsplit(f"https://{text.strip()}")
            query = {key: values[0].strip("/") for key, values in parse_qs(parts.query).items()}
        except ValueError as error:
            raise RepoUrlError("Unable to parse the Repository URL") from error
        found = {"host": parts.netloc.lower(), "owner": query.get("owner", ""), "repo": query.get("repo", "")}
        for name, value in found.items():
            if not value:
                raise RepoUrlError(f"Incomplete repository location provided, {name} not provided")
        if not HOST.fullmatch(found["host"]):
            raise RepoUrlError("Unable to parse the Repository URL")
        for name in ("owner", "repo"):
            if not NAME.fullmatch(found[name]):
                raise RepoUrlError(f"The {name} {found[name]!r} has signs that no repository on GitHub has")
        return cls(**found)

    def __str__(self) -> str:
        return f"{self.host}?owner={self.owner}&repo={self.repo}"

    @property
    def slug(self) -> str:
        """`owner/repo`, as it stands in addresses."""
        return f"{self.owner}/{self.repo}"
