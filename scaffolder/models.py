"""Golden paths as they are edited and published, and their runs."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Act, Rule, rule
from catalog import refs

if TYPE_CHECKING:
    from accounts.actors import Actor

REF_LENGTH = 191


class TemplateQuerySet(models.QuerySet["Template"]):
    def published(self) -> Self:
        return self.filter(state=Template.State.PUBLISHED, revision__isnull=False).select_related("revision")

    def visible_to(self, actor: Actor) -> Self:
        return self.published() if rule(actor, Act.READ_CATALOG) is Rule.ALLOW else self.none()

    def runnable_by(self, actor: Actor) -> Self:
        return self.published() if rule(actor, Act.RUN_TEMPLATE) is not Rule.DENY else self.none()


class Template(models.Model):
    """A golden path: a Template entity of the catalog, or one that was written in admin."""

    class Source(models.TextChoices):
        CATALOG = "catalog", _("catalog")
        ADMIN = "admin", _("admin")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    ref = models.CharField(_("reference"), max_length=REF_LENGTH, unique=True)
    source = models.CharField(_("source"), max_length=15, choices=Source)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=255)
    description = models.TextField(_("description"), blank=True)
    type = models.CharField(_("type"), max_length=255, blank=True)
    owner_ref = models.CharField(_("owner"), max_length=REF_LENGTH, blank=True)
    tags = models.JSONField(_("tags"), default=list, blank=True)
    # The text that an admin edits; from the catalog: the text as read, not editable.
    draft = models.TextField(_("template.yaml"))
    # Address of the folder of template.yaml, ending in a slash; `./skeleton` is looked up there.
    base_url = models.CharField(_("base address"), max_length=2048, blank=True)
    # The published text that runs start from.
    revision = models.ForeignKey("TemplateRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("golden path")
        ordering = ["title", "ref"]
        constraints = [models.CheckConstraint(condition=Q(ref=Lower("ref")), name="template_ref_is_lower_case")]

    def __str__(self) -> str:
        return self.title or self.ref

    def get_absolute_url(self) -> str:
        entity_ref = refs.parse(self.ref)
        return reverse("scaffolder:task-create", args=[entity_ref.namespace, entity_ref.name])


class TemplateRevision(models.Model):
    """A published text of a golden path; never changed, so that a run keeps what it started with."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    base_url = models.CharField(max_length=2048, blank=True)
    # The commit that `base_url` named when this was published; empty for files on disk.
    commit = models.CharField(max_length=64, blank=True)
    # What lint says of it, as `catalog.problems.Problem.to_json`.
    problems = models.JSONField(default=list)
    # What its publisher says of the change.
    note = models.CharField(max_length=255, blank=True)
    published_by = models.CharField(max_length=REF_LENGTH)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="template_revision_has_its_own_number")
        ]

    def __str__(self) -> str:
        return f"{self.template} r{self.number}"


class TaskQuerySet(models.QuerySet["Task"]):
    def visible_to(self, actor: Actor) -> Self:
        """The runs whose steps, log and outputs `actor` may read."""
        found = rule(actor, Act.READ_RUN)
        if found is Rule.ALLOW:
            return self
        if found is Rule.DENY:
            return self.none()
        return self.filter(Q(actor_ref=actor.ref) | Q(owner_ref__in=actor.group_refs))

    def ready(self, now: object) -> Self:
        """Those that wait for a worker, and not for their time."""
        return self.filter(Q(not_before__isnull=True) | Q(not_before__lte=now), state=Task.State.OPEN)

    def abandoned(self, now: object) -> Self:
        """Those whose worker was lost: nobody has kept its lease."""
        return self.filter(state=Task.State.PROCESSING, lease_until__lt=now)

    def open_to_lease(self, now: object) -> Self:
        """Those that a worker should take."""
        return self.ready(now) | self.abandoned(now)

    def unattended(self, now: object) -> Self:
        """Those that no worker works on now, and that have not ended."""
        abandoned = Q(state=Task.State.PROCESSING, lease_until__lt=now)
        return self.filter(abandoned | Q(state=Task.State.OPEN))

    def running(self, now: object) -> Self:
        """Those that a worker works on now."""
        return self.filter(state=Task.State.PROCESSING, lease_until__gte=now)

    def not_ended(self) -> Self:
        return self.exclude(state__in=Task.ENDED)


