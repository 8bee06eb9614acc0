"""The platform API's one deed: a new service, from a golden path, for a team.

What is asked is checked before anything is made, and each refusal names the field, the reason and what to do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.models import ApiToken, User
from accounts.permissions import Act, may, require
from catalog import refs
from catalog.descriptor import checks
from catalog.models import Entity
from integrations import github, hosts
from integrations.errors import IntegrationError
from integrations.git.repo_url import RepoUrl
from integrations.hosts import GitHubHost
from scaffolder import engine, lint
from scaffolder.engine import spec as specs
from scaffolder.forms import fields
from scaffolder.forms.questions import FieldError
from scaffolder.lint.subject import Subject
from scaffolder.models import Task, Template

# Seconds to connect and to answer: together the 150 ms that the git host has to say whether a name is taken. After that
# the step of the run decides.
HOST_TIMEOUTS = (0.05, 0.1)
# Where the fields of a request stand in the parameters of a template.
OWNER_PARAMETERS = ("owner", "team")
FIELD_OF = {"owner": "team", "repoUrl": "name"}


@dataclass(frozen=True)
class ServiceRequest:
    """A service as somebody asks for it."""

    name: str
    team: str
    language: str = ""
    framework: str = ""
    template: str = ""
    description: str = ""


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of a request, and what to do."""

    field: str
    message: str
    hint: str = ""

    def to_json(self) -> dict[str, str]:
        return {"field": self.field, "message": self.message, "hint": self.hint}


class ServiceRefused(ValueError):
    """A request that cannot be met; `.faults` say why, field by field."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults


def create(asked: ServiceRequest, *, actor: Actor, user: User | None = None, token: ApiToken | None = None) -> Task:
    """Start the run that makes a service.

    Raises:
        PermissionDenied: the actor may not run templates.
        ServiceRefused: a field is wrong.
        engine.TooManyRuns: the actor has as many runs as they may.
    """
    template = check(asked, actor)
    try:
        return engine.submit(
            template=template,
            parameters=parameters_for(template, asked),
            actor=actor,
            user=user,
            token=token,
            owner_ref=team_ref(asked),
            title=asked.name,
        )
    except engine.ParametersRefused as error:
        raise ServiceRefused([_fault_of(found) for found in error.errors]) from error
    except (engine.TemplateBroken, engine.NotRunnable) as error:
        raise ServiceRefused([Fault("template", str(error), _("Tell the owner of the golden path."))]) from error


def check(asked: ServiceRequest, actor: Actor) -> Template:
    """Return the golden path that a request is for.

    Raises:
        PermissionDenied: the actor may not run templates.
        ServiceRefused: a field is wrong.
    """
    require(actor, Act.RUN_TEMPLATE)
    faults = [*_name_faults(asked, actor), *_team_faults(asked, actor)]
    template = _template(asked, actor)
    if isinstance(template, Fault):
        raise ServiceRefused([*faults, template])
    if faults:
        raise ServiceRefused(faults)
    return template


def team_ref(asked: ServiceRequest) -> str:
    """Return the full ref of the team in the one form that is compared; as it is written when it is none."""
    return _normal(asked.team, kind="group") or asked.team


def _normal(written: str, *, kind: str) -> str:
    """Return a ref without the spellings that look alike: wide letters, capitals, blanks; empty when it can be none."""
    plain = unicodedata.normalize("NFKC", written).casefold().strip()
    try:
        found = refs.parse(plain, default_kind=kind)
    except refs.RefError:
        return ""
    is_ref = checks.is_kind(found.kind) and checks.is_dns_label(found.namespace) and checks.is_name(found.name)
    return str(found) if is_ref else ""


def entity_ref(name: str) -> str:
    return str(refs.EntityRef("component", "default", name))


def git_host() -> GitHubHost | None:
    """Return where services get their repositories: the first host of the configuration that names an organisation."""
    return next((host for host in hosts.all_github_hosts() if host.organization), None)


def addresses(name: str) -> dict[str, str | None]:
    """Return where a service will be found; None where the configuration names no such system."""
    organization, integrations = settings.WAYMARK["organization"], settings.WAYMARK["integrations"]
    host, grafana = git_host(), integrations.get("grafana", {}).get("url")
    return {
        "service_url": f"https://{name}.{organization['base_domain']}",
        "git_repo": f"{host.web}/{host.organization}/{name}" if host else None,
        "dashboard": f"{grafana.rstrip('/')}/d/{name}" if grafana else None,
        "entity_ref": entity_ref(name),
    }


def parameters_for(template: Template, asked: ServiceRequest) -> dict[str, Any]:
    """Return the values of the template's form: what it declares and the request tells, and its own defaults."""
    if template.revision is None:
        return {}
    declared = {found.name for found in Subject.read(template.revision.text).properties}
    told: dict[str, Any] = {
        "name": asked.name,
        **dict.fromkeys(OWNER_PARAMETERS, team_ref(asked)),
        "description": asked.description,
        "language": asked.language,
        "framework": asked.framework,
    }
    host = git_host()
    if host is not None:
        told["repoUrl"] = str(RepoUrl(host.host, host.organization, asked.name))
    given = {name: value for name, value in told.items() if name in declared and value}
    return {**fields.defaults(specs.of(template.revision).pages), **given}


