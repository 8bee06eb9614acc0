"""Entry points for workers. Each may be called twice, late, or for a location that is gone."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from catalog import ingest, leaving, locations, personal
from catalog.apis import reading
from catalog.attribution import attributing
from catalog.docs import reading as docs_reading
from catalog.history import recording
from catalog.models import Entity, Location
from catalog.storage import memberships
from integrations.bell import ring

# A location whose message was lost is due again after this long.
CLAIM = timedelta(minutes=5)


@shared_task(time_limit=600, soft_time_limit=570)
def refresh_location(location_id: str) -> None:
    """Read one location again; a file that is as it was costs one comparison."""
    ingest.refresh(int(location_id))


@shared_task
def refresh_due() -> None:
    """Bring the places in line with waymark.yaml, and have those read again whose time has come."""
    locations.sync_configured()
    memberships.sync()
    now = timezone.now()
    for location_id in Location.objects.claim_due(now, until=now + CLAIM):
        ring(refresh_location, location_id)


@shared_task(time_limit=300, soft_time_limit=270)
def complete_history() -> None:
    """Begin the history of what an older version stored while this one was rolled out."""
    recording.catch_up()


@shared_task(time_limit=300, soft_time_limit=270)
def sweep_orphans() -> None:
    """Delete the entities whose place has been gone for longer than the catalog waits."""
    leaving.sweep_orphans(now=timezone.now())


@shared_task(time_limit=300, soft_time_limit=270)
def attribute_problems() -> None:
    """Find who is asked to mend the problems that nobody has looked at."""
    attributing.attribute(now=timezone.now())


@shared_task(time_limit=300, soft_time_limit=270)
def read_definitions(_row: str = "") -> None:
    """Read the definitions of APIs that are new, whichever of them the bell rang for."""
    reading.read_unread()


@shared_task
def note_visit(user_id: str, entity_id: str) -> None:
    """Keep that a person looked at an entity; a visit that is lost is no loss."""
    personal.note_visit(int(user_id), int(entity_id))


@shared_task(time_limit=300, soft_time_limit=270)
def read_docs(entity_id: str) -> None:
    """Read the docs of one entity; those that are as they were cost one conditional request."""
    ref = Entity.objects.filter(pk=int(entity_id)).values_list("ref", flat=True).first()
    if ref:
        docs_reading.read(ref)


@shared_task(time_limit=300, soft_time_limit=270)
def read_due_docs(_row: str = "") -> None:
    """Read the docs that are new or due, whichever of them the bell rang for."""
    docs_reading.read_due()
