"""What every part of the shell is handed: settings, database, clock, bell and the way outside."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from requests.adapters import BaseAdapter

from connector import db
from connector.config import Config, make_folder
from connector.db import Tx
from providers.http import Http, Spend, uncounted

Ring = Callable[[str, int], None]
"""Asks for a job on one connection: (job, connection id). A lost or doubled ring does no harm."""


def silent(_job: str, _connection_id: int) -> None:
    """A bell that nobody hears; the reconciler finds the work all the same."""


class Clock:
    """Aware UTC. `now` is business time; `real` is for leases and never moves by itself.

    Where `file` is given, business time follows the simulated world's clock, kept there.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._read_ns = -1
        self._offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._current_offset()

    def real(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait in real time."""
        time.sleep(seconds)

    def _current_offset(self) -> timedelta:
        if self._file is None:
            return timedelta(0)
        try:
            changed_ns = os.stat(self._file).st_mtime_ns
        except FileNotFoundError:
            return timedelta(0)
        if changed_ns != self._read_ns:
            seconds = json.loads(self._file.read_text())["offset_seconds"]
            self._offset = timedelta(seconds=seconds)
            self._read_ns = changed_ns
        return self._offset


@dataclass(frozen=True)
class Deps:
    """`reached` is called at every named point where a crash must do no harm."""

    config: Config
    engine: sa.Engine
    clock: Clock
    ring: Ring = silent
    adapters: Mapping[str, BaseAdapter] = field(default_factory=dict)
    reached: Callable[[str], None] = lambda _point: None

    def now(self) -> datetime:
        return self.clock.now()

    def writing(self) -> AbstractContextManager[Tx]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        return self.engine.begin()

    def reading(self) -> AbstractContextManager[Tx]:
        return db.reading(self.engine)

    def snapshot(self) -> AbstractContextManager[Tx]:
        return db.snapshot(self.engine)

    @contextmanager
    def http(
        self, spend: Spend = uncounted, *, request_id_header: str = "", read_seconds: float = 30.0
    ) -> Iterator[Http]:
        http = Http(
            spend=spend, adapters=self.adapters, request_id_header=request_id_header,
            read_seconds=read_seconds,
        )  # fmt: skip
        try:
            yield http
        finally:
            http.close()


CRASH_VARIABLE = "LEDGERHAND_CRASH_AT"


def crash_where_told(point: str) -> None:
    """Kill this very process at a named point, when the environment says so (fault tests)."""
    if os.environ.get(CRASH_VARIABLE) == point:
        os.kill(os.getpid(), 9)


def build(config: Config, ring: Ring = silent) -> Deps:
    """The real parts, from the configuration."""
    make_folder(config)
    return Deps(
        config=config,
        engine=db.connect(config.database),
        clock=Clock(config.clock_file),
        ring=ring,
        reached=crash_where_told if CRASH_VARIABLE in os.environ else lambda _point: None,
    )
