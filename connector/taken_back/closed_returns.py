"""Receipts that banks took back, and records of the ledger that may be their money: while a person
is not sure of one, nothing is closed for it or applied of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from connector.db import Tx
from connector.decided import approvals
from connector.money import cash, other_records, set_aside
from connector.money.asides import As
from connector.money.cash import BANK, Item
from connector.money.other_records import subject_of, sums_of
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import SUBJECT, UNMARKED, BankReturn, State
from connector.writing_back import differences
from providers.ledger import Invoice, Kind, Payment, Record

RETURNED, SAME, OTHERS = "returned", "same", "others"
"""Mark an option: the receipt that it is about, the record of the ledger that this is, and those
that are other money."""


def unsure(
    tx: Tx, connection_id: int, one: BankReturn, records: Sequence[Payment]
) -> list[Payment]:
    """Those of these records of which no person said, of this return, that they are other money."""
    if not records:
        return []
    answers = approvals.choices(tx, connection_id, [f"{SUBJECT}{one.id}"])
    said = {subject for it in answers for subject in it.get(OTHERS, ())}
    return [it for it in records if subject_of(it) not in said]


def observe(
    tx: Tx, connection_id: int, news: Sequence[Record], before: Mapping[str, Payment]
) -> None:
    """Where the ledger tells of money that may be that of a receipt that is closed as returned, a
    person is asked; once it is gone, the return is closed again. `before` is what was known."""
    told = [it for it in news if isinstance(it, Payment)]
    sums = {it.total for it in [*told, *before.values()]}
    found = bank_returns.of_sums(tx, connection_id, sums, (State.CLOSED, State.LEFT))
    for one, line in _closed(tx, connection_id, found):
        if sums.isdisjoint(sums_of(line)):
            continue
        records = other_records.of_line(tx, connection_id, line)
        is_unsure = bool(unsure(tx, connection_id, one, records))
        if is_unsure and one.state is State.CLOSED:
            bank_returns.stand(tx, connection_id, one, State.WAITING)
        elif not is_unsure and one.state is State.LEFT:
            bank_returns.stand(tx, connection_id, one, State.CLOSED)


def unread(tx: Tx, connection_id: int, news: Sequence[Record]) -> list[tuple[Kind, str]]:
    """Payments that the ledger shows on their invoices alone, of the sum of what is closed as
    returned: they are to be read."""
    told = [paid for it in news if isinstance(it, Invoice) for paid in it.payments]
    sums = {paid.amount for paid in told}
    closed = bank_returns.of_sums(tx, connection_id, sums, [State.CLOSED])
    meant = {line.total for _, line in _closed(tx, connection_id, closed)}
    meant |= {it.amount for it in closed}
    return [(Kind.PAYMENT, paid.payment_id) for paid in told if paid.amount in meant]


def follow(tx: Tx, connection_id: int, subject: str, *, now: datetime) -> None:
    """The undo that a person wanted for what the bank took back is over: the receipt is closed, or,
    where it still stands in the ledger, asked about again."""
    for one in bank_returns.agreed(tx, connection_id, subject):
        kind, _, id_ = subject.partition(":")
        item = cash.find(tx, connection_id, kind, id_, locked=True)
        is_over = item is not None and set_aside.is_free(item)
        if item is None or not is_over or differences.are_to_go(tx, connection_id, subject):
            bank_returns.stand(tx, connection_id, one, State.WAITING)
            continue
        records = other_records.of_line(tx, connection_id, item)
        is_unsure = bool(unsure(tx, connection_id, one, records))
        state = State.WAITING if is_unsure else State.CLOSED
        bank_returns.stand(tx, connection_id, one, state)
        set_aside.put(tx, connection_id, item, As.RETURNED, reason=one.words, by=set_aside.US,
                      at=now)  # fmt: skip


def why_held(tx: Tx, connection_id: int, item: Item) -> str:
    """Why money is not applied by itself, because a bank may have taken it back; empty if it may
    be."""
    if item.kind == BANK:
        asked = approvals.waiting_about(tx, connection_id, SUBJECT)
        offered = {option.get(RETURNED) for it in asked for option in it.options}
        is_asked = item.subject in offered
        return "a person is asked whether the bank took it back" if is_asked else ""
    states = (State.WAITING, State.ASKED, State.LEFT)
    found = bank_returns.of_sums(tx, connection_id, {item.total}, states)
    for one, line in _closed(tx, connection_id, found):
        if item.total not in sums_of(line):
            continue
        records = other_records.of_line(tx, connection_id, line)
        if item.subject in map(subject_of, unsure(tx, connection_id, one, records)):
            return f"{one.words}, and this may be the money of that"
    return ""


def again(
    tx: Tx, connection_id: int, options: Sequence[Mapping[str, object]], *, but: str = ""
) -> None:
    """What a person was asked about waits for that answer no longer: it is decided on again."""
    subjects = {str(it[RETURNED]) for it in options if RETURNED in it}
    for it in options:
        others = it.get(OTHERS, ())
        subjects |= set(others) if isinstance(others, list) else set()
    cash.again(tx, connection_id, cash.fetch(tx, connection_id, subjects - {but}))


def _closed(
    tx: Tx, connection_id: int, found: Sequence[BankReturn]
) -> list[tuple[BankReturn, Item]]:  # fmt: skip
    """Those of these returns whose receipts are closed as taken back, each with that; read in as
    many queries for many as for few."""
    subjects = {one.subject for one in found if one.subject not in ("", UNMARKED)}
    if not subjects:
        return []
    asides = set_aside.about(tx, connection_id, subjects)
    back = {it.subject for it in asides if it.as_ is As.RETURNED} & subjects
    lines = {it.subject: it for it in cash.fetch(tx, connection_id, back)}
    return [(one, lines[one.subject]) for one in found if one.subject in lines]
