"""The reference of actions: what a schema asks for, in rows, and examples to paste."""

from catalog import documents
from scaffolder import registry
from scaffolder.pages import action_reference

SCHEMA = {
    "type": "object",
    "required": ["url"],
    "properties": {
        "url": {"type": "string", "description": "Where from"},
        "mode": {"enum": ["a", "b"], "default": "a"},
        "files": {"type": "array", "items": {"type": "object", "properties": {"from": {"type": "string"}}}},
        "extension": {"type": ["string", "boolean"]},
    },
}


def test_rows_tell_type_need_choices_and_what_stands_inside():
    rows = [(row.name, row.type, row.is_required, row.depth, row.detail) for row in action_reference.rows(SCHEMA)]
    assert rows == [
        ("url", "string", True, 0, ""),
        ("mode", "any", False, 0, '"a", "b"; default "a"'),
        ("files", "list of object", False, 0, ""),
        ("from", "string", False, 1, ""),
        ("extension", "string or boolean", False, 0, ""),
    ]


def test_every_example_is_a_step_in_yaml():
    for info in registry.all().values():
        for example in info.examples:
            document = documents.load_one(action_reference.as_step(info.id, example))
            assert document.problems == []
            assert document.value == [{"id": "step", "action": info.id, "input": dict(example)}]


def test_actions_are_found_by_all_words_of_a_text():
    assert [entry.info.id for entry in action_reference.read("fs DELETE")] == ["fs:delete"]
    assert action_reference.read("no such action") == []
