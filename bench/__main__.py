"""The benchmarks of the catalog: `python -m bench [--entities N …] [--database sqlite|postgresql …]`.

For each size and database a portal of its own is filled and asked, and the tables are printed with the aims beside
them. Times depend on the machine and on what else it does, so what counts are ratios of one run, taken of the web
process's time of the processor: to an empty view that goes through the same middleware, and of a large catalog to a
small one. About ten minutes on two cores that do nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import tables

SIZES = (1_000, 16_750, 100_000)
DATABASES = ("sqlite", "postgresql")


@contextmanager
def database(name: str) -> Iterator[str]:
    """Yield the address of an empty database; empty: a file of SQLite."""
    if name == "sqlite":
        yield ""
        return
    from tests import servers

    with servers.postgres() as server:
        yield server.url()


def measure(name: str, entities: int, static: str) -> dict[str, Any]:
    """Return what one portal was measured to do, in a process of its own."""
    with database(name) as url:
        environment = {**os.environ, "WAYMARK_STATIC_ROOT": static, **({"DATABASE_URL": url} if url else {})}
        command = [sys.executable, "-m", "bench.one", str(entities)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the catalog.")
    parser.add_argument("--entities", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--database", nargs="+", default=DATABASES, choices=DATABASES)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    found: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory(prefix="waymark-bench-static-") as static:
        for name in options.database:
            found[name] = []
            for entities in sorted(options.entities):
                print(f"{name}, {entities:,} entities …", file=sys.stderr)
                found[name].append(measure(name, entities, static))
    if options.json:
        print(json.dumps(found))
    else:
        print(tables.of(found))
    return 0 if all(tables.is_met(sizes) for sizes in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
