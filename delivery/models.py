"""What outside systems tell: each message as it arrived, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.WAITING)

    def free(self, now: Any) -> Self:
        """Those that wait, that no worker has, and whose time has come."""
        no_lease = Q(leased_until=None) | Q(leased_until__lt=now)
        return self.waiting().filter(no_lease, Q(not_before=None) | Q(not_before__lte=now))

    def alike(self, delivery: Delivery) -> Self:
        """Those of the same event about the same thing, itself among them, in the order of their arrival."""
        same = {"source": delivery.source, "host": delivery.host, "event": delivery.event}
        return self.filter(**same, repository=delivery.repository, subject=delivery.subject).order_by("pk")


class Delivery(models.Model):
    """A webhook as it arrived, stored once for each delivery id before anything is done about it."""

    class Source(models.TextChoices):
        GITHUB = "github", _("GitHub")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        PARKED = "parked", _("set aside")

    source = models.CharField(_("source"), max_length=31, choices=Source)
    delivery_id = models.CharField(_("delivery id"), max_length=100)
    # The host of the configuration whose secret signed it.
    host = models.CharField(_("host"), max_length=255)
    event = models.CharField(_("event"), max_length=63)
    action = models.CharField(_("action"), max_length=63, blank=True)
    # `owner/name`, and what in it the event is about: `refs/heads/main` of a push, `pull/7` of a pull request.
    repository = models.CharField(_("repository"), max_length=255, blank=True)
    subject = models.CharField(_("about"), max_length=255, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=15, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # A worker that has it writes before this instant, or has died; and nobody takes it before the other.
    leased_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(_("next try"), null=True)
    # Why the last try failed, or why it was set aside; and what came of it.
    error = models.TextField(_("error"), blank=True)
    outcome = models.TextField(_("outcome"), blank=True)
    processed_at = models.DateTimeField(_("processed"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["source", "delivery_id"], name="delivery_is_stored_once"),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(processed_at__isnull=False), name="delivery_that_ended_says_when"
            ),
        ]
        indexes = [
            # The waiting ones are few among many: what the reconciler and the next worker look for.
            models.Index(fields=["host", "repository"], condition=Q(state="waiting"), name="delivery_waiting"),
            models.Index(fields=["processed_at"], name="delivery_processed"),
            models.Index(fields=["-received_at"], name="delivery_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.delivery_id}"

    def end(self, state: State, *, now: datetime, error: str = "", outcome: str = "") -> None:
        """Write down how it ended."""
        Delivery.objects.filter(pk=self.pk).update(
            state=state, processed_at=now, leased_until=None, not_before=None, error=error, outcome=outcome
        )

    def put_back(self, *, not_before: datetime, error: str) -> None:
        """Let it wait for another try."""
        Delivery.objects.filter(pk=self.pk).update(leased_until=None, not_before=not_before, error=error)

    @classmethod
    def lease(cls, ids: list[int], *, until: datetime) -> None:
        """Take deliveries for this worker; a try counts from its start, as one may kill its worker."""
        cls.objects.filter(pk__in=ids).update(leased_until=until, attempts=F("attempts") + 1)
