from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.functional import SimpleLazyObject

from accounts import actors, tokens
from accounts.models import User

API_PREFIXES = ("/api/", "/metrics")


class ActorMiddleware:
    """Say who asks: `request.actor`, from the session, or on API paths from a bearer token.

    An API path never redirects: a token that is not valid is a 401.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        bearer = self._bearer(request)
        if bearer is None:
            request.actor = SimpleLazyObject(lambda: self._from_session(request))  # type: ignore[attr-defined]
            return self.get_response(request)
        token = tokens.find(bearer)
        if token is None:
            return JsonResponse(
                {
                    "error": {"name": "AuthenticationError", "message": "The token is unknown, expired or revoked."},
                    "request": {"method": request.method, "url": request.get_full_path()},
                    "response": {"statusCode": 401},
                },
                status=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
        request.actor = actors.for_token(token)  # type: ignore[attr-defined]
        # A token is not a cookie that a browser sends by itself, so no other site can forge its requests.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return self.get_response(request)

    @staticmethod
    def _bearer(request: HttpRequest) -> str | None:
        if not request.path.startswith(API_PREFIXES):
            return None
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        return value.strip() if scheme.lower() == "bearer" and value.strip() else None

    @staticmethod
    def _from_session(request: HttpRequest) -> actors.Actor:
        user = request.user
        return actors.for_user(user) if isinstance(user, User) else actors.anonymous()
