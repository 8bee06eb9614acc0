"""Checks, renders and runs a golden path from a folder: for its author, and for a repository's CI."""

from __future__ import annotations

import dataclasses
import json
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts import actors
from accounts.actors import Actor
from accounts.roles import Role
from catalog import documents
from catalog.management.report import write_problems
from catalog.problems import Problem
from integrations.git.reader import Tree
from scaffolder import engine, lint, template_tests, template_text
from scaffolder.engine import DryRun
from scaffolder.engine import spec as specs
from scaffolder.forms import fields
from scaffolder.models import Task, TaskEvent, Template, TemplateRevision
from scaffolder.sources import SourceMissing, TemplateSource

FILE = "template.yaml"
LOOK_EVERY_SECONDS = 0.2
# Without a ref nobody is looked up, so that no database is needed.
NOBODY = Actor(kind="system", role=Role.ADMIN)


@dataclass(frozen=True)
class LocalSource(TemplateSource):
    """The folder of a template on this machine; what lies elsewhere is not read."""

    def tree(self, url: str, *, token: str | None = None) -> Tree:
        if "://" in url:
            raise SourceMissing(
                f"{url} is not read: rendering makes no outside call. Use a folder beside the template."
            )
        return super().tree(url, token=token)


@dataclass(frozen=True)
class TemplateFolder:
    """A template.yaml and what lies beside it."""

    path: Path

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def base_url(self) -> str:
        return f"{self.path.resolve().parent.as_uri()}/"

    @property
    def source(self) -> LocalSource:
        return LocalSource(template_text.summary(self.text).ref, self.base_url)

    def problems(self) -> list[Problem]:
        """Return what lint says, with the path of the file that each problem is in."""
        tree = {file.path: file.content for file in self.source.tree("./").files}
        return [
            dataclasses.replace(problem, path=str(self.path.parent / problem.path if problem.path else self.path))
            for problem in lint.check(self.text, tree=tree)
        ]

    def spec(self) -> specs.Spec:
        return specs.from_document(documents.load_one(self.text).value)


class Command(BaseCommand):
    help = "Checks, tests, renders or runs a golden path. Exit code: 0 fine, 1 found problems, 2 wrong use."
    # A repository's CI has no settings to check.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        check = deeds.add_parser("lint", help="print what is wrong as file:line:column: message; needs no database")
        check.add_argument("paths", nargs="+", metavar="PATH", help="template.yaml, or a folder with some below it")
        check.add_argument("--json", action="store_true", help="print the result as JSON")
        test = deeds.add_parser("test", help="run its tests, spec.tests; makes no outside call, needs no database")
        test.add_argument("paths", nargs="+", metavar="PATH", help="template.yaml, or a folder with some below it")
        render = deeds.add_parser("render", help="write the files that it makes to a folder; makes no outside call")
        render.add_argument("--out", required=True, metavar="DIR", help="a new or empty folder")
        run = deeds.add_parser("run", help="run it in this portal, and follow the log")
        run.add_argument("--dry-run", action="store_true", help="touch nothing, and print what would be done")
        for deed in (render, run):
            deed.add_argument("path", metavar="PATH", help="template.yaml, or its folder")
            deed.add_argument("--values", metavar="FILE", help="the answers to its form, as YAML or JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        deeds = {"lint": self._lint, "test": self._test, "render": self._render, "run": self._run}
        deed = deeds[options["deed"]]
        if not deed(options):
            sys.exit(1)

    def _lint(self, options: dict[str, Any]) -> bool:
        folders = [folder for path in options["paths"] for folder in _below(Path(path))]
        problems = [problem for folder in folders for problem in folder.problems()]
        if options["json"]:
            result = {"templates": len(folders), "problems": [problem.to_json() for problem in problems]}
            self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))
        else:
            write_problems(self.stdout, problems)
            self.stdout.write(f"{len(folders)} templates, {len(problems)} problems")
        return not lint.has_errors(problems)

    def _test(self, options: dict[str, Any]) -> bool:
        folders = [folder for path in options["paths"] for folder in _below(Path(path))]
        problems, passed = [], 0
        for folder in folders:
            for outcome in self._outcomes(folder):
                self.stdout.write(f"{'ok  ' if outcome.has_passed else 'FAIL'} {folder.path}: {outcome.name}")
                problems += [dataclasses.replace(problem, path=str(folder.path)) for problem in outcome.problems]
                passed += outcome.has_passed
        write_problems(self.stdout, problems)
        self.stdout.write(f"{len(folders)} templates, {passed} tests passed, {len(problems)} problems")
        return not problems

    def _outcomes(self, folder: TemplateFolder) -> list[template_tests.Outcome]:
        try:
            return template_tests.run(folder.text, source=folder.source, actor=NOBODY)
        except engine.TemplateBroken as error:
            raise CommandError(f"{folder.path}: {error}") from error

    def _render(self, options: dict[str, Any]) -> bool:
        out = Path(options["out"])
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(f"{out} is not an empty folder.", returncode=2)
        played = self._play(options, NOBODY)
        for file in played.files:
            target = out / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
            if file.mode == "100755":
                target.chmod(0o755)
            self.stdout.write(file.path)
        return self._ended(played)

    def _run(self, options: dict[str, Any]) -> bool:
        if not options["dry_run"]:
            return self._run_for_good(_one(Path(options["path"])), options)
        played = self._play(options, actors.system())
        for step in played.steps:
            self.stdout.write(f"{step.state}: {step.name} ({step.action})")
        for line in played.log:
            self.stdout.write(f"  {line.step_id}: {line.message}")
        for file in played.files:
            self.stdout.write(f"would make {file.path}")
        return self._ended(played)

    def _play(self, options: dict[str, Any], actor: Actor) -> DryRun:
        folder = _one(Path(options["path"]))
        try:
            spec = folder.spec()
        except engine.TemplateBroken as error:
            raise CommandError(f"{folder.path}: {error}") from error
        values = fields.defaults(spec.pages) | _values(options["values"])
        return engine.dry_run(spec, values, template=folder.source, actor=actor, text=folder.text)

    def _ended(self, played: DryRun) -> bool:
        if played.error:
            self.stderr.write(played.error)
        return not played.error

    def _run_for_good(self, folder: TemplateFolder, options: dict[str, Any]) -> bool:
        template = _kept(folder)
        try:
            values = fields.defaults(folder.spec().pages) | _values(options["values"])
            task = engine.submit(template=template, parameters=values, actor=actors.system())
        except engine.ParametersRefused as error:
            for found in error.errors:
                self.stderr.write(f"{found.name or 'values'}: {found.message} {found.hint}")
            return False
        except (engine.TemplateBroken, engine.TooManyRuns) as error:
            raise CommandError(str(error)) from error
        # A worker may be quicker; one lease decides who does it.
        thread = threading.Thread(target=_work, args=(task,), daemon=True)
        thread.start()
        for event in _events(task):
            self.stdout.write(f"{event.step_id or 'run'}: {event.message}")
        thread.join(timeout=5)
        task.refresh_from_db()
        return task.state == Task.State.COMPLETED


