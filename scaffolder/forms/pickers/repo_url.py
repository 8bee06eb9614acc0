"""RepoUrlPicker (F01): `github.com?owner=shop&repo=checkout`, asked as host, owner and repository."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote

from django.utils.translation import gettext as _

from integrations import hosts
from integrations.git.repo_url import RepoUrl, RepoUrlError
from scaffolder.forms.pickers import register
from scaffolder.forms.pickers.base import Data, Picker, one_of, words
from scaffolder.forms.pickers.credentials import user_token
from scaffolder.forms.questions import MISSING, FieldError, Question

if TYPE_CHECKING:
    from accounts.actors import Actor

HOST, OWNER, REPO = "#host", "#owner", "#repo"


@register("RepoUrlPicker")
class RepoUrlPicker(Picker):
    widget = "repo_url"

    def context(self, question: Question, value: Any, actor: Actor) -> dict[str, Any]:
        host, owner, repo = _parts(value)
        offered, owners = _hosts(question), _owners(question)
        repos = words(question.options.get("allowedRepos"))
        return {
            "hosts": offered,
            "owners": owners,
            "repos": repos,
            "host": host or offered[0],
            "owner": owner or (owners[0] if owners else _usual_owner(host or offered[0])),
            "repo": repo,
            "prefix": f"{offered[0]}/{owners[0]}/" if len(offered) == len(owners) == 1 else "",
            "owner_label": question.options.get("ownerLabel") or _("Owner"),
            "repo_label": question.options.get("repoLabel") or _("Repository"),
        }

    def start(self, question: Question, name: str) -> Any:
        """A repository is usually called as what is in it."""
        return f"?repo={quote(name, safe='')}" if name else None

    def was_posted(self, question: Question, data: Data) -> bool:
        return question.name in data or question.name + REPO in data

    def parse(self, question: Question, data: Data) -> Any:
        if question.name in data:
            return super().parse(question, data)
        host, owner, repo = (
            str(data.get(question.name + part) or "").strip().strip("/") for part in (HOST, OWNER, REPO)
        )
        if not repo and not question.is_required:
            return MISSING
        query = "&".join(f"{name}={quote(text, safe='')}" for name, text in (("owner", owner), ("repo", repo)) if text)
        return f"{host}?{query}"

    def shown(self, value: Any) -> str:
        return "/".join(part for part in _parts(value) if part) or str(value)

    def secrets(self, question: Question) -> Sequence[Question]:
        return user_token(question)

    def check(self, question: Question, value: Any, actor: Actor) -> FieldError | None:
        try:
            found = RepoUrl.parse(value)
        except RepoUrlError as error:
            return FieldError(question.path, str(error), _("Give it as host?owner=…&repo=…"))
        hint = self._refusal(question, found)
        if hint is None:
            return None
        message, cure = hint
        return FieldError(question.path, message, cure)

    def _refusal(self, question: Question, found: RepoUrl) -> tuple[str, str] | None:
        """Return what is wrong with a repository that reads well, and what to do."""
        allowed, known = words(question.options.get("allowedHosts")), _known_hosts()
        if allowed and found.host not in map(str.lower, allowed):
            return _("%s is not a host of this golden path") % found.host, _("Choose %s.") % one_of(allowed)
        if found.host not in known:
            return (
                _("%s is not connected to this portal") % found.host,
                _("Ask the platform team to name it under integrations.github in waymark.yaml."),
            )
        for label, name, option in (
            (_("owner"), found.owner, "allowedOwners"),
            (_("repository"), found.repo, "allowedRepos"),
        ):
            choices = words(question.options.get(option))
            if choices and name not in choices:
                return _("The %(what)s %(name)s is not one of this golden path") % {"what": label, "name": name}, (
                    _("Choose %s.") % one_of(choices)
                )
        return None


def _known_hosts() -> set[str]:
    return {known.host for known in hosts.all_github_hosts()}


def _hosts(question: Question) -> list[str]:
    """Return the hosts to offer, at least one: those that the template allows and the portal can reach."""
    allowed, known = words(question.options.get("allowedHosts")), _known_hosts()
    if not allowed:
        return [known_host.host for known_host in hosts.all_github_hosts()] or [hosts.GITHUB_COM]
    return [host for host in allowed if host.lower() in known] or allowed


def _owners(question: Question) -> list[str]:
    return words(question.options.get("allowedOwners"))


def _usual_owner(host: str) -> str:
    """Return the organisation that the configuration names for a host."""
    return next((known.organization for known in hosts.all_github_hosts() if known.host == host.lower()), "")


def _parts(value: Any) -> tuple[str, str, str]:
    """Return host, owner and repository of an answer, as far as it has them."""
    if not isinstance(value, str):
        return "", "", ""
    host, _mark, query = value.partition("?")
    found = {name: values[0] for name, values in parse_qs(query).items()}
    return host, found.get("owner", ""), found.get("repo", "")
