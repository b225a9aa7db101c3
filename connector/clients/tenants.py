"""Resellers, their clients, and each client's connections to ledgers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import db
from connector.clients import sweeps
from connector.db import Moment, Tx
from connector.vault import Vault
from providers.organisation import Organisation
from providers.postal import PostalAddress

ADDRESS = TypeAdapter(PostalAddress | None)

reseller_table = sa.Table(
    "reseller",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
)
client_table = sa.Table(
    "client",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reseller_id", sa.ForeignKey("reseller.id"), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.UniqueConstraint("reseller_id", "name"),
)
connection_table = sa.Table(
    "connection",
    db.metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("client_id", sa.ForeignKey("client.id"), nullable=False),
    sa.Column("grant_id", sa.Integer, nullable=False),
    sa.Column("ledger", sa.String(20), nullable=False),
    sa.Column("company_ref", sa.String(64), nullable=False),
    sa.Column("company_sealed", sa.Text, nullable=False),
    sa.Column("vendor_grant", sa.String(80), nullable=False, default=""),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False, default=""),
    sa.Column("time_zone", sa.String(60), nullable=False, default="UTC"),
    sa.Column("country", sa.String(3), nullable=False, default=""),
    sa.Column("deposit_account", sa.String(60), nullable=False, default=""),
    sa.Column("locked_until", sa.Date),
    sa.Column("native_reminders", sa.Boolean, nullable=False, default=False),
    sa.Column("legal_name", sa.String(200), nullable=False, default=""),
    sa.Column("address", sa.JSON),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("state_reason", sa.Text, nullable=False, default=""),
    sa.Column("connected_at", Moment, nullable=False),
    sa.UniqueConstraint("company_ref"),
)
CONNECTIONS = sa.select(connection_table).order_by(connection_table.c.id)
_CLIENTS: sa.BindParameter[Any] = sa.bindparam("clients", expanding=True)
CONNECTIONS_OF = CONNECTIONS.where(connection_table.c.client_id.in_(_CLIENTS))
CONNECTION = CONNECTIONS.where(connection_table.c.id == db.CONNECTION)


class State(StrEnum):
    """`importing` until the first import is complete; only `live` connections are acted for."""

    IMPORTING = "importing"
    LIVE = "live"
    RECONNECT = "reconnect"
    DISCONNECTED = "disconnected"


class OwnedByAnother(ValueError):
    """The company is already connected for another client."""


@dataclass(frozen=True, slots=True)
class Reseller:
    """A firm of bookkeepers, or whoever else looks after clients."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Client:
    id: int
    reseller_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One QuickBooks company or Xero organisation of one client. `company_id` is sealed at rest;
    `legal_name` is empty, and `address` None, until the ledger has told them."""

    id: int
    client_id: int
    grant_id: int
    ledger: str
    company_sealed: str
    vendor_grant: str
    name: str
    currency: str
    time_zone: str
    country: str
    deposit_account: str
    native_reminders: bool
    legal_name: str
    address: PostalAddress | None
    state: State
    state_reason: str
    connected_at: datetime

    def company_id(self, vault: Vault) -> str:
        return vault.open(self.company_sealed, place=f"company:{self.ledger}")


def add_reseller(tx: Tx, name: str) -> int:
    return int(
        tx.execute(
            sa.insert(reseller_table).values(name=name).returning(reseller_table.c.id)
        ).scalar_one()
    )


def drop_reseller(tx: Tx, reseller_id: int) -> None:
    """For one that has no client and no person any more."""
    tx.execute(sa.delete(reseller_table).where(reseller_table.c.id == reseller_id))


def resellers(tx: Tx) -> list[Reseller]:
    rows = tx.execute(sa.select(reseller_table).order_by(reseller_table.c.id))
    return [Reseller(**row._mapping) for row in rows]


def add_client(tx: Tx, reseller_id: int, name: str) -> int:
    """The client of that name, made if it is new."""
    new = db.insert(tx, client_table).values(reseller_id=reseller_id, name=name)
    same = new.on_conflict_do_update(
        index_elements=["reseller_id", "name"], set_={"name": new.excluded.name}
    )
    return int(tx.execute(same.returning(client_table.c.id)).scalar_one())


def clients(tx: Tx, reseller_id: int | None = None) -> list[Client]:
    """Every client, or those of one reseller, by name."""
    query = sa.select(client_table).order_by(client_table.c.name)
    if reseller_id is not None:
        query = query.where(client_table.c.reseller_id == reseller_id)
    return [Client(**row._mapping) for row in tx.execute(query)]


def client(tx: Tx, client_id: int) -> Client:
    row = tx.execute(sa.select(client_table).where(client_table.c.id == client_id)).one()
    return Client(**row._mapping)


def rename_client(tx: Tx, client_id: int, name: str) -> str:
    """Give a client its name; a name that the reseller already uses gets a number behind it."""
    owner = client(tx, client_id)
    taken = {other.name for other in clients(tx, owner.reseller_id) if other.id != client_id}
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    tx.execute(sa.update(client_table).where(client_table.c.id == client_id).values(name=free))
    return free


def connect(
    tx: Tx,
    vault: Vault,
    *,
    client_id: int,
    grant_id: int,
    ledger: str,
    company_id: str,
    vendor_grant: str,
    name: str,
    at: datetime,
) -> int:
    """Bind a company to a client, or revive its earlier connection. Raises OwnedByAnother."""
    reference = vault.reference(company_id, place=ledger)
    known = tx.execute(
        sa.select(connection_table).where(connection_table.c.company_ref == reference)
    ).first()
    values: dict[str, Any] = {
        "grant_id": grant_id, "vendor_grant": vendor_grant, "name": name, "state_reason": "",
    }  # fmt: skip
    if known and known.client_id != client_id:
        if known.state != State.DISCONNECTED:
            raise OwnedByAnother(f"{name} is already connected for another client")
        _release_reference(tx, known.id)
        known = None
    if known:
        is_over = known.state in (State.DISCONNECTED, State.IMPORTING)
        imported_at = sweeps.progress(tx, known.id).imported_at
        values["state"] = State.IMPORTING if is_over or imported_at is None else State.LIVE
        tx.execute(
            sa.update(connection_table).where(connection_table.c.id == known.id).values(**values)
        )
        return int(known.id)
    new = sa.insert(connection_table).values(
        **values,
        client_id=client_id,
        ledger=ledger,
        company_ref=reference,
        company_sealed=vault.seal(company_id, place=f"company:{ledger}"),
        state=State.IMPORTING,
        connected_at=at,
    )
    return int(tx.execute(new.returning(connection_table.c.id)).scalar_one())


def _release_reference(tx: Tx, connection_id: int) -> None:
    """A disconnected company's records stay with its old client; the company is free again."""
    tx.execute(
        sa.update(connection_table)
        .where(connection_table.c.id == connection_id)
        .values(company_ref=f"released:{connection_id}")
    )


