"""Keeps golden paths of the catalog at the newest files beside their text.

The catalog reads `template.yaml`, and tells of it only when its text is new. A push that changes the skeleton alone is
found here: the golden path gets a revision with the same text and the newer commit, so that a run still has one commit
for all of its files.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import actors, audit
from catalog import documents
from integrations.errors import IntegrationError
from integrations.git.reader import Tree
from scaffolder import lint, template_text, templates
from scaffolder.files.skeletons import text_of
from scaffolder.models import Template, TemplateRevision
from scaffolder.sources import SourceMissing, TemplateSource

log = logging.getLogger(__name__)

SUFFIXES = (".yaml", ".yml")


def follow() -> int:
    """Look at the files of every golden path that lies in a repository; return how many are new.

    A host that gives no answer is not asked again in this pass.
    """
    silent: set[str] = set()
    followed = 0
    pinned = Template.objects.published().filter(source=Template.Source.CATALOG).exclude(revision__commit="")
    for template in pinned.filter(base_url__startswith="http").order_by("pk"):
        host = template.base_url.split("/")[2]
        if host in silent:
            continue
        try:
            followed += _follow(template)
        except (IntegrationError, SourceMissing) as error:
            log.info("The files of %s cannot be looked at: %s", template.ref, error)
            silent |= {host} if isinstance(error, IntegrationError) else set()
    return followed


def _follow(template: Template) -> bool:
    revision = template.revision
    if revision is None:
        return False
    newest = TemplateSource(template.ref, revision.base_url).tree("./")
    if newest.commit == revision.commit:
        return False
    pinned = TemplateSource(template.ref, revision.base_url, revision.commit).tree("./")
    if newest.files == pinned.files or not _has_text(newest, template.ref, revision.sha256):
        return False
    return _pin(template, revision, newest)


def _has_text(tree: Tree, ref: str, sha256: str) -> bool:
    """Tell whether the folder has the text of the revision still; a new one is the catalog's to bring."""
    for file in tree.files:
        text = text_of(file.content) if "/" not in file.path and file.path.endswith(SUFFIXES) else None
        for document in documents.load_all(text or ""):
            if template_text.of_entity(document.value).ref == ref:
                return template_text.sha256(document.text) == sha256
    return False


@transaction.atomic
def _pin(template: Template, seen: TemplateRevision, tree: Tree) -> bool:
    """Write the revision, unless the golden path has another one by now."""
    row = Template.objects.select_for_update().get(pk=template.pk)
    if row.revision_id != seen.pk or row.state != Template.State.PUBLISHED:
        return False
    actor = actors.system()
    revision = templates.add_revision(
        row,
        seen.text,
        base_url=seen.base_url,
        commit=tree.commit,
        problems=lint.check(seen.text, tree={file.path: file.content for file in tree.files}),
        published_by=actor.ref,
        note=_("New files beside the same text"),
    )
    audit.record("template.followed", actor=actor, subject=row.ref, detail={"revision": revision.number})
    return True
