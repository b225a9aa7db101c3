"""A person writes down what a customer promised: which invoices, how much of them, by which day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from connector import db, local_days
from connector.clients.tenants import Connection
from connector.commitments import promises
from connector.db import Tx
from dunning.customer.account import Promise
from providers.ledger import Invoice
from providers.money import Money

AHEAD_MAX = timedelta(days=366)
"""A day further ahead is a slip of the pen, and would silence the customer for ever."""


class CannotPromise(ValueError):
    """It is not written down; the text says why."""


def owed(
    tx: Tx, connection_id: int, customer_id: str, *, numbers: Collection[str] = (),
    ids: Collection[str] = (), currency: str = "",
) -> list[Invoice]:  # fmt: skip
    """The open invoices that are meant, by number, by id, in one currency; all where nothing is
    named. Raises CannotPromise where there are none, or they are of several currencies."""
    open_ = promises.promisable(tx, connection_id, customer_id)
    chosen = [
        one
        for one in open_
        if (not numbers or one.number in numbers)
        and (not ids or one.id in ids)
        and currency in ("", one.open.currency)
    ]
    if missing := set(numbers) - {one.number for one in chosen}:
        raise CannotPromise(f"the customer owes nothing on {', '.join(sorted(missing))}")
    if not chosen:
        raise CannotPromise("the customer owes nothing" + (" on that" if ids or currency else ""))
    currencies = {one.open.currency for one in chosen}
    if len(currencies) > 1:
        raise CannotPromise(
            f"the invoices are in {', '.join(sorted(currencies))}; choose those of one currency"
        )
    return chosen


def write_down(
    tx: Tx, connection: Connection, invoices: Sequence[Invoice], *, on: date, now: datetime,
    amount: Money | None = None, **by_whom: Any,
) -> tuple[int, Promise]:  # fmt: skip
    """Keep a promise of `amount`, without it all that is open, on these invoices of one customer
    and currency until the day `on` of the client's zone; nobody is reminded of them before. Returns
    its number. `by_whom` are the source, the words and the person, as `promises.add` has them.

    Raises CannotPromise where the day is past or over a year ahead, the amount is not between
    nothing and what is open, or one by that day on just these invoices is open already.
    """
    today = local_days.today(connection, now)
    open_now = Money.total((one.open for one in invoices), invoices[0].open.currency)
    promised = amount or open_now
    if on < today:
        raise CannotPromise(f"{on} is past; today is {today}")
    if on > today + AHEAD_MAX:
        raise CannotPromise(f"{on} is more than a year ahead; today is {today}")
    if not 0 < promised.amount <= open_now.amount:
        raise CannotPromise(f"{promised} does not lie between nothing and {open_now}")
    made = Promise(tuple(one.id for one in invoices), promised, on, today, open_now)
    customer_id = invoices[0].customer_id
    db.one_at_a_time(tx, "promise", connection.id)
    said = promises.listed(
        tx, connection.id, customer_ids=[customer_id], states=[promises.State.OPEN]
    )
    if any(_is_alike(one.promise, made) for one in said):
        raise CannotPromise(
            f"a promise by {on} on these invoices is written down already; cancel that one first"
        )
    number = promises.add(tx, connection.id, customer_id, made, at=now, **by_whom)
    return number, made


def _is_alike(one: Promise, other: Promise) -> bool:
    is_same_day = one.on == other.on and one.amount.currency == other.amount.currency
    return is_same_day and set(one.invoice_ids) == set(other.invoice_ids)
