"""What a golden path would make: the tree, the marks, the examples that stand in."""

import json
import shlex
from types import SimpleNamespace

import pytest

from scaffolder.files.workspace import FileContent
from scaffolder.forms.questions import Question
from scaffolder.pages import preview


def tree(*paths, known=None):
    files = [FileContent(path, "100644", b"x") for path in paths]
    return [shape(node) for node in preview.tree(files, "", known)]


def shape(node):
    return (node.name, [shape(child) for child in node.children]) if node.is_folder else node.name


def test_folders_stand_before_files_and_a_chain_of_them_is_one():
    assert tree(".github/workflows/a.yaml", "src/b.py", "src/c/d.py", "README.md") == [
        (".github/workflows", ["a.yaml"]),
        ("src", [("c", ["d.py"]), "b.py"]),
        "README.md",
    ]


def test_a_tree_of_nothing_is_empty():
    assert tree() == []


def test_answers_are_marked_the_longest_first():
    marked = preview.answers({"name": "shop", "owner": "group:default/shop", "n": 1, "s": "ab", "l": ["shop-eu"]})
    assert marked == ["group:default/shop", "shop-eu", "shop"]
    line = [(piece.text, piece.is_answer) for piece in preview.pieces("owner: group:default/shop # shop", marked)]
    assert line == [("owner: ", False), ("group:default/shop", True), (" # ", False), ("shop", True)]


def test_a_line_without_answers_is_one_piece():
    assert [piece.text for piece in preview.pieces("plain", ["shop"])] == ["plain"]
    assert [piece.text for piece in preview.pieces("", ["shop"])] == [""]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"enum": ["a", "b"]}, "a"),
        ({"type": "integer", "minimum": 3}, 3),
        ({"type": "boolean"}, False),
        ({"type": "array"}, []),
        ({"type": "string", "ui:field": "OwnerPicker"}, "group:default/my-team"),
        (
            {"type": "string", "ui:field": "EntityPicker", "ui:options": {"defaultKind": "System"}},
            "system:default/my-service",
        ),
        ({"type": "string"}, "example"),
    ],
)
def test_an_example_is_of_the_kind_that_is_asked_for(schema, expected):
    assert preview.example(Question(("a",), schema)) == expected


def test_curl_says_what_the_platform_api_takes():
    template = SimpleNamespace(ref="template:default/python-service")
    values = {"name": "it's", "owner": "group:default/shop", "language": "python", "size": "large"}
    words = shlex.split(preview.curl(template, values, base_url="https://portal.example").replace("\\\n", " "))
    assert words[:4] == ["curl", "-X", "POST", "https://portal.example/api/v1/services"]
    assert json.loads(words[-1]) == {
        "name": "it's",
        "team": "group:default/shop",
        "template": "python-service",
        "language": "python",
    }
