"""Statutory interest and the fixed sum on a late payment, with every rate's source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from dunning.customer.persons import Kind
from dunning.fees.rates import JULY, TABLES, InterestLaw, Rate, half_of
from providers.money import Money, minor_unit

DAYS_IN_YEAR = 365
"""In leap years too, as enterprise.gov.ie and gov.uk count."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Debt:
    """An invoice that was, or is, paid late. Days are those of the client's zone.

    `country` is that of the law which the contract is under, as a rule the client's own (ISO two
    letters). `contractual` tells that the contract has an interest rate of its own. `payments` are
    what came in, each with its day.
    """

    amount: Money
    due: date
    country: str
    kind: Kind
    contractual: bool = False
    payments: tuple[tuple[date, Money], ...] = ()

    def open_on(self, day: date) -> Money:
        """What is owed at the start of a day, which a payment of that day does not lessen yet."""
        paid = Money.total((m for on, m in self.payments if on < day), self.amount.currency)
        return max(self.amount - paid, Money.zero(self.amount.currency))


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which neither debt nor rate changed, both ends included; percent is of a year."""

    first: date
    last: date
    principal: Money
    percent: Decimal
    interest: Money
    source: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What the law lets a person ask for: a proposal, never posted without approval.

    `daily` is what each further day adds, rounded down.
    """

    periods: tuple[Period, ...]
    interest: Money
    daily: Money
    fixed_sum: Money
    citation: str


@dataclass(frozen=True, slots=True)
class NotAvailable:
    """Nothing can be said, and why."""

    reason: str


def statutory_claim(debt: Debt, until: date) -> Claim | NotAvailable:
    """Interest from the day after `due` up to and with `until`, and the fixed sum.

    Only between businesses: for consumers and unknown kinds there is none. A half-year whose rate
    the tables do not have makes it unavailable as a whole; nothing is guessed. Amounts are never
    rounded up.
    """
    law = TABLES.law_of(debt.country)
    start = debt.due + DAY
    if law is None:
        return NotAvailable(f"there is no table of statutory interest for {debt.country!r}")
    if refusal := _refusal(debt, law, start=start, until=until):
        return NotAvailable(refusal)
    periods: list[Period] = []
    for first, last in _spans(debt, start, until):
        half = half_of({"at start": start, "at payment": until}.get(law.method, first))
        rate = TABLES.references[law.reference].rates.get(half)
        if rate is None:
            name = TABLES.references[law.reference].name
            return NotAvailable(
                f"not available for {half}: the table of {TABLES.version} has no {name}"
            )
        periods.append(_period(debt, law, rate, first=first, last=last))
    currency = debt.amount.currency
    return Claim(
        periods=tuple(periods),
        interest=Money.total((one.interest for one in periods), currency),
        daily=_daily(debt.open_on(until + DAY), periods[-1].percent),
        fixed_sum=Money(law.fixed_sum(debt.open_on(start).amount), currency),
        citation=law.citation,
    )


def why_none(law: InterestLaw, *, kind: Kind, contractual: bool) -> str:
    """Why a law gives nothing, whatever the debt is, by what the customer is and by whether the
    contract has a rate of its own; empty where it may."""
    if kind is not Kind.BUSINESS:
        return f"{law.act} is for businesses, this is {kind}"
    return "the contract has an interest rate of its own, which goes before" if contractual else ""


def _refusal(debt: Debt, law: InterestLaw, *, start: date, until: date) -> str:
    """Why there is no claim; empty if there is one."""
    currency = debt.amount.currency
    none = why_none(law, kind=debt.kind, contractual=debt.contractual)
    checks = (
        (bool(none), none),
        (currency != law.currency, f"{law.act} is in {law.currency}, the debt is in {currency}"),
        (debt.due < law.since, f"the table for {debt.country} begins on {law.since}"),
        (until < start, f"it is not late before {start}"),
        (not debt.open_on(start), f"nothing was owed any more on {start}"),
    )
    return next((why for holds, why in checks if holds), "")


def _spans(debt: Debt, start: date, until: date) -> Iterator[tuple[date, date]]:
    """The days from start to until, cut where a half-year begins or money came in."""
    halves = {
        date(year, month, 1) for year in range(start.year, until.year + 1) for month in (1, JULY)
    }
    cuts = sorted(
        day for day in halves | {on + DAY for on, _ in debt.payments} if start < day <= until
    )
    for first, following in zip([start, *cuts], [*cuts, until + DAY], strict=True):
        if debt.open_on(first):
            yield first, following - DAY


def _period(debt: Debt, law: InterestLaw, rate: Rate, *, first: date, last: date) -> Period:
    principal, percent = debt.open_on(first), law.percent(rate)
    days = (last - first).days + 1
    if law.rounded == "daily":
        interest = Money(_daily(principal, percent).amount * days, principal.currency)
    else:
        interest = _down(_year(principal, percent) * days / DAYS_IN_YEAR, principal.currency)
    return Period(first, last, principal, percent, interest, TABLES.sources[rate.source])


def _daily(principal: Money, percent: Decimal) -> Money:
    return _down(_year(principal, percent) / DAYS_IN_YEAR, principal.currency)


def _year(principal: Money, percent: Decimal) -> Decimal:
    return principal.amount * percent / 100


def _down(amount: Decimal, currency: str) -> Money:
    return Money(amount.quantize(minor_unit(currency), ROUND_FLOOR), currency)
