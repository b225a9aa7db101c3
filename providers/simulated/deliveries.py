"""Webhooks on their way: queued with the change, signed, sent, and sent again as a vendor does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from providers.simulated.faults import WEBHOOK_FAULTS
from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, Post, World

EVENTS_PER_POST_MAX = 100


class Announcer(Protocol):
    """How one vendor announces changes."""

    name: str
    deadline_seconds: float
    head_of_line: bool
    """Whether later events wait until the first is acknowledged."""

    def subscribed(self, company: str) -> Sequence[Doc]:
        """The apps that hold a live grant for the company and want its events."""
        ...

    def body(self, app: Doc, events: Sequence[Doc]) -> bytes: ...

    def headers(self, app: Doc, body: bytes) -> dict[str, str]: ...

    def wait(self, attempt: int) -> timedelta | None:
        """How long after the failed attempt (counted from 1) the next comes; None gives up."""
        ...


class Deliveries:
    """The queue of one vendor. `pump` sends what is due; whoever serves the world calls it.

    `before` is done at the start of each pump; `post` sends in place of the world's own.
    """

    def __init__(
        self, world: World, announcer: Announcer, *,
        before: Callable[[], None] | None = None, post: Post | None = None,
    ) -> None:  # fmt: skip
        self._world = world
        self._announcer = announcer
        self._before = before
        self._send = post
        self._pumping = threading.Lock()

    def emit(self, company: str, event: Doc) -> None:
        """Queue one event for every subscribed app, inside the transaction of the change."""
        for app in self._announcer.subscribed(company):
            self._queue(app, [event])
        self._world.changed.set()

    def pump(self) -> int:
        """Send everything that is due; returns the number of posts made."""
        sent = 0
        with self._pumping:
            if self._before:
                self._before()
            for app in self._world.apps(self._announcer.name):
                sent += self._pump_app(app)
        return sent

    def forget(self, client_id: str) -> None:
        """Drop what waits for an app."""
        self._finish([row for row in self._rows() if row["app"] == client_id])

    def waiting(self) -> int:
        return len([d for d in self._rows() if not d["done"]])

    def _pump_app(self, app: Doc) -> int:
        sent = 0
        while batch := self._next_batch(app):
            self._post(app, batch)
            sent += 1
            app = self._world.store.get(EVERYWHERE, "app", app["client_id"]) or app
        return sent

    def _next_batch(self, app: Doc) -> list[Doc]:
        if not app.get("webhook_url") or app.get("webhook_disabled"):
            return []
        now = self._world.clock.now()
        rows = [d for d in self._rows() if d["app"] == app["client_id"] and not d["done"]]
        retried = [d for d in rows if d["attempt"]]
        if retried and self._announcer.head_of_line:
            first = retried[0]
            same = [d for d in retried if d["due"] == first["due"]]
            return same if datetime.fromisoformat(first["due"]) <= now else []
        due = [d for d in rows if datetime.fromisoformat(d["due"]) <= now]
        return due[:EVENTS_PER_POST_MAX]

    def _post(self, app: Doc, batch: list[Doc]) -> None:
        world, vendor = self._world, self._announcer
        fault = world.faults.draw(f"{vendor.name}.webhook", WEBHOOK_FAULTS)
        trouble = fault.fault if fault else ""
        if trouble == "lose":
            self._finish(batch)
            return
        if trouble == "reorder":
            world.faults.random.shuffle(batch)
        events = [event for row in batch for event in row["events"]]
        body = vendor.body(app, events)
        headers = vendor.headers(app, body)
        send = self._send or world.post
        for _ in range(2 if trouble == "duplicate" else 1):
            status = send(app["webhook_url"], headers, body, vendor.deadline_seconds)
        if 200 <= status < 300:
            self._finish(batch)
        else:
            self._try_later(app, batch)

    def _finish(self, batch: list[Doc]) -> None:
        with self._world.store.transaction():
            for row in batch:
                self._world.store.delete(EVERYWHERE, self._kind, row["id"])

    def _try_later(self, app: Doc, batch: list[Doc]) -> None:
        wait = self._announcer.wait(max(row["attempt"] for row in batch) + 1)
        with self._world.store.transaction():
            if wait is None:
                self._world.register_app(app | {"webhook_disabled": True})
                return
            due = (self._world.clock.now() + wait).isoformat()
            for row in batch:
                tried = row | {"attempt": row["attempt"] + 1, "due": due}
                self._world.store.put(EVERYWHERE, self._kind, row["id"], tried)

    def _queue(self, app: Doc, events: list[Doc]) -> None:
        id_ = f"{self._world.store.number(EVERYWHERE, self._kind):09d}"
        row = {
            "id": id_, "app": app["client_id"], "events": events, "attempt": 0, "done": False,
            "due": self._world.clock.now().isoformat(),
        }  # fmt: skip
        self._world.store.put(EVERYWHERE, self._kind, id_, row)

    def _rows(self) -> list[Doc]:
        return self._world.store.all(EVERYWHERE, self._kind)

    @property
    def _kind(self) -> str:
        return f"delivery.{self._announcer.name}"
