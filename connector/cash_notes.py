"""What the accountant reads on an invoice about money: applied, booked as a difference, undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from connector import effects, intents, modes
from connector.cash import Item
from connector.db import Tx
from connector.modes import Capability, Mode
from connector.tenants import Connection
from providers.constructs import Difference
from providers.ledger import AddNote, Allocation, Kind
from providers.money import Money

ON = (Mode.COPILOT, Mode.AUTOPILOT)


def are_on(tx: Tx, connection: Connection) -> bool:
    return modes.of(tx, connection.client_id)[Capability.NOTE] in ON


def applied(
    tx: Tx, connection: Connection, item: Item, allocations: Sequence[Allocation], *,
    last: Mapping[str, str], owners: Mapping[str, str], decision_id: int, now: datetime, why: str,
) -> None:  # fmt: skip
    """`last` is by invoice the intent after which the note is true."""
    for it in allocations:
        if it.amount.amount < 0:
            continue
        owner = owners[it.invoice_id]
        credits_ = [a.amount for a in allocations
                    if a.amount.amount < 0 and owners[a.invoice_id] == owner]  # fmt: skip
        total = -Money.total(credits_, it.amount.currency)
        beside = f" with credits of {total}" if credits_ else ""
        text = (
            f"Ledgerhand applied {it.amount} of {item.total} received on"
            f" {item.received:%d %b %Y}{beside}: {why}. Decision {decision_id}."
        )
        _intend(tx, connection, it.invoice_id, text, after_key=last[it.invoice_id],
                decision_id=decision_id, now=now)  # fmt: skip


def booked(
    tx: Tx, connection: Connection, differences: Sequence[Difference], *, after_key: str,
    decision_id: int, now: datetime, why: str,
) -> None:  # fmt: skip
    for it in differences:
        text = (
            f"Ledgerhand booked a difference of {it.amount} to account {it.account}, allowed by"
            f" {it.allowed_by}: {why}. Decision {decision_id}."
        )
        _intend(tx, connection, it.invoice_id, text, after_key=after_key, what="difference note",
                decision_id=decision_id, now=now)  # fmt: skip


def undone(
    tx: Tx, connection: Connection, parts: Sequence[Allocation], *, after_key: str, by: str,
    decision_id: int, now: datetime,
) -> None:  # fmt: skip
    """A note cannot be taken out: another one says what was undone."""
    for it in parts:
        if it.amount.amount > 0:
            text = (
                f"Undone by {by}: {it.amount} is no longer applied by Ledgerhand."
                f" Decision {decision_id}."
            )
            _intend(tx, connection, it.invoice_id, text, after_key=after_key,
                    decision_id=decision_id, now=now)  # fmt: skip


def _intend(
    tx: Tx, connection: Connection, invoice_id: str, text: str, *, after_key: str,
    decision_id: int, now: datetime, what: str = "note",
) -> None:  # fmt: skip
    today = now.astimezone(ZoneInfo(connection.time_zone)).date()
    intents.add(
        tx, connection.id, AddNote(Kind.INVOICE, invoice_id, text, today),
        key=effects.key_of(connection.id, what, after_key, invoice_id),
        subject=f"note:{invoice_id}", decision_id=decision_id, now=now, after_key=after_key,
    )  # fmt: skip
