"""Doorbells: RQ queues that carry connection ids and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from connector import bell as bells
from connector.deps import Ring

JOBS = ("sync", "decide", "deliver")
"""One queue per job: a worker that listens on several can lose what it popped (RQ 3.0)."""
SECONDS_MAX = 600
DAY_SECONDS = 86_400
LOOKED_AT = 100
"""How many of the newest rings are looked at, so that a long queue costs no more than a short."""


def queue(job: str, redis: Redis) -> Queue:
    return Queue(job, connection=redis, serializer=JSONSerializer, default_timeout=SECONDS_MAX)


def workers(url: str) -> int | None:
    """How many workers are alive, or None where Redis cannot be reached."""
    with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2) as redis:
        try:
            return Worker.count(connection=redis)
        except RedisError:
            return None


def waiting(url: str) -> Callable[[], int]:
    """A look at how many rings have not been answered to their end. It raises RedisError."""
    redis = Redis.from_url(url)
    queued = [queue(job, redis) for job in JOBS]
    registries = [one.started_job_registry for one in queued]

    def look() -> int:
        started: int = sum(registry.get_job_count(cleanup=False) for registry in registries)
        return started + sum(one.count for one in queued)

    return look


def bell(url: str) -> Ring:
    """A bell that asks for jobs through the Redis at `url`; see `connector.bell`."""
    return bells.bell(url, _push)


def live_workers(url: str) -> dict[str, int]:
    """Worker processes by queue, as Redis knows them. Raises RedisError."""
    redis = Redis.from_url(url, socket_connect_timeout=1, socket_timeout=2)
    names = [name for worker in Worker.all(connection=redis) for name in worker.queue_names()]
    return {job: names.count(job) for job in JOBS}


def _push(redis: Redis, job: str, connection_id: int) -> None:
    """A ring that has not been answered yet stands for all that come after it; one that a worker
    is answering already does not, for it may have looked before."""
    to, name = queue(job, redis), f"{job}-{connection_id}-"
    if any(id_.startswith(name) for id_ in to.get_job_ids(offset=-LOOKED_AT)):
        return
    to.enqueue(
        f"connector.jobs.{job}", connection_id, job_id=name + secrets.token_hex(8), result_ttl=0,
        failure_ttl=DAY_SECONDS, description=f"{job} {connection_id}",
    )  # fmt: skip
