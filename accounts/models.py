"""People and machines, what they may do, what they did, and what waits for their yes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
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


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def open(self, now: datetime) -> Self:
        """Those that can be decided."""
        return self.filter(state=Approval.State.OPEN, expires_at__gt=now)

    def asked_of(self, group_refs: Collection[str]) -> Self:
        """Those that ask one of these groups."""
        return self.filter(Exists(ApprovalGroup.objects.filter(approval=OuterRef("pk"), group_ref__in=group_refs)))

    def visible_to(self, person_ref: str, group_refs: Collection[str]) -> Self:
        """Those that a person asked for, or that ask a group of theirs."""
        asked = ApprovalGroup.objects.filter(approval=OuterRef("pk"), group_ref__in=group_refs)
        return self.filter(Q(requester_ref=person_ref) | Exists(asked))


class Approval(models.Model):
    """Something that waits until enough members of some groups have said yes."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        GRANTED = "granted", _("Approved")
        REFUSED = "refused", _("Declined")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # What it is about: "run:<id>", and which part of that; asked again, it is another round.
    subject = models.CharField(max_length=127)
    part = models.CharField(max_length=255, blank=True)
    round = models.PositiveIntegerField(default=1)
    # Of what is approved: an answer to one text is none to another.
    digest = models.CharField(max_length=64)
    url = models.CharField(max_length=2048)
    title = models.CharField(_("title"), max_length=255)
    message = models.TextField(_("question"), blank=True)
    # What to judge it by, as `[[label, text], …]`.
    details = models.JSONField(default=list)
    requester_ref = models.CharField(_("asked for by"), max_length=REF_LENGTH)
    quorum = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(_("asked"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "expires_at"], name="approval_state")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "part", "round"], name="approval_is_asked_once_a_round")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approval-detail", args=[self.pk])


class ApprovalGroup(models.Model):
    """A group whose members may decide."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="groups")
    group_ref = models.CharField(max_length=REF_LENGTH, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["approval", "group_ref"], name="approval_asks_a_group_once")]

    def __str__(self) -> str:
        return self.group_ref


class ApprovalVote(models.Model):
    """What one person said, once."""

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="votes")
    person_ref = models.CharField(max_length=REF_LENGTH)
    is_yes = models.BooleanField()
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["approval", "person_ref"], name="approval_is_voted_on_once")]

    def __str__(self) -> str:
        return f"{self.person_ref}: {'yes' if self.is_yes else 'no'}"
