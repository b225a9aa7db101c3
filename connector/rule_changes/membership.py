"""Who is in which segment of a client's customers, and who comes into another under other rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from connector import agenda, local_days
from connector.account import account_faults, looking
from connector.account.accounts import accounts_of
from connector.clients.tenants import Connection
from connector.db import Tx
from dunning.customer.account import Account
from dunning.rules.policy import EVERYBODY, DunningPolicy
from dunning.rules.segments import segment_of

SHOWN_MAX = 20
Move = tuple[str, str]
"""(the segment now, the segment then)"""


class Member(NamedTuple):
    """Where a customer is with one of its accounts."""

    name: str
    customer_id: str
    left: str
    entered: str


class Counted(NamedTuple):
    """How many change segment, and of how many nobody can tell by a fault of ours, of the first
    `looked_at` of all `customers` who owe or owed something."""

    moved: int = 0
    unreadable: int = 0
    looked_at: int = 0
    customers: int = 0


@dataclass
class Names:
    """How many there are, and the names of the first of them."""

    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.shown) < SHOWN_MAX:
            self.shown.append(name)

    def __str__(self) -> str:
        more = self.count - len(self.shown)
        return "; ".join(self.shown) + (f" and {more} more" if more else "")


@dataclass(frozen=True, slots=True)
class Membership:
    """`members` by segment in the order of precedence, those in none last; `unreadable` are in
    neither, by a fault of ours."""

    members: Mapping[str, Names]
    moved: Mapping[Move, Names]
    unreadable: int = 0


def membership(
    tx: Tx, connection: Connection, before: DunningPolicy, after: DunningPolicy, now: datetime, *,
    among: Sequence[str] | None = None,
) -> Membership:  # fmt: skip
    """Of everybody who owes or owed something, or of these customers; a customer of several
    currencies is in one."""
    ids = agenda.everybody(tx, connection.id) if among is None else among
    found, unreadable = _places(tx, connection, before, after, now, among=ids)
    order = [*(it.name for it in after.segments), EVERYBODY]
    members: dict[str, Names] = {name: Names() for name in order}
    moved: dict[Move, Names] = defaultdict(Names)
    for name, _, left, entered in sorted(set(found)):
        members[entered].add(name)
        if left != entered:
            moved[left, entered].add(name)
    return Membership(members, dict(sorted(moved.items())), unreadable)


def count_moved(
    tx: Tx, connections: Sequence[Connection], before: DunningPolicy, after: DunningPolicy,
    now: datetime, *, most: int | None = None,
) -> Counted:  # fmt: skip
    """Of everybody, or of `most` of each company, the first by id; nobody is looked at where the
    segments are the same."""
    if before.segments == after.segments:
        return Counted()
    everybody = [agenda.everybody(tx, one.id) for one in connections]
    found = [
        membership(tx, one, before, after, now, among=ids[:most])
        for one, ids in zip(connections, everybody, strict=True)
    ]
    return Counted(
        sum(names.count for one in found for names in one.moved.values()),
        sum(one.unreadable for one in found),
        sum(len(ids[:most]) for ids in everybody),
        sum(map(len, everybody)),
    )


def _places(
    tx: Tx, connection: Connection, before: DunningPolicy, after: DunningPolicy, now: datetime, *,
    among: Sequence[str],
) -> tuple[list[Member], int]:  # fmt: skip
    """With how many could not be read."""
    today, unreadable = local_days.today(connection, now), 0
    places: list[Member] = []

    def read(some: Sequence[str]) -> list[Member]:
        found = accounts_of(tx, connection, some, now, settled=True).values()
        return _places_of([one for accounts in found for one in accounts], before, after, today)

    for portion in looking.portions(among):
        found, faults = account_faults.apart(portion, read)
        places += [place for _, part in found for place in part]
        for id_, fault in faults.items():
            account_faults.logged(connection.id, id_, fault)
        unreadable += len(faults)
    return places, unreadable


def _places_of(
    accounts: Sequence[Account], before: DunningPolicy, after: DunningPolicy, today: date
) -> list[Member]:
    return [
        Member(
            account.name or account.customer_id,
            account.customer_id,
            segment_of(before.segments, account, today) or EVERYBODY,
            segment_of(after.segments, account, today) or EVERYBODY,
        )
        for account in accounts
    ]
