"""Receipts that a bank may have taken back together with its fee for that, in one sum."""

from __future__ import annotations

from connector.db import Tx
from connector.local_days import moved
from connector.money import cash
from connector.money.cash import Item
from connector.taken_back.bank_returns import FEE_MINOR_MAX, LOOKED_FOR, UNMARKED, BankReturn
from connector.taken_back.said import Marks, Said
from providers.money import Money, minor_unit


def receipts(tx: Tx, connection_id: int, one: BankReturn) -> list[Item]:
    """Those of its account, at most 120 days older and by no more than a fee less than a return,
    of which it says who paid, the text or a reference; the newest first. None where neither the
    bank nor a word says that it is a return."""
    said = Said.of(one)
    if one.subject == UNMARKED and not said.says_returned:
        return []
    cent = minor_unit(one.amount.currency)
    sums = (Money(one.amount.amount - FEE_MINOR_MAX * cent, one.amount.currency),
            Money(one.amount.amount - cent, one.amount.currency))  # fmt: skip
    first = moved(one.day, -LOOKED_FOR)
    found = cash.of_days(tx, connection_id, first, one.day, *sums)
    return [
        it for it in found[::-1]
        if it.id.rpartition(":")[0] == one.account
        and (it.subject == one.subject or said.has(Marks.of(it)))
    ]  # fmt: skip
