"""Backstage's search API."""

from django.urls import path

from catalog.api import search
from catalog.api.http import endpoint

urlpatterns = [path("query", endpoint(GET=search.query))]
