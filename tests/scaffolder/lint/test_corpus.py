"""Templates of public repositories: lint reads each, and what it says of them is known here."""

import re
from collections import Counter
from pathlib import Path

from scaffolder import lint
from tests.shared import shared

NAME = re.compile(r"[^/]*template[^/]*\.ya?ml")
# Files of that name which are no template of ours: other formats, parts of skeletons.
FOREIGN = re.compile(r"/(content|manifests|skeletons|steps)/")


def templates() -> list[Path]:
    folder = shared("corpus/backstage/templates")
    return sorted(path for path in folder.rglob("*") if path.is_file() and NAME.fullmatch(path.name))


def files_beside(path: Path) -> dict[str, bytes]:
    return {
        str(found.relative_to(path.parent)): found.read_bytes() for found in path.parent.rglob("*") if found.is_file()
    }


def test_no_template_makes_lint_fail_and_every_problem_has_a_place_and_a_cure():
    problems = [problem for path in templates() for problem in lint.check(path.read_text(), tree=files_beside(path))]

    assert len(problems) > 100
    assert [problem for problem in problems if problem.line < 1 or problem.column < 1 or not problem.cure] == []


def test_what_lint_says_of_real_templates_is_known():
    """Each of these was looked at by hand and is right; a new count is a reason to look again."""
    counts = Counter(
        problem.rule
        for path in templates()
        if not FOREIGN.search(str(path))
        for problem in lint.check(path.read_text(), tree=files_beside(path))
        if problem.rule not in ("L10", "L13", "L24")  # they change with the actions that there are
    )

    assert counts == {
        "L05": 4,  # `- {{ gitlab_hostname }}`, stamped before use
        "L22": 1,  # `pullRequestUrl`, which nothing has ever been called
        "L23": 16,  # misspelt or never declared; some are set by a company's own field
        "L28": 20,  # `&&`, `||`, the filter `now` of one company
        "L30": 5,
        "L31": 3,
        "L34": 1,  # a look-ahead
        "L36": 21,  # fields of one company
        "L40": 1,
        "L41": 2,  # a workflow that loses its token
        "L42": 20,
        "L43": 2,  # the filter `fromJson`
    }