class Task(models.Model):
    """A run of a golden path: the row is the truth, a message in the broker only points at it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting")
        PROCESSING = "processing", _("Running")
        COMPLETED = "completed", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    ENDED = (State.COMPLETED, State.FAILED, State.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(Template, on_delete=models.SET_NULL, null=True, related_name="tasks")
    template_ref = models.CharField(max_length=REF_LENGTH)
    revision = models.ForeignKey(TemplateRevision, on_delete=models.PROTECT, null=True, related_name="tasks")
    title = models.CharField(max_length=255)
    parameters = models.JSONField(default=dict)
    # Who asked; their rights are looked up again at every step.
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="tasks")
    actor_ref = models.CharField(max_length=REF_LENGTH)
    actor_token = models.ForeignKey("accounts.ApiToken", on_delete=models.SET_NULL, null=True, related_name="+")
    # The team that the run is for; its members may read it.
    owner_ref = models.CharField(max_length=REF_LENGTH, blank=True)

    state = models.CharField(max_length=15, choices=State, default=State.OPEN)
    worker = models.CharField(max_length=127, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Rises with each lease; every write of a worker names the fence that it was given.
    fence = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    # The end of the time that the run may take; put off by each wait, since waiting holds no worker.
    deadline_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    # Sequence number of the next event; counted here so that events are dense.
    next_seq = models.PositiveIntegerField(default=1)

    # Of a run that takes back what another one made: that one.
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="undo_runs")

    output = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["state", "not_before"], name="task_ready"),
            models.Index(fields=["state", "lease_until"], name="task_lease"),
            models.Index(fields=["actor_ref", "-created_at"], name="task_actor"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="processing") | Q(lease_until__isnull=False), name="processing_task_has_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scaffolder:task-detail", args=[self.pk])

    @property
    def has_ended(self) -> bool:
        return self.state in self.ENDED


class TaskStep(models.Model):
    """A step of a run, with what it gave."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Not yet")
        PROCESSING = "processing", _("Running")
        COMPLETED = "completed", _("Done")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")
        CANCELLED = "cancelled", _("Cancelled")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField()
    step_id = models.CharField(max_length=255)
    name = models.CharField(max_length=255)
    action = models.CharField(max_length=255)
    state = models.CharField(max_length=15, choices=State, default=State.WAITING)
    # The fence of the worker that wrote this row last.
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    # Workers that died in this step; two park the run.
    deaths = models.PositiveIntegerField(default=0)
    # Where the log of the present attempt begins: a worker that takes over does not say again what was said.
    log_from = models.PositiveIntegerField(default=0)
    output = models.JSONField(default=dict)
    # What the action found out and must not do twice: {key: value}.
    checkpoints = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="task_step_has_its_own_position"),
            models.UniqueConstraint(fields=["task", "step_id"], name="task_step_has_its_own_id"),
        ]

    def __str__(self) -> str:
        return self.name


class TaskEvent(models.Model):
    """A line of a run's log, in sequence without gaps."""

    class Type(models.TextChoices):
        LOG = "log"
        COMPLETION = "completion"
        CANCELLED = "cancelled"
        RECOVERED = "recovered"

    class Level(models.TextChoices):
        STEP = "step", _("step")
        INFO = "info", _("info")
        WARN = "warn", _("warning")
        ERROR = "error", _("error")

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=15, choices=Type, default=Type.LOG)
    level = models.CharField(max_length=7, choices=Level, default=Level.INFO)
    step_id = models.CharField(max_length=255, blank=True)
    message = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["task", "seq"], name="task_event_has_its_own_number")]

    def __str__(self) -> str:
        return self.message


class Workspace(models.Model):
    """The files of a run after a step that changed them, as one archive."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="workspace")
    fence = models.PositiveIntegerField()
    # The position of the step after which it was saved.
    after_position = models.PositiveIntegerField()
    archive = models.BinaryField()
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"workspace of {self.task_id}"


class CreatedResource(models.Model):
    """Something outside that a run made, or meant to make when it was cut off."""

    # The kind of what it meant to make; the key then begins with the kind that it would be.
    UNSURE = "unsure"

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="resources")
    step_id = models.CharField(max_length=255)
    kind = models.CharField(max_length=63)  # repository, pull-request, location, unsure
    key = models.CharField(max_length=512)  # what makes it one: "github.com/acme/checkout"
    title = models.CharField(max_length=255)
    url = models.CharField(max_length=2048, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    # Why an undo left it as it is, or found nothing to do.
    remark = models.TextField(blank=True, default="", db_default="")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["task", "kind", "key"], name="resource_is_listed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def short_title(self) -> str:
        """The last part of an address, which is what it is called; any other title as it is."""
        title = self.title or self.key
        return title.rstrip("/").rpartition("/")[2] if "://" in title else title


class TaskSecret(models.Model):
    """The secrets given to a run, encrypted; deleted when it ends."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="secrets")
    ciphertext = models.BinaryField()  # Fernet of a JSON object

    def __str__(self) -> str:
        return f"secrets of {self.task_id}"


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    def older_than(self, instant: datetime) -> Self:
        return self.filter(created_at__lt=instant)


class IdempotencyKey(models.Model):
    """A key that a caller sent with POST, so that the same call again gives the same run."""

    actor_ref = models.CharField(max_length=REF_LENGTH)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor_ref", "key"], name="idempotency_key_belongs_to_its_actor")
        ]

    def __str__(self) -> str:
        return self.key
