"""A client's sales and receipts in one currency, so told that any past day can be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from providers.ledger import Invoice, Kind, Payment, Status
from providers.money import Money

STANDING = (Status.OPEN, Status.PAID)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the first and the last included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def before(self) -> Period:
        """The period of the same length that ends on the day before."""
        return Period(self.since - self.days * DAY, self.since - DAY)

    def __contains__(self, day: date) -> bool:
        return self.since <= day <= self.until

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


@dataclass(frozen=True, slots=True)
class Settled:
    """What was taken off an invoice, and when. `told` is whether the mirror tells the day; else
    it is the day of the invoice's last change, which comes no earlier than the settlement, or for
    an invoice of before the mirror the day before that began: what came since then is mirrored."""

    on: date
    amount: Money
    told: bool = True


@dataclass(frozen=True, slots=True)
class Sale:
    """An invoice that was neither voided nor deleted, with what settled it, the oldest first."""

    id: str
    number: str
    customer_id: str
    issued: date
    due: date | None
    total: Money
    settled: tuple[Settled, ...]

    def open_on(self, day: date) -> Money:
        """What was open at the end of a day."""
        if day < self.issued:
            return Money.zero(self.total.currency)
        taken = sum(part.amount.amount for part in self.settled if part.on <= day)
        return Money(self.total.amount - taken, self.total.currency) if taken else self.total

    def settled_on(self) -> date | None:
        """The day on which nothing was left; None while something is."""
        left = self.total.amount
        for part in self.settled:
            left -= part.amount.amount
            if not left:
                return part.on
        return None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in, with (invoice id, amount) of what it is set against now: more than its
    total where credits pay with it, and credits alone have a total of zero."""

    id: str
    customer_id: str
    received: date
    total: Money
    parts: tuple[tuple[str, Money], ...]


@dataclass(frozen=True, slots=True)
class Book:
    """One currency. From the day `begins` on every invoice is known; of earlier ones only those
    that were open then."""

    currency: str
    begins: date
    sales: tuple[Sale, ...]
    receipts: tuple[Receipt, ...]

    def receivable(self, day: date) -> Money:
        """What was open at the end of a day, credits not taken off."""
        return self._sum(sale.open_on(day) for sale in self.sales)

    def not_due(self, day: date) -> Money:
        """The part of it that was not past its due date at the end of the day."""
        fit = (sale for sale in self.sales if sale.due is None or sale.due >= day)
        return self._sum(sale.open_on(day) for sale in fit)

    def sold(self, period: Period) -> Money:
        return self._sum(sale.total for sale in self.sales if sale.issued in period)

    def undated(self, period: Period) -> Money:
        """What was settled by no receipt that the mirror holds, and has the day of the invoice's
        last change for want of a better one."""
        parts = (part for sale in self.sales for part in sale.settled)
        return self._sum(part.amount for part in parts if not part.told and part.on in period)

    def _sum(self, parts: Iterable[Money]) -> Money:
        """Of amounts that are all of this book: rounded once, which a whole book needs."""
        return Money(sum((part.amount for part in parts), Decimal(0)), self.currency)


def books_of(
    invoices: Sequence[Invoice], payments: Iterable[Payment], *, begins: date, zone: ZoneInfo
) -> dict[str, Book]:
    """One book for each currency. A day is that of the client's zone."""
    known = [one for one in invoices if one.status in STANDING]
    came = list(_receipts(known, payments))
    taken: dict[str, list[tuple[date, Money]]] = defaultdict(list)
    receipts: dict[str, list[Receipt]] = defaultdict(list)
    for currency, receipt in came:
        receipts[currency].append(receipt)
        for invoice_id, amount in receipt.parts:
            taken[invoice_id].append((receipt.received, amount))
    sales: dict[str, list[Sale]] = defaultdict(list)
    for invoice in known:
        changed = invoice.changed_at.astimezone(zone).date()
        last = changed if invoice.issued >= begins else begins - DAY
        sales[invoice.total.currency].append(_sale(invoice, taken[invoice.id], last))
    return {
        currency: Book(currency, begins, tuple(sales[currency]), tuple(receipts[currency]))
        for currency in sorted({*sales, *receipts})
    }


def _receipts(
    invoices: Iterable[Invoice], payments: Iterable[Payment]
) -> Iterator[tuple[str, Receipt]]:
    """(currency, receipt); a payment that an invoice shows may be a record of its own as well."""
    seen: set[str] = set()
    for payment in payments:
        if payment.status in STANDING:
            id_ = f"{payment.kind}:{payment.id}"
            seen.add(id_)
            parts = tuple(
                (part.invoice_id, part.amount)
                for part in payment.allocations
                if part.amount.amount > 0
            )
            yield (
                payment.total.currency,
                Receipt(id_, payment.customer_id, payment.received, payment.total, parts),
            )
    for invoice in invoices:
        for paid in invoice.payments:
            id_ = f"{Kind.PAYMENT}:{paid.payment_id}"
            if id_ not in seen:
                parts = ((invoice.id, paid.amount),)
                receipt = Receipt(id_, invoice.customer_id, paid.received, paid.amount, parts)
                yield paid.amount.currency, receipt


def _sale(invoice: Invoice, taken: Sequence[tuple[date, Money]], last: date) -> Sale:
    """`last` is the day for what was settled on a day that nobody tells."""
    left = invoice.total - invoice.open
    settled = []
    for on, amount in sorted(taken, key=lambda part: part[0]):
        if amount.currency == left.currency and (part := min(amount, left)):
            settled.append(Settled(max(on, invoice.issued), part))
            left -= part
    if left.amount > 0:
        settled.append(Settled(max(last, invoice.issued), left, told=False))
    return Sale(
        id=invoice.id, number=invoice.number, customer_id=invoice.customer_id,
        issued=invoice.issued, due=invoice.due, total=invoice.total,
        settled=tuple(sorted(settled, key=lambda part: part.on)),
    )  # fmt: skip
