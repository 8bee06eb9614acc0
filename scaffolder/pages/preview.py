"""What a golden path would make with the answers so far, while somebody is still typing."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from accounts.actors import Actor
from integrations import hosts
from scaffolder import engine
from scaffolder.engine.spec import Spec
from scaffolder.files.skeletons import text_of
from scaffolder.files.workspace import FileContent
from scaffolder.forms import pickers, questions, schemas
from scaffolder.forms.pickers.base import words
from scaffolder.forms.questions import Question
from scaffolder.models import Template
from scaffolder.sources import TemplateSource

# A file is shown up to here; what is longer is not read in a preview.
SHOWN_BYTES = 40_000
SHOWN_LINES = 400
# An answer as short as this stands in too many words to be marked.
SHORTEST_MARKED = 3
LONGEST_MARKED = 200
EXAMPLE_NAME = "my-service"
FIRST_CHOICES = ("catalog-info.yaml", "README.md")


@dataclass(frozen=True)
class TreeNode:
    """A folder with what is in it, or a file."""

    name: str
    path: str
    children: Sequence[TreeNode] = ()
    is_folder: bool = False
    is_new: bool = False
    is_shown: bool = False


@dataclass(frozen=True)
class Piece:
    """A part of a line; marked when it is an answer."""

    text: str
    is_answer: bool = False


@dataclass(frozen=True)
class Preview:
    """The files, and one of them."""

    files: list[FileContent]
    shown: FileContent | None
    lines: list[list[Piece]]
    tree: list[TreeNode]
    # Questions that an example stands in for, by their labels.
    examples: list[str]
    steps: list[engine.DryStep]
    error: str = ""
    error_step: str = ""
    is_cut: bool = False

    @property
    def size(self) -> int:
        return sum(len(file.content) for file in self.files)

    @property
    def is_yaml(self) -> bool:
        """Whether the file that is shown is YAML, by its name."""
        return self.shown is not None and self.shown.path.endswith((".yaml", ".yml"))

    @property
    def paths(self) -> str:
        """The paths of all files, a line each, for the next preview to tell which are new."""
        return "\n".join(file.path for file in self.files)


@dataclass
class _Examples:
    """Stand-ins for the questions that have no answer yet."""

    labels: list[str] = field(default_factory=list)

    def fill(self, question: Question, values: Mapping[str, Any]) -> dict[str, Any]:
        filled = dict(values)
        for part in question.parts():
            name = str(part.path[-1])
            picker = pickers.find(part.field)
            if picker is not None and picker.keeps_out_of_values:
                continue
            if part.type == "object" and part.schema.get("properties") and (part.is_required or name in filled):
                inside = filled.get(name)
                filled[name] = self.fill(part, inside if isinstance(inside, Mapping) else {})
            elif part.is_required and filled.get(name) in (None, "", []):
                self.labels.append(part.label)
                filled[name] = example(part)
        return filled


def read(
    template: Template,
    spec: Spec,
    values: Mapping[str, Any],
    *,
    actor: Actor,
    wanted: str = "",
    before: str | None = None,
) -> Preview:
    """Play the golden path dry with `values`, examples standing in for what is missing.

    Args:
        wanted: the path of the file to show.
        before: the paths of the preview before this one, a line each; None when this is the first.
    """
    examples, parameters = _Examples(), dict(values)
    for page in schemas.shown(spec.pages):
        parameters = examples.fill(questions.of_page(page, parameters), parameters)
    found = engine.dry_run(spec, parameters, template=source_of(template), actor=actor, text=_text(template))
    shown = _chosen(found.files, wanted)
    known = None if before is None else set(before.splitlines())
    failed = next((step.name for step in found.steps if step.error), "")
    text = text_of(shown.content[:SHOWN_BYTES]) if shown else None
    return Preview(
        found.files,
        shown,
        _marked(text, answers(values)) if text is not None else [],
        tree(found.files, shown.path if shown else "", known),
        examples.labels,
        found.steps,
        found.error,
        failed,
        is_cut=shown is not None and len(shown.content) > SHOWN_BYTES,
    )


def source_of(template: Template) -> TemplateSource:
    """Return where the published text of a template has its files."""
    revision = template.revision
    if revision is None:
        return TemplateSource(template.ref, template.base_url)
    return TemplateSource(template.ref, revision.base_url, revision.commit)


def _text(template: Template) -> str:
    return template.revision.text if template.revision else ""


def example(question: Question) -> Any:
    """Return an answer that would do, for a question that has none yet."""
    if question.constants:
        return question.constants[0]
    if question.field == "RepoUrlPicker":
        return _example_repository(question)
    if question.field in ("OwnerPicker", "MyGroupsPicker"):
        return "group:default/my-team"
    if question.field in ("EntityPicker", "OwnedEntityPicker"):
        return f"{question.options.get('defaultKind') or 'component'}:default/{EXAMPLE_NAME}".lower()
    by_type: dict[str, Any] = {"boolean": False, "integer": 1, "number": 1, "array": [], "object": {}, "null": None}
    if question.type in by_type:
        least = question.schema.get("minimum")
        return least if question.type in ("integer", "number") and least is not None else by_type[question.type]
    return EXAMPLE_NAME if question.field == "EntityNamePicker" or "name" in question.name.lower() else "example"


def _example_repository(question: Question) -> str:
    known = hosts.all_github_hosts()
    allowed = words(question.options.get("allowedHosts"))
    host = next((one for one in known if not allowed or one.host in allowed), None)
    owner = (words(question.options.get("allowedOwners")) or [host.organization if host else ""])[0] or "acme"
    return f"{host.host if host else (allowed or [hosts.GITHUB_COM])[0]}?owner={owner}&repo={EXAMPLE_NAME}"


def answers(values: Any) -> list[str]:
    """Return the texts among the answers that are long enough to be told from other words, the longest first."""
    return sorted(set(_texts(values)), key=len, reverse=True)


def curl(template: Template, values: Mapping[str, Any], *, base_url: str) -> str:
    """Return the call of the platform API that asks for the same service; what it cannot say takes its default."""
    body = {
        "name": values.get("name") or EXAMPLE_NAME,
        "team": values.get("owner") or values.get("team") or "my-team",
        "template": template.ref.partition("/")[2],
        **{name: values[name] for name in ("language", "framework", "description") if values.get(name)},
    }
    return "\n".join(
        [
            f"curl -X POST {shlex.quote(base_url + '/api/v1/services')} \\",
            '  -H "Authorization: Bearer $WAYMARK_TOKEN" -H "Idempotency-Key: $(uuidgen)" \\',
            f"  --json {shlex.quote(json.dumps(body, indent=2, ensure_ascii=False))}",
        ]
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if SHORTEST_MARKED <= len(value) <= LONGEST_MARKED and "\n" not in value:
            yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)


def _marked(text: str, marked: Sequence[str]) -> list[list[Piece]]:
    """Return the lines of `text`, each in pieces: those that are answers, and the rest."""
    return [pieces(line, marked) for line in text.splitlines()[:SHOWN_LINES]]


def pieces(line: str, marked: Sequence[str]) -> list[Piece]:
    """Return a line in pieces: those that are answers, and what stands between them."""
    found, start = [], 0
    while start < len(line):
        hit = min(((at, -len(word)) for word in marked if (at := line.find(word, start)) >= 0), default=None)
        if hit is None:
            break
        at, length = hit[0], -hit[1]
        found += [Piece(line[start:at])] if at > start else []
        found.append(Piece(line[at : at + length], is_answer=True))
        start = at + length
    return [*found, Piece(line[start:])] if start < len(line) or not found else found


def _chosen(files: Sequence[FileContent], wanted: str) -> FileContent | None:
    """Return the file that was asked for, else the one that says most about what is made."""
    by_path = {file.path: file for file in files}
    for path in (wanted, *FIRST_CHOICES):
        if path in by_path:
            return by_path[path]
    return files[0] if files else None


def tree(files: Iterable[FileContent], shown: str, known: set[str] | None) -> list[TreeNode]:
    """Return files as a tree, folders first; folders that hold one folder only are written as one."""
    return _level([(file.path.split("/"), file.path) for file in files], shown, known)


def _level(entries: list[tuple[list[str], str]], shown: str, known: set[str] | None, above: str = "") -> list[TreeNode]:
    folders = sorted((entry for entry in entries if len(entry[0]) > 1), key=lambda entry: entry[0][0])
    nodes = []
    for name, inside in groupby(folders, key=lambda entry: entry[0][0]):
        path = f"{above}{name}"
        children = _level([(parts[1:], full) for parts, full in inside], shown, known, f"{path}/")
        if len(children) == 1 and children[0].is_folder:
            nodes.append(TreeNode(f"{name}/{children[0].name}", children[0].path, children[0].children, is_folder=True))
        else:
            nodes.append(TreeNode(name, path, children, is_folder=True))
    for parts, full in sorted(entry for entry in entries if len(entry[0]) == 1):
        is_new = known is not None and full not in known
        nodes.append(TreeNode(parts[0], full, is_new=is_new, is_shown=full == shown))
    return nodes