def _below(path: Path) -> Iterator[TemplateFolder]:
    """Yield the templates that a path names: a file, or all files `template.yaml` below a folder."""
    if path.is_dir():
        found = sorted(path.rglob(FILE))
        if not found:
            raise CommandError(f"There is no {FILE} below {path}.", returncode=2)
        yield from map(TemplateFolder, found)
    else:
        yield _one(path)


def _one(path: Path) -> TemplateFolder:
    file = path / FILE if path.is_dir() else path
    try:
        file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}", returncode=2) from error
    return TemplateFolder(file)


def _values(path: str | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        document = documents.load_one(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}", returncode=2) from error
    if document.problems or not isinstance(document.value or {}, dict):
        said = document.problems[0] if document.problems else "it must be a map of names and values"
        raise CommandError(f"{path}: {said}", returncode=2)
    return dict(document.value or {})


def _kept(folder: TemplateFolder) -> Template:
    """Return a row for the file, which no gallery shows: runs need a text that stays."""
    found = template_text.summary(folder.text)
    name = found.ref.rpartition("/")[2] or "unnamed"
    template, _created = Template.objects.update_or_create(
        ref=f"template:command-line/{name}",
        defaults={"source": Template.Source.ADMIN, "title": found.title or name, "draft": folder.text},
    )
    last = template.revisions.values_list("number", flat=True).first() or 0
    revision = TemplateRevision.objects.create(
        template=template,
        number=last + 1,
        text=folder.text,
        sha256=template_text.sha256(folder.text),
        base_url=folder.base_url,
        published_by=actors.system().ref,
    )
    # Not saved: to everybody else it stays a draft.
    template.revision, template.state = revision, Template.State.PUBLISHED
    return template


def _work(task: Task) -> None:
    try:
        engine.run(task.pk)
    finally:
        connection.close()


def _events(task: Task) -> Iterator[TaskEvent]:
    """Yield the log as it is written, until the run has ended."""
    seen = 0
    while True:
        task.refresh_from_db(fields=["state"])
        for event in TaskEvent.objects.filter(task=task, seq__gt=seen):
            seen = event.seq
            yield event
        if task.has_ended:
            return
        time.sleep(LOOK_EVERY_SECONDS)
