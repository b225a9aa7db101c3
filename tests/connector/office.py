"""The shell without a ledger: a database, a clock that stands still, and one connected company."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from connector import config, vault
from connector.access import grants
from connector.clients import tenants
from connector.clients.tenants import State
from connector.deps import Clock, Deps
from connector.vault import Vault
from providers.ledger import Customer, Invoice, Kind, Payment, Status
from providers.money import Money
from providers.tokens import TokenSet

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
TODAY = NOW.date()
KEYS = vault.new_key()


@dataclass
class MovedClock(Clock):
    """Stands still until it is moved; leases see it too."""

    at: datetime = field(default=NOW)

    def now(self) -> datetime:
        return self.at

    def real(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)


def open_office(url: str, engine: sa.Engine, *, data_dir: Path, **settings: object) -> Deps:
    given = {"_env_file": None, "vault_keys": KEYS, "data_dir": data_dir, "database_url": url}
    return Deps(config=config.load(**{**given, **settings}), engine=engine, clock=MovedClock())


def clock_of(deps: Deps) -> MovedClock:
    assert isinstance(deps.clock, MovedClock)
    return deps.clock


def connect(
    deps: Deps, name: str = "Cedar Books", *, ledger: str = "quickbooks", client_id: int = 0
) -> int:
    """One live connection of a client of its own, unless there is one already; its tokens are text
    that nobody accepts."""
    keys = Vault(deps.config.keys)
    with deps.writing() as tx:
        if not client_id:
            reseller_id = tenants.add_reseller(tx, f"Reseller of {name}")
            client_id = tenants.add_client(tx, reseller_id, name)
        grant_id = grants.add(tx, keys, ledger, tokens_of(name))
        connection_id = tenants.connect(
            tx, keys, client_id=client_id, grant_id=grant_id, ledger=ledger,
            company_id=f"company of {name}", vendor_grant="", name=name, at=deps.now(),
        )  # fmt: skip
        tenants.set_state(tx, connection_id, State.LIVE)
    return connection_id


def tokens_of(name: str) -> TokenSet:
    later = NOW + timedelta(hours=1)
    return TokenSet(f"access of {name}", f"refresh of {name}", later, later)


def usd(amount: str | int) -> Money:
    return Money.of(amount, "USD")


def customer(id_: str = "c1", *, changed: int = 0, **fields: object) -> Customer:
    """`changed` counts seconds since NOW."""
    given = {
        "id": id_, "name": f"Customer {id_}", "emails": (f"{id_}@buyer.example",),
        "currency": "USD", "active": True, "parent_id": "", "version": str(changed),
        "changed_at": NOW + timedelta(seconds=changed),
    }  # fmt: skip
    return Customer(**{**given, **fields})  # type: ignore[arg-type]


def invoice(
    id_: str = "i1", amount: str = "100", *, changed: int = 0, left: str | None = None,
    **fields: object,
) -> Invoice:  # fmt: skip
    rest = usd(amount if left is None else left)
    given = {
        "id": id_, "number": f"INV-{id_}", "customer_id": "c1", "issued": date(2026, 1, 1),
        "due": date(2026, 2, 1), "total": usd(amount), "open": rest,
        "status": Status.OPEN if rest else Status.PAID, "sent": True, "version": str(changed),
        "changed_at": NOW + timedelta(seconds=changed),
    }  # fmt: skip
    return Invoice(**{**given, **fields})  # type: ignore[arg-type]


def payment(
    id_: str = "p1", amount: str = "100", *, changed: int = 0, left: str | None = None,
    **fields: object,
) -> Payment:  # fmt: skip
    given = {
        "kind": Kind.PAYMENT, "id": id_, "customer_id": "c1", "received": date(2026, 3, 1),
        "total": usd(amount), "unapplied": usd(amount if left is None else left),
        "reference": "INV-i1", "memo": "", "allocations": (), "status": Status.OPEN,
        "version": str(changed), "changed_at": NOW + timedelta(seconds=changed),
    }  # fmt: skip
    return Payment(**{**given, **fields})  # type: ignore[arg-type]
