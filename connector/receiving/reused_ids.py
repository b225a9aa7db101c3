"""Files in whose lines people put ids: one that another line had before would keep money out of
sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from connector.db import Tx
from connector.money import cash
from connector.money.cash import BANK
from connector.taken_back import bank_returns
from providers.bank import csv
from providers.bank.refusal import BadStatement
from providers.money import Money
from providers.receipts import Receipt, Statement

Told = tuple[date, Money]


def refuse(tx: Tx, connection_id: int, statements: Sequence[Statement]) -> None:
    """Raises BadStatement where a line has the id of a known one of another day, sum or currency:
    every other reader makes ids of these."""
    named = [statement for statement in statements if statement.format == csv.FORMAT]
    if not named:
        return
    came = {_id(one): one for statement in named for one in statement.receipts}
    went = {_id(one): one for statement in named for one in statement.unmarked}
    items = cash.fetch(tx, connection_id, [f"{BANK}:{id_}" for id_ in came])
    back = bank_returns.fetch(tx, connection_id, list(went))
    others = [
        *_others(came, ((item.id, (item.received, item.total)) for item in items)),
        *_others(went, ((one.id, (one.day, one.amount)) for one in back)),
    ]
    if others:
        one, (day, amount) = others[0]
        more = f" So it is with {len(others) - 1} more." if len(others) > 1 else ""
        raise BadStatement(
            f"bank_id {one.bank_id!r} of account {one.account!r}: the line of {one.received} with"
            f" {one.amount} is not the known one of that id, of {day} with {amount}.{more}"
            " Give each line an id that no line of the account had before, such as the bank's own"
            " reference or the day and a number; row numbers begin anew in each file"
        )


def _others(
    lines: dict[str, Receipt], known: Iterable[tuple[str, Told]]
) -> Iterable[tuple[Receipt, Told]]:
    for id_, told in known:
        one = lines[id_]
        if (one.received, one.amount) != told:
            yield one, told


def _id(one: Receipt) -> str:
    return f"{one.account}:{one.bank_id}"
