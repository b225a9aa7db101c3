"""The simulated world: one clock, one memory, one set of faults, and what is due later."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import requests

from providers.simulated.clock import Clock
from providers.simulated.faults import Faults
from providers.simulated.store import Doc, Store

Post = Callable[[str, Mapping[str, str], bytes, float], int]
"""Sends a webhook: url, headers, body, seconds to wait; returns the status, 0 for no answer."""

EVERYWHERE = ""
"""The company under which the world keeps what belongs to no company: apps, tokens, mail."""


def post_over_http(url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
    try:
        answer = requests.post(
            url, data=body, headers=dict(headers), timeout=seconds, allow_redirects=False
        )
    except requests.RequestException:
        return 0
    return answer.status_code


def random_guid() -> str:
    return str(uuid4())


@dataclass
class World:
    """`new_guid` names new records: a run can be repeated only where its names are the same.
    `changed` is set whenever something may have become due, to wake whoever pumps."""

    clock: Clock
    store: Store
    faults: Faults = field(default_factory=Faults)
    post: Post = post_over_http
    new_guid: Callable[[], str] = random_guid
    changed: threading.Event = field(default_factory=threading.Event)
    _later: list[tuple[datetime, Callable[[], None]]] = field(default_factory=list)
    _arranging: threading.Lock = field(default_factory=threading.Lock)

    def later(self, wait: timedelta, work: Callable[[], None]) -> None:
        """Do `work` once the clock has passed now + wait; forgotten by a restart."""
        with self._arranging:
            self._later.append((self.clock.now() + wait, work))
        self.changed.set()

    def do_what_is_due(self) -> None:
        now = self.clock.now()
        with self._arranging:
            due = [work for at, work in self._later if at <= now]
            self._later = [(at, work) for at, work in self._later if at > now]
        for work in due:
            work()

    def move_to(self, moment: datetime) -> None:
        """Set the clock, doing on the way what is due earlier, each at its own time."""
        while True:
            with self._arranging:
                first = min((at for at, _ in self._later if at <= moment), default=None)
            if first is None:
                break
            self.clock.set(max(first, self.clock.now()))
            self.do_what_is_due()
        self.clock.set(moment)

    def apps(self, product: str) -> list[Doc]:
        """The apps registered with a vendor: client_id, client_secret, name, redirect_uris,
        webhook_url, webhook_key, launch_url, disconnect_url, webhook_disabled."""
        return [app for app in self.store.all(EVERYWHERE, "app") if app["product"] == product]

    def register_app(self, app: Doc) -> None:
        self.store.put(EVERYWHERE, "app", app["client_id"], app)
