"""Where each customer stands as rows for a CRM or a sheet: one for each customer and currency."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

from connector import agenda
from connector.account import looking
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.notifications import customer_states
from connector.notifications.customer_states import CustomerState, Standing

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would take for a formula, or for the way to one (OWASP, CSV injection)."""


@dataclass(frozen=True, slots=True)
class Row:
    """Days are of the company's zone, `overdue` is a plain number in `currency`."""

    company: str
    customer_id: str
    customer: str
    currency: str
    overdue: str
    oldest_due: str
    stage: str
    promised: str
    promised_on: str
    promise_state: str
    disputed: str
    payment_plan: str
    hold: str
    last_contact: str
    next_step: str


def rows(tx: Tx, connections: Sequence[Connection], now: datetime) -> list[Row]:
    """Everybody who has an account, by name."""
    return [
        _row(connection, state, one)
        for connection in connections
        for state in _by_name(tx, connection, now)
        for one in state.standings
    ]


def as_csv(found: Iterable[Row]) -> str:
    """With a line of names, quoted as RFC 4180 says; no cell begins as a formula does."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([field.name for field in fields(Row)])
    writer.writerows([_harmless(cell) for cell in astuple(row)] for row in found)
    return text.getvalue()


def _by_name(tx: Tx, connection: Connection, now: datetime) -> list[CustomerState]:
    found = [
        state
        for portion in looking.portions(agenda.everybody(tx, connection.id))
        for state in customer_states.of(tx, connection, portion, now)
    ]
    return sorted(found, key=lambda state: (state.name.casefold(), state.customer_id))


def _row(connection: Connection, state: CustomerState, one: Standing) -> Row:
    promise = one.promise
    return Row(
        company=connection.name,
        customer_id=state.customer_id,
        customer=state.name,
        currency=one.overdue.currency,
        overdue=str(one.overdue.amount),
        oldest_due=one.oldest_due.isoformat() if one.oldest_due else "",
        stage=one.stage,
        promised=str(promise.promise.amount.amount) if promise else "",
        promised_on=promise.promise.on.isoformat() if promise else "",
        promise_state=promise.state.value if promise else "",
        disputed=str(one.disputed.amount),
        payment_plan=one.plan,
        hold=state.hold,
        last_contact=one.contacted_on.isoformat() if one.contacted_on else "",
        next_step=state.next_on.isoformat() if state.next_on else "",
    )


def _harmless(cell: str) -> str:
    """Text alone, in every program that opens it."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
