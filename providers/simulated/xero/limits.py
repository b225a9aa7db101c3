"""Xero's rate limits, counted per app and organisation in fixed windows."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from providers.simulated.clock import Clock
from providers.simulated.xero.refusals import Turned

CONCURRENT_MAX = 5
MINUTE_MAX = 60
DAY_MAX = 5000
DAY_MAX_STARTER = 1000
APP_MINUTE_MAX = 10_000
MINUTE_SECONDS = 60
DAY_SECONDS = 86_400

HEADERS = {
    "day": "X-DayLimit-Remaining", "minute": "X-MinLimit-Remaining",
    "appminute": "X-AppMinLimit-Remaining",
}  # fmt: skip

Key = tuple[str, str]
Limit = tuple[str, Key, int, int]
"""A limit's name, what it counts, its window in seconds, and how many are allowed."""


@dataclass
class _Counted:
    window: int = -1
    count: int = 0


@dataclass
class Limits:
    """Counters are kept in memory: a restart of the world forgets them."""

    clock: Clock
    day_max: int = DAY_MAX
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: dict[Key, int] = field(default_factory=dict)
    _counted: dict[tuple[Key, int], _Counted] = field(default_factory=dict)

    @contextmanager
    def admit(self, client: str, tenant: str, *, on: bool) -> Iterator[dict[str, str]]:
        """Count a call and give the headers that tell what is left. Raises Turned (429)."""
        key, everywhere = (client, tenant), (client, "")
        counted = (
            ("day", key, DAY_SECONDS, self.day_max),
            ("minute", key, MINUTE_SECONDS, MINUTE_MAX),
            ("appminute", everywhere, MINUTE_SECONDS, APP_MINUTE_MAX),
        )
        with self._lock:
            if on:
                self._refuse(key, counted)
            self._running[key] = self._running.get(key, 0) + 1
            for _, of, seconds, _ in counted:
                self._now_in(of, seconds).count += 1
            left = self._left(counted)
        try:
            yield left
        finally:
            with self._lock:
                self._running[key] -= 1

    def _refuse(self, key: Key, counted: Sequence[Limit]) -> None:
        if self._running.get(key, 0) >= CONCURRENT_MAX:
            raise too_many("concurrent", left=self._left(counted))
        for name, of, seconds, most in counted:
            if self._now_in(of, seconds).count >= most:
                wait_seconds = self._seconds_left(of, seconds)
                raise too_many(name, wait_seconds, left=self._left(counted))

    def _left(self, counted: Sequence[Limit]) -> dict[str, str]:
        return {
            HEADERS[name]: str(max(0, most - self._now_in(of, seconds).count))
            for name, of, seconds, most in counted
        }

    def _now_in(self, key: Key, seconds: int) -> _Counted:
        window = int(self._moment(key, seconds) // seconds)
        counted = self._counted.setdefault((key, seconds), _Counted())
        if counted.window != window:
            counted.window, counted.count = window, 0
        return counted

    def _seconds_left(self, key: Key, seconds: int) -> int:
        return seconds - int(self._moment(key, seconds) % seconds)

    def _moment(self, key: Key, seconds: int) -> float:
        """Windows begin at another moment for each organisation."""
        return self.clock.now().timestamp() + zlib.crc32(key[1].encode()) % seconds


def too_many(
    problem: str, retry_after_seconds: int | None = None, *, left: Mapping[str, str] | None = None
) -> Turned:
    """The 429 of a limit: minute, day, concurrent or appminute; `left` are the other headers."""
    headers = {**(left or {}), "X-Rate-Limit-Problem": problem}
    if retry_after_seconds is not None:
        headers["Retry-After"] = str(retry_after_seconds)
    if problem in HEADERS:
        headers[HEADERS[problem]] = "0"
    return Turned(429, "Rate limit exceeded", headers)
