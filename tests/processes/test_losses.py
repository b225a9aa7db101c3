"""Redis lost, workers killed at random, everything started twice: the work is done all the same."""

from __future__ import annotations

import os
import random
import signal
import time
from datetime import timedelta

from redis import Redis

from connector import queues
from tests.processes.business import open_business
from tests.processes.crew import Crew, until


def test_with_redis_flushed_at_every_moment_the_reconciler_finds_the_work(crew: Crew) -> None:
    business = open_business(crew, "quickbooks", "flushed")
    business.connect()
    with Redis.from_url(crew.redis.url) as redis:
        end = time.monotonic() + 40
        switched = False
        while not business.is_done() and time.monotonic() < end:
            redis.flushall()
            if not switched and business.is_live():
                business.switch_on()
                switched = True
            time.sleep(0.3)
    assert business.is_done()
    assert list(business.faults()) == []
    assert len(business.mails()) == 1


def test_redis_killed_and_started_empty_costs_nothing(crew: Crew) -> None:
    business = open_business(crew, "xero", "without")
    business.connect()
    with Redis.from_url(crew.redis.url) as redis:
        server = int(redis.info("server")["process_id"])
        redis.flushall()
    os.kill(server, signal.SIGKILL)
    business.switch_on()
    crew.restart_redis()

    def done() -> bool:
        crew.start_missing()
        return business.is_done()

    until(done, "the work is done", seconds=60)
    assert list(business.faults()) == []
    assert len(business.mails()) == 1


def test_workers_killed_at_random_moments_do_everything_once(crew: Crew) -> None:
    business = open_business(crew, "xero", "random")
    business.connect()
    chance = random.Random(7)
    switched = False
    for _ in range(12):
        crew.replace(chance.choice(queues.JOBS))
        if not switched and business.is_live():
            business.switch_on()
            switched = True
        business.ring()
        time.sleep(chance.uniform(0.05, 0.6))
    business.wait_until(business.is_live, "the first import is done")
    if not switched:
        business.switch_on()
    business.finish()
    assert list(business.faults()) == []
    assert len(business.mails()) <= 1


def test_two_crews_of_workers_at_once_do_everything_once(crew: Crew) -> None:
    business = open_business(crew, "quickbooks", "twice")
    first = dict(crew.processes)
    for role in queues.JOBS:
        crew.start(role)
    business.connect()
    for _ in range(5):
        business.ring()
    business.wait_until(business.is_live, "the first import is done")
    business.switch_on()
    for _ in range(5):
        business.ring()
    business.finish()
    crew.town.world.clock.advance(timedelta(minutes=5))
    business.finish()
    second = dict(crew.processes)
    for role in queues.JOBS:
        crew.kill(role)
        crew.processes[role] = first[role]
    assert second != first
    assert list(business.faults()) == []
    assert len(business.mails()) == 1
