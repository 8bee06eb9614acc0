"""The picture of an entity's neighbours."""

import itertools

from catalog.pages import graph
from catalog.pages.neighbours import Group, Neighbour


def neighbours(count: int, *, is_missing: bool = False) -> list[Neighbour]:
    return [
        Neighbour(f"component:default/c{n}", f"c{n}", "component", "service", is_missing=is_missing)
        for n in range(count)
    ]


def test_what_points_here_stands_left_and_targets_stand_right():
    picture = graph.draw(
        "checkout",
        "service",
        [Group("dependsOn", "", neighbours(2)), Group("partOf", "", [Neighbour("system:default/s", "s", "system")])],
    )
    here = next(box for box in picture.boxes if box.look == "self")
    assert all(box.x > here.x for box in picture.boxes if box is not here)
    assert (picture.left, picture.right) == (0, 3)
    assert len(picture.edges) == 3


def test_more_than_find_room_are_counted_and_have_no_line():
    picture = graph.draw("checkout", "service", [Group("dependencyOf", "", neighbours(20))])
    assert [box.title for box in picture.boxes if box.look == "more"] == ["+ 15 more"]
    assert len(picture.edges) == 5


def test_boxes_do_not_overlap_and_stay_inside():
    picture = graph.draw(
        "checkout", "service", [Group("dependsOn", "", neighbours(6)), Group("hasPart", "", neighbours(40))]
    )
    places = sorted((box.x, box.y) for box in picture.boxes)
    for (x, y), (next_x, next_y) in itertools.pairwise(places):
        assert next_x > x or next_y >= y + picture.box_height
    assert all(box.y >= 0 and box.y + picture.box_height <= picture.height for box in picture.boxes)
    assert all(box.x >= 0 and box.x + picture.box_width <= picture.width for box in picture.boxes)


def test_missing_neighbour_is_marked_and_leads_nowhere():
    picture = graph.draw("checkout", "service", [Group("dependsOn", "", neighbours(1, is_missing=True))])
    assert [(box.look, box.url) for box in picture.boxes if box.look != "self"] == [("missing", "")]


def test_entity_that_hangs_together_with_its_owner_alone_has_no_picture():
    assert graph.draw("checkout", "service", [Group("ownedBy", "", neighbours(1))]).is_empty


def test_neighbour_by_two_relations_is_drawn_once():
    both = neighbours(1)
    picture = graph.draw("checkout", "service", [Group("dependsOn", "", both), Group("consumesApi", "", both)])
    assert picture.right == 1
