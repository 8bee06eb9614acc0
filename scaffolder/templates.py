"""What happens to a golden path: written as a draft, published, taken back, copied, archived.

A template that was written in admin is published into the catalog through the location type `admin`
(`descriptor_sources.py`); one that the catalog read elsewhere changes where it is kept (`entity_processors.py`).
"""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Act, require
from catalog import documents, ingest
from catalog.descriptor import checks
from catalog.models import Entity, Location
from catalog.problems import Problem
from integrations.errors import IntegrationError
from integrations.git.source_url import SourceUrl, SourceUrlError
from scaffolder import lint, template_tests, template_text
from scaffolder.models import Template, TemplateRevision
from scaffolder.sources import SourceMissing, TemplateSource
from scaffolder.template_text import Summary

ADMIN_TARGET = "templates"
RULES = [{"allow": ["Template"]}]
Files = dict[str, bytes]


class TemplateLocked(Exception):
    """The template is kept elsewhere; the message says where it is to be changed."""


class TemplateRefused(ValueError):
    """A text that may not be published; `.problems` say what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        errors = [problem for problem in problems if problem.is_error]
        told = ngettext(
            "The template has an error. Mend it, then publish.",
            "The template has %(count)d errors. Mend them, then publish.",
            len(errors),
        )
        super().__init__(told % {"count": len(errors)})
        self.problems = problems


class NameRefused(ValueError):
    """A name that a template cannot have."""


class DraftChanged(Exception):
    """Somebody else saved the draft since it was read."""


def create(text: str, *, actor: Actor, base_url: str = "") -> Template:
    """Begin a golden path with a draft.

    Raises:
        PermissionDenied: the actor may not edit templates.
        NameRefused: the text has no name, or it is taken.
    """
    require(actor, Act.EDIT_TEMPLATES)
    found = template_text.summary(text)
    _check_name(found)
    _check_base(base_url, before="")
    template = Template(source=Template.Source.ADMIN, draft=text, base_url=base_url)
    _describe(template, found)
    try:
        with transaction.atomic():
            template.save()
            audit.record("template.created", actor=actor, subject=template.ref)
    except IntegrityError as error:
        raise NameRefused(_taken(found.ref)) from error
    return template


@transaction.atomic
def save_draft(template: Template, text: str, *, actor: Actor, base_url: str | None = None, seen: str = "") -> None:
    """Keep a text to go on with; runs still start from what is published.

    Args:
        base_url: address of the folder that relative addresses are looked up in; None: as it is.
        seen: hash of the draft that the text was made from; empty: not told.

    Raises:
        PermissionDenied: the actor may not edit templates.
        TemplateLocked: the template is kept elsewhere.
        NameRefused: the text gives a published template another name, or the base address is none.
        DraftChanged: the draft is no longer the one that was `seen`.
    """
    row = _editable(template, actor)
    if seen and seen != template_text.sha256(row.draft):
        raise DraftChanged(_("Somebody else saved this draft meanwhile. Reload the page and bring in your change."))
    found = template_text.summary(text)
    if base_url is not None:
        _check_base(base_url, before=row.base_url)
        row.base_url = base_url
    _check_rename(row, found)
    row.draft = text
    if row.revision_id is None:
        _describe(row, found)
    row.save()
    audit.record("template.saved", actor=actor, subject=row.ref, detail={"sha256": template_text.sha256(text)})
    template.refresh_from_db()


def problems_of(template: Template, text: str | None = None, *, with_files: bool = False) -> list[Problem]:
    """Return what lint says of a text of the template; of its draft when none is given.

    Args:
        with_files: look at the skeleton as well, also when a host must be asked for it.
    """
    source = TemplateSource(template.ref, template.base_url)
    text = template.draft if text is None else text
    if not template.base_url.startswith("file://") and not with_files:
        return lint.check(text)
    files, _commit, missing = _files(source, text)
    return [*missing, *lint.check(text, tree=files)]


def publish(template: Template, actor: Actor, note: str = "") -> TemplateRevision:
    """Make the draft the text that runs start from, and show it in the catalog.

    Raises:
        PermissionDenied: the actor may not edit templates.
        TemplateLocked: the template is kept elsewhere.
        TemplateRefused: lint finds errors, or the catalog has something else by that name.
    """
    _check_editable(template, actor)
    text, base_url = template.draft, template.base_url
    # Before the transaction: a host may have to be asked for the skeleton.
    files, commit, missing = _files(TemplateSource(template.ref, base_url), text)
    problems = [*missing, *_second_document(text), *lint.check(text, tree=files)]
    if not lint.has_errors(problems):
        problems += template_tests.problems(text, source=TemplateSource(template.ref, base_url, commit), actor=actor)
    if lint.has_errors(problems):
        raise TemplateRefused(problems)
    with transaction.atomic():
        row = _editable(template, actor)
        _check_free(row, text)
        revision = add_revision(
            row, text, base_url=base_url, commit=commit, problems=problems, published_by=actor.ref, note=note
        )
        audit.record("template.published", actor=actor, subject=row.ref, detail={"revision": revision.number})
        show_in_catalog()
    template.refresh_from_db()
    return revision


def add_revision(
    template: Template,
    text: str,
    *,
    base_url: str,
    commit: str,
    problems: list[Problem],
    published_by: str,
    note: str = "",
) -> TemplateRevision:
    """Write the next revision and have runs start from it; in a transaction that holds the template's row."""
    last = template.revisions.order_by("-number").values_list("number", flat=True).first() or 0
    revision = TemplateRevision.objects.create(
        template=template,
        number=last + 1,
        text=text,
        sha256=template_text.sha256(text),
        base_url=base_url,
        commit=commit,
        problems=[problem.to_json() for problem in problems],
        note=note[:255],
        published_by=published_by,
    )
    template.revision, template.state = revision, Template.State.PUBLISHED
    _describe(template, template_text.summary(text))
    template.save()
    return revision


