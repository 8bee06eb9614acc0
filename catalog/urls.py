"""Pages of the catalog. Fixed words come before `<kind>/<namespace>/<name>`, which would take them for a kind."""

from django.urls import path

from catalog.views import entities, locations, problems, searching

app_name = "catalog"
urlpatterns = [
    path("search/", searching.search, name="search"),
    path("search/palette/", searching.palette, name="palette"),
    path("catalog/", entities.entity_list, name="entity-list"),
    path("catalog/register/", locations.location_create, name="location-create"),
    path("catalog/problems/", problems.problem_list, name="problem-list"),
    path("catalog/locations/", locations.location_list, name="location-list"),
    path("catalog/locations/<int:pk>/refresh/", locations.location_refresh, name="location-refresh"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/", entities.entity_detail, name="entity-detail"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/refresh/", entities.entity_refresh, name="entity-refresh"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/<slug:tab>/", entities.entity_detail, name="entity-tab"),
]
