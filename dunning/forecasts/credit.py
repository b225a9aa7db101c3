"""How much credit to give a customer, as a recommendation with all that it stands on; nothing is
done because of it (docs/credit.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from dunning.customer.account import Account, DueInvoice
from dunning.customer.standing import Standing, counted
from providers.ledger import Status
from providers.money import Money

PAID_MIN = 6
DAYS_KNOWN_MIN = 180
"""Below these, what somebody paid so far says too little."""
MONTHS_OF_PURCHASES = 2
MONTHS_A_YEAR = 12
DAYS_A_MONTH = Decimal("30.4")
YEARS_LONG, YEARS_SHORT = 3, 1
LATE_DAYS_MAX = 30
TREND_WORSE, TREND_MUCH_WORSE = 3, 10
BROKEN_MAX = 5
ONE = Decimal(1)
HALF = Decimal("0.5")
CENT = Decimal("0.01")
DIGITS = 2
"""A recommendation of more digits would look more exact than it is."""


@dataclass(frozen=True, slots=True)
class Input:
    """One thing that the limit stands on: what it is here, and by what the limit is multiplied
    because of which rule."""

    name: str
    value: str
    factor: Decimal
    rule: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """`limit` is None where there is not enough data, and `why` says what is missing. `base` is
    what the factors of `inputs` are applied to; `open` is owed now, disputed or not."""

    customer_id: str
    name: str
    open: Money
    limit: Money | None
    base: Money | None
    inputs: tuple[Input, ...]
    why: str

    @property
    def left(self) -> Money | None:
        """What could still be sold on credit; below zero where more is open."""
        return self.limit - self.open if self.limit is not None else None


def recommend(account: Account, today: date) -> Recommendation:
    """A limit in the account's currency, as of a day."""
    standing = account.standing
    owed = Money.total((invoice.open for invoice in _asked_for(account)), account.currency)
    if missing := _missing(standing, today):
        why = f"not enough data: {missing}"
        return Recommendation(account.customer_id, account.name, owed, None, None, (), why)
    assert standing.year is not None
    months = _months(standing, today)
    base = _times(standing.year, MONTHS_OF_PURCHASES / months)
    inputs = (*_of_past(standing, today), *_of_now(account, owed, today))
    factor = ONE
    for one in inputs:
        factor *= one.factor
    why = (
        f"{MONTHS_OF_PURCHASES} months of purchases ({standing.year} in"
        f" {months.quantize(ONE)} months: {base}), times {factor.quantize(CENT)}"
    )
    limit = _rounded(_times(base, factor))
    return Recommendation(account.customer_id, account.name, owed, limit, base, inputs, why)


def _missing(standing: Standing, today: date) -> str:
    if standing.paid < PAID_MIN:
        return f"{counted(standing.paid, 'paid invoice')}, at least {PAID_MIN} are needed"
    days = (today - standing.since).days if standing.since else 0
    if days < DAYS_KNOWN_MIN:
        return f"a customer for {counted(days, 'day')}, at least {DAYS_KNOWN_MIN} are needed"
    return "" if standing.year else "nothing was invoiced in the last 365 days"


def _months(standing: Standing, today: date) -> Decimal:
    """Over which the year's sum came together."""
    assert standing.since is not None
    return min(Decimal(MONTHS_A_YEAR), (today - standing.since).days / DAYS_A_MONTH)


def _of_past(standing: Standing, today: date) -> Iterator[Input]:
    share, late, trend = standing.on_time_share, standing.mean_days_late, standing.trend_days
    assert share is not None
    assert late is not None
    assert trend is not None
    years = standing.years(today)
    tenure = (
        Decimal("1.2") if years >= YEARS_LONG else ONE if years >= YEARS_SHORT else Decimal("0.8")
    )
    since = f"{standing.since}{' or before' if standing.is_cut else ''}"
    yield Input("customer since", f"{since}, {counted(years, 'year')}", tenure,
                "0.8 in the first year, 1.2 from the third full year on")  # fmt: skip
    yield Input("paid on time", f"{share:.0%} of {standing.paid} invoices", HALF + share / 2,
                "from 0.5 if never to 1 if always; three days late count as on time")  # fmt: skip
    yield Input("days late on average", f"{late:.1f}",
                ONE - min(late, Decimal(LATE_DAYS_MAX)) / 100,
                f"1 % less for each day, up to {LATE_DAYS_MAX} %")  # fmt: skip
    worse = Decimal("0.8") if trend > TREND_MUCH_WORSE else Decimal("0.9")
    yield Input("trend", f"{trend:+.1f} days", worse if trend > TREND_WORSE else ONE,
                f"0.9 if it pays more than {TREND_WORSE} days later than it used to, 0.8 from more"
                f" than {TREND_MUCH_WORSE}")  # fmt: skip
    kept, broken = standing.promises_kept, standing.promises_broken
    yield Input("promises", f"{kept} kept, {broken} broken",
                ONE - Decimal(min(broken, BROKEN_MAX)) / 10,
                "10 % less for each broken one, up to 50 %")  # fmt: skip


def _of_now(account: Account, owed: Money, today: date) -> Iterator[Input]:
    currency = account.currency
    late = Money.total(
        (i.undisputed for i in _asked_for(account) if i.due is not None and i.due < today), currency
    )
    share = late.amount / owed.amount if owed.amount > 0 else Decimal(0)
    yield Input("overdue now", f"{late} of {owed} open", ONE - share / 2,
                "from 1 if nothing to 0.5 if all that is open is overdue")  # fmt: skip
    disputed = Money.total((i.disputed for i in _asked_for(account) if i.disputed), currency)
    yield Input("disputed now", f"{disputed}", ONE,
                "held against nobody: it is left out of what is overdue")  # fmt: skip


def _asked_for(account: Account) -> list[DueInvoice]:
    return [invoice for invoice in account.invoices if invoice.status is Status.OPEN]


def _times(amount: Money, factor: Decimal) -> Money:
    return Money.of(amount.amount * factor, amount.currency)


def _rounded(amount: Money) -> Money:
    """Down to two digits that count."""
    if not amount.amount:
        return amount
    place = Decimal(1).scaleb(amount.amount.adjusted() - DIGITS + 1)
    return Money.of((amount.amount / place).to_integral_value(ROUND_DOWN) * place, amount.currency)
