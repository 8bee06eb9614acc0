"""Rows of problems: a document that could not be read as written, or a place that could not be read at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from django.db.models import Case, F, QuerySet, TextField, When
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from catalog import refs, unreadable
from catalog.models import Descriptor, Location, SourceFile
from catalog.problems import Problem

# Of a nameless document's file, enough to see what it looks like.
LOOKED_AT = 200_000
PLACE = "place-"
KIND = re.compile(r"^kind:[ \t]*['\"]?([A-Za-z]{1,63})", re.MULTILINE | re.ASCII)
# The first name that is indented, which is that of the metadata in all but the oddest files.
NAME = re.compile(
    r"^(?:[ \t]+|metadata:[ \t]*\{.{0,200}?\b)name:[ \t]*['\"]?([^'\"\s,}#][^'\"\n,}#]{0,62})", re.MULTILINE
)
END = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)


@dataclass(frozen=True)
class Asked:
    """Who is asked to mend a problem: a ref, empty for nobody, and how that was found.

    Attributes:
        by: `descriptor`, `codeowners`, `commit`, `registered`, or empty.
        file, line: of CODEOWNERS; `commit` the name of a commit.
        is_settled: whether somebody has looked; else the answer may still change.
    """

    ref: str = ""
    by: str = ""
    file: str = ""
    line: int = 0
    commit: str = ""
    is_settled: bool = True

    @classmethod
    def of(cls, descriptor: Descriptor) -> Self:
        if descriptor.attributed_at is None or descriptor.attributed_for != descriptor.owner_ref:
            return cls(descriptor.owner_ref, "descriptor" if descriptor.owner_ref else "", is_settled=False)
        by, _, rest = descriptor.attributed_by.partition(" ")
        found = cls(descriptor.attributed_ref, by)
        if by == "codeowners":
            file, _, line = rest.rpartition(" ")
            return replace(found, file=file, line=int(line))
        return replace(found, commit=rest) if by == "commit" else found

    @property
    def reason(self) -> str:
        """How it was found, in words."""
        words = {
            "descriptor": _("named in the descriptor"),
            "codeowners": _("by CODEOWNERS line %(line)d") % {"line": self.line},
            "commit": _("changed the file last, %(commit)s") % {"commit": self.commit[:7]},
            "registered": _("registered the place"),
        }
        return words.get(self.by, "" if self.is_settled else _("being looked for"))


@dataclass(frozen=True)
class Row:
    """A document or place with problems, as lists show it."""

    key: str
    name: str
    problems: list[Problem]
    path: str
    location: Location
    since: datetime | None
    asked: Asked
    ref: str = ""
    first_line: int = 1
    descriptor: Descriptor | None = field(default=None, repr=False)

    @classmethod
    def of(cls, descriptor: Descriptor) -> Self:
        """Return the row of a document; a nameless one is called by its file."""
        path = descriptor.file.path
        return cls(
            key=str(descriptor.pk),
            name=refs.parse(descriptor.ref).name if descriptor.ref else _last(path),
            problems=[Problem.from_json(kept) for kept in descriptor.problems],
            path=path,
            location=descriptor.file.location,
            since=descriptor.failing_since,
            asked=Asked.of(descriptor),
            ref=descriptor.ref,
            first_line=descriptor.line,
            descriptor=descriptor,
        )

    @classmethod
    def of_place(cls, location: Location, named: Descriptor | None) -> Self:
        """Return the row of a place; `named` is the document that names it, with its file."""
        problem = unreadable.problem_at(location, named)
        asked = (
            Asked.of(named) if named else Asked(location.registered_by, "registered" if location.registered_by else "")
        )
        return cls(
            key=f"{PLACE}{location.pk}",
            name=_last(location.target),
            problems=[problem],
            path=problem.path,
            location=location,
            since=location.failing_since,
            asked=asked,
            first_line=problem.line or 1,
            descriptor=named,
        )

    @property
    def is_nameless(self) -> bool:
        """Whether it is a document that is too broken to tell what it describes."""
        return not self.ref and not self.is_place

    def named(self, texts: Mapping[int, str]) -> Row:
        """Return the row called by what its document looks like; `texts` are those of files."""
        if self.descriptor is None:
            return self
        return replace(self, name=_looks_like(self.descriptor, texts.get(self.descriptor.file_id, "")) or self.name)

    @property
    def is_place(self) -> bool:
        return self.key.startswith(PLACE)

    @property
    def file_name(self) -> str:
        return _last(self.path)

    @property
    def place(self) -> str:
        """The repository, or the place itself where it lies in none: what problems are gathered by."""
        return self.location.repository.partition("@")[0] or str(self.location.target)

    @property
    def place_name(self) -> str:
        return name_of_place(self.place)

    @property
    def is_error(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    @property
    def first(self) -> Problem:
        """The problem to mend first."""
        return sorted(self.problems, key=lambda problem: not problem.is_error)[0]

    @property
    def headline(self) -> str:
        """The first problem without what was expected and found, where the page says those apart."""
        return self.first.message.partition("; expected ")[0] if self.first.expected else self.first.message

    @property
    def line(self) -> int:
        return self.first.line or self.first_line


def of_documents(found: QuerySet[Descriptor], *, most: int | None = None) -> list[Row]:
    """Return the rows of descriptors. What nameless ones look like is added by `with_names`."""
    return [Row.of(row) for row in found.select_related("file__location").defer("file__text")[:most]]


def with_names(rows: list[Row], *, chosen: Row | None = None) -> tuple[list[Row], str]:
    """Return `rows` with names for those of nameless documents, and the whole text of the file of `chosen`.

    One statement for all of it.
    """
    files = {row.descriptor.file_id for row in rows if row.descriptor and row.is_nameless}
    whole = chosen.descriptor.file_id if chosen and chosen.descriptor else 0
    if not files and not whole:
        return rows, ""
    start = Case(When(pk=whole, then=F("text")), default=Substr("text", 1, LOOKED_AT), output_field=TextField())
    texts = dict(SourceFile.objects.filter(pk__in={*files, whole}).values_list("pk", start))
    named = [row.named(texts) if row.is_nameless else row for row in rows]
    return named, texts.get(whole, "")


def of_places(locations: Iterable[Location]) -> list[Row]:
    """Return the rows of places that cannot be read."""
    failing = [location for location in locations if location.error]
    naming = Descriptor.objects.filter(entity__ref__in={one.parent_ref for one in failing if one.parent_ref})
    by_ref = {row.ref: row for row in naming.select_related("file__location")} if failing else {}
    return [Row.of_place(location, by_ref.get(location.parent_ref)) for location in failing]


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Return rows as they are mended: errors first, then what has failed for longest."""
    return sorted(rows, key=lambda row: (not row.is_error, row.since.timestamp() if row.since else 0, row.key))


def name_of_place(place: str) -> str:
    """Return what a place is called: `acme/web` for a repository, else the last part of its path."""
    parts = place.rstrip("/").split("/")
    is_repository = len(parts) == 3 and "" not in parts
    return "/".join(parts[1:]) if is_repository else parts[-1]


def _looks_like(descriptor: Descriptor, text: str) -> str:
    """Return what a document would be called if it were right: its name, else its kind and where it stands."""
    rows = "\n".join(text.splitlines()[max(descriptor.line - 1, 0) :]).removeprefix("---")
    end = END.search(rows)
    own = rows[: end.start()] if end else rows
    name, kind = NAME.search(own), KIND.search(own)
    if name:
        return name[1].strip()
    if kind:
        return _("%(kind)s without a name, line %(line)d") % {"kind": kind[1], "line": descriptor.line}
    return ""


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
