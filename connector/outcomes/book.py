"""A client's sales and receipts in one currency, so told that any past day can be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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
    it is the day of the invoice's last change, which comes no earlier than the settlement."""

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
        taken = (part.amount for part in self.settled if part.on <= day)
        return self.total - Money.total(taken, self.total.currency)

    def settled_on(self) -> date | None:
        """The day on which nothing was left; None while something is."""
        left = self.total
        for part in self.settled:
            left -= part.amount
            if not left:
                return part.on
        return None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in, with (invoice id, amount) of what it is set against now."""

    id: str
    customer_id: str
    received: date
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
        return Money.total((sale.open_on(day) for sale in self.sales), self.currency)

    def not_due(self, day: date) -> Money:
        """The part of it that was not past its due date at the end of the day."""
        fit = (sale for sale in self.sales if sale.due is None or sale.due >= day)
        return Money.total((sale.open_on(day) for sale in fit), self.currency)

    def sold(self, period: Period) -> Money:
        fit = (sale.total for sale in self.sales if sale.issued in period)
        return Money.total(fit, self.currency)

    def undated(self, period: Period) -> Money:
        """What was settled by no receipt that the mirror holds, and has the day of the invoice's
        last change for want of a better one."""
        parts = (part for sale in self.sales for part in sale.settled)
        fit = (part.amount for part in parts if not part.told and part.on in period)
        return Money.total(fit, self.currency)


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
        sales[invoice.total.currency].append(_sale(invoice, taken[invoice.id], zone))
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
            yield payment.total.currency, Receipt(id_, payment.customer_id, payment.received, parts)
    for invoice in invoices:
        for paid in invoice.payments:
            id_ = f"{Kind.PAYMENT}:{paid.payment_id}"
            if id_ not in seen:
                receipt = Receipt(
                    id_, invoice.customer_id, paid.received, ((invoice.id, paid.amount),)
                )
                yield paid.amount.currency, receipt


def _sale(invoice: Invoice, taken: Sequence[tuple[date, Money]], zone: ZoneInfo) -> Sale:
    left = invoice.total - invoice.open
    settled = []
    for on, amount in sorted(taken, key=lambda part: part[0]):
        if amount.currency == left.currency and (part := min(amount, left)):
            settled.append(Settled(max(on, invoice.issued), part))
            left -= part
    if left.amount > 0:
        changed = invoice.changed_at.astimezone(zone).date()
        settled.append(Settled(max(changed, invoice.issued), left, told=False))
    return Sale(
        id=invoice.id, number=invoice.number, customer_id=invoice.customer_id,
        issued=invoice.issued, due=invoice.due, total=invoice.total,
        settled=tuple(sorted(settled, key=lambda part: part.on)),
    )  # fmt: skip
