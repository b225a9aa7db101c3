"""Late fees that a client's own terms ask for: drafted once for a period, and waived on record."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Literal, Self

from babel.numbers import list_currencies
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dunning.customer.account import Account, DueInvoice
from dunning.customer.persons import Kind
from providers.ledger import Status
from providers.money import Money

MONTHS_IN_YEAR = 12
Late = tuple[DueInvoice, Money]
"""An invoice, and what of it is late."""


class LateFees(BaseModel):
    """What is charged for being late, as the client's terms have it.

    A fixed amount by currency, or `percent` of what is asked for, for each invoice or for a
    customer's whole statement, after credits are set against the oldest invoices that are late;
    `once`, or for each month begun after the days of grace, of an invoice no more than
    `fees_per_invoice_max` months; a statement's months are those of the calendar. Under a payment
    plan that is the instalments whose own days of grace are over. Consumers, and those of whom
    nobody said what they are, are charged only if `consumers` is set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    basis: Literal["invoice", "statement"] = "invoice"
    every: Literal["once", "month"] = "month"
    fixed: dict[str, Decimal] = Field(default_factory=dict)
    percent: Decimal | None = Field(default=None, gt=0, le=10)
    grace_days: int = Field(default=0, ge=0, le=90)
    fees_per_invoice_max: int = Field(default=12, ge=1, le=60)
    consumers: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.fixed) == (self.percent is not None):
            raise ValueError("write either fixed amounts by currency or a percent, and not both")
        for currency, amount in self.fixed.items():
            if currency not in list_currencies() or amount <= 0:
                raise ValueError(
                    f"{amount} {currency} is no fee; write an ISO currency, such as USD, "
                    "and an amount above 0"
                )
        if self.basis == "statement" and self.every == "once":
            raise ValueError("a statement's fee is for a month; write every = month")
        return self


class FeeState(StrEnum):
    """A draft waits for a person; only an approved one is posted. A waived one stays on record, and
    so does one that was taken back. One that lapsed did so because its invoices or the terms
    changed."""

    DRAFTED = "drafted"
    APPROVED = "approved"
    POSTED = "posted"
    WAIVED = "waived"
    UNDONE = "undone"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Fee:
    """One fee. `key` names the invoice or statement and the period, the same in any run;
    `about` names them for people."""

    key: str
    state: FeeState
    amount: Money
    invoice_ids: tuple[str, ...]
    reason: str
    about: str = ""


def draft_fees(
    account: Account,
    terms: LateFees,
    today: date,
    *,
    kind: Kind,
    known: Collection[str],
    exempt: frozenset[str] = frozenset(),
) -> tuple[Fee, ...]:
    """The fees of the periods that run today and for which no fee is known: `known` are their
    keys, whatever became of them.

    `today` is a day of the client's zone. Of periods missed only the present one is charged.
    `exempt` are ids of invoices that bear no fee, such as those that are fees themselves. Credits
    are set against the oldest invoices that are late. A customer who is paused, or whose money is
    being worked on, is charged nothing for now.
    """
    if kind is not Kind.BUSINESS and not terms.consumers:
        return ()
    late = _late(account, terms, today, exempt)
    if account.paused_reason or account.waiting_cash:
        return ()
    drafts = (
        _by_invoice(account, late, terms, today)
        if terms.basis == "invoice"
        else _by_statement(account, late, terms, today)
    )
    return tuple(fee for fee in drafts if fee.key not in known and fee.amount)


def why_spared(
    fee: Fee,
    account: Account,
    terms: LateFees | None,
    today: date,
    *,
    kind: Kind,
    exempt: frozenset[str] = frozenset(),
) -> str:
    """Why a draft is not to be charged any more, by the customer's own terms and account as they
    are; empty where it may be, even if its period is over. Money that is being worked on puts new
    drafts off and ends none."""
    if terms is None:
        return "the customer's terms have no late fees any more"
    if kind is not Kind.BUSINESS and not terms.consumers:
        return "the terms charge businesses only"
    invoices = {invoice.id: invoice for invoice in account.invoices}
    if not _is_of(fee, terms, invoices):
        return "the terms do not charge for such a period any more"
    if account.paused_reason:
        return account.paused_reason
    for id_ in fee.invoice_ids:
        why = _bears_none(invoices[id_], terms, today) if id_ in invoices else "is not open"
        if why:
            number = invoices[id_].number if id_ in invoices else id_
            return f"invoice {number} {why}"
    late = {one.id for one, _ in _late(account, terms, today, exempt)}
    return "" if late.intersection(fee.invoice_ids) else "credits cover what is late"


def waive(fee: Fee, reason: str) -> Fee:
    """The entry that a waived fee leaves, so that it is not drafted again. A reason is needed."""
    if not reason.strip():
        raise ValueError(f"say why the fee {fee.key} is waived; the reason is kept with it")
    if fee.state is not FeeState.DRAFTED:
        raise ValueError(f"the fee {fee.key} is {fee.state}; only a draft can be waived")
    return replace(fee, state=FeeState.WAIVED, reason=reason.strip())


def _late(account: Account, terms: LateFees, today: date, exempt: frozenset[str]) -> list[Late]:
    """What is late of each invoice once credits are set against the oldest, without those that
    they cover."""
    found = [
        (one, _late_part(one, terms, today))
        for one in account.invoices
        if one.id not in exempt and not _bears_none(one, terms, today)
    ]
    left, net = max(account.credits, Money.zero(account.currency)), {}
    for one, part in sorted(found, key=lambda it: (str(it[0].due), it[0].number, it[0].id)):
        taken = min(left, part)
        net[one.id] = part - taken
        left -= taken
    return [(one, net[one.id]) for one, _ in found if net[one.id]]


