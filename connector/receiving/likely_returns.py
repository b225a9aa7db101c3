"""Debits of files that do not mark what takes an earlier credit back, CSV and OFX: which of them
very likely do. A person is asked about each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.local_days import moved
from connector.money import cash, set_aside
from connector.money.asides import As
from connector.money.cash import BANK, Item
from connector.taken_back import bank_returns, charged
from connector.taken_back.bank_returns import (
    LOOKED_FOR,
    SUBJECT,
    UNMARKED,
    BankReturn,
    State,
)
from connector.taken_back.returned_money import Receipts
from connector.taken_back.said import Marks, Said
from providers.money import Money
from providers.receipts import Receipt

RULE = "return_otherwise"
OTHERWISE = "returned:"
"""Of what people are asked about one that names another receipt than the one they agreed to."""
OPEN = (State.WAITING, State.ASKED)
AGREED = (State.AGREED, State.CLOSED)
TOTALS_MAX = 5_000
"""In one query."""


def found(tx: Tx, connection_id: int, debits: Sequence[Receipt]) -> list[Receipt]:
    """Those that come to a receipt of that account, at most 120 days older, and have a word of
    return, or that receipt's text, payer or reference; and those that come to one and a fee, and
    have both. What another file told of already is left out, one for one."""
    likely = set()
    for one, near in _beside(tx, connection_id, debits):
        debit = Said.of(one)
        if debit.says_returned or any(map(debit.has, near)):
            likely.add(one.bank_id)
    rest = {
        one.bank_id: bank_returns.seen(one) for one in debits
        if one.bank_id not in likely and Said.of(one).says_returned
    }  # fmt: skip
    near_them = charged.receipts(tx, connection_id, [*rest.values()])
    gone = _gone(tx, connection_id, [line for lines in near_them.values() for line in lines])
    for bank_id, back in rest.items():
        if any(line.subject not in gone for line in near_them[back.id]):
            likely.add(bank_id)
    return _new(tx, connection_id, [one for one in debits if one.bank_id in likely])


def _gone(tx: Tx, connection_id: int, lines: Sequence[Item]) -> set[str]:
    """The subjects of those that were taken back already, or set aside for another reason than that
    they are told of twice."""
    asides = set_aside.about(tx, connection_id, [line.subject for line in lines])
    return {it.subject for it in asides if it.as_ not in (As.SAME, As.TOLD_TWICE)}


def give_way(
    tx: Tx, connection: Connection, marked: Sequence[Receipt], *, by: str, at: datetime
) -> list[str]:  # fmt: skip
    """Another file marks what only looked like a return: one for one, that counts instead. Where a
    person agreed already, it takes over what was agreed, and a person is asked only if it names
    another receipt. Returns what was agreed already, in sentences. For whoever holds the money of
    the company (`cash.hold`)."""
    if not marked:
        return []
    days = [one.received for one in marked]
    known = bank_returns.of_days(tx, connection.id, min(days), max(days))
    ids = {it.id for it in known}
    open_ = [it for it in known if it.subject == UNMARKED and it.state in OPEN]
    agreed = [
        it for it in known
        if it.state in AGREED and bank_returns.was_suspected(tx, connection.id, it)
    ]  # fmt: skip
    receipts = Receipts(tx, connection.id, [*map(bank_returns.seen, marked)])
    told = []
    for one in marked:
        if f"{one.account}:{one.bank_id}" in ids:
            continue
        now = bank_returns.seen(one)
        named = {it.subject for it in receipts.named_by(now)}
        if same := _same(now, [it for it in agreed if it.subject in named], open_, agreed):
            free = open_ if same in open_ else agreed
            free.remove(same)
            if free is agreed:
                told += _take_over(tx, connection, same, one, named, by=by, at=at)
                continue
            approvals.lapse(tx, connection.id, f"{SUBJECT}{same.id}", at=at)
            bank_returns.stand(tx, connection.id, same, State.LEFT)
    return told


def _same(now: BankReturn, *free: Sequence[BankReturn]) -> BankReturn | None:
    """The first of the same account, day and amount."""
    place = (now.account, now.day, now.amount)
    return next((it for some in free for it in some if place == (it.account, it.day, it.amount)),
                None)  # fmt: skip


def _take_over(
    tx: Tx, connection: Connection, before: BankReturn, one: Receipt, named: Collection[str], *,
    by: str, at: datetime,
) -> list[str]:  # fmt: skip
    bank_returns.keep(tx, connection.id, [one], by=by, at=at)
    kept = bank_returns.find(tx, connection.id, f"{one.account}:{one.bank_id}")
    assert kept is not None, "it was kept just now"
    bank_returns.stand(tx, connection.id, kept, before.state, subject=before.subject)
    bank_returns.stand(tx, connection.id, before, State.LEFT, subject=UNMARKED)
    told = [f"{kept.words}: a person agreed to that before, by a file that did not mark it"]
    if named and before.subject not in named:
        why = (
            f"{kept.words}. By a file that did not mark it, a person agreed that it was"
            f" {before.subject}; the bank names {' and '.join(sorted(named))}. If the bank is"
            " right, bring the first back and set the other aside as returned"
        )
        questions.show(
            tx, connection, subject=f"{OTHERWISE}{kept.id}", rule=RULE, reasons=[why], at=at
        )
        told.append(why)
    return told


def _beside(
    tx: Tx, connection_id: int, debits: Sequence[Receipt]
) -> Iterator[tuple[Receipt, list[Marks]]]:
    """The debits that are as much as a receipt before them that was not taken back yet, with what
    tells these."""
    for start in range(0, len(debits), TOTALS_MAX):
        some = debits[start : start + TOTALS_MAX]
        first, last = (pick(one.received for one in some) for pick in (min, max))
        lines = cash.of_totals(
            tx, connection_id, {one.amount for one in some}, since=moved(first, -LOOKED_FOR),
            until=last, kind=BANK, locked=False,
        )  # fmt: skip
        gone = _gone(tx, connection_id, lines)
        told: dict[tuple[str, Money], list[Marks]] = defaultdict(list)
        for line in lines:
            if line.subject not in gone:
                told[line.id.rpartition(":")[0], line.total].append(Marks.of(line))
        for one in some:
            first = moved(one.received, -LOOKED_FOR)
            all_ = told[one.account, one.amount]
            near = [it for it in all_ if first <= it.day <= one.received]
            if near:
                yield one, near


def _new(tx: Tx, connection_id: int, likely: Sequence[Receipt]) -> list[Receipt]:
    """Without those that are known from another file, whatever that said of them."""
    if not likely:
        return []
    days = [one.received for one in likely]
    known = bank_returns.of_days(tx, connection_id, min(days), max(days))
    ids, own = {it.id for it in known}, {f"{one.account}:{one.bank_id}" for one in likely}
    told = Counter((it.account, it.day, it.amount) for it in known if it.id not in own)
    kept = []
    for one in likely:
        place = (one.account, one.received, one.amount)
        if f"{one.account}:{one.bank_id}" not in ids and told[place]:
            told[place] -= 1
        else:
            kept.append(one)
    return kept
