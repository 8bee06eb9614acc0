"""All addresses of the portal, in the order of the navigation."""

from django.contrib import admin
from django.urls import include, path

from portal import approvals, health, views
from portal.api import api

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("catalog.urls")),
    path("create/", include("scaffolder.urls")),
    path("webhooks/", include("delivery.urls")),
    path("api/catalog/", include("catalog.api.urls")),
    path("api/search/", include("catalog.api.search_urls")),
    path("api/scaffolder/", include("scaffolder.backstage.urls")),
    path("api/techdocs/", include("catalog.docs.backstage")),
    path("api/v1/docs", views.api_docs, name="api-docs"),
    path("api/v1/", api.urls),
    path("accounts/", include("accounts.urls")),
    path("approvals/", approvals.approval_list, name="approval-list"),
    path("approvals/<int:pk>/", approvals.approval_detail, name="approval-detail"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
]
handler404 = "portal.failures.not_found"
handler400 = "portal.failures.unreadable"
handler500 = "portal.middleware.server_error"
