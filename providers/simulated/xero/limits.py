"""Xero's rate limits, counted per app and organisation in fixed windows."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
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

Key = tuple[str, str]


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
        with self._lock:
            if on:
                self._refuse(key, everywhere)
            self._running[key] = self._running.get(key, 0) + 1
            left = {
                "X-DayLimit-Remaining": self._count(key, DAY_SECONDS, self.day_max),
                "X-MinLimit-Remaining": self._count(key, MINUTE_SECONDS, MINUTE_MAX),
                "X-AppMinLimit-Remaining": self._count(everywhere, MINUTE_SECONDS, APP_MINUTE_MAX),
            }
        try:
            yield {name: str(max(0, value)) for name, value in left.items()}
        finally:
            with self._lock:
                self._running[key] -= 1

    def _refuse(self, key: Key, everywhere: Key) -> None:
        if self._running.get(key, 0) >= CONCURRENT_MAX:
            raise too_many("concurrent")
        for name, of, seconds, most in (
            ("day", key, DAY_SECONDS, self.day_max),
            ("minute", key, MINUTE_SECONDS, MINUTE_MAX),
            ("appminute", everywhere, MINUTE_SECONDS, APP_MINUTE_MAX),
        ):
            if self._now_in(of, seconds).count >= most:
                raise too_many(name, self._seconds_left(of, seconds))

    def _count(self, key: Key, seconds: int, most: int) -> int:
        counted = self._now_in(key, seconds)
        counted.count += 1
        return most - counted.count

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


def too_many(problem: str, retry_after_seconds: int | None = None) -> Turned:
    """The 429 of a limit: minute, day, concurrent or appminute."""
    headers = {"X-Rate-Limit-Problem": problem}
    if retry_after_seconds is not None:
        headers["Retry-After"] = str(retry_after_seconds)
    for limit, name in (("day", "X-DayLimit-Remaining"), ("minute", "X-MinLimit-Remaining"),
                        ("appminute", "X-AppMinLimit-Remaining")):  # fmt: skip
        if limit == problem:
            headers[name] = "0"
    return Turned(429, "Rate limit exceeded", headers)
