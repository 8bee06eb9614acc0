"""Places of the catalog: no longer read, and their entities gone."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from catalog import locations
from catalog.models import Location
from scaffolder.actions.catalog_register import KIND
from scaffolder.step import Step
from scaffolder.undoing import Gone, Kept, Made, undoes


@undoes(KIND, warning=_("It is no longer read, and the entities that come of it leave the catalog."))
def unregister(step: Step, made: Made) -> None:
    # The key is cut where an address is very long.
    location = Location.objects.filter(type=Location.Type.URL, target=made.url).first()
    if location is None:
        raise Gone(f"{made.url} is not registered any more.")
    try:
        locations.unregister(location, step.actor)
    except PermissionDenied as error:
        raise Kept(f"{error} Ask one of that team to unregister it.") from error
    step.log.info("Unregistered %s", made.url)
