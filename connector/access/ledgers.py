"""Opening a connection's ledger for reading, with its tokens and its budget of calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connector.access.grants import GrantAccess
from connector.clients import meter, tenants
from connector.clients.meter import Limits, Purpose
from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.vault import Vault
from providers.http import Http
from providers.ports import LedgerReader
from providers.registry import LEDGERS, Ledger
from providers.tokens import Vendor


@dataclass(frozen=True, slots=True)
class Opened:
    """Everything that speaking to one company's ledger needs."""

    connection: Connection
    ledger: Ledger
    vendor: Vendor
    http: Http
    access: GrantAccess
    company_id: str

    def reader(self) -> LedgerReader:
        return self.ledger.reader(self.vendor, self.http, self.access, self.company_id)


@contextmanager
def opened(
    deps: Deps, connection_id: int, purpose: Purpose, *, patient: bool = False
) -> Iterator[Opened]:
    """A way to the ledger whose calls count against the connection's budget for `purpose`; one who
    is patient waits for it where it is used up."""
    vault = Vault(deps.config.keys)
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    ledger = LEDGERS[connection.ledger]
    limits = Limits(
        ledger.calls_per_minute, ledger.calls_per_day, per_second=ledger.calls_per_second
    )
    spend = meter.spender(deps, connection_id, limits, purpose)
    if patient:
        spend = meter.patiently(deps, spend)
    with deps.http(spend, request_id_header=ledger.request_id_header) as http:
        yield Opened(
            connection=connection,
            ledger=ledger,
            vendor=deps.config.vendor(connection.ledger),
            http=http,
            access=GrantAccess(deps, vault, connection_id, connection.grant_id),
            company_id=connection.company_id(vault),
        )