def revert(revision: TemplateRevision, actor: Actor) -> Template:
    """Make the text of an earlier revision the draft again; publishing it is a step of its own.

    Raises:
        PermissionDenied: the actor may not edit templates.
        TemplateLocked: the template is kept elsewhere.
    """
    template = revision.template
    with transaction.atomic():
        row = _editable(template, actor)
        row.draft, row.base_url = revision.text, revision.base_url
        row.save(update_fields=["draft", "base_url", "changed_at"])
        audit.record("template.reverted", actor=actor, subject=row.ref, detail={"revision": revision.number})
    template.refresh_from_db()
    return template


def copy(template: Template, name: str, actor: Actor) -> Template:
    """Begin a golden path with the text of another, which may be kept in the catalog.

    Raises:
        PermissionDenied: the actor may not edit templates.
        NameRefused: the name is none, or it is taken.
    """
    if not checks.is_name(name):
        raise NameRefused(_("Use at most 63 letters, digits, hyphens, dots and underscores."))
    try:
        text = template_text.renamed(template.draft, name)
    except template_text.NameNotFound as error:
        raise NameRefused(str(error)) from error
    with transaction.atomic():
        made = create(text, actor=actor)
        # Not through `create`: an address on this machine's disk is the operator's to give, and is kept from there.
        made.base_url = template.base_url
        made.save(update_fields=["base_url"])
        audit.record("template.copied", actor=actor, subject=made.ref, detail={"from": template.ref})
    return made


@transaction.atomic
def archive(template: Template, actor: Actor) -> None:
    """Take a golden path out of gallery and catalog; its runs and revisions stay.

    Raises:
        PermissionDenied: the actor may not edit templates.
        TemplateLocked: the template is kept elsewhere.
    """
    row = _editable(template, actor)
    row.state = Template.State.ARCHIVED
    row.save(update_fields=["state", "changed_at"])
    audit.record("template.archived", actor=actor, subject=row.ref)
    show_in_catalog()
    template.refresh_from_db()


