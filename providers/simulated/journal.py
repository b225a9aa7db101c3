"""Every API request that the simulated ledgers received, in order."""

from __future__ import annotations

from providers.simulated.store import Doc
from providers.simulated.world import EVERYWHERE, World


class Journal:
    def __init__(self, world: World) -> None:
        self._world = world

    def add(self, **what: str) -> None:
        store = self._world.store
        with store.transaction():
            number = store.number(EVERYWHERE, "request")
            row = {"number": number, "time": self._world.clock.now().isoformat(), **what}
            store.put(EVERYWHERE, "request", str(number), row)

    def rows(self, after: int = 0) -> list[Doc]:
        """The requests numbered above `after`, oldest first."""
        rows = self._world.store.all(EVERYWHERE, "request")
        return [row for row in rows if row["number"] > after]
