"""An entity among its neighbours as a small picture: what points at it stands on the left, its targets on the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalog.pages.neighbours import Group, Neighbour

LEFT = ("dependencyOf", "apiConsumedBy", "apiProvidedBy", "hasPart", "parentOf", "hasMember", "ownerOf")
RIGHT = ("dependsOn", "consumesApi", "providesApi", "partOf", "childOf", "memberOf")
# In units of the picture: three columns of boxes, at most five in a column.
WIDTH, BOX_WIDTH, BOX_HEIGHT, ROW = 420, 118, 44, 58
MOST = 5
TITLE_SIGNS = 15


@dataclass(frozen=True)
class Box:
    """An entity in the picture; without `url` it stands for those that found no room."""

    x: int
    y: int
    title: str
    word: str
    url: str = ""
    full_title: str = ""
    look: str = ""  # "self", "missing" or nothing

    @property
    def text_x(self) -> int:
        return self.x + 10

    @property
    def title_y(self) -> int:
        return self.y + 19

    @property
    def word_y(self) -> int:
        return self.y + 34


@dataclass
class Picture:
    """Boxes and the lines between them."""

    height: int
    boxes: list[Box] = field(default_factory=list)
    edges: list[str] = field(default_factory=list)  # path data
    left: int = 0
    right: int = 0
    width: int = WIDTH
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT

    @property
    def is_empty(self) -> bool:
        return not self.edges


def draw(title: str, word: str, groups: Iterable[Group]) -> Picture:
    """Return the picture of an entity and those of its relations that tell how it is built in."""
    by_type = {group.type: group for group in groups}
    left = _distinct(by_type[type_].members for type_ in LEFT if type_ in by_type)
    right = _distinct(by_type[type_].members for type_ in RIGHT if type_ in by_type)
    rows = max(min(len(left), MOST + 1), min(len(right), MOST + 1), 1)
    picture = Picture(height=rows * ROW + 16, left=len(left), right=len(right))
    middle = picture.height // 2
    here = Box(_middle_column(left, right), middle - BOX_HEIGHT // 2, _fit(title), word, full_title=title, look="self")
    for box in _column(left, 1, picture.height):
        picture.boxes.append(box)
        if box.look != "more":
            picture.edges.append(_curve(box.x + BOX_WIDTH, box.y + BOX_HEIGHT // 2, here.x, middle))
    for box in _column(right, WIDTH - BOX_WIDTH - 1, picture.height):
        picture.boxes.append(box)
        if box.look != "more":
            picture.edges.append(_curve(here.x + BOX_WIDTH, middle, box.x, box.y + BOX_HEIGHT // 2))
    picture.boxes.append(here)
    return picture


def _middle_column(left: Sequence[Neighbour], right: Sequence[Neighbour]) -> int:
    """Where the entity itself stands: in the middle, or nearer to the empty side when it has neighbours on one only."""
    shift = WIDTH // 6 * (bool(left) - bool(right))
    return (WIDTH - BOX_WIDTH) // 2 + shift


def _distinct(members: Iterable[Iterable[Neighbour]]) -> list[Neighbour]:
    return list({each.ref: each for group in members for each in group}.values())


def _column(neighbours: Sequence[Neighbour], x: int, height: int) -> list[Box]:
    shown = list(neighbours) if len(neighbours) <= MOST + 1 else list(neighbours[:MOST])
    count = len(shown) + (len(shown) < len(neighbours))
    top = (height - count * ROW) // 2 + (ROW - BOX_HEIGHT) // 2
    boxes = [_box(neighbour, x, top + number * ROW) for number, neighbour in enumerate(shown)]
    if len(shown) < len(neighbours):
        boxes.append(
            Box(
                x,
                top + len(shown) * ROW,
                _("+ %(count)d more") % {"count": len(neighbours) - len(shown)},
                "",
                look="more",
            )
        )
    return boxes


def _box(neighbour: Neighbour, x: int, y: int) -> Box:
    look = "missing" if neighbour.is_missing else ""
    url = "" if neighbour.is_missing else neighbour.url
    return Box(x, y, _fit(neighbour.title), neighbour.word[:18], url, neighbour.title, look)


def _fit(title: str) -> str:
    return title if len(title) <= TITLE_SIGNS else title[: TITLE_SIGNS - 1] + "…"


def _curve(x1: int, y1: int, x2: int, y2: int) -> str:
    bend = (x2 - x1) // 2
    return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
