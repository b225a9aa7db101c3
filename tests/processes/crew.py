"""The product as processes: three workers, a door and a Redis, in a town of simulated ledgers."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from connector import queues
from connector.deps import CRASH_VARIABLE
from connector.redis_server import RedisServer, redis_for
from providers.simulated.world import post_over_http
from tests.processes.nursery import DOOR
from tests.simulation import universe as one
from tests.town import Town, environment_of, open_town

ROLES = (DOOR, *queues.JOBS)
PATIENCE_SECONDS = 40.0


@dataclass
class Crew:
    """`processes` are the ids by role of those that should be alive, `companies` those founded in
    each ledger."""

    town: Town
    folder: Path
    redis: RedisServer
    nursery: subprocess.Popen[str]
    port: int
    processes: dict[str, int] = field(default_factory=dict)
    companies: dict[str, list[str]] = field(default_factory=dict)

    def start(self, role: str, *, crash_at: str = "") -> None:
        environment = environment_of(self.town.deps.config) | {
            "LEDGERHAND_REDIS_URL": self.redis.url, "DOOR_PORT": str(self.port),
        }  # fmt: skip
        if crash_at:
            environment[CRASH_VARIABLE] = crash_at
        asked = {
            "role": role, "environment": environment, "log": str(self.folder / f"{role}.log"),
        }  # fmt: skip
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(f"{json.dumps(asked)}\n")
        self.nursery.stdin.flush()
        self.processes[role] = int(self.nursery.stdout.readline())
        if role == DOOR:
            until(lambda: _listens(self.port), "the door is open")

    def start_all(self) -> None:
        for role in ROLES:
            self.start(role)

    def start_missing(self) -> None:
        """What a supervisor does: a worker that was busy when Redis went away gives up later."""
        for role in queues.JOBS:
            if not self.is_alive(role):
                self.start(role)

    def is_alive(self, role: str) -> bool:
        return _exists(self.processes[role])

    def kill(self, role: str) -> None:
        """kill -9."""
        if _exists(self.processes[role]):
            os.kill(self.processes[role], signal.SIGKILL)
        until(lambda: not self.is_alive(role), f"{role} is gone")

    def replace(self, role: str, *, crash_at: str = "") -> None:
        self.kill(role)
        self.start(role, crash_at=crash_at)

    def restart_redis(self) -> None:
        """The same address; what was in its memory and not on its disk is lost."""
        self.redis = redis_for(self.folder / "data")

    def log_of(self, role: str) -> str:
        file = self.folder / f"{role}.log"
        return file.read_text() if file.exists() else ""


@contextmanager
def open_crew(folder: Path, database_url: str) -> Iterator[Crew]:
    data = folder / "data"
    data.mkdir()
    redis = redis_for(data)
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.processes.nursery"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    port = _free_port()
    try:
        with open_town(folder / "town", database_url, data_dir=data, lease_seconds=2) as town:
            town.deps = replace(town.deps, ring=queues.bell(redis.url))
            town.world.post = lambda url, headers, body, seconds: post_over_http(
                url.replace(one.OURS, f"http://127.0.0.1:{port}"), headers, body, seconds
            )
            yield Crew(town, folder, redis, nursery, port)
    finally:
        nursery.communicate(timeout=30)
        redis_for(data).stop()


def until(true: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until it is so, or fail saying what did not come about."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def _exists(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
