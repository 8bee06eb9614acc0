"""What a source gives: the files of a place, or why it cannot be read now."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from integrations.errors import IntegrationError, NotFound, RateLimited

if TYPE_CHECKING:
    from catalog.models import Location

GLOB_SIGNS = frozenset("*?")
# Bytes of a path or address; PostgreSQL takes no more into an index.
LONGEST = 2_048
# Signs of an ETag that are kept.
LONGEST_ETAG = 255


def is_too_long(place: str) -> bool:
    """Whether a path or address is longer than any database keeps it."""
    return len(place.encode("utf-8", "surrogatepass")) > LONGEST


class Unreadable(Exception):
    """The place cannot be read now; the message says why and what to do.

    Attributes:
        is_gone: it does not exist, rather than being out of reach for a while.
        host: that gave no answer; others of its places need not be tried at once.
        retry_after: seconds for which the host wants no call.
        memory, repository: as a `Reading` has them, where a place that is gone is worth remembering.
    """

    def __init__(
        self,
        message: str,
        *,
        is_gone: bool = False,
        host: str = "",
        retry_after: float = 0.0,
        memory: dict[str, Any] | None = None,
        repository: str = "",
    ) -> None:
        super().__init__(message)
        self.is_gone = is_gone
        self.host = host
        self.retry_after = retry_after
        self.memory = memory
        self.repository = repository

    @classmethod
    def of(cls, error: IntegrationError, *, may_be_gone: bool = True) -> Unreadable:
        """Return what an outside host's error means for a place."""
        retry_after = error.retry_after if isinstance(error, RateLimited) else 0.0
        host = error.host if error.retryable else ""
        return cls(str(error), is_gone=may_be_gone and isinstance(error, NotFound), host=host, retry_after=retry_after)


@dataclass(frozen=True)
class SourceText:
    """A file as it was read: its path or address, and its text; `error` where it could not be read."""

    path: str
    text: str = field(repr=False, default="")
    error: str = ""

    @classmethod
    def of(cls, path: str, content: bytes) -> SourceText:
        """Return the text of a file's bytes, or that they are none."""
        try:
            return cls(path, content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            return cls(path, error=f"The file is not a text in UTF-8 (byte {error.start}). Save it as UTF-8.")


@dataclass(frozen=True)
class Reading:
    """What a location holds. With `unchanged` nothing was read, as the source says that nothing is new.

    Attributes:
        same: paths of files that are as they were, and therefore not in `files`.
        memory: what the source wants to find in `location.memory` at the next reading.
        repository: `host/owner/name@ref` of the repository that all of it lies in.
        is_partial: there was no time for all of it; the next reading goes on from here.
    """

    files: list[SourceText] = field(default_factory=list)
    etag: str = ""
    commit: str = ""
    unchanged: bool = False
    same: frozenset[str] = frozenset()
    memory: dict[str, Any] | None = None
    repository: str = ""
    is_partial: bool = False


class Source(Protocol):
    """A way to read the files of a location."""

    def read(self, location: Location) -> Reading:
        """Return the files of `location`, or that nothing is new since `location.etag`.

        Raises:
            Unreadable: the place is gone or out of reach.
        """

    def child(self, base: str, target: str) -> tuple[str, str]:
        """Return type and target of what a Location entity in the file `base` calls `target`.

        Raises:
            ValueError: it leads nowhere; the message says why.
        """
