"""Finds who is asked to mend a problem: the owner that the document names, else whom CODEOWNERS names, else who changed
the file last. A step of its own after the reading, so that no reading waits for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Q, QuerySet

from catalog.attribution import codeowners, repositories
from catalog.attribution.codeowners import Line
from catalog.attribution.people import Directory, existing
from catalog.models import CodeOwners, Descriptor, Location
from integrations.git.repo_url import RepoUrl
from integrations.git.source_url import SourceUrl

# How long an answer holds; what stands in CODEOWNERS or in the catalog may have changed since.
HOLDS = timedelta(hours=6)
MOST_AT_ONCE = 500
# Each asks a host once; what is left is looked at in the next round, seconds away.
MOST_COMMITTERS = 40


@dataclass(frozen=True)
class Answer:
    """Who is asked, and how that was found: `descriptor`, `codeowners PATH LINE`, `commit SHA`, `registered`."""

    ref: str = ""
    by: str = ""


def attribute(*, now: datetime) -> int:
    """Look at the problems whose owner nobody has looked for, or long ago; return how many there were."""
    waiting = list(_waiting(now).select_related("file__location").defer("file__text")[:MOST_AT_ONCE])
    if not waiting:
        return 0
    known = existing({row.owner_ref for row in waiting if row.owner_ref})
    answers: dict[int, Answer] = {}
    for row in waiting:
        if row.owner_ref in known:
            answers[row.pk] = Answer(row.owner_ref, "descriptor")
    files: dict[int, CodeOwners] = {}
    answers |= _by_repository([row for row in waiting if row.pk not in answers], now, files)
    for row in waiting:
        if row.pk in answers:
            _write(row, answers[row.pk], now, files.get(row.pk))
    return len(waiting)


def codeowners_changed(repository: RepoUrl) -> None:
    """Have the problems of a repository attributed anew, as its CODEOWNERS is another one."""
    repositories.forget(repository)
    lies_there = Q(file__location__repository__istartswith=f"{repositories.name_of(repository)}@")
    Descriptor.objects.with_problems().filter(lies_there).update(attributed_at=None)


def touches_codeowners(paths: Iterable[str]) -> bool:
    return not set(codeowners.PLACES).isdisjoint(paths)


def _waiting(now: datetime) -> QuerySet[Descriptor]:
    """Return the descriptors to look at: those with problems, and those that name places which cannot be read."""
    failing = Location.objects.exclude(error="").exclude(parent_ref="").values("parent_ref")
    has_problem = Q(failing_since__isnull=False) | Q(entity__ref__in=failing)
    is_old = Q(attributed_at=None) | Q(attributed_at__lt=now - HOLDS) | ~Q(attributed_for=F("owner_ref"))
    return Descriptor.objects.filter(has_problem, is_old).order_by(F("attributed_at").asc(nulls_first=True), "pk")


def _by_repository(rows: list[Descriptor], now: datetime, files: dict[int, CodeOwners]) -> dict[int, Answer]:
    """Return what the repositories of `rows` say; nothing for those that wait for the next round.

    Args:
        files: gets the CODEOWNERS that was looked at for each row.
    """
    found: dict[int, Answer] = {}
    sources = {row.pk: repositories.source_of(row.file.path) for row in rows}
    lines = dict(_owner_lines(sources, now, files))
    directory = Directory(owner for _, line in lines.values() for owner in line.owners)
    committers = 0
    for row in rows:
        source = sources[row.pk]
        answer = _by_line(lines.get(row.pk), directory)
        if not answer.ref and source is not None:
            if committers >= MOST_COMMITTERS:
                continue
            committers += 1
            answer = _by_commit(source)
        found[row.pk] = answer if answer.ref else _last_resort(row)
    return found


def _owner_lines(
    sources: dict[int, SourceUrl | None], now: datetime, files: dict[int, CodeOwners]
) -> Iterator[tuple[int, tuple[str, Line]]]:
    """Yield for each source that CODEOWNERS says something of: the path of that file, and the line."""
    parsed: dict[str, tuple[CodeOwners, list[Line]]] = {}
    for pk, source in sources.items():
        if source is None:
            continue
        name = repositories.name_of(source.repo_url)
        if name not in parsed:
            file = repositories.owners_file(source, now=now)
            parsed[name] = file, codeowners.parse(file.text)
        files[pk], lines = parsed[name]
        line = codeowners.line_for(source.path, lines)
        if line is not None and line.owners:
            yield pk, (files[pk].path, line)


def _by_line(found: tuple[str, Line] | None, directory: Directory) -> Answer:
    """Return the first owner of a line whom the catalog knows."""
    if found is None:
        return Answer()
    place, line = found
    ref = next((ref for owner in line.owners if (ref := directory.ref_of(owner))), "")
    return Answer(ref, f"codeowners {place} {line.number}") if ref else Answer()


def _by_commit(source: SourceUrl) -> Answer:
    committer = repositories.last_committer(source)
    if committer is None:
        return Answer()
    names = [name for name in (f"@{committer.login}" if committer.login else "", committer.email) if name]
    directory = Directory(names)
    ref = next((ref for name in names if (ref := directory.ref_of(name))), "")
    return Answer(ref, f"commit {committer.sha}") if ref else Answer()


def _last_resort(row: Descriptor) -> Answer:
    """Return the owner that the document names though the catalog knows none, or who registered the place."""
    if row.owner_ref:
        return Answer(row.owner_ref, "descriptor")
    registrar = row.file.location.root.registered_by
    return Answer(registrar, "registered") if registrar.startswith("user:") else Answer()


def _write(row: Descriptor, answer: Answer, now: datetime, file: CodeOwners | None) -> None:
    """Write an answer down, unless a push has touched the CODEOWNERS that it came of meanwhile."""
    rows = Descriptor.objects.filter(pk=row.pk)
    if file is not None:
        rows = rows.exclude(Exists(CodeOwners.objects.filter(pk=file.pk).exclude(touched=file.touched)))
    rows.update(attributed_ref=answer.ref, attributed_by=answer.by, attributed_for=row.owner_ref, attributed_at=now)
