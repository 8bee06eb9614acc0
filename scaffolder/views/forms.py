"""The form of a golden path: filled in page by page, previewed while it is, and started from its last page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.decorators import allowed
from accounts.http import PortalRequest
from accounts.permissions import Act
from scaffolder import engine, idempotency
from scaffolder.engine import spec as specs
from scaffolder.engine.spec import Spec
from scaffolder.forms import fields, posted
from scaffolder.forms.filling import Filling
from scaffolder.forms.sealed import SealBroken
from scaffolder.models import Task, Template
from scaffolder.pages import gallery, preview
from scaffolder.secrets import SecretRefused

FORM = "scaffolder/task_create.html"
LONGEST_PREFILL = 100_000
UNPROCESSABLE, TOO_MANY = 422, 429


@require_http_methods(["GET", "POST"])
@allowed(Act.RUN_TEMPLATE)
def task_create(request: PortalRequest, namespace: str, name: str) -> HttpResponse:
    """The form: one page of it, or the review; its last button starts the run."""
    template = _template(request, namespace, name)
    try:
        spec = _spec(template)
        if request.method == "GET":
            given = _given(request, template, spec)
            return _page(request, template, spec, Filling.begin(template.ref, spec.pages, request.actor, given))
        filling = Filling.resume(template.ref, spec.pages, request.actor, request.POST)
    except engine.TemplateBroken as error:
        return render(request, "scaffolder/template_broken.html", {"template": template, "error": error}, status=409)
    except SealBroken:
        messages.warning(
            request, _("The form was open for more than a day, or belongs to somebody else. Fill it in anew.")
        )
        return redirect(template)
    go = request.POST.get("go", "next")
    if go == "start":
        return _start(request, template, spec, filling)
    return _page(request, template, spec, _turned(filling, go))


@require_POST
@allowed(Act.RUN_TEMPLATE)
def task_preview(request: PortalRequest, namespace: str, name: str) -> HttpResponse:
    """The files that would be made with the answers so far, and one of them."""
    template = _template(request, namespace, name)
    try:
        spec = _spec(template)
        filling = Filling.resume(template.ref, spec.pages, request.actor, request.POST)
    except (engine.TemplateBroken, SealBroken):
        return HttpResponse(status=204)
    values = filling.answers.values
    found = preview.read(
        template,
        spec,
        values,
        actor=request.actor,
        wanted=request.POST.get("file") or request.POST.get("shown", ""),
        before=request.POST.get("before"),
    )
    context = {
        "template": template,
        "preview_url": request.path,
        "preview": found,
        "curl": preview.curl(template, values, base_url=settings.BASE_URL),
    }
    page = "scaffolder/task_preview.html"
    return render(request, f"{page}#preview" if request.htmx else page, context)


def _template(request: PortalRequest, namespace: str, name: str) -> Template:
    ref = f"template:{namespace}/{name}".lower()
    if not ref.isprintable():
        raise Http404
    return get_object_or_404(Template.objects.runnable_by(request.actor), ref=ref)


def _spec(template: Template) -> Spec:
    if template.revision is None:
        raise engine.TemplateBroken(_("The golden path has no published text."))
    return specs.of(template.revision)


def _turned(filling: Filling, go: str) -> Filling:
    """Return the form after one of its buttons was pressed."""
    deed, _colon, what = go.partition(":")
    if deed in ("add", "remove"):
        return filling.with_row(go)
    if deed == "use":
        name, _equals, value = what.partition("=")
        return filling.with_suggestion(name, value)
    if go == "refresh":
        return filling
    if go == "back":
        return filling.at(filling.number - 1)
    if go.isascii() and go.isdigit():
        return filling.at(int(go[:3]))
    return filling.next()


def _page(
    request: PortalRequest, template: Template, spec: Spec, filling: Filling, *, status: int = 200, notice: str = ""
) -> HttpResponse:
    records = gallery.records_of([template], now=timezone.now())
    context = {
        "template": template,
        "spec": spec,
        "filling": filling,
        "record": records.get(template.pk, gallery.Record()),
        "notice": notice,
        "preview_url": f"{template.get_absolute_url()}preview/",
        "lint_errors": gallery.errors_of(template),
        "has_earlier_runs": Task.objects.filter(template=template, actor_ref=request.actor.ref).exists(),
        "labels": _button_labels(spec),
    }
    page = f"{FORM}#fields" if request.htmx.target == "fields" else FORM
    response = render(request, page, context, status=status if status != 200 or not filling.errors else UNPROCESSABLE)
    if filling.answers.secrets:
        response["Cache-Control"] = "private, no-store"
    return response


def _button_labels(spec: Spec) -> dict[str, str]:
    """Return what the template wants its buttons to be called."""
    written = spec.presentation.get("buttonLabels")
    found = written if isinstance(written, dict) else {}
    return {name: label for name, label in found.items() if isinstance(label, str) and label}


def _start(request: PortalRequest, template: Template, spec: Spec, filling: Filling) -> HttpResponse:
    checked = filling.checked()
    if checked.errors:
        return _page(request, template, spec, checked)
    answers = filling.answers
    name = filling.name()

    def submit() -> Task:
        return engine.submit(
            template=template,
            parameters=answers.values,
            actor=request.actor,
            secrets=answers.secrets,
            owner_ref=filling.owner_ref(),
            title=f"{template.title}: {name}" if name else "",
        )

    try:
        task = idempotency.once(answers.idempotency_key, {"template": template.ref}, actor=request.actor, make=submit)
    except engine.ParametersRefused as error:
        return _page(request, template, spec, filling.refused(error.errors))
    except SecretRefused as error:
        return _page(request, template, spec, filling, status=UNPROCESSABLE, notice=str(error))
    except engine.TooManyRuns as error:
        response = _page(request, template, spec, filling, status=TOO_MANY, notice=str(error))
        response["Retry-After"] = str(error.retry_after)
        return response
    return redirect(task)


def _given(request: PortalRequest, template: Template, spec: Spec) -> dict[str, Any]:
    """Return what the address fills in: `?from=<run>`, `?formData={…}` as Backstage's links have it, or `?name=…`."""
    given = _of_run(request, template)
    written = request.GET.get("formData", "")
    if written and len(written) <= LONGEST_PREFILL:
        data = posted.from_json(written)
        given |= data if isinstance(data, dict) else {}
    plain = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        plain.setlist(f"/{name}", values)
    told = fields.parse(spec.pages, plain)
    return given | {name: value for name, value in told.items() if name in request.GET}


def _of_run(request: PortalRequest, template: Template) -> dict[str, Any]:
    """Return the parameters of the run that is to be done once more, if the person may read it."""
    try:
        task_id = UUID(request.GET.get("from", ""))
    except ValueError:
        return {}
    task = Task.objects.visible_to(request.actor).filter(pk=task_id, template_ref=template.ref).first()
    return dict(task.parameters) if task else {}
