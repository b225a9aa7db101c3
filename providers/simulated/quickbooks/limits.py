"""How many requests are answered, by company and by app (limits and throttles page)."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)
REQUESTS_A_MINUTE_PER_COMPANY = 500
REQUESTS_A_SECOND_PER_COMPANY_AND_APP = 10
BATCHES_A_MINUTE_PER_COMPANY_AND_APP = 40
BATCHES_A_MINUTE_PER_COMPANY = 120
REPORTS_A_MINUTE_PER_COMPANY = 200


class Limits:
    """Counts in sliding windows of the world's own time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._past: dict[tuple[str, str, str], deque[datetime]] = {}

    def admits(self, now: datetime, *, realm: str, client: str, resource: str) -> bool:
        """Whether one more request may pass; one that may not is not counted."""
        windows = [
            (("minute", realm, ""), _MINUTE, REQUESTS_A_MINUTE_PER_COMPANY),
            (
                ("second", realm, client),
                timedelta(seconds=1),
                REQUESTS_A_SECOND_PER_COMPANY_AND_APP,
            ),
        ]
        if resource == "batch":
            windows += [
                (("batch", realm, client), _MINUTE, BATCHES_A_MINUTE_PER_COMPANY_AND_APP),
                (("batch", realm, ""), _MINUTE, BATCHES_A_MINUTE_PER_COMPANY),
            ]
        if resource == "reports":
            windows.append((("reports", realm, ""), _MINUTE, REPORTS_A_MINUTE_PER_COMPANY))
        with self._lock:
            pasts = [self._recent(key, now - length) for key, length, _ in windows]
            if any(len(past) >= most for past, (_, _, most) in zip(pasts, windows, strict=True)):
                return False
            for past in pasts:
                past.append(now)
            return True

    def _recent(self, key: tuple[str, str, str], since: datetime) -> deque[datetime]:
        past = self._past.setdefault(key, deque())
        while past and past[0] <= since:
            past.popleft()
        return past


class ReadMeter:
    """Metered reads of each app in a calendar month (App Partner Program): when they are used up,
    every further one is refused until the next month. `most` None means that nothing is refused."""

    def __init__(self) -> None:
        self.most: int | None = None
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], int] = {}

    def count(self, client: str, now: datetime) -> None:
        with self._lock:
            key = (client, f"{now:%Y-%m}")
            self._counts[key] = self._counts.get(key, 0) + 1

    def used(self, client: str, now: datetime) -> int:
        return self._counts.get((client, f"{now:%Y-%m}"), 0)

    def is_used_up(self, client: str, now: datetime) -> bool:
        return self.most is not None and self.used(client, now) >= self.most
