"""Golden paths as administrators and platform engineers keep them: written, checked, published, taken back.

The list is Django admin's own; a template's page is an editor in the portal's frame.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from accounts.actors import Actor
from accounts.http import PortalRequest
from scaffolder import template_text, templates
from scaffolder.models import Template, TemplateRevision
from scaffolder.pages import editor, findings, revisions
from scaffolder.pages.editor import EditorPage
from scaffolder.templates import DraftChanged, NameRefused, TemplateLocked, TemplateRefused

REFUSALS = (NameRefused, TemplateLocked, TemplateRefused)


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin[Template]):
    list_display = ["title", "name", "shown_state", "lint", "source", "type", "changed_at"]
    list_filter = ["state", "source", "type"]
    list_select_related = ["revision"]
    search_fields = ["ref", "title", "description"]
    actions = None
    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Template | None = None) -> bool:
        # Runs point at it; it is archived.
        return False

    @admin.display(description=gettext_lazy("name"), ordering="ref")
    def name(self, template: Template) -> str:
        return template.ref.partition(":")[2]

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def shown_state(self, template: Template) -> str:
        return _state(template)

    @admin.display(description=gettext_lazy("lint"))
    def lint(self, template: Template) -> str:
        found = findings.of_draft(template)
        address = reverse("admin:scaffolder_template_change", args=[template.pk])
        return format_html('<a href="{}#lint">{}</a>', address, _lint_words(found.error_count, found.warning_count))

    def get_urls(self) -> list[URLPattern]:
        name = "scaffolder_template_{}".format
        wrap = self.admin_site.admin_view
        ours = [
            path("<int:pk>/lint/", wrap(self.lint_view), name=name("lint")),
            path("<int:pk>/preview/", wrap(self.preview_view), name=name("preview")),
            path("<int:pk>/revisions/", wrap(self.revision_list), name=name("revisions")),
            path("<int:pk>/revisions/<int:number>/restore/", wrap(self.restore_view), name=name("restore")),
            path("<int:pk>/copy/", wrap(self.copy_view), name=name("copy")),
        ]
        return [*ours, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A new golden path: an example to write over."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._editor(request, EditorPage.of(Template(draft=template_text.EXAMPLE)))
        page = _posted(request, Template(source=Template.Source.ADMIN))
        if request.POST.get("deed") == "check":
            return self._editor(request, page)
        try:
            made = templates.create(page.text, actor=_actor(request), base_url=page.base_url)
        except NameRefused as error:
            messages.error(request, str(error))
            return self._editor(request, page, status=422)
        messages.success(request, _("The draft is saved. Nobody can run it before it is published."))
        return _to(made)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A golden path in the editor, or read only where the catalog keeps it."""
        template = self._template(request, object_id)
        if request.method != "POST":
            return self._editor(request, EditorPage.of(template))
        page = _posted(request, template)
        if request.POST.get("deed") == "check":
            return self._editor(request, page)
        try:
            messages.success(request, _done(request, page))
        except DraftChanged as error:
            messages.error(request, str(error))
            return self._editor(request, page, status=409)
        except REFUSALS as error:
            messages.error(request, str(error))
            return self._editor(request, page, status=422)
        return _to(template)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:scaffolder_template_revisions", args=[object_id]))

    @method_decorator(require_POST)
    def lint_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What lint says of a text that is being written; 0 stands for a template that is not there yet."""
        template = self._template(request, pk) if pk else Template(source=Template.Source.ADMIN)
        context = {"page": _posted(request, template), "is_partial": True}
        return render(request, "admin/scaffolder/template/findings.html", context)

    @method_decorator(require_POST)
    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form and the files that a text makes."""
        template = self._template(request, pk) if pk else Template(source=Template.Source.ADMIN)
        page = _posted(request, template)
        context = {"trial": editor.trial(page, _actor(request))}
        return render(request, "admin/scaffolder/template/preview.html", context)

    def revision_list(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was published, when and by whom, and what changed between two texts."""
        template = self._template(request, pk)
        kept = list(template.revisions.all())
        before, after = _compared(request, template, kept)
        context = {
            **self.admin_site.each_context(request),
            "tab": "revisions",
            "page": EditorPage.of(template),
            "template": template,
            "revisions": kept,
            "before": before,
            "after": after,
            "difference": revisions.difference(before.text if before else "", after.text if after else template.draft),
        }
        return render(request, "admin/scaffolder/template/revisions.html", context)

    @method_decorator(require_POST)
    def restore_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Make an earlier text the draft again."""
        template = self._template(request, pk)
        revision = get_object_or_404(TemplateRevision, template=template, number=number)
        try:
            templates.revert(revision, _actor(request))
        except TemplateLocked as error:
            messages.error(request, str(error))
        else:
            said = _("The draft is the text of revision %(number)d again. Publish it to have runs start from it.")
            messages.success(request, said % {"number": number})
        return _to(template)

    @method_decorator(require_POST)
    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Begin another golden path with this text."""
        template = self._template(request, pk)
        try:
            made = templates.copy(template, request.POST.get("name", "").strip(), _actor(request))
        except NameRefused as error:
            messages.error(request, str(error))
            return _to(template)
        messages.success(request, _("This is your copy. Nobody can run it before it is published."))
        return _to(made)

    def _template(self, request: HttpRequest, pk: str | int) -> Template:
        if not self.has_change_permission(request):
            raise PermissionDenied
        if not str(pk).isdecimal():
            raise Http404
        return get_object_or_404(Template.objects.select_related("revision"), pk=pk)

    def _editor(self, request: HttpRequest, page: EditorPage, *, status: int = 200) -> HttpResponse:
        is_read_only = page.template.source == Template.Source.CATALOG
        context = {
            **self.admin_site.each_context(request),
            "page": page,
            "template": page.template,
            "tab": "editor",
            "state": _state(page.template),
            "look": "ok" if page.is_in_use else "idle",
            "note": _field(request, "note"),
        }
        name = "read_only" if is_read_only else "editor"
        return render(request, f"admin/scaffolder/template/{name}.html", context, status=status)


def _done(request: HttpRequest, page: EditorPage) -> str:
    """Do what was asked for; return what to tell."""
    template, actor = page.template, _actor(request)
    deed = request.POST.get("deed")
    if deed == "archive":
        templates.archive(template, actor)
        return _("The golden path is archived. Publish it to bring it back.")
    seen = request.POST.get("seen", "")
    templates.save_draft(template, page.text, actor=actor, base_url=page.base_url, seen=seen)
    if deed != "publish":
        return _("The draft is saved.")
    revision = templates.publish(template, actor, note=_field(request, "note").strip())
    return _("Revision %(number)d is published. New runs start from it.") % {"number": revision.number}


def _compared(
    request: HttpRequest, template: Template, kept: list[TemplateRevision]
) -> tuple[TemplateRevision | None, TemplateRevision | None]:
    """Return the two texts to compare: those that are asked for, else the last two; None after is the draft."""
    by_number = {str(revision.number): revision for revision in kept}
    after = by_number.get(request.GET.get("after", ""))
    if after is None and "after" not in request.GET and kept and kept[0].text == template.draft:
        after = kept[0]
    older = [revision for revision in kept if after is None or revision.number < after.number]
    before = by_number.get(request.GET.get("before", "")) or (older[0] if older else None)
    return before, after


def _posted(request: HttpRequest, template: Template) -> EditorPage:
    # Browsers send line ends as two signs.
    text = _field(request, "text").replace("\r\n", "\n")
    return EditorPage(template, text, _field(request, "base_url", template.base_url).strip())


def _field(request: HttpRequest, name: str, default: str = "") -> str:
    """Return what was typed, without the one sign that PostgreSQL does not take."""
    return request.POST.get(name, default).replace("\0", "\N{REPLACEMENT CHARACTER}")


def _actor(request: HttpRequest) -> Actor:
    return cast("PortalRequest", request).actor


def _to(template: Template) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:scaffolder_template_change", args=[template.pk]))


def _state(template: Template) -> str:
    revision = template.revision
    if template.state == Template.State.ARCHIVED:
        return _("Archived")
    if revision is None:
        return _("Draft")
    if revision.text != template.draft:
        return _("Draft of revision %(number)d") % {"number": revision.number + 1}
    return _("Revision %(number)d") % {"number": revision.number}


def _lint_words(errors: int, warnings: int) -> str:
    told = []
    if errors:
        told.append(ngettext("%d error", "%d errors", errors) % errors)
    if warnings:
        told.append(ngettext("%d warning", "%d warnings", warnings) % warnings)
    return ", ".join(told) or _("Passes")
