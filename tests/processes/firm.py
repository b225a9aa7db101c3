"""A firm with one company in a served ledger, an empty database, and no process yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from connector import config, deps, schema
from connector.config import Config
from connector.demo.product import settings
from connector.demo.world import App
from connector.deps import Deps
from connector.modes import Mode
from providers.simulated.ledgers import ledgers
from providers.simulated.server import Host, open_world
from providers.simulated.store import Doc
from tests.simulation import universe as one
from tests.simulation.books import Books, books_of
from tests.simulation.universe import Universe

OURS = one.OURS


@dataclass
class Firm:
    ledger: str
    host: Host
    company: str
    universe: Universe
    books: Books
    variables: dict[str, str]
    connection_id: int = 0

    @property
    def deps(self) -> Deps:
        return self.universe.deps

    @property
    def config(self) -> Config:
        return self.deps.config

    def connect(self) -> None:
        """Install through the vendor's consent page and switch everything on."""
        self.connection_id = one.install(self.universe, self.ledger, self.company)
        on = Mode.AUTOPILOT
        self.universe.switch(self.ledger, cash=on, remind=on, note=on)

    def receive(self, customer: str, amount: str, reference: str) -> str:
        return self.host.simulation.tills[self.ledger].receive(
            self.company, customer, amount=Decimal(amount), currency="USD",
            day=self.host.world.clock.now().date(), reference=reference,
        )  # fmt: skip

    def move(self, by: timedelta) -> None:
        self.host.world.move_to(self.host.world.clock.now() + by)

    def mail(self) -> list[Doc]:
        return self.host.simulation.mail.messages()


@contextmanager
def founded(ledger: str, folder: Path, now: datetime) -> Iterator[Firm]:
    world = open_world(folder / "world")
    world.clock.set(now)
    vendors = ledgers(world)
    vendors.quickbooks.limits_on = vendors.xero.limits_on = False
    app = App(ledger, "us", "secret", "hook")
    world.register_app({
        "product": ledger, "client_id": "us", "client_secret": "secret", "name": "Ledgerhand",
        "redirect_uris": [f"{OURS}/oauth/{ledger}/callback"], "webhook_url": "",
        "webhook_key": "hook", "launch_url": "", "disconnect_url": "",
    })  # fmt: skip
    host = Host(folder / "world", vendors.simulation)
    host.start()
    try:
        given = settings(
            folder / "product", base_url=OURS, smtp=host.smtp, clock_file=host.clock_file,
            apps=[app], addresses={name: host.address(name) for name in ("quickbooks", "xero")},
        ) | {"poll_seconds": "2", "sweep_seconds": "5", "lease_seconds": "3"}  # fmt: skip
        built = deps.build(config.load(_env_file=None, **given))
        schema.upgrade(built.engine)
        universe = Universe(built, world, vendors, [])
        company = one.found(universe, ledger)
        variables = {f"LEDGERHAND_{name.upper()}": value for name, value in given.items()}
        yield Firm(ledger, host, company, universe, books_of(universe, ledger, company), variables)
        built.engine.dispose()
    finally:
        host.stop()