def _late_part(invoice: DueInvoice, terms: LateFees, today: date) -> Money:
    """What of an invoice is late: under a payment plan each instalment by its own day."""
    if not invoice.plan:
        return invoice.asked
    parts = zip(invoice.instalment_days, invoice.instalment_amounts, strict=True)
    late = (amount for day, amount in parts if today >= _start(day, terms))
    return min(invoice.asked, Money.total(late, invoice.open.currency))


def _owed(account: Account, late: Sequence[Late]) -> Money:
    return Money.total((part for _, part in late), account.currency)


def _bears_none(invoice: DueInvoice, terms: LateFees, today: date) -> str:
    """Why an invoice is charged nothing today, as it goes on after its number."""
    if invoice.status is not Status.OPEN or invoice.open.amount <= 0:
        return "is not open"
    if invoice.disputed:
        return "is disputed"
    if invoice.paused:
        return "is paused"
    if invoice.maybe_paid:
        return "may be paid by money that waits for a person"
    if invoice.referred:
        return "is with an agency"
    is_late = invoice.due is not None and today >= _start(invoice.due, terms)
    return "" if is_late else "is not late by the terms"


def _is_of(fee: Fee, terms: LateFees, invoices: Mapping[str, DueInvoice]) -> bool:
    """Whether the terms know a fee's basis, its currency, and periods as late as its: of a
    statement, for any of its invoices."""
    basis, *_, period = fee.key.split(":")
    is_known = terms.percent is not None or fee.amount.currency in terms.fixed
    if basis != terms.basis or not is_known:
        return False
    if basis == "invoice":
        return int(period) < (1 if terms.every == "once" else terms.fees_per_invoice_max)
    month = date.fromisoformat(f"{period}-01")
    about = [invoices[id_] for id_ in fee.invoice_ids if id_ in invoices]
    return not about or any(_in_statement(one, terms, month) for one in about)


def _by_invoice(
    account: Account, late: Sequence[Late], terms: LateFees, today: date
) -> Iterable[Fee]:
    for invoice, part in late:
        assert invoice.due is not None
        start, once = _start(invoice.due, terms), terms.every == "once"
        month = 0 if once else _months(start, today)
        if month >= terms.fees_per_invoice_max:
            continue
        since = start if once else _after(start, month)
        until = "" if once else f" to {_after(start, month + 1) - timedelta(days=1)}"
        yield Fee(
            f"invoice:{invoice.id}:{month}", FeeState.DRAFTED, _amount(terms, part),
            (invoice.id,), about=f"invoice {invoice.number}, from {since}{until}",
            reason=f"{invoice.number}: due {invoice.due},"
            f" {'once' if once else f'month {month + 1} of being late'};"
            f" {_rule(account, [(invoice, part)], terms)}",
        )  # fmt: skip


def _in_statement(invoice: DueInvoice, terms: LateFees, day: date) -> bool:
    """Whether an invoice is among the fees of the calendar month of `day`: the month in which it
    begins to be late is its first."""
    if invoice.due is None:
        return False
    since = _start(invoice.due, terms)
    months = (day.year - since.year) * MONTHS_IN_YEAR + day.month - since.month
    return months < terms.fees_per_invoice_max


def _by_statement(
    account: Account, late: Sequence[Late], terms: LateFees, today: date
) -> Iterable[Fee]:
    late = [(one, part) for one, part in late if _in_statement(one, terms, today)]
    if not late:
        return
    month = f"{today:%Y-%m}"
    owed = _owed(account, late)
    numbers = ", ".join(i.number for i, _ in late)
    yield Fee(
        f"statement:{account.customer_id}:{account.currency}:{month}",
        FeeState.DRAFTED,
        _amount(terms, owed),
        tuple(i.id for i, _ in late),
        reason=f"{numbers}: late in {month}; {_rule(account, late, terms)}",
        about=f"invoices {numbers}, {month}",
    )


def _amount(terms: LateFees, owed: Money) -> Money:
    """The fee; nothing where the terms name none in the currency."""
    if terms.percent is not None:
        return Money(owed.amount * terms.percent / 100, owed.currency)
    return Money(terms.fixed.get(owed.currency, Decimal(0)), owed.currency)


def _rule(account: Account, late: Sequence[Late], terms: LateFees) -> str:
    """What of the terms makes the amount."""
    if terms.percent is None:
        return f"a fixed fee for each {terms.basis}"
    owed = _owed(account, late)
    plans = ", ".join(sorted({one.plan for one, _ in late if one.plan}))
    under = f" now, by payment plan {plans}" if plans else ""
    after = " after credits" if account.credits.amount > 0 else ""
    return f"{terms.percent:f} % of {owed} {'late' if plans else 'open'}{after}{under}"


def _start(due: date, terms: LateFees) -> date:
    return due + timedelta(days=terms.grace_days + 1)


def _after(start: date, months: int) -> date:
    """The day so many months later; the last of a month that is too short for it."""
    years, month = divmod(start.month - 1 + months, MONTHS_IN_YEAR)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _months(start: date, today: date) -> int:
    """How many whole months have passed; one from 31 January is over on 28 February."""
    months = (today.year - start.year) * MONTHS_IN_YEAR + today.month - start.month
    anniversary = min(start.day, monthrange(today.year, today.month)[1])
    return months - (today.day < anniversary)
