"""The bell on Redis: it never keeps whoever rings waiting for a Redis that is in trouble."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from connector.deps import Ring

log = structlog.get_logger()
ANSWER_SECONDS_MAX = 1.0
REST_SECONDS = 5.0
"""The reconciler finds the work as soon, so there is no use in trying more often."""


@dataclass
class Patience:
    """After a failure nobody tries for a while, and then one tries while the others pass by."""

    monotonic: Callable[[], float] = time.monotonic
    _again_at: float | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self) -> bool:
        with self._lock:
            if self._again_at is None:
                return True
            if self.monotonic() < self._again_at:
                return False
            self._again_at = self.monotonic() + REST_SECONDS
            return True

    def failed(self) -> None:
        with self._lock:
            self._again_at = self.monotonic() + REST_SECONDS

    def worked(self) -> None:
        with self._lock:
            self._again_at = None


def bell(url: str, push: Callable[[Redis, str, int], None]) -> Ring:
    """A bell that pushes onto the Redis at `url`; when Redis is away nobody hears it, and no harm
    is done."""
    redis = Redis.from_url(
        url, socket_connect_timeout=ANSWER_SECONDS_MAX, socket_timeout=ANSWER_SECONDS_MAX,
        retry=Retry(NoBackoff(), retries=0),
    )  # fmt: skip
    patience = Patience()

    def ring(job: str, connection_id: int) -> None:
        if not patience.allows():
            return
        try:
            push(redis, job, connection_id)
        except RedisError as error:
            patience.failed()
            log.warning("bell not heard", job=job, error=type(error).__name__)
        else:
            patience.worked()

    return ring
