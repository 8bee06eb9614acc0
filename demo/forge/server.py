"""The forge's HTTP server: a thread for each call, on this machine only."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from demo.forge.app import CONNECTION, Application

HOST = "127.0.0.1"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, which may take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller that went away is no fault of ours."""


class Quiet(WSGIRequestHandler):
    """Hands the connection on, so that an answer can be lost on demand."""

    def get_environ(self) -> dict[str, Any]:
        return {**super().get_environ(), CONNECTION: self.connection}

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the record of calls is on the control desk."""


def make(app: Application, *, port: int = 0) -> Server:
    """Return a server that listens; port 0 is any that is free."""
    return make_server(HOST, port, app, Server, Quiet)


@contextmanager
def serving(app: Application, *, port: int = 0) -> Iterator[str]:
    """Serve from a thread, and give the base address."""
    server = make(app, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
