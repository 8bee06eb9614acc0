"""Addresses of Backstage's scaffolder API; they have no slash at their end, as its clients write them."""

from django.urls import path

from catalog.api.http import endpoint, unknown
from scaffolder.backstage import dry_runs, events, reference, tasks, templates

urlpatterns = [
    path(
        "v2/templates/<str:namespace>/<str:kind>/<str:name>/parameter-schema",
        endpoint(GET=templates.parameter_schema),
    ),
    path("v2/actions", endpoint(GET=reference.actions)),
    path("v2/templating-extensions", endpoint(GET=reference.extensions)),
    path("v2/tasks", endpoint(GET=tasks.listing, POST=tasks.create)),
    path("v2/tasks/<str:task_id>", endpoint(GET=tasks.by_id)),
    path("v2/tasks/<str:task_id>/cancel", endpoint(POST=tasks.cancel)),
    path("v2/tasks/<str:task_id>/retry", endpoint(POST=tasks.retry)),
    path("v2/tasks/<str:task_id>/events", endpoint(GET=events.poll)),
    path("v2/tasks/<str:task_id>/eventstream", endpoint(GET=events.stream)),
    path("v2/dry-run", endpoint(POST=dry_runs.play)),
    path("<path:rest>", endpoint(GET=unknown, POST=unknown, PUT=unknown, DELETE=unknown)),
]
