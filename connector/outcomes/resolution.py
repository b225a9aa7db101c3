"""What came of cases, promises and disputes, and how much of it needed a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from connector.outcomes.book import Book, Period, Sale
from connector.outcomes.contact import Contact, Contacts, too_early, was_late
from connector.outcomes.figure import (
    DAYS,
    PERCENT,
    Evidence,
    Figure,
    Measure,
    median,
    tenths,
)
from providers.money import Money

ALONE = Measure(
    "resolved_alone", "Cases resolved without a person", PERCENT,
    "cases resolved alone / all cases of the period x 100. A case is a receipt of the period that"
    " was to be placed, or an invoice that was first written about in the period, once it is past"
    " due. It is resolved with help if a person answered a question about it or placed the money,"
    " and open while money or invoice is; one that is open again counts as open again",
)  # fmt: skip
PROMISES = Measure(
    "promises_kept", "Promises kept", PERCENT, "promises kept / promises that fell due x 100"
)
DISPUTES = Measure(
    "dispute_days", "Time to resolve disputes", DAYS,
    "median of the days from opening to closing, of cases that people ended in the period",
)  # fmt: skip


class Outcome(StrEnum):
    ALONE = "alone"
    HELPED = "with help"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Case:
    """A receipt that was to be placed; `on` is the day on which the money came, or on which we
    came where it lay there already."""

    on: date
    currency: str
    outcome: Outcome
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Answer:
    """A person answered a question about a customer's reminders in one currency."""

    customer_id: str
    currency: str
    on: date


@dataclass(frozen=True, slots=True)
class Dispute:
    opened: date
    closed: date
    amount: Money
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Promises:
    """How many promises that fell due in the period were kept, and how many broken."""

    kept: int
    broken: int


def resolved_alone(
    book: Book, period: Period, *, cases: Iterable[Case], contacts: Contacts,
    answers: Sequence[Answer],
) -> Figure:  # fmt: skip
    if why := too_early(book, period):
        return ALONE.missing(why)
    answered: dict[tuple[str, str], list[date]] = {}
    for answer in answers:
        answered.setdefault((answer.customer_id, answer.currency), []).append(answer.on)
    found = [one for one in cases if one.currency == book.currency and one.on in period]
    for sale in book.sales:
        first = contacts.first(sale.id, period.until)
        if first is not None and first.on in period and was_late(sale, period.until):
            asked = answered.get((sale.customer_id, book.currency), [])
            found.append(_chased(sale, first, period.until, asked))
    count = Counter(one.outcome for one in found)
    inputs = {"alone": count[Outcome.ALONE], "with_help": count[Outcome.HELPED],
              "open": count[Outcome.OPEN]}  # fmt: skip
    if not found:
        return ALONE.missing("there was no case in the period", inputs)
    share = Decimal(count[Outcome.ALONE]) / len(found) * 100
    worked = (
        f"{inputs['alone']} / ({inputs['alone']} alone + {inputs['with_help']} with help +"
        f" {inputs['open']} open) x 100 = {tenths(share)} %"
    )
    return ALONE.of(share, worked, inputs, evidence=[one.evidence for one in found])


def promises_kept(promises: Promises) -> Figure:
    if not promises.kept + promises.broken:
        return PROMISES.missing("no promise fell due in the period")
    due = promises.kept + promises.broken
    share = Decimal(promises.kept) / due * 100
    worked = f"{promises.kept} / {due} x 100 = {tenths(share)} %"
    return PROMISES.of(share, worked, {"kept": promises.kept, "broken": promises.broken})


def dispute_days(currency: str, period: Period, disputes: Iterable[Dispute]) -> Figure:
    fit = [one for one in disputes if one.closed in period and one.amount.currency == currency]
    if not fit:
        return DISPUTES.missing("no deduction case was closed in the period")
    waits = [(one.closed - one.opened).days for one in fit]
    middle = median(waits)
    worked = f"middle of {len(waits)} from {min(waits)} to {max(waits)} = {tenths(middle)} days"
    return DISPUTES.of(middle, worked, {"cases": len(fit)}, evidence=[it.evidence for it in fit])


def _chased(sale: Sale, first: Contact, until: date, answered: Sequence[date]) -> Case:
    settled = sale.settled_on()
    outcome = Outcome.OPEN
    if settled is not None and settled <= until:
        helped = any(first.on <= on <= settled for on in answered)
        outcome = Outcome.HELPED if helped else Outcome.ALONE
    evidence = Evidence(
        sale.customer_id, f"{sale.number}: {outcome}", sale.total, first.decision_id
    )
    return Case(sale.issued, sale.total.currency, outcome, evidence)
