"""What breaks when an entity goes, and what only loses what it belongs to."""

import pytest

from catalog.graphs import impact
from catalog.graphs.walking import Edge

KINDS = {"c": "component", "a": "api", "r": "resource", "s": "system", "g": "group", "u": "user"}


def full(short: str) -> str:
    return f"{KINDS[short[0]]}:default/{short}"


def hits(root: str, *arrows: str, most: int = 99) -> list[str]:
    """Return what is hit as `name reason distance`, those that only lose something in brackets."""
    every = set()
    for arrow in arrows:
        source, type_, target = arrow.split()
        every.add(Edge(full(source), type_, full(target)))
    found = impact.of(
        full(root), edges_of=lambda refs: {e for e in every if e.source in refs or e.target in refs}, most=most
    )
    words = [f"{hit.ref.rpartition('/')[2]} {hit.reason} {hit.distance}" for hit in found.hits]
    return [word if hit.breaks else f"({word})" for word, hit in zip(words, found.hits, strict=True)]


def test_who_depends_on_it_breaks_and_who_depends_on_those():
    assert hits("r1", "c1 dependsOn r1", "c2 dependsOn c1", "c1 dependsOn r2") == ["c1 dependsOn 1", "c2 dependsOn 2"]


def test_an_api_breaks_with_the_only_one_who_provides_it_and_its_consumers_after_it():
    assert hits("c1", "c1 providesApi a1", "c2 consumesApi a1") == ["a1 providesApi 1", "c2 consumesApi 2"]


def test_an_api_that_another_provides_too_stays():
    assert hits("c1", "c1 providesApi a1", "c3 providesApi a1", "c2 consumesApi a1") == []


def test_an_api_whose_providers_all_break_goes_with_the_last():
    arrows = ("c1 dependsOn r1", "c2 dependsOn r1", "c1 providesApi a1", "c2 providesApi a1")
    assert hits("r1", *arrows) == ["c1 dependsOn 1", "c2 dependsOn 1", "a1 providesApi 2"]


def test_parts_break_with_a_component_and_only_lose_a_system():
    assert hits("c1", "c2 partOf c1") == ["c2 partOf 1"]
    assert hits("s1", "c2 partOf s1", "c3 dependsOn c2") == ["(c2 partOf 1)"]


def test_what_a_group_owns_loses_its_owner_and_nothing_follows():
    assert hits("g1", "c1 ownedBy g1", "u1 memberOf g1", "c2 dependsOn c1") == ["(c1 ownedBy 1)", "(u1 memberOf 1)"]


def test_what_it_depends_on_is_not_hit():
    assert hits("c1", "c1 dependsOn r1", "c1 consumesApi a1", "c1 ownedBy g1", "c1 partOf s1") == []


def test_a_circle_of_dependencies_ends():
    assert hits("c1", "c1 dependsOn c2", "c2 dependsOn c1") == ["c2 dependsOn 1"]


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_are_told_than_asked_for(most):
    arrows = [f"c{number} dependsOn r1" for number in range(9)]
    assert len(hits("r1", *arrows, most=most)) == most
