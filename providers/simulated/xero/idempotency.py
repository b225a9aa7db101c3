"""Idempotency-Key: the first reply, errors included, given again for six minutes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero.refusals import bad_body

KEPT_FOR = timedelta(minutes=6)
KEY_LENGTH_MAX = 128
KIND = "idempotency.xero"
SWEEP_ABOVE = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it goes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def once(world: World, scope: str, key: str, request: bytes, work: Callable[[], Sent]) -> Sent:
    """Do `work` unless `key` was seen in `scope`; inside a transaction, so repeats wait.

    `request` is what must be equal: URL, method and body. Raises Turned (400) when it is not.
    """
    if len(key) > KEY_LENGTH_MAX:
        raise bad_body(f"The Idempotency-Key cannot be longer than {KEY_LENGTH_MAX} characters")
    place = f"{scope} {key}"
    print_ = hashlib.sha256(request).hexdigest()
    now = world.clock.now()
    kept = world.store.get(EVERYWHERE, KIND, place)
    if kept and datetime.fromisoformat(kept["until"]) > now:
        if kept["request"] != print_:
            raise bad_body("The Idempotency-Key was already used with a different request")
        return Sent(kept["status"], kept["headers"], base64.b64decode(kept["body"]))
    _sweep(world, now)
    sent = work()
    world.store.put(EVERYWHERE, KIND, place, {
        "request": print_, "until": (now + KEPT_FOR).isoformat(), "status": sent.status,
        "headers": sent.headers, "body": base64.b64encode(sent.body).decode(), "place": place,
    })  # fmt: skip
    return sent


def _sweep(world: World, now: datetime) -> None:
    rows = world.store.all(EVERYWHERE, KIND)
    if len(rows) > SWEEP_ABOVE:
        for row in rows:
            if datetime.fromisoformat(row["until"]) <= now:
                world.store.delete(EVERYWHERE, KIND, row["place"])
