"""Where tests find the public files that they are measured against."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WAYMARK_SHARED") or ROOT.parent / "shared").resolve()


def shared(path: str) -> Path:
    """Return a shared file; without it the test is skipped, or fails where real files are required."""
    found = SHARED / path
    if found.exists():
        return found
    message = f"{path} is not there; set WAYMARK_SHARED to the folder that holds it"
    if os.environ.get("REAL_REQUIRED") == "1":
        pytest.fail(message)
    pytest.skip(message, allow_module_level=True)
