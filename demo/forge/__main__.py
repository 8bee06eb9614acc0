"""`python -m demo.forge`: the forge as a process of its own."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

from demo.forge import server
from demo.forge.app import create_app
from demo.forge.store import Store


def main() -> int:
    """Serve until the process is told to stop."""
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("dulwich").setLevel(logging.WARNING)
    store = Store(options.root, organizations=tuple(options.organization or ["acme"]))
    app = create_app(store, token=options.token, webhook_url=options.webhook_url, webhook_secret=options.webhook_secret)
    try:
        listening = server.make(app, port=options.port)
    except OSError as error:
        sys.stderr.write(f"The forge cannot listen on port {options.port}: {error.strerror}. Choose another --port.\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stderr.write(f"The forge listens on http://{server.HOST}:{listening.server_port}\n")
    try:
        listening.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        listening.server_close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo.forge", description=__doc__)
    parser.add_argument("--root", type=Path, required=True, help="folder of the repositories; made when missing")
    parser.add_argument("--port", type=int, default=8010, help="0: any free one")
    parser.add_argument("--token", default=os.environ.get("FORGE_TOKEN", ""), help="what callers must show")
    parser.add_argument("--webhook-url", default=os.environ.get("FORGE_WEBHOOK_URL", ""))
    parser.add_argument("--webhook-secret", default=os.environ.get("FORGE_WEBHOOK_SECRET", ""))
    parser.add_argument("--organization", action="append", help="may be given more than once; acme when left out")
    options = parser.parse_args()
    if not options.token:
        parser.error("--token is empty. Give one, or set FORGE_TOKEN.")
    return options


if __name__ == "__main__":
    sys.exit(main())