def show_in_catalog() -> None:
    """Have the catalog read the templates of admin once the transaction has ended."""
    location, _created = Location.objects.get_or_create(
        type=Location.Type.ADMIN,
        target=ADMIN_TARGET,
        defaults={"origin": Location.Origin.CONFIGURATION, "rules": RULES},
    )
    transaction.on_commit(partial(ingest.refresh, location.pk))


def _editable(template: Template, actor: Actor) -> Template:
    """Return the template's row, held for this transaction, when the actor may change it here."""
    row = Template.objects.select_for_update().get(pk=template.pk)
    _check_editable(row, actor)
    return row


def _check_editable(template: Template, actor: Actor) -> None:
    require(actor, Act.EDIT_TEMPLATES)
    if template.source != Template.Source.ADMIN:
        raise TemplateLocked(
            _("This template comes from the catalog. Change it where it is kept, or copy it under a new name.")
        )


def _describe(template: Template, found: Summary) -> None:
    """Give the row what the gallery shows."""
    template.ref = found.ref or template.ref
    template.title, template.description, template.type = found.title, found.description, found.type
    template.owner_ref, template.tags = found.owner_ref, found.tags


def _check_name(found: Summary) -> None:
    name = found.ref.rpartition("/")[2]
    if not name:
        raise NameRefused(_("The text has no `metadata.name`. Add one: it is the template's address."))
    if not checks.is_name(name):
        raise NameRefused(
            _("“%(name)s” is no name. Use at most 63 letters, digits, hyphens, dots and underscores.") % {"name": name}
        )


def _check_rename(row: Template, found: Summary) -> None:
    """A draft may be broken for a while, and so have no name; a name that it has must be right."""
    if not found.ref or found.ref == row.ref:
        return
    if row.revision_id is not None:
        raise NameRefused(
            _("A published template keeps its name, %(ref)s. Copy it to have another.") % {"ref": row.ref}
        )
    _check_name(found)
    if Template.objects.filter(ref=found.ref).exists():
        raise NameRefused(_taken(found.ref))


def _check_free(row: Template, text: str) -> None:
    """Refuse a name that another place of the catalog has: the first source keeps it (I08)."""
    elsewhere = Entity.objects.filter(ref=row.ref).exclude(location__type=Location.Type.ADMIN)
    if elsewhere.exists():
        line, column = documents.load_one(text).positions.value(("metadata", "name"))
        cure = _("Give this template another name.")
        raise TemplateRefused([Problem(_taken(row.ref), line, column, rule="I08", cure=cure)])


def _taken(ref: str) -> str:
    return _("There is a template %(ref)s already.") % {"ref": ref}


def _check_base(base_url: str, *, before: str) -> None:
    """Refuse what is no folder of a repository; a folder on this machine is named by the operator, never here."""
    if not base_url or base_url == before:
        return
    try:
        source = SourceUrl.parse(base_url)
    except SourceUrlError as error:
        raise NameRefused(str(error)) from error
    if not base_url.endswith("/") or not source.ref:
        raise NameRefused(
            _("Give the folder, with its branch and a slash at the end: https://host/o/r/tree/main/path/")
        )


def _second_document(text: str) -> list[Problem]:
    found = documents.load_all(text)
    if len(found) < 2:
        return []
    cure = _("Keep the template alone here; other entities belong in files of their own.")
    return [Problem(_("There is a second document."), found[1].line, 1, rule="L02", cure=cure)]


def _files(source: TemplateSource, text: str) -> tuple[Files | None, str, list[Problem]]:
    """Return the files of the template's folder, the commit that they are at, and why they cannot be read."""
    if not source.base_url:
        return None, "", []
    try:
        tree = source.tree("./")
    except (SourceMissing, SourceUrlError, IntegrationError) as error:
        cure = _("Mend the base address, or try again when the host answers.")
        return None, "", [Problem(str(error), 1, 1, rule="L40", cure=cure)]
    return {file.path: file.content for file in tree.files}, tree.commit, []
