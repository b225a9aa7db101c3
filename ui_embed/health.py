"""Whether the house stands: /healthz for those who watch it, /metrics for those who count."""

from __future__ import annotations

import hmac
import os
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    generate_latest,
    multiprocess,
)
from sqlalchemy.exc import SQLAlchemyError

from connector import queues, redis_server
from connector.deps import Deps
from connector.mirroring import inbox
from connector.proof import discrepancies
from webhooks import parts

pages = Blueprint("health", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1"})
MANY_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


@pages.get("/healthz")
def healthz() -> tuple[Response, int]:
    """200 while the database answers, or 503. A database is all that webhooks need; the rest is
    told for those who watch: the age in seconds of the oldest change that waits to be read, how
    many receipts do not add up, and how many workers are alive (null where Redis cannot be
    reached)."""
    deps = parts.here()
    told: dict[str, Any] = {"database": False, "oldest_waiting_seconds": None}
    try:
        with deps.reading() as tx:
            oldest = inbox.oldest_waiting(tx)
            unexplained = discrepancies.count(tx)
    except SQLAlchemyError:
        return jsonify(told), 503
    told |= {"database": True, "oldest_waiting_seconds": _age_seconds(oldest, deps)}
    told["receipts_not_adding_up"] = unexplained
    config = deps.config
    told["workers"] = queues.workers(redis_server.address(config.data_dir, config.redis_url))
    return jsonify(told), 200


@pages.get("/metrics")
def metrics() -> Response:
    """For whoever holds the token; without one, for this very machine, asked directly."""
    if not _may_count(parts.here().config.metrics_token):
        abort(404)
    return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """The numbers of this process, or of all web processes where they share a folder for them."""
    if MANY_PROCESSES not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _may_count(token: str) -> bool:
    if token:
        offered = request.headers.get("Authorization", "")
        return hmac.compare_digest(offered.encode(), f"Bearer {token}".encode())
    is_forwarded = any(name in request.headers for name in FORWARDED)
    return request.remote_addr in LOOPBACK and not is_forwarded


def _age_seconds(oldest: datetime | None, deps: Deps) -> int | None:
    return None if oldest is None else max(0, int((deps.now() - oldest).total_seconds()))
