"""The vendors' signing keys, which take longest to make: made once in a process."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from providers.simulated.clock import StillClock
from providers.simulated.identity import TokenDesk
from providers.simulated.store import Doc, Store
from providers.simulated.world import EVERYWHERE, World
from providers.simulated.xero.grants import LIFETIMES


def give_keys(world: World) -> None:
    for product in ("quickbooks", "xero"):
        world.store.put(EVERYWHERE, f"key.{product}", "signing", _key(product))


@cache
def _key(product: str) -> Doc:
    world = World(StillClock(datetime(2026, 1, 1, tzinfo=UTC)), Store())
    TokenDesk(world, product, LIFETIMES).jwks()
    return world.store.all(EVERYWHERE, f"key.{product}")[0]
