"""The forge as a WSGI application: the REST API, git over HTTP, pages to look at, and the control desk."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import cast
from wsgiref.types import StartResponse, WSGIEnvironment

from dulwich.errors import NotGitRepository
from dulwich.repo import Repo
from dulwich.server import Backend, BackendRepo
from dulwich.web import make_wsgi_chain

from demo.forge import forge as api
from demo.forge import pages
from demo.forge import rest as rest
from demo.forge.forge import Forge
from demo.forge.store import Store
from demo.forge.webhooks import Webhooks
from demo.forge.wire import Answer, ApiError, Request, of_error, with_etag

API, DESK = "/api/v3", "/_forge/"
GIT_SERVICES = ("/info/refs", "/git-upload-pack")
CONNECTION = "forge.connection"


@dataclass(frozen=True)
class Exchange:
    """A call to the REST API and its answer, for whoever watches."""

    request: Request
    answer: Answer


Watcher = Callable[[Exchange], None]


class Application:
    """Sends each call to the part that answers it."""

    def __init__(self, forge: Forge, watch: Watcher | None = None) -> None:
        self.forge = forge
        self._watch = watch
        self._git = make_wsgi_chain(_Repositories(forge.store))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.endswith(GIT_SERVICES):
            return self._git(environ, start_response)
        if path.endswith("/git-receive-pack"):
            answer = Answer(b"Send changes through the REST API.\n", 403, content_type="text/plain; charset=utf-8")
            return _reply(answer, start_response)
        request = Request.from_environ(environ)
        if path.startswith(API + "/"):
            return self._api(_below(request, API), environ, start_response)
        if path.startswith(DESK):
            return _reply(self._desk(_below(request, DESK.rstrip("/"))), start_response)
        return _reply(pages.answer(self.forge.store, request), start_response)

    def _api(self, request: Request, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.time()
        switches = self.forge.switches
        answer = switches.before(request) or self._act(request)
        answer.headers |= switches.rate_headers()
        switches.record(request, answer, began=began)
        if self._watch:
            self._watch(Exchange(request, answer))
        if switches.take("lost", request) is not None and CONNECTION in environ:
            # The act is done; only the caller does not learn of it.
            environ[CONNECTION].shutdown(socket.SHUT_RDWR)
        return _reply(answer, start_response)

    def _act(self, request: Request) -> Answer:
        try:
            return with_etag(request, api.answer(self.forge, request))
        except ApiError as error:
            return of_error(error)

    def _desk(self, request: Request) -> Answer:
        """Answer the control desk: `switches` (faults), `calls` (the record), `tokens` (end those of apps)."""
        switches = self.forge.switches
        try:
            match request.method, request.path:
                case "POST", "/switches":
                    switches.set(request.json())
                case "DELETE", "/switches":
                    switches.reset()
                case "GET", "/calls":
                    return Answer({"calls": switches.calls()})
                case "DELETE", "/calls":
                    switches.forget()
                case "DELETE", "/tokens":
                    self.forge.issued.clear()
                case "GET", "/switches":
                    pass
                case _:
                    return Answer({"message": "Not Found"}, 404)
        except (ValueError, ApiError) as error:
            return Answer({"message": str(error)}, 400)
        return Answer(switches.shown())


class _Repositories(Backend):
    """Finds the repository that git asks for by its path."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open_repository(self, path: str | bytes) -> BackendRepo:
        owner, _, name = os.fsdecode(path).strip("/").partition("/")
        found = self._store.get(owner, name.removesuffix(".git"))
        if found is None:
            raise NotGitRepository(os.fsdecode(path))
        return cast("BackendRepo", Repo(str(self._store.folder(found))))


def create_app(
    store: Store, *, token: str, webhook_url: str = "", webhook_secret: str = "", watch: Watcher | None = None
) -> Application:
    """Return the application over `store`; `watch` sees each call to the REST API with its answer."""
    webhooks = Webhooks(url=webhook_url, secret=webhook_secret)
    return Application(Forge(store=store, token=token, webhooks=webhooks), watch)


def _below(request: Request, prefix: str) -> Request:
    return Request(**{**vars(request), "path": request.path.removeprefix(prefix)})


def _reply(answer: Answer, start_response: StartResponse) -> list[bytes]:
    body = answer.body()
    headers = {**answer.headers, "Content-Length": str(len(body))}
    if body:
        headers["Content-Type"] = answer.content_type
    start_response(answer.line, list(headers.items()))
    return [body]
