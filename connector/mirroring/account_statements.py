"""Reading a customer's statement of account from the ledger, and holding it against its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from connector.clients.tenants import Connection
from connector.deps import Deps
from connector.mirroring import mirror
from dunning.statements.statement import Statement, statements
from providers.ledger import Kind, Payment
from providers.money import Money
from providers.ports import LedgerReader

FOREVER = date(9999, 12, 31)
"""Documents may be dated ahead; they are part of what is open now."""


@dataclass(frozen=True, slots=True)
class Reading:
    """`statements` are by currency. `reported` is what the ledger's own report says to be owed at
    the end; None where it cannot be compared, because it turns other currencies into the home one.
    """

    statements: tuple[Statement, ...]
    reported: Money | None

    @property
    def agrees(self) -> bool | None:
        """QuickBooks takes credits off in its report, Xero lists them apart: either is right."""
        if self.reported is None:
            return None
        ours = [(one.closing, one.receivable) for one in self.statements]
        return self.reported in (ours[0] if ours else (Money.zero(self.reported.currency),))


def read(
    deps: Deps,
    reader: LedgerReader,
    connection: Connection,
    customer_id: str,
    *,
    since: date,
    until: date,
) -> Reading:
    """The days are in the company's own calendar. Costs the calls of `LedgerReader.history`, one
    for each kind of money on account, and one for the report. Raises ValueError for days in the
    wrong order, and what a ledger raises when it is read.
    """
    past = list(reader.history(since, FOREVER))
    left = _on_account(deps, reader, connection, customer_id)
    made = statements(customer_id, past, left, since=since, until=until)
    if any(one.currency != connection.currency for one in made):
        return Reading(made, None)
    report = reader.aged(until, [customer_id])
    owed = Money.total((one.owed for one in report), connection.currency)
    return Reading(made, owed)


def _on_account(
    deps: Deps, reader: LedgerReader, connection: Connection, customer_id: str
) -> list[Payment]:
    """The mirror knows which money is unapplied, the ledger how much of it."""
    with deps.reading() as tx:
        known = [
            record
            for record in mirror.of_customers(tx, connection.id, [customer_id])
            if isinstance(record, Payment) and record.kind is not Kind.BATCH_PAYMENT
        ]
    found: list[Payment] = []
    known.sort(key=lambda record: record.kind)
    for kind, group in groupby(known, key=lambda record: record.kind):
        read_now = reader.fetch(kind, [record.id for record in group])
        found += [record for record in read_now if isinstance(record, Payment)]
    return found
