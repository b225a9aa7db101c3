"""The report on outcomes: every figure of a period, by company and currency, beside the period
before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connector.outcomes import contact, receivable, resolution, spending
from connector.outcomes.book import Book, Period
from connector.outcomes.contact import Contacts
from connector.outcomes.facts import Facts
from connector.outcomes.figure import Figure
from connector.outcomes.receivable import Age
from connector.outcomes.resolution import Promises

DAYS_MAX = 3 * 366
USUAL = timedelta(days=89)
"""A quarter, with the day that it ends on."""
Counted = Callable[[str, Period], Promises]
"""How many promises in one currency that fell due in a period were kept, and how many broken."""


class CannotReport(ValueError):
    """No report can be made for these days; the text says why and what to ask for instead."""


@dataclass(frozen=True, slots=True)
class Part:
    """One currency. `before` are the same figures for the period before, in the same order."""

    currency: str
    figures: tuple[Figure, ...]
    before: tuple[Figure, ...]
    age: Age | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """`costs` are of all currencies together; `names` are those of the customers."""

    period: Period
    begins: date
    parts: tuple[Part, ...]
    costs: tuple[Figure, ...]
    costs_before: tuple[Figure, ...]
    names: dict[str, str]


def period_of(since: date | None, until: date | None, *, facts: Facts) -> Period:
    """The days asked for. Without a first day a quarter, or what there is since the mirror began.
    Raises CannotReport."""
    last = until or facts.today
    first = since or min(max(last - USUAL, facts.begins), last)
    if last > facts.today:
        raise CannotReport(f"{last} is still to come; the last day is {facts.today}")
    if first > last:
        raise CannotReport(f"the days run from {first} to {last}, which is before; swap them")
    if (last - first).days >= DAYS_MAX:
        raise CannotReport(f"{first} to {last} is too long; ask for {DAYS_MAX} days at most")
    return Period(first, last)


def added(counts: Sequence[Counted]) -> Counted:
    """Promises of several companies."""

    def counted(currency: str, period: Period) -> Promises:
        found = [count(currency, period) for count in counts]
        return Promises(sum(one.kept for one in found), sum(one.broken for one in found))

    return counted


def made(facts: Facts, period: Period, *, promises: Counted) -> Report:
    """The report on one company, or on several that were put together."""
    contacts = Contacts(facts.contacts)
    parts = []
    for book in facts.books.values():
        now, before = (
            _figures(facts, book, days, contacts=contacts, promises=promises)
            for days in (period, period.before)
        )
        age = receivable.age(book, period.until) if period.until >= facts.begins else None
        parts.append(Part(book.currency, now, before, age, _notes(book, period)))
    return Report(
        period, facts.begins, tuple(parts),
        costs=_costs(facts, period, contacts), costs_before=_costs(facts, period.before, contacts),
        names=facts.names,
    )  # fmt: skip


def _figures(
    facts: Facts, book: Book, period: Period, *, contacts: Contacts, promises: Counted
) -> tuple[Figure, ...]:
    return (
        *receivable.all_of(book, period),
        receivable.bad_debt(book, period, facts.written_off),
        contact.recovered(book, period, contacts),
        resolution.promises_kept(promises(book.currency, period)),
        *contact.first_contact(book, period, contacts),
        resolution.resolved_alone(
            book, period, cases=facts.cases, contacts=contacts, answers=facts.answers
        ),
        resolution.dispute_days(book.currency, period, facts.disputes),
    )


def _costs(facts: Facts, period: Period, contacts: Contacts) -> tuple[Figure, ...]:
    collections = sum(
        contact.collected(book, period, contacts) for book in facts.books.values()
    )  # fmt: skip
    return tuple(spending.costs(facts.work(period), facts.prices, collections))


def _notes(book: Book, period: Period) -> tuple[str, ...]:
    undated = book.undated(period)
    if not undated:
        return ()
    words = (
        f"{undated} was settled by credits or in another way that the mirror holds no day for; it"
        " has the day on which its invoice changed last, or the day before the mirror began where"
        " the invoice is older."
    )
    return (words,)
