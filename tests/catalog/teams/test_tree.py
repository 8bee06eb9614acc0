"""The tree of groups from who is whose child."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.teams import tree


def shown(order: str, *pairs: str) -> list[str]:
    ends = [pair.partition("<") for pair in pairs]
    grown = tree.grow(order.split(), [(child, parent) for parent, _, child in ends])
    return [f"{'.' * branch.depth}{branch.ref}" for branch in grown.branches()]


def test_groups_stand_below_their_parents_in_order():
    assert shown("all ops shop web", "all<shop", "all<ops", "shop<web") == ["all", ".ops", ".shop", "..web"]


def test_a_group_with_two_parents_stands_below_the_first():
    assert shown("a b c", "a<c", "b<c") == ["a", ".c", "b"]


def test_a_parent_that_is_not_there_counts_for_nothing():
    assert shown("a", "gone<a") == ["a"]


def test_a_circle_is_shown_from_its_first_group():
    assert shown("x a b", "a<b", "b<a") == ["x", "a", ".b"]


def test_a_group_that_is_its_own_parent_is_a_root():
    assert shown("a", "a<a") == ["a"]


def test_everybody_is_counted_once():
    grown = tree.grow(["a", "b"], [("b", "a")])
    assert tree.everybody("a", grown, {"a": {"ada"}, "b": {"ada", "mo"}}) == {"ada", "mo"}


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=20))
def test_every_group_is_shown_exactly_once_whatever_leads_where(pairs):
    grown = tree.grow("abcdefg", pairs)
    assert sorted(branch.ref for branch in grown.branches()) == list("abcdefg")
