"""T6: a glob that a stranger registers costs no more than its length, however its stars stand."""

import time

import pytest

from integrations.git.globs import Glob

PATH = f"src/main/java/com/acme/{'a' * 60}.java"
LIMIT_SECONDS = 0.5  # 50 ms, and room for a collection of garbage in between


@pytest.mark.parametrize(
    "glob",
    [
        "**a" * 30 + "z",
        "*a" * 40 + "z",
        "**" * 200 + "z",
        "**/" * 600 + "z",
        "**/*/" * 200 + "z",
        "?*" * 300,
        "*" * 2000,
    ],
)
def test_t6_a_glob_of_many_stars_is_compared_at_once(glob):
    wanted = Glob(glob)
    begun = time.process_time()
    assert not wanted.fullmatch(PATH)
    assert time.process_time() - begun < LIMIT_SECONDS
