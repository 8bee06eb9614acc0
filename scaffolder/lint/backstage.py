"""What Backstage knows by name: its own actions and fields, and what its newer template language refuses."""

from __future__ import annotations

from typing import Final

ACTIONS: Final = frozenset(
    [
        "catalog:fetch",
        "catalog:register",
        "catalog:write",
        "debug:log",
        "debug:wait",
        "fetch:plain",
        "fetch:plain:file",
        "fetch:template",
        "fetch:template:file",
        "fs:delete",
        "fs:readdir",
        "fs:rename",
        "github:actions:dispatch",
        "github:autolinks:create",
        "github:branch-protection:create",
        "github:deployKey:create",
        "github:environment:create",
        "github:issues:create",
        "github:issues:label",
        "github:pages:enable",
        "github:repo:create",
        "github:repo:push",
        "github:webhook",
        "publish:azure",
        "publish:bitbucketCloud",
        "publish:bitbucketServer",
        "publish:gerrit",
        "publish:gitea",
        "publish:github",
        "publish:github:pull-request",
        "publish:gitlab",
        "publish:gitlab:merge-request",
        "notification:send",
        "workspace:template",
        "workspace:template:file",
    ]
)

# What well-known packages of others add to a Backstage; the portal has some of it built in.
PACKAGED: Final = ("roadiehq:",)

# The fields of forms that the portal draws as Backstage does, and the standard ones of the form library.
FIELDS: Final = frozenset(
    [
        "EntityNamePicker",
        "EntityPicker",
        "EntityTagsPicker",
        "MultiEntityPicker",
        "MyGroupsPicker",
        "OwnedEntityPicker",
        "OwnerPicker",
        "RepoBranchPicker",
        "RepoOwnerPicker",
        "RepoUrlPicker",
        "Secret",
    ]
)

# Methods of JavaScript that nunjucks reaches and the closed interpreter of scaffolder-backend 4.0.3 does not.
REFUSED_METHODS: Final = frozenset(
    ["replaceAll", "substr", "padStart", "padEnd", "match", "repeat", "at", "localeCompare"]
)
ASYNC_TAGS: Final = frozenset({"asyncEach", "asyncAll", "ifAsync"})

# Roots of GitHub's own expressions; in a workflow they are GitHub's to fill in.
WORKFLOW_ROOTS: Final = frozenset(
    ["github", "secrets", "matrix", "runner", "env", "needs", "inputs", "vars", "job", "jobs", "steps", "strategy"]
)
