"""What the graph page is asked, read from the address; an odd value is as good as none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from catalog import refs
from catalog.forms import TextListField
from catalog.graphs.walking import FORWARD

DIRECTIONS = ("LR", "RL", "TB", "BT")
DEPTHS = ("1", "2", "3", "4", "all")
DEFAULT_DEPTH = 1
# As far as any walk goes; a catalog has no longer way that anybody could look at.
DEEPEST = 12
MOST_ROOTS = 10


@dataclass(frozen=True)
class GraphQuestion:
    """Which part of the graph is drawn, and how. No kinds and no types mean all of them."""

    roots: tuple[str, ...] = ()
    text: str = ""
    depth: int = DEFAULT_DEPTH
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    direction: str = "LR"
    is_merged: bool = False

    @property
    def depth_word(self) -> str:
        return "all" if self.depth == DEEPEST else str(self.depth)


class GraphForm(forms.Form):
    """The state of the page."""

    root = TextListField(required=False)
    find = forms.CharField(max_length=200, required=False)
    depth = forms.ChoiceField(choices=[(word, word) for word in DEPTHS], required=False)
    kind = TextListField(required=False)
    relation = TextListField(required=False)
    direction = forms.ChoiceField(choices=[(word, word) for word in DIRECTIONS], required=False)
    merged = forms.BooleanField(required=False)

    def question(self) -> GraphQuestion:
        """Return what is asked for."""
        self.is_valid()
        asked: dict[str, Any] = self.cleaned_data
        depth = asked.get("depth") or ""
        return GraphQuestion(
            roots=_refs(asked.get("root") or ())[:MOST_ROOTS],
            text=asked.get("find") or "",
            depth=DEEPEST if depth == "all" else int(depth or DEFAULT_DEPTH),
            kinds=tuple(kind.lower() for kind in asked.get("kind") or ()),
            types=tuple(word for word in asked.get("relation") or () if word in FORWARD),
            direction=asked.get("direction") or "LR",
            is_merged=asked.get("merged") or False,
        )


def _refs(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `texts` that are full references."""
    found = []
    for text in texts:
        try:
            found.append(str(refs.parse(text)))
        except refs.RefError:
            continue
    return tuple(dict.fromkeys(found))
