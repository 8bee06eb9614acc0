"""The kinds that this installation adds: of installed packages, of waymark.yaml, and of administrators.

The first two are there from the start of a process. What administrators add is a row; each process asks, before it
uses kinds, whether a row is another than it knows, so that no restart is needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import entry_points
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from accounts.permissions import Act, require
from catalog import stitch
from catalog.descriptor import custom, kinds
from catalog.models import CatalogRevision, CustomKind, Descriptor, Location, Relation, SourceFile
from catalog.storage import bulk

# Packages register their kinds when what this entry point names is imported.
ENTRY_POINTS = "waymark.kinds"
_state: dict[str, Any] = {"seen": (0, None)}


def load() -> None:
    """Add the kinds of installed packages and of waymark.yaml.

    Raises:
        ImproperlyConfigured: a description is wrong; there is one line for each mistake.
    """
    for entry in entry_points(group=ENTRY_POINTS):
        entry.load()
    described = settings.WAYMARK["catalog"]["kinds"]
    wrong = []
    for number, each in enumerate(described):
        wrong += [
            f"catalog.kinds[{number}].{field}: {message}"
            for field, message in custom.mistakes(each, others=described[:number])
        ]
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))
    for each in described:
        kinds.register(custom.kind_of(each))


def refresh() -> None:
    """Bring the kinds of this process in line with the rows; one small query, and a second when one has changed."""
    found = CustomKind.objects.aggregate(count=Count("pk"), last=Max("changed_at"))
    seen = (found["count"], found["last"])
    if seen != _state["seen"]:
        kinds.use_custom([custom.kind_of(row.description()) for row in CustomKind.objects.all()])
        _state["seen"] = seen


@transaction.atomic
def save(row: CustomKind, *, actor: Actor) -> None:
    """Keep a kind that was checked, and have read again what it concerns.

    Raises:
        PermissionDenied: the actor may not edit kinds.
    """
    require(actor, Act.EDIT_KINDS)
    before = CustomKind.objects.filter(pk=row.pk).first()
    row.save()
    described = row.description()
    old = before.description() if before else None
    event = "kind.changed" if before else "kind.added"
    audit.record(event, actor=actor, subject=row, detail={"before": old, "after": described})
    _follow([each for each in (old, described) if each])


@transaction.atomic
def remove(row: CustomKind, *, actor: Actor) -> None:
    """Forget a kind. Its entities stay as they were last read, each with the problem that their kind is not known.

    Raises:
        PermissionDenied: the actor may not edit kinds.
    """
    require(actor, Act.EDIT_KINDS)
    described = row.description()
    audit.record("kind.removed", actor=actor, subject=row, detail={"before": described})
    row.delete()
    _follow([described])


def _follow(descriptions: Iterable[custom.Description]) -> None:
    """Have the files read again that hold entities of these kinds, and write anew what their relations lead to."""
    found = list(descriptions)
    CatalogRevision.lock()
    refresh()
    _read_again({str(each["kind"]).lower() for each in found})
    _stitch_again({type_ for each in found for type_ in custom.pairs(each)})
    CatalogRevision.rise()


def _read_again(names: Iterable[str]) -> None:
    """Forget the hashes of files with entities of these kinds, so that they count as changed, and have them due now."""
    concerned = Q()
    for name in names:
        concerned |= Q(ref__startswith=f"{name}:")
    files = set(Descriptor.objects.filter(concerned).values_list("file_id", flat=True))
    for chunk in bulk.chunks(files):
        SourceFile.objects.filter(pk__in=chunk).update(content_hash="")
        Location.objects.filter(files__in=chunk).update(next_refresh_at=timezone.now())


def _stitch_again(types: Iterable[str]) -> None:
    """Write anew the entities at both ends of relations of these types, whose other direction may have a new name."""
    ends: set[str] = set()
    for pair in Relation.objects.filter(type__in=set(types)).values_list("source_ref", "target_ref"):
        ends.update(pair)
    for chunk in bulk.chunks(sorted(ends)):
        stitch.write(stitch.stitch(stitch.pieces(chunk)), now=timezone.now())
