from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from connector import queues
from connector.redis_server import RedisServer, redis_for


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    monkeypatch.delenv("REDIS_URL", raising=False)
    found = redis_for(tmp_path)
    yield found
    found.stop()


def test_rings_for_the_same_work_wait_as_one(server: RedisServer) -> None:
    ring = queues.bell(server.url)
    for _ in range(5):
        ring("sync", 1)
    ring("sync", 11)
    ring("decide", 1)
    assert queues.waiting(server.url)() == 3


def test_a_ring_that_a_worker_has_taken_up_does_not_stand_for_a_later_one(
    server: RedisServer,
) -> None:
    ring = queues.bell(server.url)
    ring("sync", 1)
    with Redis.from_url(server.url) as redis:
        taken = queues.queue("sync", redis).pop_job_id()
    ring("sync", 1)
    assert taken is not None
    assert queues.waiting(server.url)() == 1
