"""Events as Xero writes, signs and repeats them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import string
from collections.abc import Callable, Sequence
from datetime import timedelta

from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero import wire

DEADLINE_SECONDS = 5.0
WAITS_MINUTES = (1, 2, 4, 8, 16, 32, 60, 120, 180, 240, 300, 420)
"""Between tries, growing; together just under 24 hours."""


class XeroAnnouncer:
    """`connected(client_id, tenant)` tells whether an app holds a connection."""

    name = "xero"
    deadline_seconds = DEADLINE_SECONDS
    head_of_line = False

    def __init__(self, world: World, connected: Callable[[str, str], bool]) -> None:
        self._world = world
        self._connected = connected

    def subscribed(self, company: str) -> Sequence[Doc]:
        return [
            app for app in self._world.apps(self.name)
            if ready(app) and self._connected(app["client_id"], company)
        ]  # fmt: skip

    def body(self, app: Doc, events: Sequence[Doc]) -> bytes:
        last = 0
        with self._world.store.transaction():
            for _ in events:
                last = self._world.store.number(EVERYWHERE, f"xero.events.{app['client_id']}")
        rows = ", ".join(_written(event) for event in events)
        return envelope(rows, last - len(events) + 1, last, self._world.faults.random).encode()

    def headers(self, app: Doc, body: bytes) -> dict[str, str]:
        return headers(sign(app["webhook_key"], body))

    def wait(self, attempt: int) -> timedelta | None:
        if attempt > len(WAITS_MINUTES):
            return None
        return timedelta(minutes=WAITS_MINUTES[attempt - 1])


def ready(app: Doc) -> bool:
    """Whether events may go to an app: it has shown that it can receive them, at this URL."""
    if not app.get("webhook_url") or app.get("webhook_disabled"):
        return False
    return bool(app.get("intent_passed") == proof(app))


def proof(app: Doc) -> str:
    """What a passed check is good for: this URL with this key."""
    return f"{app.get('webhook_url')} {app.get('webhook_key')}"


def sign(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def headers(signature: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8", "Accept": "*/*",
        "x-xero-signature": signature,
    }  # fmt: skip


def _written(event: Doc) -> str:
    fields = ", ".join(f'"{key}": {wire.dump(value)}' for key, value in event.items())
    return f"{{ {fields} }}"


def envelope(rows: str, first: int, last: int, chance: random.Random) -> str:
    """The byte layout of real deliveries, with twenty random letters at the end."""
    entropy = "".join(chance.choices(string.ascii_uppercase, k=20))
    return (
        f'{{"events":[{rows}],"firstEventSequence": {first},'
        f'"lastEventSequence": {last}, "entropy": "{entropy}"}}'
    )
