"""People and machines, what they may do, and what they did."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.roles import MACHINE_ROLES, PERSON_ROLES, Role, highest, may_open_admin

# `kind:namespace/name`: three names of at most 63 signs and two marks.
REF_LENGTH = 191


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.create_user(username, password, **fields)
        RoleGrant.objects.create(user=user, role=Role.ADMIN)
        return user


class User(AbstractBaseUser):
    """A person who may sign in."""

    username = models.CharField(_("user name"), max_length=150, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    display_name = models.CharField(_("name"), max_length=200, blank=True)
    # The User entity that this person is, `user:default/ada`; null until matched.
    user_ref = models.CharField(_("catalog user"), max_length=REF_LENGTH, unique=True, null=True, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(condition=Q(user_ref=Lower("user_ref")), name="user_ref_is_lower_case"),
            # A person without a User entity acts under their name in lower case.
            models.UniqueConstraint(Lower("username"), name="user_name_is_one_in_any_case"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return str(self)

    @cached_property
    def group_refs(self) -> frozenset[str]:
        """The groups that the catalog or sign-in says this person is in, as full refs."""
        return frozenset(self.memberships.values_list("group_ref", flat=True))

    @cached_property
    def role(self) -> Role:
        """The highest role granted to this person or to one of their groups; viewer when there is none."""
        grants = RoleGrant.objects.filter(Q(user=self) | Q(group_ref__in=self.group_refs))
        return highest(Role(role) for role in grants.values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether Django admin opens; computed from the role, never stored."""
        return self.is_active and may_open_admin(self.role)

    @property
    def is_superuser(self) -> bool:
        return self.is_active and self.role is Role.ADMIN

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Answer Django admin; everything else asks `accounts.permissions`."""
        return self.is_superuser or (self.is_staff and perm.split(".")[0] in {"scaffolder"})

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_superuser or (self.is_staff and app_label in {"scaffolder"})


class Membership(models.Model):
    """A person is in a group, as the catalog or sign-in tells it."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    group_ref = models.CharField(_("group"), max_length=REF_LENGTH)
    source = models.CharField(
        _("told by"), max_length=31, choices=[("catalog", _("catalog")), ("sign-in", _("sign-in"))]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "group_ref", "source"], name="membership_is_told_once_by_each_source"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.group_ref}"


class RoleGrant(models.Model):
    """A role that a person has, or everybody in a group."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="grants")
    group_ref = models.CharField(_("group"), max_length=REF_LENGTH, blank=True)
    role = models.CharField(_("role"), max_length=31, choices=[(role.value, role.label) for role in PERSON_ROLES])

    class Meta:
        verbose_name = _("role grant")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(group_ref=""), name="role_grant_names_a_person_or_a_group"
            ),
            models.UniqueConstraint(fields=["user", "group_ref", "role"], name="role_is_granted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.role} for {self.user or self.group_ref}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, now: datetime) -> Self:
        return self.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), revoked_at__isnull=True)


class ApiToken(models.Model):
    """A machine's key to the API; only its hash is kept."""

    name = models.CharField(_("name"), max_length=63, unique=True)
    role = models.CharField(
        _("role"), max_length=31, choices=[(role.value, role.label) for role in (*PERSON_ROLES, *MACHINE_ROLES)]
    )
    # The team whose rights the token has; empty only for roles that act for all.
    team_ref = models.CharField(_("team"), max_length=REF_LENGTH, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")

    def __str__(self) -> str:
        return self.name

    def is_usable(self, now: datetime) -> bool:
        """Whether it opens anything: it was neither revoked, nor is it out of date."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class AuditEvent(models.Model):
    """Something that somebody did, or was refused; rows are added, never changed."""

    event = models.CharField(_("event"), max_length=63, db_index=True)
    actor_ref = models.CharField(_("actor"), max_length=REF_LENGTH)
    subject = models.CharField(_("subject"), max_length=255)
    detail = models.JSONField(_("detail"), default=dict)
    created_at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("audit event")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.event} {self.subject}"
