"""Where a template's own files are: beside its `template.yaml`, at the commit that was published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from integrations.errors import IntegrationError
from integrations.git import reader
from integrations.git.reader import Tree, TreeFile
from integrations.git.source_url import Kind, SourceUrl, SourceUrlError

FILE_SCHEME = "file://"


class SourceMissing(Exception):
    """A template names files that cannot be read; the message says which and why."""


@dataclass(frozen=True)
class TemplateSource:
    """A template as it was published, and how to reach what lies beside it.

    Attributes:
        base_url: the folder of `template.yaml`, with a slash at the end: an address, `file:///…/` for a folder of
            the operator's, or empty when the template was written in admin without one.
        commit: what `base_url` named at that moment; empty when it was not a commit.
    """

    ref: str
    base_url: str = ""
    commit: str = ""

    def tree(self, url: str, *, token: str | None = None) -> Tree:
        """Return the files of the folder `url`, which may be relative to the template.

        Args:
            token: what to show to the host in place of the portal's own credential.

        Raises:
            SourceMissing: there is no such folder, or a relative one has nothing that it is relative to.
            IntegrationError: the host did not answer or refused.
        """
        self._check_base(url)
        if self._is_relative(url) and self.base_url.startswith(FILE_SCHEME):
            return _folder(self.base_url, url)
        address = self._address(url)
        try:
            return reader.read_tree(address, token=token)
        except IntegrationError as error:
            if error.retryable:
                raise
            raise SourceMissing(f"{address} cannot be read: {error}") from error

    def file(self, url: str, *, token: str | None = None) -> TreeFile:
        """Return the file `url`, which may be relative to the template; its path is its name.

        Raises:
            SourceMissing: there is no such file, or a relative one has nothing that it is relative to.
            IntegrationError: the host did not answer or refused.
        """
        name = unquote(urlsplit(url).path).rpartition("/")[2]
        self._check_base(url)
        if self._is_relative(url) and self.base_url.startswith(FILE_SCHEME):
            return TreeFile(name, *_file(self.base_url, url))
        address = self._address(url, kind="blob") if self._is_relative(url) else url
        try:
            return TreeFile(name, "100644", reader.read_bytes(address, token=token))
        except IntegrationError as error:
            if error.retryable:
                raise
            raise SourceMissing(f"{address} cannot be read: {error}") from error

    def _check_base(self, url: str) -> None:
        if self._is_relative(url) and not self.base_url:
            raise SourceMissing(
                f'"{url}" is relative, but this template has no base address. Set one in the template editor.'
            )

    def _is_relative(self, url: str) -> bool:
        return not urlsplit(url).scheme

    def _address(self, url: str, kind: Kind = "tree") -> str:
        """Return the full address; what lies in the template's own repository is read at the published commit."""
        try:
            if not self._is_relative(url):
                return str(replace(SourceUrl.parse(url), kind=kind))
            joined = replace(SourceUrl.parse(self.base_url).join(url), kind=kind)
        except SourceUrlError as error:
            raise SourceMissing(str(error)) from error
        return str(replace(joined, ref=self.commit) if self.commit else joined)


def operators_tree(address: str) -> Tree:
    """Return the files of a folder that the configuration names: `https://…/tree/main/workflows` or `file:///…/`.

    Raises:
        SourceMissing: there is no such folder.
        IntegrationError: the host did not answer.
    """
    if address.startswith(FILE_SCHEME):
        return _folder(address, ".")
    return TemplateSource(ref="").tree(address)


def _folder(base_url: str, url: str) -> Tree:
    """Return the files of a folder on this machine; links are followed nowhere."""
    folder = _beside(base_url, url)
    if not folder.is_dir():
        raise SourceMissing(f'There is no folder "{url}" beside the template.')
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return Tree(
        commit="",
        files=[TreeFile(path.relative_to(folder).as_posix(), _mode(path), path.read_bytes()) for path in files],
    )


def _file(base_url: str, url: str) -> tuple[str, bytes]:
    """Return mode and content of a file on this machine."""
    path = _beside(base_url, url)
    if not path.is_file():
        raise SourceMissing(f'There is no file "{url}" beside the template.')
    return _mode(path), path.read_bytes()


def _beside(base_url: str, url: str) -> Path:
    """Return the place of `url`; a link that leads out of the template's folder is followed nowhere."""
    base = Path(unquote(urlsplit(base_url).path)).resolve()
    path = (base / url).resolve()
    if not path.is_relative_to(base):
        raise SourceMissing(f'"{url}" leads out of the template\'s folder.')
    return path


def _mode(path: Path) -> str:
    return "100755" if path.stat().st_mode & 0o100 else "100644"
