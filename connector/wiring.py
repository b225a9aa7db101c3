"""The parts of this process, built once from its configuration."""

from __future__ import annotations

from functools import cache

from connector import config, deps, queues
from connector.deps import Deps
from connector.redis_server import redis_for


@cache
def the_deps() -> Deps:
    settings = config.load()
    redis = redis_for(settings.data_dir, settings.redis_url)
    return deps.build(settings, queues.bell(redis.url))
