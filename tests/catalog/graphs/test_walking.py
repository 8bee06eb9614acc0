"""How far a walk goes, and which way its arrows lead."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.graphs import walking
from catalog.graphs.walking import Edge


def edges_of(*pairs: str):
    """Return a reader of the arrows `a>b`."""
    ends = [pair.partition(">") for pair in pairs]
    every = {Edge(ref(source), "dependsOn", ref(target)) for source, _, target in ends}
    return lambda refs: {each for each in every if each.source in refs or each.target in refs}


def names(walk) -> dict[str, int]:
    return {ref.rpartition("/")[2]: distance for ref, distance in walk.distances.items()}


def ref(name: str) -> str:
    return f"component:default/{name}"


def test_both_words_of_a_relation_are_one_arrow():
    forward = walking.edge("component:default/a", "dependsOn", "resource:default/b")
    assert walking.edge("resource:default/b", "dependencyOf", "component:default/a") == forward
    assert walking.edge("group:default/g", "hasMember", "user:default/u").type == "memberOf"


def test_a_walk_goes_both_ways_and_counts_its_steps():
    walk = walking.around([ref("b")], steps=2, most=99, edges_of=edges_of("a>b", "b>c", "c>d", "d>e"))
    assert names(walk) == {"b": 0, "a": 1, "c": 1, "d": 2}
    assert len(walk.edges) == 3


def test_arrows_among_those_farthest_away_are_there_too():
    walk = walking.around([ref("a")], steps=1, most=99, edges_of=edges_of("a>b", "a>c", "b>c"))
    assert len(walk.edges) == 3


def test_a_walk_in_a_circle_ends():
    walk = walking.around([ref("a")], steps=99, most=99, edges_of=edges_of("a>b", "b>c", "c>a"))
    assert names(walk) == {"a": 0, "b": 1, "c": 1}


def test_a_walk_is_cut_when_it_would_meet_too_many():
    star = [f"a>n{number}" for number in range(20)]
    walk = walking.around([ref("a")], steps=3, most=5, edges_of=edges_of(*star))
    assert (len(walk.distances), walk.is_cut) == (5, True)
    assert all(each.target in walk.distances for each in walk.edges)


def test_kinds_that_are_not_asked_for_are_neither_met_nor_crossed():
    every = {
        Edge("component:default/a", "partOf", "system:default/s"),
        Edge("component:default/b", "partOf", "system:default/s"),
        Edge("component:default/a", "dependsOn", "component:default/c"),
    }
    found = walking.around(
        ["component:default/a"],
        steps=3,
        most=99,
        edges_of=lambda refs: {e for e in every if e.source in refs or e.target in refs},
        kinds=("component",),
    )
    assert names(found) == {"a": 0, "c": 1}


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=30), st.integers(1, 4))
def test_distances_are_those_of_the_shortest_way(pairs, steps):
    walk = walking.around([ref("0")], steps=steps, most=99, edges_of=edges_of(*(f"{a}>{b}" for a, b in pairs)))
    for each in walk.edges:
        assert abs(walk.distances[each.source] - walk.distances[each.target]) <= 1
    assert max(walk.distances.values()) <= steps
