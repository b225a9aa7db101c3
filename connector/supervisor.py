"""Starting the pages and the workers as processes, and starting again those that end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import structlog

from connector.config import Config
from connector.queues import JOBS
from connector.redis_server import RedisServer, redis_for

log = structlog.get_logger()
WATCH_SECONDS = 0.5
STOP_SECONDS_MAX = 20
WEB_THREADS = 4


@dataclass
class Running:
    """The processes by name. A worker that ends is replaced; what it held is found by lease.

    They hear no Ctrl-C of ours, so that `stop` alone decides how they end.
    """

    environment: Mapping[str, str]
    commands: Mapping[str, Sequence[str]]
    redis: RedisServer
    output: IO[bytes] | None = None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start_missing(self) -> None:
        for name, command in self.commands.items():
            process = self.processes.get(name)
            if process is None or process.poll() is not None:
                if process is not None:
                    log.warning("process ended", name=name, code=process.returncode)
                self.processes[name] = subprocess.Popen(  # noqa: S603
                    command, env=dict(self.environment), start_new_session=True,
                    stdout=self.output, stderr=self.output,
                )  # fmt: skip

    def watch(self) -> None:
        """Keep everything running until interrupted."""
        while True:
            self.start_missing()
            time.sleep(WATCH_SECONDS)

    def stop(self) -> None:
        """Let jobs under way finish, then end."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                process.kill()
        self.redis.stop()
        if self.output:
            self.output.close()


def start(
    config: Config, more: Mapping[str, str] | None = None, *, log_file: Path | None = None
) -> Running:
    """Start the web server and one worker process for each queue.

    `more` are variables for them beside those of this process; what they say goes into `log_file`
    where it is given.
    """
    redis = redis_for(config.data_dir, config.redis_url)
    python = [sys.executable, "-m"]
    address = urlsplit(config.base_url)
    commands: dict[str, Sequence[str]] = {
        "web": [
            *python, "gunicorn", "--worker-class", "gthread", "--threads", str(WEB_THREADS),
            "--bind", f"127.0.0.1:{address.port or 8000}", "--log-level", "warning",
            "ui_embed.wsgi:app",
        ],
    }  # fmt: skip
    for job in JOBS:
        commands[job] = [*python, "connector", "worker", job]
    environment = {**os.environ, "LEDGERHAND_REDIS_URL": redis.url, **(more or {})}
    output = log_file.open("ab") if log_file else None
    running = Running(environment, commands, redis, output)
    running.start_missing()
    return running
