"""Payments that a ledger shows on their invoices alone: one of the sum of a line of the bank may be
the same money, so it is read before anything of the line is decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

from connector.db import Tx
from connector.evidence.cash_case import Case
from connector.mirroring import mirror
from connector.money.cash import BANK, EVERY
from connector.outgoing import intents
from connector.outgoing.intention import OPEN, STANDING
from connector.syncing import perceive
from connector.twin_money.twins import WINDOW, named
from matching.deciding.weighing import doubted
from matching.facts.items import MatchDecision
from providers.ledger import Invoice, Kind, RecordPayment
from providers.past import PaidBy

WAITED_FOR = timedelta(hours=24)
"""How long a line waits for the ledger to give such a payment out; then a person is asked."""
EASTERNMOST = timezone(timedelta(hours=14))
"""Where a day begins first."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Payments, each with its invoice's number; `since` is when the line began to wait for them,
    aware UTC, and None before that."""

    found: tuple[tuple[PaidBy, str], ...]
    since: datetime | None

    @property
    def words(self) -> str:
        """How much the ledger shows, and as which payments."""
        what = ", ".join(f"payment {it.payment_id} on {number}" for it, number in self.found)
        return f"{self.found[0][0].amount} as {what}"

    @property
    def why(self) -> str:
        """For a person who decides without them."""
        hours = WAITED_FOR // timedelta(hours=1)
        return (
            f"the ledger shows {self.words}, and has not given that out in {hours} hours: it may be"
            " the same money"
        )


def near(tx: Tx, case: Case, verdict: MatchDecision) -> Unread | None:
    """Those about the day of the line that we did not enter. A line that names other invoices with
    their exact amounts is other money."""
    item, connection_id = case.item, case.connection.id
    if item.kind != BANK or item.left != item.total or verdict.action == "ignore":
        return None
    wanted = named(verdict)
    found = {
        paid.payment_id: (paid, invoice)
        for invoice in case.records
        if isinstance(invoice, Invoice) and (not wanted or invoice.id in wanted)
        for paid in invoice.payments
        if paid.amount == item.total and abs(paid.received - item.received) <= WINDOW
    }
    if not found:
        return None
    known = {it.id for it in mirror.fetch(tx, connection_id, Kind.PAYMENT, found)}
    known |= {it.receipt for it in intents.brought(tx, connection_id, list(found))}
    unread = [it for id_, it in found.items() if id_ not in known]
    if not unread:
        return None
    first = min(paid.received for paid, _ in unread)
    ours = _paid_by_us(tx, connection_id, {invoice.id for _, invoice in unread}, first)
    left = [(paid, it.number or it.id) for paid, it in unread if it.id not in ours]
    if not left:
        return None
    places = [(Kind.PAYMENT, paid.payment_id) for paid, _ in left]
    since = perceive.hinted_at(tx, connection_id, places, why=_why(case))
    return Unread(tuple(left), since)


def await_them(tx: Tx, case: Case, unread: Unread, *, now: datetime) -> bool:
    """Ask for them once more; False where that has been done for long enough."""
    if unread.since is not None and now - unread.since >= WAITED_FOR:
        return False
    places = [(Kind.PAYMENT, paid.payment_id) for paid, _ in unread.found]
    again = f"/{now:%y%m%d%H%M}" if unread.since else ""
    perceive.hint_at(tx, case.connection.id, places, why=f"{_why(case)}{again}", now=now)
    return True


def weighed(verdict: MatchDecision, unread: Unread | None) -> MatchDecision:
    """The verdict left to a person where they could not be read."""
    if unread is None or verdict.action == "ignore":
        return verdict
    before = verdict.reasons if verdict.action == "review" else ()
    return replace(doubted(verdict, unread.why), reasons=(unread.why, *before))


def _why(case: Case) -> str:
    return f"same:{case.item.subject}"


def _paid_by_us(tx: Tx, connection_id: int, invoices: Collection[str], first: date) -> set[str]:
    """A receipt over several invoices is a payment of each, under ids that we were never told.
    None is entered before the day that it is dated on."""
    since = datetime.combine(first, time.min, EASTERNMOST)
    written = intents.listed(
        tx, connection_id, (*OPEN, *STANDING), since=since, limit=EVERY,
        names=("record_payment",), naming=invoices,
    )  # fmt: skip
    return {
        part.invoice_id
        for it in written
        if isinstance(it.effect, RecordPayment)
        for part in it.effect.allocations
    }
