from django.contrib import admin
from django.http import HttpRequest

from accounts.models import ApiToken, AuditEvent, Membership, RoleGrant, User


class MembershipInline(admin.TabularInline[Membership, User]):
    model = Membership
    extra = 0


class RoleGrantInline(admin.TabularInline[RoleGrant, User]):
    model = RoleGrant
    fields = ["role"]
    extra = 0


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ["username", "display_name", "user_ref", "email", "is_active"]
    search_fields = ["username", "display_name", "user_ref", "email"]
    fields = ["username", "display_name", "email", "user_ref", "is_active"]
    inlines = [RoleGrantInline, MembershipInline]


@admin.register(RoleGrant)
class RoleGrantAdmin(admin.ModelAdmin[RoleGrant]):
    list_display = ["role", "user", "group_ref"]


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin[ApiToken]):
    """Tokens are made by `manage.py create_token`, which shows them once; here they are read and revoked."""

    list_display = ["name", "role", "team_ref", "created_at", "expires_at", "revoked_at", "last_used_at"]
    readonly_fields = ["name", "role", "team_ref", "created_by", "created_at", "last_used_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(admin.ModelAdmin[AuditEvent]):
    list_display = ["created_at", "event", "actor_ref", "subject"]
    list_filter = ["event"]
    search_fields = ["actor_ref", "subject"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEvent | None = None) -> bool:
        return False
