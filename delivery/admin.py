"""Webhooks as administrators see them: what came, what came of it, and a second try."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import audit
from accounts.actors import for_user
from accounts.models import User
from catalog.admin import ReadOnlyAdmin
from delivery import bodies, processing
from delivery.models import Delivery

LONGEST_SHOWN = 100_000


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = (
        "delivery_id",
        "event",
        "action",
        "repository",
        "subject",
        "state",
        "attempts",
        "received_at",
        "said",
    )
    list_filter = ("state", "source", "event")
    search_fields = ("delivery_id", "repository", "subject")
    exclude = ("body",)
    readonly_fields = ("pretty_body",)
    actions = ("process_again",)
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        is_list = request.resolver_match and str(request.resolver_match.url_name).endswith("_changelist")
        found = Delivery.objects.order_by("-received_at", "-pk")
        return found.defer("body") if is_list else found

    @admin.display(description=_("what came of it"))
    def said(self, delivery: Delivery) -> str:
        return delivery.error or delivery.outcome

    @admin.display(description=_("body"))
    def pretty_body(self, delivery: Delivery) -> str:
        try:
            content: Any = bodies.parse(bytes(delivery.body), delivery.headers.get("Content-Type", ""))
        except bodies.BodyRefused as error:
            return str(error)
        return json.dumps(content, indent=2, ensure_ascii=False)[:LONGEST_SHOWN]

    @admin.action(description=_("Process again"))
    def process_again(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        ids = list(chosen.values_list("pk", flat=True))
        count = processing.process_again(ids)
        if isinstance(request.user, User):
            audit.record("delivery.processed_again", actor=for_user(request.user), subject=f"{count} deliveries")
        told = ngettext("%(count)d delivery is processed again.", "%(count)d deliveries are processed again.", count)
        messages.success(request, told % {"count": count})
