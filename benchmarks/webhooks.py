"""Webhooks: how fast our doors acknowledge them, against a view that only reads the body."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from benchmarks import doors, measures
from benchmarks.doors import Server
from benchmarks.knocking import Heard, Order
from connector.redis_server import redis_for

ROUNDS = 5
REQUESTS = 800
DEAF_SECONDS_MAX = 5.0
SENDER_SECONDS_MAX = 90
BARE = "bare view"
NOBODY = "redis://127.0.0.1:1/0"


@dataclass(frozen=True, slots=True)
class Round:
    heard: Heard
    processor_milliseconds: float
    """What one acknowledgement cost the server: less shaken by other load than its speed."""


def run() -> None:
    for ledger in doors.COMPANIES:
        with measures.folder() as folder, ExitStack() as stack:
            show(ledger, folder, stack)


def show(ledger: str, folder: Path, stack: ExitStack) -> None:
    redis = redis_for(folder / "redis")
    stack.callback(redis.stop)
    servers = {
        BARE: stack.enter_context(doors.bare()),
        "our door, Redis up": stack.enter_context(doors.ours(folder / "up", redis.url)),
        "our door, Redis down": stack.enter_context(doors.ours(folder / "down", NOBODY)),
    }
    heard = measures.alternate(
        {name: partial(send, server, ledger) for name, server in servers.items()}, ROUNDS
    )
    kept = doors.hints_in(folder / "up") + doors.hints_in(folder / "down")
    sent = sum(one.heard.answered for name, found in heard.items() if name != BARE for one in found)
    deaf = stack.enter_context(doors.ours(folder / "deaf", stack.enter_context(doors.deaf())))
    heard["our door, Redis hangs"] = [send(deaf, ledger, seconds_max=DEAF_SECONDS_MAX)]
    bare = heard[BARE]
    measures.show(
        f"Webhooks of {ledger}: {ROUNDS} rounds of {REQUESTS} requests",
        ("served by", "acknowledged /s", "p99 ms", "CPU ms each", "of bare /s", "of bare CPU"),
        [
            (
                name,
                f"{_rate(found):,.0f}",
                f"{measures.middle([one.heard.p99 for one in found]):.1f}",
                f"{_cost(found):.2f}",
                f"{_rate(found) / _rate(bare):.2f}",
                f"{_cost(found) / _cost(bare):.1f}",
            )
            for name, found in heard.items()
        ],
        f"kept in the inboxes: {kept} of {sent} that were acknowledged",
        f"refused: {sum(one.heard.refused for found in heard.values() for one in found)}",
    )


def send(server: Server, ledger: str, seconds_max: float = 20.0) -> Round:
    """One round, from a process of its own."""
    order = Order(
        port=server.port, ledger=ledger, company=doors.COMPANIES[ledger], key=doors.KEYS[ledger],
        count=REQUESTS, seconds_max=seconds_max,
    )  # fmt: skip
    command = [sys.executable, "-m", "benchmarks.knocking", json.dumps(asdict(order))]
    before = server.processor_seconds()
    done = subprocess.run(command, capture_output=True, check=True, timeout=SENDER_SECONDS_MAX)
    heard = Heard(**json.loads(done.stdout))
    used = server.processor_seconds() - before
    return Round(heard, 1000 * used / max(1, heard.answered))


def _rate(found: list[Round]) -> float:
    return measures.middle([one.heard.rate for one in found])


def _cost(found: list[Round]) -> float:
    return measures.middle([one.processor_milliseconds for one in found])


if __name__ == "__main__":
    run()
