"""One clock for the whole simulated world: real time plus an offset that can be moved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Aware UTC. With `file`, the offset is kept there, where other processes can follow it."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = timedelta(0)
        if file and file.exists():
            self._offset = timedelta(seconds=json.loads(file.read_text())["offset_seconds"])

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def set(self, now: datetime) -> None:
        self._move(now - datetime.now(UTC))

    def advance(self, by: timedelta) -> None:
        self._move(self._offset + by)

    def _move(self, offset: timedelta) -> None:
        self._offset = offset
        if self._file:
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps({"offset_seconds": offset.total_seconds()}))
            fresh.replace(self._file)


class StillClock(Clock):
    """A clock that stands still until it is moved: for simulations that are replayed by seed."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, by: timedelta) -> None:
        self._now += by
