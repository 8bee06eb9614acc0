"""Django admin, with the portal's own sign-in: one door for passwords, with its limits."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    """What platform engineers and administrators edit; to everybody else who is signed in it is not there."""

    site_header = site_title = _("Waymark")

    def has_permission(self, request: HttpRequest) -> bool:
        if super().has_permission(request):
            return True
        if request.user.is_authenticated:
            raise Http404
        return False

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the portal's own page; it checks where it sends people afterwards."""
        return redirect_to_login(request.GET.get("next", ""))
