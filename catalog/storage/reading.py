"""Reads a place and all that it leads to without storing anything: for a preview, and before a registration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from catalog import custom_kinds, placeholders, sources
from catalog.descriptor import descriptors, targets
from catalog.descriptor.annotations import Place
from catalog.descriptor.descriptors import Parsed
from catalog.descriptor.targets import Target
from catalog.models import Location
from catalog.problems import Problem
from catalog.sources import Reading, SourceText, Unreadable
from catalog.sources.referenced import Library
from catalog.storage import parsing, rules
from integrations import http
from integrations.git import looks

# A place of a stranger leads no further than this, and takes no longer: somebody waits for the page.
MOST_PLACES = 200
MOST_SECONDS = 30.0
# Of what an operator names, how long one place may take.
PLACE_SECONDS = 120.0
Key = tuple[str, str]


@dataclass
class Tree:
    """What was read: each place by type and target, and the documents with their paths, in the order of reading."""

    readings: dict[tuple[str, str], Reading] = field(default_factory=dict)
    documents: list[tuple[str, Parsed]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    library: Library = field(default_factory=Library, repr=False)

    @property
    def is_usable(self) -> bool:
        """Whether there is an entity in it that is right."""
        return any(not parsed.is_refused for _, parsed in self.documents)


def read_tree(type_: str, target: str) -> Tree:
    """Return what a place holds, and what its Location entities lead to.

    Raises:
        Unreadable: the place itself cannot be read. Places below it that cannot be are problems.
    """
    custom_kinds.refresh()
    tree = Tree()
    found = rules.for_target(type_, target)
    queue = [(type_, target)]
    with http.within(MOST_SECONDS), looks.one_look():
        while queue and len(tree.readings) < MOST_PLACES:
            key = queue.pop(0)
            if key in tree.readings:
                continue
            try:
                reading = sources.read(Location(type=key[0], target=key[1]))
            except Unreadable as error:
                if not tree.readings:
                    raise
                tree.problems.append(Problem(str(error), path=key[1]))
                continue
            tree.readings[key] = reading
            for file in reading.files:
                place = Place(key[0], file.path, f"{type_}:{target}", reading.commit)
                for parsed in parsing.parse_file(file, place, found, tree.library):
                    tree.documents.append((file.path, parsed))
                    tree.problems += parsed.problems
                    queue += _leads_to(parsed, place)
    if queue:
        message = f"It leads to more than {MOST_PLACES} places, which are not looked at before it is registered."
        tree.problems.append(Problem(message, path=target, severity="warning"))
    return tree


def fetch(
    places: Sequence[Key], *, library: Library, progress: Callable[[str], None]
) -> dict[Key, Reading | Unreadable]:
    """Return what each place and all that they lead to hold, or why it cannot be read; nothing is checked or stored.

    Args:
        library: is given the files that placeholders lead to.
    """
    custom_kinds.refresh()
    found: dict[Key, Reading | Unreadable] = {}
    queue = [(place, place) for place in places]
    with looks.one_look():
        while queue:
            key, root = queue.pop(0)
            if key in found:
                continue
            progress(f"Reading {key[0]}:{key[1]}")
            try:
                with http.within(PLACE_SECONDS):
                    reading = sources.read(Location(type=key[0], target=key[1]))
            except Unreadable as error:
                found[key] = error
                continue
            found[key] = reading
            for file in reading.files:
                place = Place(key[0], file.path, f"{root[0]}:{root[1]}", reading.commit)
                with http.within(PLACE_SECONDS):
                    queue += [(target, root) for target in _named_in(file, place, library)]
    return found


def _named_in(file: SourceText, place: Place, library: Library) -> Iterator[Key]:
    """Yield the places that the Location entities of a file lead to, and have `library` read what placeholders name.

    Most files have neither and are not parsed for it.
    """
    if not any(sign in file.text for sign in ("Location", *placeholders.SIGNS)):
        return
    for parsed in parsing.parse_file(file, place, descriptors.ALL_KINDS, library):
        yield from _leads_to(parsed, place)


def _leads_to(parsed: Parsed, place: Place) -> Iterator[Key]:
    if parsed.entity is None or not parsed.ref.startswith("location:"):
        return
    for found in targets.of_spec(parsed.entity.get("spec", {}), type_=place.type, base=place.path):
        if isinstance(found, Target):
            yield found.type, found.target
