"""What the work brought: cash after contact, first contact, cases without a person, promises,
disputes and the cost of it all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from connector.costs import Costs
from connector.outcomes.book import DAY, Book, Period, Receipt, Sale
from connector.outcomes.figure import DAYS, PERCENT, Evidence, Figure, Measure, median, tenths
from providers.money import Money

RECOVERED_DAYS_MAX = 30
RECOVERED = Measure(
    "recovered", "Cash recovered after contact", "",
    "sum of what receipts of the period are set against, where the invoice was past due when a"
    f" message about it went out, and the money came 1 to {RECOVERED_DAYS_MAX} days after the last"
    " such message; each receipt counts once, for the invoices named alone and for no more than the"
    " money, and money without a message before it never",
)  # fmt: skip
FIRST_CONTACT = Measure(
    "first_contact", "Time to first contact", DAYS,
    "median of the days from the due date to the first message about an invoice, below zero before"
    " the due date; invoices that became overdue in the period and were written about",
)  # fmt: skip
CONTACT_RATE = Measure(
    "contact_rate", "Contact rate", PERCENT,
    "invoices that became overdue in the period and were written about"
    " / invoices that became overdue in the period x 100",
)  # fmt: skip
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
    "median of the days from opening to closing, deduction cases that people closed in the period",
)  # fmt: skip
COST = Measure(
    "cost", "Cost of collecting", "",
    "API calls x price + messages x price + answers of people x minutes an answer x price of a"
    " minute",
)  # fmt: skip
COST_EACH = Measure(
    "cost_per_collection", "Cost per collection", "",
    "cost of collecting / overdue invoices that were settled in the period after a message",
)  # fmt: skip


class Outcome(StrEnum):
    ALONE = "alone"
    HELPED = "with help"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Contact:
    """One message that went out, about these invoices, on a day of the client's zone."""

    customer_id: str
    invoice_ids: frozenset[str]
    on: date
    step: str
    decision_id: int


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


@dataclass(frozen=True, slots=True)
class Work:
    """What was counted in a period: calls by UTC day, the rest by the client's day. `answers` are
    questions that people answered and cases that they closed."""

    calls: int
    messages: int
    answers: int


class Contacts:
    """The messages about each invoice, the oldest first."""

    def __init__(self, contacts: Iterable[Contact]) -> None:
        self._about: dict[str, list[Contact]] = {}
        for contact in sorted(contacts, key=lambda one: one.on):
            for invoice_id in contact.invoice_ids:
                self._about.setdefault(invoice_id, []).append(contact)

    def first(self, invoice_id: str, until: date) -> Contact | None:
        found = self._about.get(invoice_id, [])
        return found[0] if found and found[0].on <= until else None

    def last_before(self, invoice_id: str, day: date, *, after: date) -> Contact | None:
        """The last message that went out before a day and later than `after`."""
        found = [one for one in self._about.get(invoice_id, []) if after < one.on < day]
        return found[-1] if found else None


def recovered(book: Book, period: Period, contacts: Contacts) -> Figure:
    if why := _too_early(book, period):
        return RECOVERED.missing(why)
    sales = {sale.id: sale for sale in book.sales}
    rows = [
        row
        for receipt in book.receipts
        if receipt.received in period and (row := _recovered(receipt, sales, contacts))
    ]
    total = Money.total((row.amount for row in rows if row.amount), book.currency)
    return RECOVERED.of(total, f"{len(rows)} receipts", {"receipts": len(rows)}, evidence=rows)


def first_contact(book: Book, period: Period, contacts: Contacts) -> list[Figure]:
    """Time to first contact, and the contact rate."""
    late = _became_late(book, period)
    why = _too_early(book, period) or ("" if late else "no invoice became overdue in the period")
    if why:
        return [FIRST_CONTACT.missing(why), CONTACT_RATE.missing(why)]
    rows = [
        (sale, sale.due, first)
        for sale in late
        if sale.due and (first := contacts.first(sale.id, period.until))
    ]
    waits = [(first.on - due).days for _, due, first in rows]
    evidence = [
        Evidence(sale.customer_id, f"{sale.number}: due {due}, {first.step} on {first.on}",
                 sale.total, first.decision_id)
        for sale, due, first in rows
    ]  # fmt: skip
    share = Decimal(len(rows)) / len(late) * 100
    rate = CONTACT_RATE.of(
        share, f"{len(rows)} / {len(late)} x 100 = {tenths(share)} %",
        {"contacted": len(rows), "overdue": len(late)},
    )  # fmt: skip
    if not waits:
        return [FIRST_CONTACT.missing("none of them was written about"), rate]
    middle = median(waits)
    worked = f"middle of {len(waits)} from {min(waits)} to {max(waits)} = {tenths(middle)} days"
    return [FIRST_CONTACT.of(middle, worked, {"invoices": len(waits)}, evidence=evidence), rate]


