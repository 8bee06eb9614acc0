"""Backstage's catalog API; addresses have no slash at their end, as its clients write them."""

from django.urls import path

from catalog.api import (
    analysis,
    ancestry,
    by_query,
    entities,
    facets,
    leaving,
    location_queries,
    locations,
    unprocessed,
    validation,
)
from catalog.api.http import endpoint, unknown

urlpatterns = [
    path("entities", endpoint(GET=entities.listing)),
    path("entities/by-query", endpoint(GET=by_query.by_address, POST=by_query.by_body)),
    path("entities/by-refs", endpoint(POST=entities.by_refs)),
    path("entities/by-uid/<str:uid>", endpoint(GET=entities.by_uid, DELETE=leaving.by_uid)),
    path("entities/by-name/<str:kind>/<str:namespace>/<str:name>", endpoint(GET=entities.by_name)),
    path("entities/by-name/<str:kind>/<str:namespace>/<str:name>/ancestry", endpoint(GET=ancestry.of_entity)),
    path("entities/unprocessed/failed", endpoint(GET=unprocessed.failed)),
    path("entities/unprocessed/pending", endpoint(GET=unprocessed.pending)),
    path("entities/unprocessed/delete/<str:entity_id>", endpoint(DELETE=unprocessed.forget)),
    path("entity-facets", endpoint(GET=facets.by_address, POST=facets.by_body)),
    path("locations", endpoint(GET=locations.listing, POST=locations.create)),
    path("locations/by-query", endpoint(POST=location_queries.by_query)),
    path("locations/<str:location_id>", endpoint(GET=locations.by_id, PUT=locations.update, DELETE=locations.remove)),
    path("locations/by-entity/<str:kind>/<str:namespace>/<str:name>", endpoint(GET=locations.by_entity)),
    path("analyze-location", endpoint(POST=analysis.analyze)),
    path("validate-entity", endpoint(POST=validation.validate)),
    path("refresh", endpoint(POST=locations.refresh)),
    path("<path:rest>", endpoint(GET=unknown, POST=unknown, PUT=unknown, DELETE=unknown)),
]
