"""What was asked of `make run`, checked before anything is touched."""

import os
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
PORT = re.compile(r"[0-9]{1,5}", re.ASCII)
LAST_PORT = 65_535


class WrongUse(Exception):
    """The person at the terminal has to change something; the message is one line that says what."""


@dataclass(frozen=True)
class Options:
    """What `make run` was given: `var` is the folder of all that the portal writes."""

    port: int
    var: Path
    demo: bool

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def read(environ: Mapping[str, str]) -> Options:
    """Return the options.

    Raises:
        WrongUse: one of them has a value that it cannot have.
    """
    return Options(
        port=_port(environ.get("PORT", "8000")),
        var=_folder(environ.get("VAR", "var")),
        demo=_yes_or_no("DEMO", environ.get("DEMO", "1")),
    )


def require_free(port: int, cure: str) -> None:
    """Return when nobody listens on `port`.

    Raises:
        WrongUse: somebody does; the message ends with `cure`.
    """
    with socket.socket() as probe:
        # As the servers do: a port whose last connections linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise WrongUse(f"Port {port} cannot be used ({error.strerror}). {cure}") from error


def listens(port: int) -> bool:
    """Whether somebody answers on `port`."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def free_port(wanted: int | None = None) -> int:
    """Return `wanted` when nobody listens there, else any port that is free."""
    for port in (wanted, 0) if wanted and wanted <= LAST_PORT else (0,):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port or 0))
            except OSError:
                continue
            found: int = probe.getsockname()[1]
            return found
    raise WrongUse("No port is free on this machine.")


def _port(text: str) -> int:
    if not PORT.fullmatch(text) or not 0 < int(text) <= LAST_PORT:
        raise WrongUse(f"PORT is {text!r}; expected a number from 1 to {LAST_PORT}, as in: make run PORT=8000")
    return int(text)


def _folder(text: str) -> Path:
    if not text.strip():
        raise WrongUse("VAR is empty; expected a folder for all that the portal writes, as in: make run VAR=var")
    folder = (ROOT / text).resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongUse(f"VAR is {text!r}, and that folder cannot be made: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WrongUse(f"VAR is {text!r}, and nothing can be written there. Choose another folder.")
    return folder


def _yes_or_no(name: str, text: str) -> bool:
    if text not in ("0", "1"):
        raise WrongUse(f"{name} is {text!r}; expected 1 or 0, as in: make run {name}=1")
    return text == "1"
