"""Money for promises: what came in of those who made them, in the ledger and at the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.clients import sweeps
from connector.commitments.promises import Kept
from connector.db import Tx
from connector.decided import approvals
from connector.mirroring import mirror
from connector.money import cash
from connector.money.cash import BANK, Standing
from dunning.deciding.promises import Received
from providers.ledger import RECEIVED, Customer, Gone, Invoice, Kind, Payment, Status
from providers.money import Money

Place = tuple[str, str]
"""(customer id, currency)"""
READ_BEFORE = timedelta(days=1)
"""Money may have been read a little before the invoice that it is set against."""
ENDED = (Status.VOID, Status.DELETED)


@dataclass(frozen=True, slots=True)
class Books:
    """`opens` is what is open by invoice, `received` what the ledger holds of each customer in each
    currency. `in_doubt` are invoices not read so far, or changed after the last sweep: what paid
    them may not be read yet."""

    opens: Mapping[str, Money]
    received: Mapping[Place, Sequence[Received]]
    in_doubt: frozenset[str]


def books(tx: Tx, connection_id: int, promised: Sequence[Kept]) -> Books:
    """What the mirror knows of the invoices of these promises, and of money that came since."""
    ids = {id_ for one in promised for id_ in one.promise.invoice_ids}
    found = [
        it
        for it in mirror.fetch(tx, connection_id, Kind.INVOICE, ids)
        if isinstance(it, Invoice | Gone)
    ]
    invoices = [it for it in found if isinstance(it, Invoice) and it.status not in ENDED]
    swept_at = sweeps.progress(tx, connection_id).swept_at
    changed = {it.id for it in invoices if swept_at is None or it.changed_at > swept_at}
    received: dict[Place, list[Received]] = defaultdict(list)
    for place, part in _received(tx, connection_id, promised, invoices):
        received[place].append(part)
    return Books(
        opens={it.id: it.open for it in invoices if it.status is Status.OPEN},
        received=received,
        in_doubt=frozenset(ids - {it.id for it in found} | changed),
    )


def at_the_bank(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> Mapping[Place, Sequence[Received]]:
    """Bank lines that wait for a person and are, by all that is offered for them, of one of these
    customers."""
    waiting = [
        item
        for item in cash.listed(tx, connection_id, [Standing.REVIEW], cash.EVERY)
        if item.kind == BANK
    ]
    if not waiting:
        return {}
    offered = {it.subject: it.options for it in approvals.waiting(tx, connection_id)}
    named = {item.subject: approvals.invoices_in(offered.get(item.subject, ())) for item in waiting}
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, set().union(*named.values()))
    owners = {it.id: it.customer_id for it in found if isinstance(it, Invoice)}
    lines: dict[Place, list[Received]] = defaultdict(list)
    for item in waiting:
        theirs = {owners[id_] for id_ in named[item.subject] if id_ in owners}
        whose = {item.customer_id} if item.customer_id else theirs
        if len(whose) == 1 and whose <= set(customer_ids):
            lines[whose.pop(), item.left.currency].append(Received(item.received, item.left))
    return lines


def is_taken_back(tx: Tx, connection_id: int, customer_id: str, since: datetime) -> bool:
    """Whether any money of a customer was voided or deleted in the ledger since then."""
    news = mirror.news_of(tx, connection_id, [customer_id], RECEIVED, since=since)
    return any(
        isinstance(it, Gone) or (isinstance(it, Payment) and it.status in ENDED) for it in news
    )


def _received(
    tx: Tx, connection_id: int, promised: Sequence[Kept], invoices: Sequence[Invoice]
) -> Iterator[tuple[Place, Received]]:
    """One ledger tells on the invoice by what it was paid, one on the payment, which may be another
    customer's: what is set against an invoice is of whose invoice it is."""
    for invoice in invoices:
        for paid in invoice.payments:
            place = (invoice.customer_id, paid.amount.currency)
            yield place, Received(paid.received, paid.amount, invoice.id)
    told = {paid.payment_id for invoice in invoices for paid in invoice.payments}
    owners = {invoice.id: invoice.customer_id for invoice in invoices}
    for payment in _payments(tx, connection_id, promised):
        for part in _parts(payment) if payment.id not in told else ():
            owner = owners.get(part.invoice_id, payment.customer_id)
            yield (owner, payment.total.currency), part


def _payments(tx: Tx, connection_id: int, promised: Sequence[Kept]) -> Iterator[Payment]:
    """Money that was new or changed since the first of the promises. Without money a payment only
    sets a credit against an invoice."""
    since = min(one.at for one in promised) - READ_BEFORE
    whose = _with_parents(tx, connection_id, {one.customer_id for one in promised})
    for record in mirror.news_of(tx, connection_id, whose, RECEIVED, since=since):
        is_money = isinstance(record, Payment) and record.total.amount > 0
        if isinstance(record, Payment) and is_money and record.status not in ENDED:
            yield record


def _with_parents(tx: Tx, connection_id: int, customer_ids: set[str]) -> set[str]:
    """A customer's invoices may be paid by the one that it belongs to, and so on upwards."""
    family, lowest = set(customer_ids), set(customer_ids)
    while lowest:
        found = mirror.fetch(tx, connection_id, Kind.CUSTOMER, lowest)
        parents = {it.parent_id for it in found if isinstance(it, Customer)}
        lowest = parents - family - {""}
        family |= lowest
    return family


def _parts(payment: Payment) -> Iterator[Received]:
    """What it is set against, and what is not yet set against anything."""
    for part in payment.allocations:
        if part.amount.amount > 0:
            yield Received(payment.received, part.amount, part.invoice_id)
    if payment.unapplied.amount > 0:
        yield Received(payment.received, payment.unapplied)
