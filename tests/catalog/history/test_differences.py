"""What differs between two descriptors."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.history import differences
from catalog.history.differences import Told


def descriptor(**spec: Any) -> str:
    return json.dumps(
        {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": "checkout", "namespace": "default", "tags": spec.pop("tags", [])},
            "spec": {"type": "service", "lifecycle": "production", "owner": "shop", **spec},
        }
    )


def shown(before: str, after: str) -> list[str]:
    signs = {"gone": "-", "new": "+", "same": " ", "gap": "…"}
    found = differences.compare(before, after)
    return [f"{signs[line.sign]}{line.text or line.count}" for line in found.lines]


def test_one_changed_line_stands_among_its_neighbours_and_the_rest_is_folded():
    assert shown(descriptor(), descriptor(owner="money")) == [
        "…6",
        " spec:",
        "   type: service",
        "   lifecycle: production",
        "-  owner: shop",
        "+  owner: money",
    ]


def test_only_the_words_that_differ_are_marked():
    found = differences.compare(descriptor(description="Keeps the cart"), descriptor(description="Keeps the basket"))
    gone, came = found.lines[-2:]

    assert [(piece.text, piece.is_marked) for piece in gone.pieces] == [
        ("  description: Keeps the ", False),
        ("cart", True),
    ]
    assert [piece.text for piece in came.pieces if piece.is_marked] == ["basket"]
    assert (found.gone, found.new) == (1, 1)


def test_a_text_of_several_lines_is_compared_line_by_line():
    before, after = (descriptor(definition=f"openapi: 3.1.0\ninfo:\n  version: {number}\n") for number in (1, 2))

    assert shown(before, after)[-2:] == ["-      version: 1", "+      version: 2"]


def test_the_first_revision_is_new_as_a_whole():
    found = differences.compare("", descriptor())

    assert {line.sign for line in found.lines} == {"new"}


def test_what_is_the_same_has_no_difference():
    assert shown(descriptor(), descriptor())[0].startswith("…")
    assert differences.compare(descriptor(), descriptor()).new == 0


def test_a_descriptor_of_megabytes_is_not_compared():
    assert differences.compare(descriptor(), descriptor(definition="x" * 1_000_000)).is_long


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a b " * 30_000, "b a " * 30_000),
        ("a\n" * 60_000, "b\na\n" * 60_000),
        ("\n".join(map(str, range(40_000))), "\n".join(map(str, range(40_000, 0, -1)))),
        ("\n".join("ab"[number % 2] for number in range(50_000)), "\n".join("ba" * 12_000)),
    ],
    ids=["one long line", "repeated lines", "turned round", "by turns"],
)
def test_hostile_texts_take_no_time(before: str, after: str):
    begun = time.process_time()
    found = differences.compare(descriptor(definition=before), descriptor(definition=after))

    assert time.process_time() - begun < 2
    assert len(found.lines) <= differences.MOST_SHOWN


LINES = st.lists(st.sampled_from("abcd"), max_size=30)


@given(LINES, LINES, st.sampled_from([0, 3, 200]))
def test_the_edits_lead_from_one_text_to_the_other(old: list[str], new: list[str], most_steps: int):
    edits = differences._edits(old, new, most_steps)

    assert [line for _, gone, _ in edits for line in gone] == old
    assert [line for _, _, came in edits for line in came] == new
    assert all(gone == came for is_same, gone, came in edits if is_same)


@given(LINES, LINES)
def test_no_shorter_way_is_overlooked(old: list[str], new: list[str]):
    edits = differences._edits(old, new, 200)
    kept = sum(len(gone) for is_same, gone, _ in edits if is_same)

    assert kept == longest_common(old, new)


def longest_common(old: list[str], new: list[str]) -> int:
    row = [0] * (len(new) + 1)
    for first in old:
        corner = 0
        for number, second in enumerate(new, start=1):
            corner, row[number] = row[number], corner + 1 if first == second else max(row[number], row[number - 1])
    return row[-1]


def test_the_owner_relations_and_fields_are_told_apart():
    before = descriptor(dependsOn=["resource:db"], providesApis=["orders"], tags=["java"])
    after = descriptor(owner="money", dependsOn=["resource:cache"], lifecycle="deprecated", tags=["java", "cart"])

    found = {told.field: told for told in differences.told(before, after)}
    assert found["ownedBy"] == Told("ownedBy", ("group:default/shop",), ("group:default/money",))
    assert (found["dependsOn"].lost, found["dependsOn"].gained) == (
        ("resource:default/db",),
        ("resource:default/cache",),
    )
    assert (found["providesApi"].lost, found["providesApi"].gained) == (("api:default/orders",), ())
    assert (found["lifecycle"].before, found["lifecycle"].after) == (("production",), ("deprecated",))
    assert (found["tags"].lost, found["tags"].gained) == ((), ("cart",))
    assert "type" not in found


def test_a_kind_that_is_known_no_more_is_still_compared():
    foreign = json.dumps({"kind": "Spaceship", "metadata": {"name": "x"}, "spec": {"type": "a"}})

    assert differences.told(foreign, foreign.replace('"a"', '"b"')) == [Told("type", ("a",), ("b",))]