def describe(tx: Tx, connection_id: int, organisation: Organisation) -> None:
    """Keep what the ledger says about the company itself."""
    tx.execute(
        sa.update(connection_table)
        .where(connection_table.c.id == connection_id)
        .values(
            name=organisation.name, currency=organisation.currency,
            time_zone=organisation.time_zone, country=organisation.country,
            deposit_account=organisation.deposit_account,
            locked_until=organisation.locked_until,
            native_reminders=organisation.native_reminders,
            legal_name=organisation.legal_name,
            address=ADDRESS.dump_python(organisation.address, mode="json"),
        )
    )  # fmt: skip


def set_state(
    tx: Tx, connection_id: int, state: State, reason: str = "",
    *, only_from: Collection[State] = tuple(State),
) -> bool:  # fmt: skip
    """True if the connection was in another state before, of those that it may leave so."""
    before = [other for other in only_from if other is not state]
    changed = tx.execute(
        sa.update(connection_table)
        .where(connection_table.c.id == connection_id, connection_table.c.state.in_(before))
        .values(state=state, state_reason=reason)
    )
    return changed.rowcount > 0


def connection(tx: Tx, connection_id: int) -> Connection:
    return _connection(tx.execute(CONNECTION, {"connection": connection_id}).one())


def connections(
    tx: Tx, *, client_ids: Sequence[int] | None = None, grant_id: int | None = None
) -> list[Connection]:
    query, told = CONNECTIONS, {}
    if client_ids is not None:
        query, told = CONNECTIONS_OF, {"clients": list(client_ids)}
    if grant_id is not None:
        query = query.where(connection_table.c.grant_id == grant_id)
    return [_connection(row) for row in tx.execute(query, told)]


def reseal(tx: Tx, vault: Vault) -> int:
    """Seal every company id under the newest key; returns how many rows changed."""
    changed = 0
    for known in connections(tx):
        if not vault.is_newest(known.company_sealed):
            place = f"company:{known.ledger}"
            fresh = vault.seal(known.company_id(vault), place=place)
            tx.execute(
                sa.update(connection_table)
                .where(connection_table.c.id == known.id)
                .values(company_sealed=fresh)
            )
            changed += 1
    return changed


def find_company(tx: Tx, vault: Vault, ledger: str, company_id: str) -> Connection | None:
    reference = vault.reference(company_id, place=ledger)
    row = tx.execute(CONNECTIONS.where(connection_table.c.company_ref == reference)).first()
    return _connection(row) if row else None


def _connection(row: sa.Row[Any]) -> Connection:
    wanted = Connection.__dataclass_fields__
    values = {name: value for name, value in row._mapping.items() if name in wanted}
    address = ADDRESS.validate_python(values["address"])
    return Connection(**values | {"state": State(values["state"]), "address": address})
