"""The reports on a client: one for each company, and one for all where there are several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from connector.clients.tenants import Client, Connection
from connector.commitments import promises
from connector.commitments.promises import NOT_KEPT, State
from connector.db import Tx
from connector.outcomes import facts, report
from connector.outcomes.book import Book, Period
from connector.outcomes.facts import Facts, NotImported
from connector.outcomes.figure import Evidence
from connector.outcomes.report import CannotReport, Counted, Report
from connector.outcomes.resolution import Promises


@dataclass(frozen=True, slots=True)
class Told:
    """One company's report, or that of the whole client, whose `connection` is None; without a
    report `reason` says why there is none."""

    title: str
    connection: Connection | None
    report: Report | None
    reason: str = ""


def of(
    tx: Tx, client: Client, connections: Sequence[Connection], now: datetime, *,
    since: date | None = None, until: date | None = None,
) -> list[Told]:  # fmt: skip
    """The days `since` and `until` are both included; see `report.period_of`."""
    promises_of = partial(_promises_of, tx)
    told: list[Told] = []
    known: dict[int, Facts] = {}
    for one in connections:
        try:
            known[one.id] = facts.read(tx, one, now)
            period = report.period_of(since, until, facts=known[one.id])
        except (NotImported, CannotReport) as error:
            told.append(Told(one.name, one, None, str(error)))
            known.pop(one.id, None)
            continue
        made = report.made(known[one.id], period, promises=promises_of(one.id))
        told.append(Told(one.name, one, made))
    if len(known) < 2:  # noqa: PLR2004
        return told
    whole = together(list(known.values()))
    try:
        period = report.period_of(since, until, facts=whole)
    except CannotReport as error:
        return [*told, Told(f"All of {client.name}", None, None, str(error))]
    counted = [promises_of(id_) for id_ in known]
    made = report.made(whole, period, promises=report.added(counted))
    return [*told, Told(f"All of {client.name}", None, made)]


def _promises_of(tx: Tx, connection_id: int) -> Counted:
    """Those that fell due in a period, by how they ended; an open one has not ended."""
    found = promises.listed(tx, connection_id, states=(State.KEPT, *NOT_KEPT))

    def counted(currency: str, period: Period) -> Promises:
        due = [
            it.state for it in found
            if it.promise.amount.currency == currency and it.promise.on in period and not it.is_part
        ]  # fmt: skip
        return Promises(due.count(State.KEPT), len(due) - due.count(State.KEPT))

    return counted


def together(companies: Sequence[Facts]) -> Facts:
    """Several companies as one: known as far back as the one that begins last. Ids of two ledgers
    may be alike, so each gets the number of its company in front."""
    parts = [_marked(one, f"{number}:") for number, one in enumerate(companies, start=1)]
    first, begins = parts[0], max(one.begins for one in parts)
    currencies = sorted({currency for one in parts for currency in one.books})
    marked = [one.written_off for one in parts if one.written_off is not None]
    return Facts(
        today=min(one.today for one in parts),
        begins=begins,
        books={
            it: _joined(it, begins, [one.books[it] for one in parts if it in one.books])
            for it in currencies
        },
        names={id_: name for one in parts for id_, name in one.names.items()},
        contacts=tuple(it for one in parts for it in one.contacts),
        cases=tuple(it for one in parts for it in one.cases),
        answers=tuple(it for one in parts for it in one.answers),
        disputes=tuple(it for one in parts for it in one.disputes),
        written_off=tuple(it for rows in marked for it in rows) if marked else None,
        calls=tuple(it for one in parts for it in one.calls),
        answered_on=tuple(it for one in parts for it in one.answered_on),
        prices=first.prices,
    )


def _joined(currency: str, begins: date, books: Sequence[Book]) -> Book:
    return Book(
        currency, begins, tuple(sale for book in books for sale in book.sales),
        tuple(receipt for book in books for receipt in book.receipts),
    )  # fmt: skip


def _marked(one: Facts, mark: str) -> Facts:
    def evidence(row: Evidence) -> Evidence:
        return replace(row, customer_id=mark + row.customer_id)

    return replace(
        one,
        books={currency: _book(book, mark) for currency, book in one.books.items()},
        names={mark + id_: name for id_, name in one.names.items()},
        contacts=tuple(
            replace(
                it, customer_id=mark + it.customer_id,
                invoice_ids=frozenset(mark + id_ for id_ in it.invoice_ids),
            )
            for it in one.contacts
        ),
        cases=tuple(replace(it, evidence=evidence(it.evidence)) for it in one.cases),
        answers=tuple(replace(it, customer_id=mark + it.customer_id) for it in one.answers),
        disputes=tuple(replace(it, evidence=evidence(it.evidence)) for it in one.disputes),
        written_off=one.written_off and tuple(
            replace(it, evidence=evidence(it.evidence)) for it in one.written_off
        ),
    )  # fmt: skip


def _book(book: Book, mark: str) -> Book:
    return replace(
        book,
        sales=tuple(
            replace(it, id=mark + it.id, customer_id=mark + it.customer_id) for it in book.sales
        ),
        receipts=tuple(
            replace(
                it, customer_id=mark + it.customer_id,
                parts=tuple((mark + id_, amount) for id_, amount in it.parts),
            )
            for it in book.receipts
        ),
    )  # fmt: skip
