"""Receipts that a bank may have taken back together with its fee for that, in one sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

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

c = cash.cash_table.c
Told = Sequence[tuple[BankReturn, Said]]


def receipts(
    tx: Tx, connection_id: int, returns: Sequence[BankReturn]
) -> dict[str, list[Item]]:  # fmt: skip
    """By the id of a return, those of its account, at most 120 days older and by no more than a fee
    less than it, of which it says who paid, the text or a reference; the newest first. None where
    neither the bank nor a word says that it is a return. Read once for all of them."""
    places: dict[tuple[str, str], list[tuple[BankReturn, Said]]] = defaultdict(list)
    for one in returns:
        said = Said.of(one)
        if one.subject != UNMARKED or said.says_returned:
            places[one.account, one.amount.currency].append((one, said))
    found: dict[str, list[Item]] = {}
    for told in places.values():
        lines = cash.fetch(tx, connection_id, _named_by_any(tx, connection_id, told))[::-1]
        marked = [(line, Marks.of(line)) for line in lines]
        found |= {
            one.id: [
                line for line, marks in marked
                if _is_near(one, line) and (line.subject == one.subject or said.has(marks))
            ]
            for one, said in told
        }  # fmt: skip
    return found


def _named_by_any(tx: Tx, connection_id: int, told: Told) -> set[str]:
    """The subjects of the receipts that some of these returns of one account and currency may
    name: most are neither made items of nor held against each return."""
    known = {word for _, said in told for word in said.spaced.split()}
    runs = "\n".join(said.run for _, said in told)
    chosen = {one.subject for one, _ in told}
    found = set()
    for row in _rows(tx, connection_id, [one for one, _ in told]):
        phrases = (words(text) for text in (row.payer, row.text))
        references = (row.end_to_end_id, row.bank_reference)
        if (
            (subject := f"{BANK}:{row.id}") in chosen
            or any(phrase and known.issuperset(phrase) for phrase in phrases)
            or any(it and plain(it) in runs and is_reference(it) for it in references)
        ):
            found.add(subject)
    return found


def _rows(tx: Tx, connection_id: int, returns: Sequence[BankReturn]) -> Iterator[Any]:
    """The lines near these in sum and day."""
    account, currency = returns[0].account, returns[0].amount.currency
    days = [one.day for one in returns]
    ours = (
        c.connection_id == connection_id, c.kind == BANK, c.currency == currency,
        c.received.between(moved(min(days), -LOOKED_FOR), max(days)),
        c.id.startswith(f"{account}:", autoescape=True),
    )  # fmt: skip
    query = sa.select(c.id, c.payer, c.text, c.end_to_end_id, c.bank_reference).where(*ours)
    near = spans(sorted({mirror_rows.minor(one.amount) - FEE_MINOR_MAX for one in returns}))
    for n in range(0, len(near), SPANS_MAX):
        is_near = sa.or_(*(c.total_minor.between(*it) for it in near[n : n + SPANS_MAX]))
        yield from tx.execute(query.where(is_near))


def _is_near(one: BankReturn, line: Item) -> bool:
    fee = mirror_rows.minor(one.amount) - mirror_rows.minor(line.total)
    first = moved(one.day, -LOOKED_FOR)
    is_of_account = line.id.rpartition(":")[0] == one.account
    return is_of_account and 0 < fee <= FEE_MINOR_MAX and first <= line.received <= one.day
