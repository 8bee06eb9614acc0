from django.urls import path

from app import health, metrics, views

urlpatterns = [
    path("", views.index),
    path("healthz", health.healthz),
    path("metrics", metrics.metrics),
]
