from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import queues
from connector.bell import REST_SECONDS, Patience
from connector.redis_server import redis_for


@pytest.fixture
def mute() -> Iterator[str]:
    """A Redis that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_a_ring_is_a_job_with_an_id_and_nothing_else(tmp_path: Path) -> None:
    redis = redis_for(tmp_path)
    try:
        ring = queues.bell(redis.url)
        ring("sync", 7)
        ring("deliver", 8)
        assert queues.waiting(redis.url)() == 2
    finally:
        redis.stop()


@pytest.mark.timeout(20)
def test_a_redis_that_is_not_there_costs_no_time(tmp_path: Path) -> None:
    ring = queues.bell(f"unix://{tmp_path}/nobody.sock")
    for number in range(100):
        ring("sync", number)


@pytest.mark.timeout(20)
def test_a_redis_that_never_answers_is_waited_for_once(mute: str) -> None:
    ring = queues.bell(mute)
    for number in range(100):
        ring("sync", number)


def test_after_a_failure_one_tries_and_the_others_pass_by() -> None:
    now = 100.0
    patience = Patience(monotonic=lambda: now)
    assert patience.allows()
    patience.failed()
    assert not patience.allows()
    now += REST_SECONDS
    assert [patience.allows() for _ in range(3)] == [True, False, False]
    patience.worked()
    assert [patience.allows() for _ in range(3)] == [True, True, True]


def test_a_redis_that_comes_back_is_heard_again(tmp_path: Path) -> None:
    redis = redis_for(tmp_path)
    redis.stop()
    ring = queues.bell(redis.url)
    ring("sync", 1)
    redis = redis_for(tmp_path)
    try:
        end = time.monotonic() + REST_SECONDS + 2
        while queues.waiting(redis.url)() == 0 and time.monotonic() < end:
            ring("sync", 1)
            time.sleep(0.2)
        assert queues.waiting(redis.url)() == 1
    finally:
        redis.stop()
