"""A processor served over real HTTP on this machine, and a caller that counts its calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from providers.http import Http
from providers.simulated.clock import StillClock
from providers.simulated.faults import Fault
from providers.simulated.gateway import Gateway
from providers.simulated.journal import Journal
from providers.simulated.processors.wire import Product
from providers.simulated.serving import Server
from providers.simulated.store import Doc, Store
from providers.simulated.world import World

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


@dataclass
class Served:
    base: str
    world: World
    calls: list[str] = field(default_factory=list)

    @property
    def http(self) -> Http:
        return Http(spend=self.calls.append, request_id_header="Request-Id")

    def fail(self, *faults: Fault) -> None:
        self.world.faults.replace(list(faults))

    def requests(self) -> list[Doc]:
        return Journal(self.world).rows()


def clock() -> StillClock:
    return StillClock(NOW)


@contextmanager
def serving(product: Product, still: StillClock) -> Iterator[Served]:
    world = World(still, Store())
    server = Server(Gateway(world, product), host="127.0.0.1", port=0)
    server.start()
    try:
        yield Served(f"http://127.0.0.1:{server.port}", world)
    finally:
        server.stop()
