"""Backstage's own model, `@backstage/catalog-model` from npm, asked in one go of node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.shared import missing

SCRIPT = Path(__file__).with_name("catalog_model.cjs")
PACKAGE = "@backstage/catalog-model"
Question = tuple[str, Any]


def installed() -> str:
    """Return the path of node, where it finds the model; else the test is skipped, or fails where it must run."""
    node = shutil.which("node")
    command = [str(node), "-e", f"require.resolve('{PACKAGE}')"]
    if node is None or subprocess.run(command, cwd=SCRIPT.parent, capture_output=True, check=False).returncode:
        missing(f"{PACKAGE} is not installed; npm ci brings it")
    return str(node)


def ask(questions: Sequence[Question]) -> list[dict[str, Any]]:
    """Return what the model answers to each question: `answer`, and `error` where it refused."""
    done = subprocess.run(
        [installed(), str(SCRIPT)], input=json.dumps(list(questions)), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
