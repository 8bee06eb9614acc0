"""What administrators look at: where the catalog reads, what it read, what came of it; and the kinds that they add."""

from __future__ import annotations

import json
from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.http import PortalRequest
from accounts.permissions import Act, may
from catalog import custom_kinds
from catalog.models import CustomKind, Descriptor, Entity, Location


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """A list and a page that show and change nothing: the catalog's truth is in the descriptors."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Location)
class LocationAdmin(ReadOnlyAdmin):
    list_display = ("target", "type", "origin", "read_at", "next_refresh_at", "error")
    list_filter = ("type", "origin")
    search_fields = ("target",)


@admin.register(Descriptor)
class DescriptorAdmin(ReadOnlyAdmin):
    list_display = ("ref", "file", "line", "first_problem", "failing_since")
    list_select_related = ("file",)
    search_fields = ("ref", "file__path")

    @admin.display(description=_("first problem"))
    def first_problem(self, descriptor: Descriptor) -> str:
        return descriptor.problems[0]["message"] if descriptor.problems else ""


@admin.register(Entity)
class EntityAdmin(ReadOnlyAdmin):
    list_display = ("ref", "title", "type", "lifecycle", "owner_ref", "is_orphan", "changed_at")
    list_filter = ("kind", "is_orphan")
    search_fields = ("ref", "title")
    exclude = ("document", "source", "search_text")
    readonly_fields = ("pretty_document",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entity]:
        return Entity.objects.for_listing()

    @admin.display(description=_("document"))
    def pretty_document(self, entity: Entity) -> str:
        return json.dumps(json.loads(entity.document), indent=2, ensure_ascii=False)


@admin.register(CustomKind)
class CustomKindAdmin(admin.ModelAdmin[CustomKind]):
    """The kinds of entities that this installation adds to those that every catalog has."""

    list_display = ("kind", "versions", "changed_at")
    search_fields = ("kind",)
    actions = None

    @admin.display(description=_("versions"))
    def versions(self, row: CustomKind) -> str:
        return ", ".join(map(str, row.api_versions))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_edit_kinds(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_edit_kinds(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may_edit_kinds(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_edit_kinds(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_edit_kinds(request)

    def save_model(self, request: HttpRequest, obj: CustomKind, form: Any, change: bool) -> None:
        custom_kinds.save(obj, actor=cast("PortalRequest", request).actor)

    def delete_model(self, request: HttpRequest, obj: CustomKind) -> None:
        custom_kinds.remove(obj, actor=cast("PortalRequest", request).actor)


def _may_edit_kinds(request: HttpRequest) -> bool:
    return may(cast("PortalRequest", request).actor, Act.EDIT_KINDS)
