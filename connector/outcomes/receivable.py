"""How fast a book turns into money: DSO, delinquency, effectiveness, age and bad debt.

Formulas are those that credit managers use (Credit Research Foundation: DSO, best possible DSO,
average days delinquent, collection effectiveness index; the countback DSO takes off the sales of
one month after the other). Receivables are open invoices; credits are not taken off. Days are
those of the client's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from connector.outcomes.book import DAY, Book, Period
from connector.outcomes.figure import DAYS, PERCENT, Evidence, Figure, Inputs, Measure, tenths
from connector.outcomes.reports import TOP_MAX
from dunning.statements.aging import BUCKETS, bucket
from providers.money import Money

DSO = Measure(
    "dso", "Days sales outstanding", DAYS,
    "receivables at the end / sales of the period x days of the period",
)  # fmt: skip
COUNTBACK = Measure(
    "dso_countback", "Days sales outstanding, counted back", DAYS,
    "the sales of one month after the other are taken off the receivables, the last month first;"
    " days of the months used up, and of the last one the share that was needed",
)  # fmt: skip
BEST = Measure(
    "dso_best", "Best possible DSO", DAYS,
    "receivables not yet past due at the end / sales of the period x days of the period",
)  # fmt: skip
DELINQUENT = Measure(
    "average_days_delinquent", "Average days delinquent", DAYS, "DSO - best possible DSO"
)
EFFECTIVENESS = Measure(
    "collection_effectiveness", "Collection effectiveness index", PERCENT,
    "(opening receivables + sales - closing receivables)"
    " / (opening receivables + sales - closing receivables not yet past due) x 100",
)  # fmt: skip
BAD_DEBT = Measure(
    "bad_debt_rate", "Bad debt written off", PERCENT,
    "credits that the policy's bad_debt names, dated in the period / sales of the period x 100",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """A credit that the client's mapping marks as bad debt."""

    on: date
    amount: Money
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Age:
    """Open invoices at the end of a day by days past due, and the customers who owed most."""

    on: date
    buckets: dict[str, Money]
    total: Money
    top: tuple[tuple[str, Money], ...]


def all_of(book: Book, period: Period) -> list[Figure]:
    """The figures of one book for a period."""
    return [
        dso(book, period), dso_countback(book, period.until), best_dso(book, period),
        days_delinquent(book, period), effectiveness(book, period),
    ]  # fmt: skip


def dso(book: Book, period: Period) -> Figure:
    return _turn(DSO, book, period, book.receivable(period.until), "receivables")


def best_dso(book: Book, period: Period) -> Figure:
    return _turn(BEST, book, period, book.not_due(period.until), "not_due")


def days_delinquent(book: Book, period: Period) -> Figure:
    whole, best = dso(book, period), best_dso(book, period)
    if whole.value is None or best.value is None:
        return DELINQUENT.missing(whole.reason)
    late = book.receivable(period.until) - book.not_due(period.until)
    exact = late.amount / book.sold(period).amount * period.days
    return DELINQUENT.of(
        exact, f"{whole.value} - {best.value} days = {tenths(exact)}",
        {"dso": whole.value, "dso_best": best.value},
    )  # fmt: skip


def dso_countback(book: Book, until: date) -> Figure:
    left, days, steps, last = book.receivable(until), Decimal(0), [], until
    whole = left
    while left.amount > 0:
        part = Period(max(last.replace(day=1), min(book.begins, last)), last)
        sold = book.sold(part)
        if last < book.begins or (part.since.day > 1 and sold < left):
            return COUNTBACK.missing(
                f"{left} of the {whole} that was open is older than the sales that are known,"
                f" which begin on {book.begins}"
            )
        share = left.amount / sold.amount if sold >= left else Decimal(1)
        days += share * part.days
        used = min(left, sold)
        steps.append(f"{last:%b %Y} {used.amount:,} of {sold.amount:,} x {part.days} days")
        left, last = left - used, part.since - DAY
    worked = f"{' + '.join(steps) or whole} = {tenths(days)} days"
    return COUNTBACK.of(days, worked, {"receivables": whole})


def effectiveness(book: Book, period: Period) -> Figure:
    if why := _unknown(book, period):
        return EFFECTIVENESS.missing(why)
    opening, sold = book.receivable(period.since - DAY), book.sold(period)
    closing, current = book.receivable(period.until), book.not_due(period.until)
    inputs: Inputs = {
        "opening": opening,
        "sales": sold,
        "closing": closing,
        "closing_not_due": current,
    }
    could = opening + sold - current
    if not opening and not sold:
        return EFFECTIVENESS.missing("nothing was open and nothing was sold", inputs)
    if could.amount <= 0:
        return EFFECTIVENESS.missing("nothing was to be collected yet", inputs)
    came = opening + sold - closing
    value = came.amount / could.amount * 100
    terms = f"{opening.amount:,} + {sold.amount:,}"
    return EFFECTIVENESS.of(
        value,
        f"({terms} - {closing.amount:,}) / ({terms} - {current.amount:,}) x 100"
        f" = {tenths(value)} %",
        inputs,
    )


def bad_debt(
    book: Book, period: Period, written_off: Sequence[WrittenOff] | None
) -> Figure:  # fmt: skip
    """`written_off` is None where the client has no mapping."""
    if written_off is None:
        return BAD_DEBT.missing("the policy does not say which credits are bad debt (bad_debt)")
    sold = book.sold(period)
    fit = [one for one in written_off if one.on in period and one.amount.currency == book.currency]
    lost = Money.total((one.amount for one in fit), book.currency)
    if why := _unknown(book, period) or _unsold(sold):
        return BAD_DEBT.missing(why, {"written_off": lost})
    value = lost.amount / sold.amount * 100
    return BAD_DEBT.of(
        value, f"{lost.amount:,} / {sold.amount:,} x 100 = {tenths(value)} %",
        {"written_off": lost, "sales": sold}, evidence=[one.evidence for one in fit],
    )  # fmt: skip


def age(book: Book, day: date) -> Age:
    buckets = dict.fromkeys(BUCKETS, Money.zero(book.currency))
    owed: dict[str, Money] = {}
    for sale in book.sales:
        if left := sale.open_on(day):
            name = bucket(sale.due, day)
            buckets[name] += left
            owed[sale.customer_id] = owed.get(sale.customer_id, Money.zero(book.currency)) + left
    top = sorted(owed.items(), key=lambda row: (-row[1].amount, row[0]))[:TOP_MAX]
    return Age(day, buckets, Money.total(buckets.values(), book.currency), tuple(top))


def _turn(measure: Measure, book: Book, period: Period, open_: Money, name: str) -> Figure:
    sold = book.sold(period)
    if why := _unknown(book, period) or _unsold(sold):
        return measure.missing(why)
    value = open_.amount / sold.amount * period.days
    worked = f"{open_.amount:,} / {sold.amount:,} x {period.days} = {tenths(value)} days"
    return measure.of(value, worked, {name: open_, "sales": sold, "days": period.days})


def _unknown(book: Book, period: Period) -> str:
    if period.since >= book.begins:
        return ""
    return (
        f"the mirror knows every sale from {book.begins} on; what was sold and paid before that"
        " is not told"
    )


def _unsold(sold: Money) -> str:
    return "" if sold.amount > 0 else "nothing was sold in the period"
