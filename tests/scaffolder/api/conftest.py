"""A small company, a golden path, and machines that ask for services."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import tokens
from accounts.actors import system
from accounts.roles import Role
from tests.catalog.factories import make_entities
from tests.scaffolder.runs import make_template

PATH = """  parameters:
    - title: Service
      required: [name, owner, repoUrl]
      properties:
        name: {type: string}
        owner: {type: string}
        repoUrl: {type: string}
        language: {type: string}
        port: {type: integer, default: 8080}
  steps:
    - {id: say, action: "debug:log", input: {message: "Hello ${{ parameters.name }}"}}
"""
TEAMS = """
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: shop}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: money}
spec: {type: team, children: []}
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger}
spec: {type: service, lifecycle: production, owner: money}
"""
BODY = {"name": "checkout", "team": "shop", "language": "python", "framework": "django", "template": "python-service"}
# Nothing listens there, so the host never says that a name is taken.
HOST = {"host": "git.acme.example", "api": "http://127.0.0.1:9/api/v3", "organization": "acme"}


class Machine(Client):
    """A caller with a token of the team `shop`."""

    def __init__(self, role: Role = Role.DEVELOPER, *, name: str = "ci", team_ref: str = "group:default/shop") -> None:
        _row, self.token = tokens.create(name, role=role, actor=system(), team_ref=team_ref)
        super().__init__(headers={"authorization": f"Bearer {self.token}"})

    def ask(self, body: dict[str, Any], **headers: str) -> Any:
        return self.post("/api/v1/services", json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def acme(settings: Any) -> Callable[..., None]:
    """Make the company; `github` is the git host where it has its repositories."""

    def make(github: dict[str, Any] = HOST) -> None:
        settings.WAYMARK = settings.WAYMARK | {
            "organization": {"name": "Acme", "base_domain": "acme.example", "time_zone": "UTC"},
            "integrations": {"github": [github], "grafana": {"url": "https://grafana.acme.example"}},
        }
        make_entities(TEAMS)
        make_template(PATH, name="python-service")

    return make
