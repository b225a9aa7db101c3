"""Receipts that a bank may have taken back together with its fee for that, in one sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import sqlalchemy as sa

from connector.db import Tx
from connector.local_days import moved
from connector.mirroring import mirror_rows
from connector.money import cash
from connector.money.cash import BANK, Item
from connector.taken_back.bank_returns import (
    FEE_MINOR_MAX,
    LOOKED_FOR,
    SPANS_MAX,
    UNMARKED,
    BankReturn,
    spans,
)
from connector.taken_back.said import Marks, Said
from providers.bank.identity import is_reference, plain
from providers.bank.return_words import words

NAMED_MAX = 100
"""Of one return, the newest: a text that more receipts have tells none of them."""


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for beside one return."""

    one: BankReturn
    said: Said
    minor: int
    first: date

    @classmethod
    def of(cls, one: BankReturn) -> Self:
        first = moved(one.day, -LOOKED_FOR)
        return cls(one, Said.of(one), mirror_rows.minor(one.amount), first)

    def wants_more(self, found: Sequence[str]) -> bool:
        """Whether there is room, or the receipt that a person agreed to is not among them."""
        subject = self.one.subject
        is_agreed = subject not in ("", UNMARKED)
        return len(found) < NAMED_MAX or (is_agreed and subject not in found)

    def finds(self, row: Any, marks: Marks) -> bool:
        """Whether it comes to a line with a fee, and names it."""
        is_near = self.first <= row.received <= self.one.day
        if not is_near or not 0 < self.minor - row.total_minor <= FEE_MINOR_MAX:
            return False
        return f"{BANK}:{row.id}" == self.one.subject or self.said.has(marks)


def receipts(
    tx: Tx, connection_id: int, returns: Sequence[BankReturn]
) -> dict[str, list[Item]]:  # fmt: skip
    """By the id of a return, those of its account, at most 120 days older and by no more than a fee
    less than it, of which it says who paid, the text or a reference; the newest first. None where
    neither the bank nor a word says that it is a return. Read once for all of them."""
    places: dict[tuple[str, str], list[_Search]] = defaultdict(list)
    for search in map(_Search.of, returns):
        if search.one.subject != UNMARKED or search.said.says_returned:
            places[search.one.account, search.one.amount.currency].append(search)
    named: dict[str, list[str]] = {}
    for searches in places.values():
        named |= _named(searches, _near(tx, connection_id, searches))
    subjects = {subject for some in named.values() for subject in some}
    items = {it.subject: it for it in cash.fetch(tx, connection_id, subjects)}
    return {id_: [items[it] for it in some] for id_, some in named.items()}


def _near(tx: Tx, connection_id: int, searches: Sequence[_Search]) -> list[Any]:
    """The lines near some returns of one account and currency in sum and day, the newest first."""
    account, currency = searches[0].one.account, searches[0].one.amount.currency
    first, last = min(it.first for it in searches), max(it.one.day for it in searches)
    sums = spans(sorted({it.minor - FEE_MINOR_MAX for it in searches}))
    found = []
    for n in range(0, len(sums), SPANS_MAX):

        def which(c: Any, some: Sequence[tuple[int, int]] = sums[n : n + SPANS_MAX]) -> Any:
            return sa.and_(
                c.currency == currency, c.received.between(first, last),
                c.id.startswith(f"{account}:", autoescape=True),
                sa.or_(*(c.total_minor.between(*it) for it in some)),
            )  # fmt: skip

        found += cash.near(tx, connection_id, which)
    ours = [row for row in found if row.id.rpartition(":")[0] == account]
    return sorted(ours, key=lambda row: (row.received, row.id), reverse=True)


def _named(searches: Sequence[_Search], rows: Sequence[Any]) -> dict[str, list[str]]:
    """By return, the subjects of those that it names. Most lines are named by none of them, which
    is seen before they are held against each."""
    known = {word for it in searches for word in it.said.spaced.split()}
    runs = "\n".join(it.said.run for it in searches)
    chosen = {it.one.subject for it in searches}
    found: dict[str, list[str]] = {it.one.id: [] for it in searches}
    open_ = list(searches)
    for row in rows:
        subject = f"{BANK}:{row.id}"
        if subject not in chosen and not _may_be_named(row, known, runs):
            continue
        marks = Marks.of(row)
        for search in open_:
            if search.finds(row, marks):
                found[search.one.id].append(subject)
        open_ = [it for it in open_ if it.wants_more(found[it.one.id])]
        if not open_:
            break
    return found


def _may_be_named(row: Any, known: AbstractSet[str], runs: str) -> bool:
    phrases = (words(text) for text in (row.payer, row.text))
    references = (row.end_to_end_id, row.bank_reference)
    return any(phrase and known >= set(phrase) for phrase in phrases) or any(
        it and plain(it) in runs and is_reference(it) for it in references
    )
