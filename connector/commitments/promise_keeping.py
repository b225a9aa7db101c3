"""Whether promises to pay are kept: each judged by the money that came in for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector import local_days
from connector.clients.tenants import Connection
from connector.commitments import promise_money, promises
from connector.commitments.promise_money import Books, Place
from connector.commitments.promises import LIVING, Kept, State
from connector.db import Tx
from connector.money import cash
from connector.past import booked
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from dunning.contact_hours.hours import Hours, hours_of
from dunning.customer.account import Promise
from dunning.deciding.promises import Cover, Followed, Received, covers, verdict
from dunning.deciding.sequence import broken_at
from dunning.rules.policy import DunningPolicy
from providers.money import Money

AGAIN = timedelta(hours=1)
WAITED_FOR = (State.OPEN, State.BROKEN)
Pair = tuple[Kept, Followed]


def settle(
    tx: Tx, connection: Connection, customer_ids: Collection[str], policy: DunningPolicy, *,
    now: datetime,
) -> Mapping[str, datetime]:  # fmt: skip
    """Mark what was kept, what was broken, what was taken back since, and where nothing is left to
    pay. Returns when to look again, by customer, where a promise is still open."""
    id_ = connection.id
    kept = promises.listed(tx, id_, customer_ids=customer_ids, states=LIVING)
    if not kept:
        return {}
    hours = hours_of(policy, connection.time_zone)
    books = booked.known(tx, connection, now)
    are_late = policy.books_lag(books.until, local_days.today(connection, now))
    placed = modes.of(tx, connection.client_id)[Capability.CASH] is not Mode.OFF
    busy = cash.waited_for(tx, id_, customer_ids, placed=placed)
    look_at: dict[str, datetime] = {}
    for one, found in _followed(tx, id_, kept):
        judged = verdict(found, policy, hours, now, wait=are_late or one.customer_id in busy)
        if judged.state is not one.state:
            promises.end(tx, id_, one, judged.state, by="ledgerhand", at=now, why=judged.why)
        elif one.state is State.OPEN:
            moment = _next_look(found, policy, hours, now)
            look_at[one.customer_id] = min(moment, look_at.get(one.customer_id, moment))
    return look_at


def unpaid(
    tx: Tx, connection_id: int, promised: Sequence[Kept]
) -> Mapping[Place, Sequence[Promise]]:
    """Of all promises of some customers, those open or broken of which something is to be paid."""
    waiting = {it.customer_id for it in promised if it.state in WAITED_FOR}
    theirs = [it for it in promised if it.customer_id in waiting and it.state in LIVING]
    found: dict[Place, list[Promise]] = defaultdict(list)
    for one, it in _followed(tx, connection_id, theirs):
        if one.state in WAITED_FOR and it.sure.left:
            maybe_paid = not it.is_known or not it.likely.left
            held = it.sure.left if one.is_own else None
            found[_place(one)].append(replace(one.promise, maybe_paid=maybe_paid, holds=held))
    return found


def to_be_placed(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> Iterator[tuple[Kept, Money]]:
    """To which promises money is still to be set, and how much: a kept one too, while its money is
    not set against its invoices, and a broken one, because late is not never."""
    kept = promises.listed(tx, connection_id, customer_ids=customer_ids, states=LIVING)
    if not kept:
        return
    books = promise_money.books(tx, connection_id, kept)
    placed = {
        place: [part for part in parts if part.invoice_id]
        for place, parts in books.received.items()
    }
    found = _covers(kept, books, placed)
    yield from ((one, found[one.id].left) for one in kept if found[one.id].left)


def _followed(tx: Tx, connection_id: int, kept: Sequence[Kept]) -> list[Pair]:
    if not kept:
        return []
    books = promise_money.books(tx, connection_id, kept)
    sure = _covers(kept, books, books.received)
    short = {one.customer_id for one in kept if one.state in WAITED_FOR and sure[one.id].left}
    lines = promise_money.at_the_bank(tx, connection_id, short) if short else {}
    both = {
        place: (*books.received.get(place, ()), *lines.get(place, ()))
        for place in {*books.received, *lines}
    }
    likely = _covers(kept, books, both) if lines else sure
    return [
        (
            one,
            Followed(
                one.promise, one.state, sure[one.id], likely[one.id],
                is_returned=_is_returned(tx, connection_id, one, sure[one.id], books),
                is_known=books.in_doubt.isdisjoint(one.promise.invoice_ids),
            ),
        )
        for one in kept
    ]  # fmt: skip


def _covers(
    kept: Sequence[Kept], books: Books, received: Mapping[Place, Sequence[Received]]
) -> dict[int, Cover]:
    """What came in for each promise, by its id."""
    by_place: dict[Place, list[Kept]] = defaultdict(list)
    for one in kept:
        by_place[_place(one)].append(one)
    return {
        one.id: cover
        for place, theirs in by_place.items()
        for one, cover in zip(
            theirs,
            covers([it.promise for it in theirs], books.opens, received.get(place, ())),
            strict=True,
        )
    }


def _is_returned(tx: Tx, connection_id: int, one: Kept, cover: Cover, books: Books) -> bool:
    """Money that only was set against something else since is still there."""
    if one.state is not State.KEPT or not cover.left or one.ended_at is None:
        return False
    parts = books.received.get(_place(one), ())
    held = (part.amount for part in parts if part.on >= one.promise.made)
    is_there = Money.total(held, cover.needed.currency) >= cover.needed
    return not is_there or promise_money.is_taken_back(
        tx, connection_id, one.customer_id, one.ended_at
    )


def _next_look(one: Followed, policy: DunningPolicy, hours: Hours, now: datetime) -> datetime:
    """When its day is over; after that, and while the ledger has not told all, hour by hour."""
    ends = broken_at(one.promise, policy, hours)
    return ends if now < ends and one.is_known else now + AGAIN


def _place(one: Kept) -> Place:
    return one.customer_id, one.promise.amount.currency
