"""Payments that a ledger shows on their invoices alone, and that we neither read nor entered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import sqlalchemy as sa

from connector.db import Tx
from connector.local_days import moved
from connector.mirroring import mirror
from connector.mirroring.mirror_rows import minor
from connector.money.cash import EVERY, PLACES_MAX
from connector.money.ledger_money import ENDED
from connector.money.twin_questions import ALIKE, WINDOW
from connector.outgoing import intents
from connector.outgoing.intention import OPEN, STANDING
from providers.ledger import Invoice, Kind, Payment, Record, RecordPayment
from providers.money import Money
from providers.past import PaidBy

INVOICES_MAX = 5_000
"""Read at once."""
TOLD_APART_MAX = 200
"""So many sums or invoices at most are named in a query: databases limit how long one is. What more
of them are on is told apart here."""
Which = Callable[[Any], list[sa.ColumnElement[bool]]]
"""Conditions on the columns of the mirror."""
EASTERNMOST = timezone(timedelta(hours=14))
"""Where a day begins first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A payment as its invoice shows it."""

    paid: PaidBy
    invoice: Invoice

    @property
    def place(self) -> tuple[Kind, str]:
        return Kind.PAYMENT, self.paid.payment_id

    @property
    def subject(self) -> str:
        """As the record itself is called once it is read."""
        return f"{Kind.PAYMENT}:{self.paid.payment_id}"

    @property
    def words(self) -> str:
        """For people to read."""
        return f"payment {self.paid.payment_id} on {self.invoice.number or self.invoice.id}"


def on(
    invoices: Iterable[Invoice], days: Iterable[date], sums: Collection[Money] | None = None
) -> list[Shown]:  # fmt: skip
    """Those of these invoices about one of these days, of one of these sums where any are told."""
    about = [*days]
    return [
        Shown(paid, invoice)
        for invoice in invoices
        for paid in invoice.payments
        if (sums is None or paid.amount in sums) and any(is_about(paid, day) for day in about)
    ]


def is_about(paid: PaidBy, day: date) -> bool:
    """Whether a placed payment may be money of a day."""
    return abs(paid.received - day) <= WINDOW


def unread(
    tx: Tx, connection_id: int, sums: Collection[Money], days: Sequence[date]
) -> list[Shown]:  # fmt: skip
    """Those of one of these sums about one of these days, whoever's invoice they are on."""
    if not sums or not days:
        return []
    # The ledger changes an invoice when a payment is entered: that may be before the day on it.
    since = datetime.combine(moved(min(days), -ALIKE), time.min, UTC)
    wanted, about = set(sums), set(days)
    found = [
        shown
        for page in _pages(tx, connection_id, _paid_of(wanted, since))
        for shown in on(page, about, wanted)
    ]
    return new(tx, connection_id, found)


def _paid_of(sums: Set[Money], since: datetime) -> Which:
    """Invoices that payments of these sums may be on, changed since then."""
    least: dict[str, int] = {}
    for one in sums:
        least[one.currency] = min(minor(one), least.get(one.currency, minor(one)))
    amounts = {f'"{one.amount}"' for one in sums} if len(sums) <= TOLD_APART_MAX else set()

    def which(m: Any) -> list[sa.ColumnElement[bool]]:
        paid = [sa.and_(m.currency == it, m.total_minor >= least[it]) for it in least]
        named = [m.body.contains(it, autoescape=True) for it in amounts]
        return [
            m.kind == Kind.INVOICE, m.status.not_in(ENDED), m.changed_at >= since, sa.or_(*paid),
            m.open_minor < m.total_minor, m.body.contains('"payment_id"'),
            sa.or_(*named) if named else sa.true(),
        ]  # fmt: skip

    return which


def _pages(tx: Tx, connection_id: int, which: Which) -> Iterator[list[Invoice]]:
    page = _after("", tx, connection_id, which)
    while page:
        yield [it for it in page if isinstance(it, Invoice)]
        page = _after(page[-1].id, tx, connection_id, which)


def _after(last: str, tx: Tx, connection_id: int, which: Which) -> list[Record]:
    return mirror.chosen(
        tx, connection_id, lambda m: [*which(m), m.id > last], order=lambda m: (m.id,),
        limit=INVOICES_MAX,
    )  # fmt: skip


def taken_off(
    tx: Tx, connection_id: int, before: Iterable[Invoice], news: Iterable[Record]
) -> list[tuple[Kind, str]]:  # fmt: skip
    """What was read of the payments that these invoices showed and show no longer: somebody took
    them out, and not every ledger tells that of the payment itself."""
    now = {it.id: {paid.payment_id for paid in it.payments} for it in news
           if isinstance(it, Invoice)}  # fmt: skip
    gone = {
        paid.payment_id
        for it in before if it.id in now
        for paid in it.payments if paid.payment_id not in now[it.id]
    }  # fmt: skip
    known = mirror.fetch(tx, connection_id, Kind.PAYMENT, gone) if gone else []
    return [(it.kind, it.id) for it in known if isinstance(it, Payment) and it.status not in ENDED]


def new(tx: Tx, connection_id: int, found: Collection[Shown]) -> list[Shown]:
    """Those of these that we did not read and did not enter, each once."""
    by_id = {it.paid.payment_id: it for it in found}
    if not by_id:
        return []
    known = {it.id for it in mirror.fetch(tx, connection_id, Kind.PAYMENT, by_id)}
    ids = [*by_id]
    for n in range(0, len(ids), PLACES_MAX):
        brought = intents.brought(tx, connection_id, ids[n : n + PLACES_MAX])
        known |= {it.receipt for it in brought}
    left = [it for id_, it in by_id.items() if id_ not in known]
    if not left:
        return []
    first = min(it.paid.received for it in left)
    ours = _entered(tx, connection_id, {it.invoice.id for it in left}, first)
    return [it for it in left if (it.invoice.id, it.paid.amount) not in ours]


def _entered(
    tx: Tx, connection_id: int, invoices: Collection[str], first: date
) -> set[tuple[str, Money]]:  # fmt: skip
    """What we set against each of these. A receipt over several invoices is a payment of each,
    under ids that we were never told. None is entered before the day that it is dated on."""
    since = datetime.combine(first, time.min, EASTERNMOST)
    written = intents.listed(
        tx, connection_id, (*OPEN, *STANDING), since=since, limit=EVERY,
        names=("record_payment",), naming=invoices if len(invoices) <= TOLD_APART_MAX else (),
    )  # fmt: skip
    return {
        (part.invoice_id, part.amount)
        for it in written
        if isinstance(it.effect, RecordPayment)
        for part in it.effect.allocations
    }
