"""${{ values.name }} answers over HTTP."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SERVICE = "${{ values.name }}"
ANSWERS = {"/": {"service": SERVICE}, "/healthz": {"status": "ok"}}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = ANSWERS.get(self.path)
        body = json.dumps(found or {"error": "not found"}).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def make(port: int) -> ThreadingHTTPServer:
    return ThreadingHTTPServer(("", port), Handler)


def main() -> None:
    server = make(int(os.environ.get("PORT", "8000")))
    # `shutdown` waits for the loop to end, so it cannot be called from the loop's own thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()


if __name__ == "__main__":
    main()
