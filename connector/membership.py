"""Who is in which segment of a client's customers, and who comes into another under other rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connector import agenda, local_days, looking
from connector.accounts import accounts_of
from connector.db import Tx
from connector.tenants import Connection
from dunning.policy import EVERYBODY, DunningPolicy
from dunning.segments import segment_of

SHOWN_MAX = 20
Move = tuple[str, str]
"""(the segment now, the segment then)"""


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
    """`members` by segment in the order of precedence, those in none last."""

    members: Mapping[str, Names]
    moved: Mapping[Move, Names]


def membership(
    tx: Tx, connection: Connection, before: DunningPolicy, after: DunningPolicy, now: datetime, *,
    among: Sequence[str] | None = None,
) -> Membership:  # fmt: skip
    """Of everybody who owes or owed something, or of these customers; a customer of several
    currencies is in one."""
    ids = agenda.everybody(tx, connection.id) if among is None else among
    found = sorted(set(_places(tx, connection, before, after, now, among=ids)))
    order = [*(it.name for it in after.segments), EVERYBODY]
    members: dict[str, Names] = {name: Names() for name in order}
    moved: dict[Move, Names] = defaultdict(Names)
    for name, _, left, entered in found:
        members[entered].add(name)
        if left != entered:
            moved[left, entered].add(name)
    return Membership(members, dict(sorted(moved.items())))


def count_moved(
    tx: Tx, connections: Sequence[Connection], before: DunningPolicy, after: DunningPolicy,
    now: datetime,
) -> int:  # fmt: skip
    """How many change segment; nobody is looked at where the segments are the same."""
    if before.segments == after.segments:
        return 0
    found = (membership(tx, one, before, after, now).moved for one in connections)
    return sum(names.count for moved in found for names in moved.values())


def _places(
    tx: Tx, connection: Connection, before: DunningPolicy, after: DunningPolicy, now: datetime, *,
    among: Sequence[str],
) -> Iterator[tuple[str, str, str, str]]:  # fmt: skip
    """(name, customer id, segment now, segment then)"""
    today = local_days.today(connection, now)
    for portion in looking.portions(among):
        for id_, accounts in accounts_of(tx, connection, portion, now, settled=True).items():
            for account in accounts:
                left, entered = (
                    segment_of(rules.segments, account, today) or EVERYBODY
                    for rules in (before, after)
                )
                yield account.name or id_, id_, left, entered
