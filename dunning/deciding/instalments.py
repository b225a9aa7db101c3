"""Payment plans: what was agreed to be paid when, and what of it may be asked for today."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from dunning.customer.account import DueInvoice
from providers.ledger import Status
from providers.money import Money, minor_unit

MONTHS_IN_YEAR = 12
PARTS_MAX = 60


class Every(StrEnum):
    """How far instalments are apart."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Instalment:
    """`amount` is paid by `on`, a day in the client's zone."""

    on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentPlan:
    """What a person agreed with a customer about these invoices, of one currency. `number` names
    it. Raises ValueError where the instalments are none, not in order or not above zero."""

    number: str
    invoice_ids: tuple[str, ...]
    instalments: tuple[Instalment, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.instalments) <= PARTS_MAX:
            raise ValueError(f"a payment plan has 1 to {PARTS_MAX} instalments")
        if any(one.amount.amount <= 0 for one in self.instalments):
            raise ValueError("each instalment is above zero")
        if any(later.on <= one.on for one, later in pairwise(self.instalments)):
            raise ValueError("each instalment has a later day than the one before it")

    @property
    def total(self) -> Money:
        return Money.total(
            (i.amount for i in self.instalments), self.instalments[0].amount.currency
        )

    def unpaid(self, open_now: Money) -> tuple[Instalment, ...]:
        """What is still to be paid, by day. What is open is what the last instalments are for; if
        more is open than was agreed on, it is due with the last."""
        left: list[Instalment] = []
        rest = open_now
        for one in reversed(self.instalments):
            amount = min(one.amount, rest)
            if amount:
                left.append(Instalment(one.on, amount))
            rest -= amount
        if rest and left:
            left[0] = Instalment(left[0].on, left[0].amount + rest)
        return tuple(reversed(left))


def in_parts(total: Money, parts: int, first: date, every: Every) -> tuple[Instalment, ...]:
    """Equal instalments, the last of which takes what cannot be shared out."""
    unit = minor_unit(total.currency)
    share = Money((total.amount / parts // unit) * unit, total.currency)
    days = [_day(first, number, every) for number in range(parts)]
    rest = total - Money.total([share] * (parts - 1), total.currency)
    amounts = [*[share] * (parts - 1), rest]
    return tuple(Instalment(on, amount) for on, amount in zip(days, amounts, strict=True))


def under(plan: PaymentPlan, invoices: Sequence[DueInvoice], today: date) -> tuple[DueInvoice, ...]:
    """The invoices as the plan has them: due with the first instalment that is not paid, and of
    each only what is due by then or by today is asked for. Others stay as they are."""
    planned = [i for i in invoices if i.id in plan.invoice_ids and i.status is Status.OPEN]
    if not planned:
        return tuple(invoices)
    planned.sort(key=lambda i: (i.due or i.issued, i.id))
    shares = dict(_shared(plan, planned))
    changed = {i.id: _changed(i, plan, shares[i.id], today) for i in planned if i.id in shares}
    return tuple(changed.get(i.id, i) for i in invoices)


def _shared(
    plan: PaymentPlan, invoices: Sequence[DueInvoice]
) -> Iterator[tuple[str, list[Instalment]]]:
    """What of each instalment falls to each invoice, the earliest to the oldest."""
    waiting = list(plan.unpaid(Money.total((i.open for i in invoices), invoices[0].open.currency)))
    for invoice in invoices:
        rest, share = invoice.open, []
        while rest and waiting:
            part = min(rest, waiting[0].amount)
            share.append(Instalment(waiting[0].on, part))
            rest -= part
            still = waiting[0].amount - part
            waiting[:1] = [Instalment(waiting[0].on, still)] if still else []
        if share:
            yield invoice.id, share


def _changed(
    invoice: DueInvoice, plan: PaymentPlan, share: Sequence[Instalment], today: date
) -> DueInvoice:
    due = share[0].on
    asked = [one for one in share if one.on <= max(due, today)]
    total = Money.total((one.amount for one in asked), invoice.open.currency)
    return replace(
        invoice,
        due=due,
        instalment=total,
        plan=plan.number,
        instalment_days=tuple(one.on for one in asked),
        instalment_amounts=tuple(one.amount for one in asked),
    )


def _day(first: date, number: int, every: Every) -> date:
    if every is not Every.MONTH:
        return first + timedelta(weeks=number * (2 if every is Every.FORTNIGHT else 1))
    months = first.year * MONTHS_IN_YEAR + first.month - 1 + number
    year, month = divmod(months, MONTHS_IN_YEAR)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
