"""What one person keeps of the catalog: the entities that they starred, and those that they saw last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from catalog.refs import LONGEST as REF_LENGTH

if TYPE_CHECKING:
    from accounts.actors import Actor


class PersonalQuerySet(models.QuerySet[Any]):
    def of(self, actor: Actor) -> Self:
        """What `actor` has kept; nobody else ever sees it. Tokens and strangers keep nothing."""
        return self.none() if actor.user_id is None else self.filter(user=actor.user_id)


class Star(models.Model):
    """An entity that a person starred. The ref is kept, not the row: an entity that returns is starred again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="stars", db_index=False)
    ref = models.CharField(max_length=REF_LENGTH)
    starred_at = models.DateTimeField(auto_now_add=True)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "ref"], name="star_is_given_once"),
            models.CheckConstraint(condition=Q(ref=Lower("ref")), name="star_ref_is_lower_case"),
        ]

    def __str__(self) -> str:
        return self.ref


class Visit(models.Model):
    """The last time that a person looked at an entity, and how often they have."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="visits", db_index=False)
    ref = models.CharField(max_length=REF_LENGTH)
    seen_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    objects = PersonalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "ref"], name="visit_is_kept_once"),
            models.CheckConstraint(condition=Q(ref=Lower("ref")), name="visit_ref_is_lower_case"),
        ]
        indexes = [models.Index(fields=["user", "-seen_at"], name="visit_last_seen")]

    def __str__(self) -> str:
        return self.ref
