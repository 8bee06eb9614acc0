"""Pages of the catalog. Fixed words come before `<kind>/<namespace>/<name>`, which would take them for a kind."""

from django.urls import path

from catalog.views import (
    apis,
    docs,
    entities,
    graphs,
    history,
    leaving,
    locations,
    personal,
    problems,
    registering,
    searching,
    teams,
)

app_name = "catalog"
urlpatterns = [
    path("search/", searching.search, name="search"),
    path("search/palette/", searching.palette, name="palette"),
    path("search/fruitless/", searching.fruitless_note, name="search-fruitless"),
    path("apis/", apis.api_list, name="api-list"),
    path("apis/<str:namespace>/<str:name>/definition", apis.api_definition, name="api-definition"),
    path("docs/", docs.docs_list, name="docs-list"),
    path("docs/report/", docs.docs_report, name="docs-report"),
    path("docs/<str:kind>/<str:namespace>/<str:name>/", docs.docs_page, name="docs-site"),
    path("docs/<str:kind>/<str:namespace>/<str:name>/<path:path>", docs.docs_page, name="docs-page"),
    path("teams/", teams.team_list, name="team-list"),
    path("teams/<str:namespace>/<str:name>/", teams.team_detail, name="team-detail"),
    path("catalog/", entities.entity_list, name="entity-list"),
    path("catalog/export/", entities.entity_export, name="entity-export"),
    path("catalog/graph/", graphs.graph, name="graph"),
    path("catalog/register/", registering.location_create, name="location-create"),
    path("catalog/register/preview/", registering.descriptor_preview, name="descriptor-preview"),
    path("catalog/problems/", problems.problem_list, name="problem-list"),
    path("catalog/problems/export/", problems.problem_export, name="problem-export"),
    path("catalog/locations/", locations.location_list, name="location-list"),
    path("catalog/locations/<int:pk>/refresh/", locations.location_refresh, name="location-refresh"),
    path("catalog/locations/<int:pk>/unregister/", locations.location_unregister, name="location-unregister"),
    path("catalog/history/", history.past_list, name="past-list"),
    path("catalog/history/<str:kind>/<str:namespace>/<str:name>/", history.past_entity, name="past-entity"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/", entities.entity_detail, name="entity-detail"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/refresh/", entities.entity_refresh, name="entity-refresh"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/star/", personal.entity_star, name="entity-star"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/peek/", entities.entity_peek, name="entity-peek"),
    path(
        "catalog/<str:kind>/<str:namespace>/<str:name>/unregister/",
        leaving.entity_unregister,
        name="entity-unregister",
    ),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/let-back/", leaving.entity_let_back, name="entity-let-back"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/<slug:tab>/", entities.entity_detail, name="entity-tab"),
]
