"""Webhooks as Xero sends them, and the intent to receive that comes before the first one."""

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

INTENT_GOOD, INTENT_BAD = 2, 3
SIXBITS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"


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
        return _envelope(rows, last - len(events) + 1, last, self._entropy()).encode()

    def headers(self, app: Doc, body: bytes) -> dict[str, str]:
        return headers(sign(app["webhook_key"], body))

    def wait(self, attempt: int) -> timedelta | None:
        if attempt > len(WAITS_MINUTES):
            return None
        return timedelta(minutes=WAITS_MINUTES[attempt - 1])

    def intent_to_receive(self, app: Doc) -> bool:
        """Post a shuffled handful, well signed (200 wanted) and wrongly signed (401 wanted).

        A pass, and only a pass, enables the webhook of this URL and key.
        """
        posts = [True] * INTENT_GOOD + [False] * INTENT_BAD
        self._world.faults.random.shuffle(posts)
        passed = [self._intend(app, well=well) for well in posts].count(False) == 0
        proof = _proof(app) if passed else ""
        with self._world.store.transaction():
            self._world.register_app(app | {"intent_passed": proof, "webhook_disabled": not passed})
        return passed

    def _intend(self, app: Doc, *, well: bool) -> bool:
        body = _envelope("", 0, 0, self._entropy()).encode()
        signature = sign(app["webhook_key"], body)
        if not well:
            signature = spoil(signature, self._world.faults.random)
        status = self._world.post(
            app["webhook_url"], headers(signature), body, self.deadline_seconds
        )
        return status == (200 if well else 401)

    def _entropy(self) -> str:
        return "".join(self._world.faults.random.choices(string.ascii_uppercase, k=20))


def ready(app: Doc) -> bool:
    """Whether events may go to an app: it has shown that it can receive them, at this URL."""
    if not app.get("webhook_url") or app.get("webhook_disabled"):
        return False
    return bool(app.get("intent_passed") == _proof(app))


def sign(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def spoil(signature: str, chance: random.Random) -> str:
    """The signature with a single character changed."""
    place = chance.randrange(len(signature) - 2)
    other = chance.choice([c for c in SIXBITS if c != signature[place]])
    return signature[:place] + other + signature[place + 1 :]


def headers(signature: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8", "Accept": "*/*",
        "x-xero-signature": signature,
    }  # fmt: skip


def _proof(app: Doc) -> str:
    return f"{app.get('webhook_url')} {app.get('webhook_key')}"


def _written(event: Doc) -> str:
    fields = ", ".join(f'"{key}": {wire.dump(value)}' for key, value in event.items())
    return f"{{ {fields} }}"


def _envelope(rows: str, first: int, last: int, entropy: str) -> str:
    return (
        f'{{"events":[{rows}],"firstEventSequence": {first},'
        f'"lastEventSequence": {last}, "entropy": "{entropy}"}}'
    )
