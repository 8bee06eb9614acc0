"""A GitHub that misbehaves on demand: one repository with one file, and every way of not giving it."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.catalog.reading import COMPONENT

SHA = "0123456789abcdef0123456789abcdef01234567"


class Rogue:
    """The server: `mode` says what it does with the next calls, `text` is what the file holds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.mode = "good"
        self.commit = SHA
        self.text = COMPONENT.encode()
        self.calls = 0

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def target(self) -> str:
        return f"{self.url}/acme/web/blob/main/catalog-info.yaml"

    @property
    def entry(self) -> dict[str, str]:
        return {"host": self.host, "api": f"{self.url}/api", "web": self.url, "token": "t"}


class Handler(BaseHTTPRequestHandler):
    rogue: Rogue

    def do_GET(self) -> None:
        self.rogue.calls += 1
        getattr(self, f"_{self.rogue.mode}")()

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None, *, size: int = -1) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body) if size < 0 else size), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> bytes:
        if "/commits/" in self.path:
            return self.rogue.commit.encode()
        sha = hashlib.sha1(self.rogue.text, usedforsecurity=False).hexdigest()
        if "/trees/" in self.path:
            entry = {"mode": "100644", "type": "blob", "sha": sha, "size": len(self.rogue.text)}
            tree = [{**entry, "path": f"s{number}.yaml"} for number in range(100)]
            return json.dumps({"sha": sha, "tree": tree, "truncated": False}).encode()
        shown = {"type": "file", "path": "catalog-info.yaml", "sha": sha, "encoding": "base64"}
        return json.dumps({**shown, "content": base64.b64encode(self.rogue.text).decode()}).encode()

    def _good(self) -> None:
        self._send(200, self._answer())

    def _vanished(self) -> None:
        self._send(404, b'{"message": "Not Found"}')

    def _forbidden(self) -> None:
        self._send(403, b'{"message": "Resource not accessible by integration"}')

    def _limited(self) -> None:
        self._send(403, b'{"message": "You have exceeded a secondary rate limit"}', {"Retry-After": "900"})

    def _spent(self) -> None:
        reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()) + 1800)}
        self._send(403, b'{"message": "API rate limit exceeded"}', reset)

    def _many(self) -> None:
        self._send(429, b'{"message": "Too many"}', {"Retry-After": "900"})

    def _fault(self) -> None:
        self._send(500, b"<html>Sorry</html>")

    def _half(self) -> None:
        answer = self._answer()
        self._send(200, answer[: len(answer) // 2], size=len(answer))

    def _nonsense(self) -> None:
        self._send(200, b"<html>Sign in</html>")

    def _odd(self) -> None:
        self._send(200, self.rogue.commit[::-1].encode() if "/commits/" in self.path else b'{"type": "file", "sha": 1}')

    def _inside(self) -> None:
        self._send(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"})

    def _huge(self) -> None:
        self._send(200, b"x" * 50_000_000)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        self._trickle()

    def _dripping_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self._trickle()

    def _trickle(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            pass

    def _silent(self) -> None:
        time.sleep(8)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of callers who hang up."""


@contextmanager
def serving() -> Iterator[Rogue]:
    """Let a rogue listen on this machine."""

    class Own(Handler):
        pass

    server = Server(("127.0.0.1", 0), Own)
    Own.rogue = Rogue(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Own.rogue
    finally:
        server.shutdown()
        server.server_close()
