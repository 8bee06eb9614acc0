"""Renders templates with nunjucks 3.2.4 in QuickJS: the one module that knows of either.

The interpreter has no file, network, process or Python callable. Data go in and results come out as JSON; a value is
never parsed again. Whatever goes wrong inside, also a limit, becomes one `TemplateError`, and that context is thrown
away. Source of the dialect: Backstage's scaffolder up to 4.0.2 (delimiters `${{ }}`, autoescape off).
"""

from __future__ import annotations

import functools
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import quickjs
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

MEMORY_BYTES = 64 * 1024 * 1024
STACK_BYTES = 1024 * 1024
RENDER_SECONDS = 2
SOURCE_BYTES = 512 * 1024
OUTPUT_BYTES = 5 * 1024 * 1024

SCRIPTS = Path(__file__).parent / "nunjucks"
SCRIPT_ORDER = ("rules", "filters", "inspect", "engine", "lock")
# A text without any of these is its own rendering. The last is an error outside a comment.
MARKS = ("${{", "{%", "{#", "#}")
COOKIECUTTER_MARKS = ("{{", "{%", "{#", "#}")


class TemplateError(Exception):
    """A template that cannot be rendered, and where.

    Attributes:
        line, column: 1-based, in the text that was given; 0 where the interpreter cannot say.
        expression: the tag that failed, with its delimiters; empty when unknown.
        path: keys and indexes that lead to the text inside a value given to `render_value`.
    """

    def __init__(
        self,
        message: str,
        *,
        expression: str = "",
        line: int = 0,
        column: int = 0,
        file: str = "",
        path: tuple[str | int, ...] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.expression = expression
        self.line = line
        self.column = column
        self.file = file
        self.path = path

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        expression = f" in {self.expression}" if self.expression else ""
        return f"{place}: {self.message}{expression}" if place else f"{self.message}{expression}"


class Undefined:
    """What a whole-value expression gives that has no value; JavaScript's undefined, which is not null."""

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined()


@dataclass(frozen=True)
class Mode:
    """How a text is read: the delimiters and words of cookiecutter, and which blanks around tags go."""

    cookiecutter: bool = False
    trim_blocks: bool = False
    lstrip_blocks: bool = False

    @property
    def marks(self) -> tuple[str, ...]:
        return COOKIECUTTER_MARKS if self.cookiecutter else MARKS


PLAIN = Mode()


@dataclass(frozen=True)
class ExpressionProblem:
    """An expression that does not parse; line and column are 1-based in its text."""

    message: str
    line: int
    column: int
    expression: str


@dataclass(frozen=True)
class Lookup:
    """A value that a template looks up: `steps.publish.output.url` as a path, None for a computed part."""

    path: tuple[str | int | None, ...]
    line: int
    column: int
    # True when nothing stands between the look-up and the text: no filter, no operator.
    is_printed: bool


@dataclass(frozen=True)
class Analysis:
    """What a parsed template refers to."""

    lookups: tuple[Lookup, ...]
    # Paths of what it calls, `("always",)`; names that it sets itself.
    calls: tuple[tuple[str | int | None, ...], ...]
    defined: frozenset[str]
    # The text is one expression and nothing else, and so keeps the expression's type.
    is_whole: bool


@functools.cache
def _engine_source(cookiecutter: bool) -> str:
    path = Path(settings.BASE_DIR) / "node_modules" / "nunjucks" / "browser" / "nunjucks.min.js"
    try:
        library = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ImproperlyConfigured(f"{path} is missing. Install the npm packages: `npm ci`.") from error
    limits = f"const COMPAT = {json.dumps(cookiecutter)}; const MAX_OUTPUT = {OUTPUT_BYTES};"
    ours = [
        (SCRIPTS / f"{name}.js").read_text(encoding="utf-8")
        for name in ("rules", "filters", "inspect", "engine", "lock")
    ]
    return "\n".join(["var window = globalThis;", library, limits, *ours])


class _Room:
    """One QuickJS context with nunjucks in it."""

    def __init__(self, *, cookiecutter: bool) -> None:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY_BYTES)
        context.set_max_stack_size(STACK_BYTES)
        context.eval(_engine_source(cookiecutter))
        context.set_time_limit(RENDER_SECONDS)
        self._answer = context.get("answer")

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the engine's answer: `{"value": …}`, `{}` for undefined, or `{"error": {…}}`."""
        try:
            text = self._answer(json.dumps(request, allow_nan=False))
        except Exception as error:
            raise TemplateError(_limit_message(error)) from error
        if len(text) > 2 * OUTPUT_BYTES:
            raise TemplateError(f"the output is larger than {OUTPUT_BYTES} bytes")
        try:
            answer: dict[str, Any] = json.loads(text)
            json.dumps(answer, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise TemplateError("the result is nested too deeply or holds half a character") from error
        return answer


def _limit_message(error: Exception) -> str:
    """Say in plain words which limit was hit; QuickJS tells them by words only, of several error classes."""
    text = str(error)
    if "interrupted" in text:
        return f"rendering took longer than {RENDER_SECONDS} seconds"
    if "memory" in text:
        return f"rendering needs more than {MEMORY_BYTES // 2**20} MiB of memory"
    if "stack" in text or "Unknown quickjs tag" in text:
        return "the template or its values are nested too deeply"
    return f"the template cannot be rendered: {text.splitlines()[0] if text else type(error).__name__}"


class Session:
    """Renderings that share one interpreter: a task's step has its own, and so has each thread.

    Args:
        has_failed: what `failure()` says, whether an earlier step of the run has failed.
    """

    def __init__(self, *, has_failed: bool = False) -> None:
        self.has_failed = has_failed
        self._rooms: dict[bool, _Room] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._rooms.clear()

    def render_text(self, source: str, context: Mapping[str, Any], *, mode: Mode = PLAIN, file: str = "") -> str:
        """Return `source` rendered with `context`.

        Raises:
            TemplateError: an expression fails or a limit is hit.
        """
        if not any(mark in source for mark in mode.marks):
            return source
        text: str = self._ask("renderText", source, context, mode=mode, file=file)
        if len(text.encode()) > OUTPUT_BYTES:
            raise TemplateError(f"the output is larger than {OUTPUT_BYTES} bytes", file=file)
        return text

    def render_value(self, value: Any, context: Mapping[str, Any], *, file: str = "") -> Any:
        """Return `value` with every text in it rendered; keys of maps stay as they are.

        A text that is one expression keeps its native type. Without a value it is UNDEFINED at the top, its key goes
        from a map, and a list has None there.
        """
        return self._rendered(value, context, file=file, path=())

    def condition(self, value: Any, context: Mapping[str, Any], *, file: str = "") -> bool:
        """Return whether an `if:` holds: JavaScript's truth, except that an empty list is false."""
        if isinstance(value, str) and any(mark in value for mark in MARKS):
            return bool(self._ask("condition", value, context, file=file))
        return isinstance(value, Mapping) or bool(value)

    def analyse(self, source: str, *, mode: Mode = PLAIN) -> Analysis:
        """Return what `source` looks up and calls, without rendering it.

        Raises:
            TemplateError: it does not parse, or uses a name that is refused.
        """
        report = self._ask("check", source, {}, mode=mode)
        lookups = (
            Lookup(tuple(found["path"]), found["line"], found["column"], found["printed"])
            for found in report["lookups"]
        )
        calls = tuple(tuple(call["path"]) for call in report["calls"])
        return Analysis(tuple(lookups), calls, frozenset(report["defined"]), report["is_whole"])

    def _rendered(self, value: Any, context: Mapping[str, Any], *, file: str, path: tuple[str | int, ...]) -> Any:
        if isinstance(value, Mapping):
            items = {key: self._rendered(item, context, file=file, path=(*path, key)) for key, item in value.items()}
            return {key: item for key, item in items.items() if item is not UNDEFINED}
        if isinstance(value, list):
            rendered = [self._rendered(item, context, file=file, path=(*path, n)) for n, item in enumerate(value)]
            return [None if item is UNDEFINED else item for item in rendered]
        if isinstance(value, str) and any(mark in value for mark in MARKS):
            return self._ask("renderValue", value, context, file=file, path=path)
        return value

    def _ask(
        self,
        operation: str,
        source: str,
        context: Mapping[str, Any],
        *,
        mode: Mode = PLAIN,
        file: str = "",
        path: tuple[str | int, ...] = (),
    ) -> Any:
        try:
            return self._answer(operation, source, context, mode)
        except TemplateError as error:
            if operation != "check" or error.line == 0:
                self._rooms.pop(mode.cookiecutter, None)
            error.file, error.path = file, path
            raise

    def _answer(self, operation: str, source: str, context: Mapping[str, Any], mode: Mode) -> Any:
        if len(source.encode(errors="surrogatepass")) > SOURCE_BYTES:
            raise TemplateError(f"the template is larger than {SOURCE_BYTES // 1024} KB")
        request = {
            "operation": operation,
            "source": source,
            "context": _json(context),
            "mode": {"trim_blocks": mode.trim_blocks, "lstrip_blocks": mode.lstrip_blocks},
            "has_failed": self.has_failed,
        }
        answer = self._room(mode).ask(request)
        if "error" in answer:
            failure = answer["error"]
            failure["message"] = _plain_limit(failure["message"])
            raise TemplateError(**failure)
        return answer.get("value", UNDEFINED)

    def _room(self, mode: Mode) -> _Room:
        room = self._rooms.get(mode.cookiecutter)
        if room is None:
            room = self._rooms[mode.cookiecutter] = _spare_room() if not mode.cookiecutter else _Room(cookiecutter=True)
        return room


def _json(context: Mapping[str, Any]) -> str:
    try:
        return json.dumps(context, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TemplateError(f"the values given to the template are not JSON: {error}") from error


def _plain_limit(message: str) -> str:
    """Give limits that JavaScript itself could catch the same words as the others."""
    known = ("InternalError: out of memory", "out of memory", "stack overflow", "Maximum call stack")
    return _limit_message(RuntimeError(message)) if any(words in message for words in known) else message


_here = threading.local()
# A run needs one interpreter for its expressions, and one for a skeleton.
SPARE_ROOMS = 2


def prepare() -> None:
    """Make the interpreters that the next run of this thread will need, while nobody waits for them."""
    rooms = _here.__dict__.setdefault("spare", [])
    while len(rooms) < SPARE_ROOMS:
        rooms.append(_Room(cookiecutter=False))


def _spare_room() -> _Room:
    """Return an interpreter that nothing has been rendered in yet."""
    rooms: list[_Room] = _here.__dict__.setdefault("spare", [])
    return rooms.pop() if rooms else _Room(cookiecutter=False)


def _thread_session(has_failed: bool = False) -> Session:
    session: Session | None = getattr(_here, "session", None)
    if session is None:
        session = _here.session = Session()
    session.has_failed = has_failed
    return session


def render_text(source: str, context: Mapping[str, Any], *, mode: Mode = PLAIN, file: str = "") -> str:
    """Return `source` rendered with `context`, in this thread's interpreter."""
    return _thread_session().render_text(source, context, mode=mode, file=file)


def render_value(value: Any, context: Mapping[str, Any], *, file: str = "") -> Any:
    """Return `value` with every text in it rendered, in this thread's interpreter; see `Session.render_value`."""
    return _thread_session().render_value(value, context, file=file)


def condition(value: Any, context: Mapping[str, Any], *, has_failed: bool = False, file: str = "") -> bool:
    """Return whether an `if:` holds, in this thread's interpreter; `has_failed` is what `failure()` says."""
    return _thread_session(has_failed).condition(value, context, file=file)


def analyse(source: str, *, mode: Mode = PLAIN) -> Analysis:
    """Return what `source` looks up and calls, without rendering it."""
    return _thread_session().analyse(source, mode=mode)


def check(source: str, *, mode: Mode = PLAIN) -> list[ExpressionProblem]:
    """Return the first expression of `source` that does not parse, or nothing."""
    if not any(mark in source for mark in mode.marks):
        return []
    try:
        analyse(source, mode=mode)
    except TemplateError as error:
        return [ExpressionProblem(error.message, error.line, error.column, error.expression)]
    return []


def calls_status(value: object) -> bool:
    """Tell whether an `if:` calls `always()` or `failure()`, and so is asked also after a failure."""
    if not isinstance(value, str) or not any(mark in value for mark in MARKS):
        return False
    try:
        return any(call in (("always",), ("failure",)) for call in analyse(value).calls)
    except TemplateError:
        return False


def located(error: TemplateError, *, file: str, line: int, column: int) -> TemplateError:
    """Return `error` placed in the file that holds its text, whose first sign is at `line` and `column`."""
    first = error.line <= 1
    return_line = line + max(error.line - 1, 0)
    made = TemplateError(error.message, expression=error.expression, file=file, path=error.path)
    made.line, made.column = return_line, column + max(error.column - 1, 0) if first else error.column
    return made
