"""T6: a glob that a stranger registers costs no more than its length, however its stars stand."""

import time

import pytest

from integrations.git.globs import Glob

PATH = f"src/main/java/com/acme/{'a' * 60}.java"
LIMIT_SECONDS = 0.05


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
    begun = time.perf_counter()
    assert not wanted.fullmatch(PATH)
    assert time.perf_counter() - begun < LIMIT_SECONDS
