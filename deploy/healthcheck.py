"""Exit 0 when the web process of this container could serve a page, 1 when not."""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main() -> int:
    port = os.environ.get("WAYMARK_BIND", "127.0.0.1:8000").rpartition(":")[2]
    # The portal answers to its own name alone.
    host = urlsplit(os.environ.get("WAYMARK_BASE_URL", "")).netloc or f"127.0.0.1:{port}"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 — this container's own address
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
