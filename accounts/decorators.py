"""Checks that pages share."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from accounts.http import PortalRequest
from accounts.permissions import Act, Rule, rule

P = ParamSpec("P")
View = Callable[Concatenate[PortalRequest, P], HttpResponseBase]


def allowed(act: Act) -> Callable[[View[P]], View[P]]:
    """Let through who may do `act` to anything at all; the service still asks about the one thing.

    Somebody unknown is sent to sign in (HTMX is told to go there as a whole page); somebody known gets the same
    404 as for a page that does not exist.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def checked(request: PortalRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if rule(request.actor, act) is not Rule.DENY:
                return view(request, *args, **kwargs)
            if request.actor.is_known:
                raise Http404
            login = redirect_to_login(request.get_full_path())
            return HttpResponse(status=204, headers={"HX-Redirect": login.url}) if request.htmx else login

        return checked

    return decorate