def _name_faults(asked: ServiceRequest, actor: Actor) -> Iterator[Fault]:
    if not asked.name or not checks.is_dns_label(asked.name):
        yield Fault(
            "name",
            _("“%(name)s” cannot be the name of a service.") % {"name": asked.name[:100]},
            _("Use 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends."),
        )
        return
    ref = entity_ref(asked.name)
    if Entity.objects.visible_to(actor).filter(ref=ref).exists():
        yield Fault("name", _("The catalog has %(ref)s already.") % {"ref": ref}, _("Choose another name."))
    elif _is_under_way(asked.name):
        yield Fault(
            "name", _("A run that has not ended makes this service."), _("Wait for it, or choose another name.")
        )
    elif _is_taken_at_host(asked.name):
        yield Fault("name", _("The git host has a repository of this name already."), _("Choose another name."))


def _is_under_way(name: str) -> bool:
    running = Task.objects.filter(state__in=(Task.State.OPEN, Task.State.PROCESSING))
    return running.filter(parameters__name=name).exists()


def _is_taken_at_host(name: str) -> bool:
    """Tell whether the git host says in time that it has a repository of that name."""
    host = git_host()
    if host is None:
        return False
    repo = RepoUrl(host.host, host.organization, name)
    try:
        return github.client(host.host, timeouts=HOST_TIMEOUTS, tries=1).repository(repo) is not None
    except IntegrationError:
        return False


def _team_faults(asked: ServiceRequest, actor: Actor) -> Iterator[Fault]:
    ref = _normal(asked.team, kind="group")
    # Not asked of the database unless it is a ref: a text may hold signs that no database takes.
    if not ref or not Entity.objects.visible_to(actor).of_kind("group").filter(ref=ref).exists():
        teams = ", ".join(sorted(actor.group_refs))
        hint = _("Your teams are %(teams)s.") % {"teams": teams} if teams else _("Look it up under Teams.")
        yield Fault("team", _("There is no team “%(team)s” in the catalog.") % {"team": asked.team[:100]}, hint)
    elif not may(actor, Act.REGISTER_ENTITY, owner_refs=[ref]):
        yield Fault(
            "team",
            _("%(team)s is not a team of yours.") % {"team": ref},
            _("Ask somebody of that team, or choose one of your own."),
        )


def _template(asked: ServiceRequest, actor: Actor) -> Template | Fault:
    """Return the golden path: the one that is named, else the one for the language."""
    chosen = settings.WAYMARK["scaffolder"]["services"]
    named = asked.template or chosen["languages"].get(asked.language) or chosen["template"]
    runnable = Template.objects.runnable_by(actor)
    if not named:
        what = _("There is no golden path for “%(language)s”.") % {"language": asked.language or "—"}
        return Fault("template", what, _hint(chosen["languages"]))
    found = runnable.filter(ref=_normal(named, kind="template")).first()
    if found is None:
        known = ", ".join(runnable.order_by("ref").values_list("ref", flat=True)[:10])
        return Fault(
            "template",
            _("There is no golden path “%(name)s”.") % {"name": named[:100]},
            _("Name one of: %(known)s") % {"known": known},
        )
    return _sound(found)


def _sound(template: Template) -> Template | Fault:
    """Refuse a template that cannot come to its end: its run would make half a service."""
    text = template.revision.text if template.revision else ""
    error = next((problem for problem in lint.check(text) if problem.is_error), None)
    if error is None:
        return template
    message = _("The golden path %(ref)s has a fault in line %(line)d: %(message)s")
    told = message % {"ref": template.ref, "line": error.line, "message": error.message}
    return Fault("template", told, _("Its owner has to mend it. Until then, choose another golden path."))


def _hint(languages: Mapping[str, str]) -> str:
    known = ", ".join(sorted(languages))
    return _("Name one in “template”, or use a language of: %(known)s") % {"known": known}


def _fault_of(error: FieldError) -> Fault:
    name = str(error.path[0]) if error.path else "template"
    return Fault(FIELD_OF.get(name, name), error.message, error.hint)
