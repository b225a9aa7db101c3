"""Lines of the bank that we entered, whose money the ledger may hold under a second record."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from connector.db import Tx
from connector.evidence.cash_case import Case
from connector.local_days import moved
from connector.mirroring import mirror
from connector.money import cash, set_aside
from connector.money.cash import BANK, Item
from connector.money.same_money import ENTERED
from connector.money.twin_questions import ALIKE, WINDOW
from connector.outgoing import intents
from connector.outgoing.intention import OPEN, STANDING
from providers.ledger import Kind, RecordPayment


def lines(tx: Tx, case: Case, wanted: Collection[str], limit: int) -> list[Item]:
    """Those for this customer about that day, or later while the ledger's money waited, that stand
    for no other record; `wanted` are the invoices that the money names."""
    item, connection_id = case.item, case.connection.id
    found = cash.of_totals(
        tx, connection_id, {item.total}, since=moved(item.received, -WINDOW),
        until=moved(item.received, ALIKE), kind=BANK, states=ENTERED, locked=False,
    )  # fmt: skip
    if not found:
        return []
    entries = _entries(tx, connection_id, found)
    parts = {part.invoice_id for some in entries.values() for it in some for part in it.allocations}
    whose = mirror.owner_by_id(tx, connection_id, Kind.INVOICE, parts)
    theirs = [it for it in found if _is_for(item.customer_id, entries[it.subject], wanted, whose)]
    if not theirs:
        return []
    asides = set_aside.about(tx, connection_id, [it.subject for it in theirs])
    taken = {name for it in asides for name in (it.subject, it.of)}
    taken |= set_aside.denied(tx, connection_id, item.subject)
    return [it for it in theirs if it.subject not in taken][:limit]


def _entries(
    tx: Tx, connection_id: int, found: Sequence[Item]
) -> dict[str, list[RecordPayment]]:  # fmt: skip
    """By line, what of it stands in the ledger or is on its way there."""
    entries: dict[str, list[RecordPayment]] = {it.subject: [] for it in found}
    for intent in intents.about(tx, connection_id, entries):
        if isinstance(intent.effect, RecordPayment) and intent.state in (*OPEN, *STANDING):
            entries[intent.subject].append(intent.effect)
    return entries


def _is_for(
    customer_id: str, entries: Sequence[RecordPayment], wanted: Collection[str],
    whose: Mapping[str, str],
) -> bool:  # fmt: skip
    """Whether these entries are for this customer, and for one of the invoices that are named."""
    paid = {part.invoice_id for it in entries for part in it.allocations}
    owners = {whose.get(id_) for id_ in paid} | {it.customer_id for it in entries}
    return customer_id in owners and not (wanted and not paid & set(wanted))
