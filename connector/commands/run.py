"""Running it: everything at once, one process at a time, or the simulated ledgers alone."""

from __future__ import annotations

import time
from argparse import Namespace
from pathlib import Path

from connector import schema, supervisor, worker
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError, say
from connector.deps import Deps
from connector.queues import JOBS
from connector.redis_server import redis_for


def add(verbs: Verbs) -> None:
    verbs.verb("up", up, "the pages, one worker for each queue, and a Redis if none is named")
    verbs.verb("worker", work, f"serve one queue: {', '.join(JOBS)}").takes("queue")
    verbs.verb("simulated", simulated, "the simulated ledgers alone", alone=True).option(
        "--folder", default=".ledgerhand/simulated"
    )
    demo = verbs.verb("demo", demonstrate, "install and run everything", alone=True)
    demo.option("--days", type=int, default=0, help="simulated days that pass, 45 if not given")
    demo.option("--exit", action="store_true", help="end when the days have passed")
    demo.option("--report", default="", help="write what was done as JSON")
    demo.option("--info", default="", help="write addresses and credentials as JSON")
    demo.option("--book", default="", help="load a book of invoices and payments")
    demo.option("--folder", default="", help="where the demonstration keeps its files")


def up(deps: Deps, _given: Namespace) -> None:
    schema.upgrade(deps.engine)
    running = supervisor.start(deps.config)
    say(f"Ledgerhand serves {deps.config.base_url}; stop it with Ctrl-C.")
    try:
        running.watch()
    finally:
        running.stop()


def work(deps: Deps, given: Namespace) -> None:
    if given.queue not in JOBS:
        raise CommandError(f"there is no queue {given.queue!r}; there are {', '.join(JOBS)}")
    redis = redis_for(deps.config.data_dir, deps.config.redis_url)
    worker.work(deps, given.queue, redis.url)


def simulated(given: Namespace) -> None:
    from connector.demo.world import open_host

    host = open_host(Path(given.folder))
    host.start()
    for name in ("control", "quickbooks", "xero", "twilio"):
        say(f"{name}: {host.address(name)}")
    say(f"smtp: {host.smtp[0]}:{host.smtp[1]}")
    say(f"companies and credentials: {host.address('control')}/control/companies and /control/apps")
    try:
        while True:
            time.sleep(3600)
    finally:
        host.stop()


def demonstrate(given: Namespace) -> None:
    from connector.demo import show

    try:
        show.run(given)
    except show.Stopped as stopped:
        raise CommandError(str(stopped)) from None


SERVING = (up, work)
