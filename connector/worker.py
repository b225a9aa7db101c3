"""A worker process: one queue, and a reconciler that finds what no bell was rung for."""

from __future__ import annotations

import threading

import structlog
from redis import Redis
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from connector import jobs, queues
from connector.deps import Deps
from connector.lease import held

log = structlog.get_logger()
RECONCILE_SECONDS = 5.0
WORKER_SECONDS = 30
MAINTENANCE_SECONDS = 15


def work(deps: Deps, job: str, redis_url: str) -> None:
    """Serve one queue until told to stop (SIGTERM lets the job under way finish).

    Jobs run in this very process: they are safe to lose at any moment, and a fork for each would
    cost more than most of them.
    """
    redis = Redis.from_url(redis_url)
    stop = threading.Event()
    reconciler = threading.Thread(target=_reconcile, args=(deps, stop), daemon=True)
    reconciler.start()
    worker = SimpleWorker(
        [queues.queue(job, redis)],
        connection=redis,
        serializer=JSONSerializer,
        worker_ttl=WORKER_SECONDS,
        maintenance_interval=MAINTENANCE_SECONDS,
        log_job_description=False,
    )
    try:
        worker.work(logging_level="WARNING")
    finally:
        stop.set()


def _reconcile(deps: Deps, stop: threading.Event) -> None:
    while not stop.wait(RECONCILE_SECONDS):
        try:
            with held(deps, "reconcile", 0) as fence:
                if fence is not None:
                    jobs.reconcile(deps)
        except Exception:
            log.exception("reconciler")
