"""Types of the requests that views get."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.actors import Actor


class PortalRequest(HttpRequest):
    """A request that went through the middleware: it knows who asks, and whether HTMX does."""

    actor: Actor
    htmx: HtmxDetails
