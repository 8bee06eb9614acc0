"""What tests need from outside the checkout: public files that they are measured against, and programs."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("WAYMARK_SHARED") or ROOT.parent / "shared").resolve()


def missing(message: str) -> NoReturn:
    """Skip what needs something that is not here; fail where everything is required: nothing is green unseen."""
    if os.environ.get("REAL_REQUIRED") == "1":
        pytest.fail(message)
    pytest.skip(message, allow_module_level=True)


def program(name: str) -> str:
    """Return where a program is."""
    return shutil.which(name) or missing(f"{name} is not on the path: install it to run these tests.")


def shared(path: str) -> Path:
    """Return a shared file; without it the test is skipped, or fails where real files are required."""
    found = SHARED / path
    if found.exists():
        return found
    missing(f"{path} is not there; set WAYMARK_SHARED to the folder that holds it")
