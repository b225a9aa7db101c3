"""Real workers are killed at every named point; what they left behind is finished by others."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from connector import intents
from connector.deps import CRASH_VARIABLE
from connector.effects import SendReminder
from connector.intents import OPEN, Step
from connector.queues import JOBS
from connector.redis_server import redis_for
from tests.processes.firm import Firm, founded

ROOT = Path(__file__).parents[2]
POINTS = sorted(
    point
    for path in (ROOT / "connector").rglob("*.py")
    for point in re.findall(r'reached\("([a-z.]+)"\)', path.read_text())
)
SECONDS_MAX = 60
TUESDAY = datetime(2026, 3, 3, 15, tzinfo=UTC)


class Workers:
    """One process for each queue; the first ones die at `point`, their successors live."""

    def __init__(self, environment: dict[str, str], point: str) -> None:
        self._environment = environment
        self.killed = 0
        self._running = {job: self._start(job, {CRASH_VARIABLE: point}) for job in JOBS}

    def replace_the_dead(self) -> None:
        for job, process in self._running.items():
            if process.poll() is not None:
                assert process.returncode == -signal.SIGKILL, process.returncode
                self.killed += 1
                self._running[job] = self._start(job, {})

    def stop(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()

    def _start(self, job: str, more: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "connector", "worker", job]
        return subprocess.Popen(command, cwd=ROOT, env=self._environment | more)


@contextmanager
def working(firm: Firm, point: str) -> Iterator[Workers]:
    redis = redis_for(firm.config.data_dir)
    workers = Workers(os.environ | firm.variables | {"LEDGERHAND_REDIS_URL": redis.url}, point)
    try:
        yield workers
    finally:
        workers.stop()
        redis.stop()


def test_points_are_found() -> None:
    assert {"outbox.sending", "outbox.sent", "grants.rotated"} <= set(POINTS)


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_point_loses_and_doubles_nothing(point: str, tmp_path: Path) -> None:
    ledger = ("quickbooks", "xero")[POINTS.index(point) % 2]
    with founded(ledger, tmp_path, TUESDAY) as firm, working(firm, point) as workers:
        today = TUESDAY.date()
        customer = firm.books.customer("Ash")
        paid = firm.books.invoice(
            customer, "INV-11", amount=Decimal(100), issued=today, due=today + timedelta(days=30)
        )
        firm.connect()
        money = firm.receive(customer, "100", "INV-11")
        _until(firm, workers, lambda: firm.books.balance(paid) == 0)
        firm.books.invoice(
            customer, "INV-12", amount=Decimal(250), issued=today - timedelta(days=30),
            due=today - timedelta(days=8),
        )  # fmt: skip
        firm.move(timedelta(minutes=31))
        _until(firm, workers, lambda: _reminded(firm))
        _until(firm, workers, lambda: workers.killed > 0 and not _open(firm))
        assert firm.books.applied(money) == [(paid, Decimal(100))]
        _judge(firm)


def _until(firm: Firm, workers: Workers, done: object) -> None:
    end = time.monotonic() + SECONDS_MAX
    while not done():  # type: ignore[operator]
        assert time.monotonic() < end, [(i.state, i.effect, i.error) for i in _all(firm)]
        workers.replace_the_dead()
        firm.move(timedelta(seconds=20))
        time.sleep(0.2)


def _all(firm: Firm) -> list[intents.Intent]:
    with firm.deps.reading() as tx:
        return intents.listed(
            tx, firm.connection_id, tuple(Step), since=TUESDAY - timedelta(days=1)
        )


def _open(firm: Firm) -> list[intents.Intent]:
    return [intent for intent in _all(firm) if intent.state in OPEN]


def _reminded(firm: Firm) -> bool:
    ended = (Step.CONFIRMED, Step.PERSON)
    return any(isinstance(i.effect, SendReminder) and i.state in ended for i in _all(firm))


def _judge(firm: Firm) -> None:
    assert len(firm.mail()) <= 1
    for intent in _all(firm):
        if isinstance(intent.effect, SendReminder):
            assert intent.state is Step.CONFIRMED or "sent" in intent.error
        else:
            assert intent.state is Step.CONFIRMED, intent.error
        if type(intent.effect).__name__ == "AddNote":
            assert firm.books.notes_with(intent.marker) == 1