def resolved_alone(
    book: Book, period: Period, *, cases: Iterable[Case], contacts: Contacts,
    answers: Sequence[Answer],
) -> Figure:  # fmt: skip
    if why := _too_early(book, period):
        return ALONE.missing(why)
    answered: dict[tuple[str, str], list[date]] = {}
    for answer in answers:
        answered.setdefault((answer.customer_id, answer.currency), []).append(answer.on)
    found = [one for one in cases if one.currency == book.currency and one.on in period]
    for sale in book.sales:
        first = contacts.first(sale.id, period.until)
        if first is not None and first.on in period and _was_late(sale, period.until):
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


def promises_kept(promises: Promises | None) -> Figure:
    """None where promises are not kept account of."""
    if promises is None or not promises.kept + promises.broken:
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


def collected(book: Book, period: Period, contacts: Contacts) -> int:
    """How many invoices were settled in the period, past due and after a message about them."""
    count = 0
    for sale in book.sales:
        on = sale.settled_on()
        if on and on in period and sale.due and sale.due < on:
            count += contacts.last_before(sale.id, on, after=date.min) is not None
    return count


def costs(work: Work, prices: Costs | None, collections: int) -> list[Figure]:
    """Cost of collecting, and per collection; calls and messages of all currencies."""
    counts = {"calls": work.calls, "messages": work.messages, "answers": work.answers,
              "collections": collections}  # fmt: skip
    if prices is None or (why := prices.unset()):
        why = "costs" if prices is None else f"costs.{why}"
        reason = f"the policy sets no price ({why})"
        return [COST.missing(reason, counts), COST_EACH.missing(reason, counts)]
    total = prices.total(calls=work.calls, messages=work.messages, answers=work.answers)
    worked = (
        f"{work.calls} x {prices.api_call} + {work.messages} x {prices.message} + {work.answers} x"
        f" {prices.minutes_per_answer} x {prices.minute} = {total}"
    )
    whole = COST.of(total, worked, counts)
    if not collections:
        return [whole, COST_EACH.missing("nothing was collected after a message", counts)]
    each = Money(total.amount / collections, total.currency)
    return [whole, COST_EACH.of(each, f"{total} / {collections} = {each}", counts)]


def _recovered(
    receipt: Receipt, sales: dict[str, Sale], contacts: Contacts
) -> Evidence | None:  # fmt: skip
    """What one receipt counts for, None if for nothing."""
    named: list[tuple[Sale, Money, Contact]] = []
    for invoice_id, amount in receipt.parts:
        sale = sales.get(invoice_id)
        if sale is None or sale.due is None or amount.currency != receipt.total.currency:
            continue
        oldest = max(sale.due, receipt.received - (RECOVERED_DAYS_MAX + 1) * DAY)
        if contact := contacts.last_before(invoice_id, receipt.received, after=oldest):
            named.append((sale, amount, contact))
    if not named or not receipt.total.amount > 0:
        return None
    last = max((contact for _, _, contact in named), key=lambda contact: contact.on)
    numbers = ", ".join(sale.number for sale, _, _ in named)
    return Evidence(
        receipt.customer_id,
        f"{receipt.id} on {receipt.received} for {numbers}; {last.step} on {last.on}",
        min(Money.total((amount for _, amount, _ in named), receipt.total.currency), receipt.total),
        last.decision_id,
    )


def _too_early(book: Book, period: Period) -> str:
    if period.until >= book.begins:
        return ""
    return f"nobody was written to from here, and nothing placed, before {book.begins}"


def _became_late(book: Book, period: Period) -> list[Sale]:
    """The first day late lies in the period, and no earlier than the mirror begins."""
    return [
        sale
        for sale in book.sales
        if sale.due is not None
        and sale.due + DAY in period
        and sale.due + DAY >= book.begins
        and _was_late(sale, period.until)
    ]


def _was_late(sale: Sale, until: date) -> bool:
    """Something was open at the end of the due date, which is over."""
    return sale.due is not None and sale.due < until and bool(sale.open_on(sale.due))


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
