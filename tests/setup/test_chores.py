"""What the words of make run."""

import re

import pytest

from setup import chores
from tests.shared import ROOT


@pytest.mark.parametrize(("mark", "folders"), [("fault", chores.FAULTS), ("real", chores.REAL)])
def test_no_test_is_where_its_part_does_not_look(mark, folders):
    marked = re.compile(rf"pytest\.mark\.{mark}\b")
    files = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if marked.search(path.read_text(encoding="utf-8"))
    }
    assert files
    assert {file for file in files if not file.startswith(tuple(f"{folder}/" for folder in folders))} == set()
