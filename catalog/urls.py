"""Pages of the catalog. Fixed words come before `<kind>/<namespace>/<name>`, which would take them for a kind."""

from django.urls import path

from catalog import views

app_name = "catalog"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/palette/", views.palette, name="palette"),
    path("catalog/", views.entity_list, name="entity-list"),
    path("catalog/register/", views.location_create, name="location-create"),
    path("catalog/problems/", views.problem_list, name="problem-list"),
    path("catalog/locations/", views.location_list, name="location-list"),
    path("catalog/locations/<int:pk>/refresh/", views.location_refresh, name="location-refresh"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/", views.entity_detail, name="entity-detail"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/refresh/", views.entity_refresh, name="entity-refresh"),
    path("catalog/<str:kind>/<str:namespace>/<str:name>/<slug:tab>/", views.entity_detail, name="entity-tab"),
]
