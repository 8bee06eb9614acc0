"""Renders the files of a skeleton as `fetch:template` does: values in, files out, nothing touched."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scaffolder.files import paths
from scaffolder.files.archives import FileLike
from scaffolder.templating import PLAIN, Mode, Session, TemplateError

FILE_MODES = ("100644", "100755")
DEFAULT_EXTENSION = ".njk"
# Where a text is looked at to tell it from a binary file, as git does it.
PROBED_BYTES = 8000


class SkeletonError(Exception):
    """A skeleton that is refused; the message names the file and the reason."""


@dataclass(frozen=True)
class RenderedFile:
    path: str
    mode: str
    content: bytes
    # The path in the skeleton.
    source: str = ""


@dataclass(frozen=True)
class Limits:
    """How much a skeleton may hold, before and after rendering."""

    files: int = 5_000
    bytes: int = 20 * 1024 * 1024


LIMITS = Limits()


@dataclass(frozen=True)
class RenderOptions:
    """What the input of `fetch:template` asks for besides values.

    Attributes:
        copy_without_templating: patterns of files whose content is copied; their paths are rendered.
        copy_without_render: patterns of files that are copied as they are, path and content.
        template_file_extension: only files with this ending are rendered, and lose it; empty: all are.
        replace: a file that is there already is written anew, else it stays.
        target_path: the folder of the workspace that the files go to.
    """

    copy_without_templating: tuple[str, ...] = ()
    copy_without_render: tuple[str, ...] = ()
    template_file_extension: str = ""
    replace: bool = False
    mode: Mode = PLAIN
    target_path: str = ""

    @classmethod
    def from_input(cls, given: Mapping[str, Any]) -> RenderOptions:
        """Return the options that an input of `fetch:template` names.

        Raises:
            SkeletonError: two of them exclude each other.
        """
        extension = given.get("templateFileExtension") or ""
        if extension and (given.get("copyWithoutTemplating") or given.get("cookiecutterCompat")):
            raise SkeletonError(
                "templateFileExtension excludes copyWithoutTemplating and cookiecutterCompat; keep one of them."
            )
        return cls(
            copy_without_templating=tuple(given.get("copyWithoutTemplating") or ()),
            copy_without_render=tuple(given.get("copyWithoutRender") or ()),
            template_file_extension=DEFAULT_EXTENSION if extension is True else extension,
            replace=bool(given.get("replace")),
            mode=Mode(
                cookiecutter=bool(given.get("cookiecutterCompat")),
                trim_blocks=bool(given.get("trimBlocks")),
                lstrip_blocks=bool(given.get("lstripBlocks")),
            ),
            target_path=given.get("targetPath") or "",
        )


def render_tree(
    files: Iterable[FileLike],
    values: Mapping[str, Any],
    options: RenderOptions = RenderOptions(),
    *,
    existing: Container[str] = frozenset(),
    limits: Limits = LIMITS,
    session: Session | None = None,
) -> list[RenderedFile]:
    """Return the files that a skeleton gives with `values`, in the order of their paths.

    Args:
        existing: paths of the workspace; those stay unless `options.replace`.
        session: the interpreter of the step; without one this call has its own.

    Raises:
        SkeletonError: a link, a name that leads out, or more than the limits.
        TemplateError: an expression fails; `.file` is the file of the skeleton.
    """
    with session or Session() as room:
        rendering = _Rendering(values, options, existing, limits, room)
        for file in sorted(files, key=lambda file: file.path):
            rendering.add(file)
    return sorted(rendering.made.values(), key=lambda file: file.path)


def render_file(
    file: FileLike, values: Mapping[str, Any], mode: Mode = PLAIN, *, session: Session | None = None
) -> bytes:
    """Return the content of one file with `values`; a binary one stays as it is.

    Raises:
        SkeletonError: a link, or more than the limits.
        TemplateError: an expression fails; `.file` is the file's path.
    """
    with session or Session() as room:
        rendering = _Rendering(values, RenderOptions(mode=mode), frozenset(), LIMITS, room)
        rendering.admit(file)
        return rendering.content(file)


class _Rendering:
    """One pass over a skeleton, which counts as it goes."""

    def __init__(
        self,
        values: Mapping[str, Any],
        options: RenderOptions,
        existing: Container[str],
        limits: Limits,
        session: Session,
    ) -> None:
        self.made: dict[str, RenderedFile] = {}
        self._context = {"cookiecutter" if options.mode.cookiecutter else "values": values}
        self._options = options
        self._existing = existing
        self._limits = limits
        self._session = session
        self._files = self._bytes_read = self._bytes_made = 0

    def add(self, file: FileLike) -> None:
        self.admit(file)
        is_templated, path = self._plan(file.path)
        if path == "" or path.startswith("/") or "//" in path:
            return  # the idiom for files that only some values ask for
        target = self._target(path, file.path)
        if not self._options.replace and (target in self._existing or target in self.made):
            return
        content = self.content(file) if is_templated else file.content
        self._bytes_made += len(content)
        self._check(self._bytes_made, file.path)
        self.made[target] = RenderedFile(target, file.mode, content, source=file.path)

    def admit(self, file: FileLike) -> None:
        if file.mode not in FILE_MODES:
            what = "a symbolic link" if file.mode == "120000" else f"of mode {file.mode}"
            raise SkeletonError(
                f'"{paths.shown(file.path)}" is {what}; a skeleton holds regular files only. Copy its target.'
            )
        try:
            paths.clean(file.path)
        except paths.PathRefused as error:
            raise SkeletonError(str(error)) from error
        self._files += 1
        self._bytes_read += len(file.content)
        if self._files > self._limits.files:
            raise SkeletonError(f"The skeleton has more than {self._limits.files} files.")
        self._check(self._bytes_read, file.path)

    def _check(self, size: int, path: str) -> None:
        if size > self._limits.bytes:
            raise SkeletonError(f'With "{paths.shown(path)}" the skeleton has more than {self._limits.bytes} bytes.')

    def _plan(self, path: str) -> tuple[bool, str]:
        """Return whether the content is a template, and the rendered path."""
        options = self._options
        if paths.match(options.copy_without_render, path):
            return False, path
        if options.template_file_extension:
            is_templated = path.endswith(options.template_file_extension)
            path = path.removesuffix(options.template_file_extension)
        else:
            is_templated = not paths.match(options.copy_without_templating, path)
        return is_templated, self._session.render_text(path, self._context, mode=options.mode, file=path)

    def _target(self, path: str, source: str) -> str:
        try:
            return paths.clean(f"{self._options.target_path or '.'}/{path}")
        except paths.PathRefused as error:
            raise SkeletonError(f'"{paths.shown(source)}" cannot be written: {error}') from error

    def content(self, file: FileLike) -> bytes:
        text = text_of(file.content)
        if text is None:
            return file.content
        rendered = self._session.render_text(text, self._context, mode=self._options.mode, file=file.path)
        try:
            return rendered.encode()
        except UnicodeEncodeError as error:
            raise TemplateError("the result holds half a character", file=file.path) from error


def text_of(content: bytes) -> str | None:
    """Return a file's text, or None when it is binary: it holds a NUL byte early on, or is not UTF-8."""
    if b"\0" in content[:PROBED_BYTES]:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
