"""Customers that belong together, where a ledger keeps one below another: who, and how in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import IntEnum

from matching.facts.items import Party, Relative

Members = Mapping[str, Party]


class Place(IntEnum):
    """Where a customer stands, seen from another: the likeliest to be paid for first."""

    BELOW = 1
    ABOVE = 2
    BESIDE = 3


class Families:
    """Those of a book's customers that have a parent or are one, looked up by any of them."""

    def __init__(self, parties: Iterable[Party]) -> None:
        known = {party.id: party for party in parties}
        families: dict[str, dict[str, Party]] = {}
        for party in known.values():
            families.setdefault(_line_of(party.id, known)[-1], {})[party.id] = party
        self._family_of = {
            id_: members for members in families.values() if len(members) > 1 for id_ in members
        }

    def related(self, customer_id: str, *, limit: int) -> list[Relative]:
        """The sub-customers of a customer, those above it, and theirs, each kind by name; one more
        than `limit` where there are more."""
        members = self._family_of.get(customer_id, {})
        found = sorted(
            _relations(customer_id, members),
            key=lambda it: (it[0], members[it[1].customer_id].name),
        )
        return [relative for _, relative in found[: limit + 1]]


def _relations(customer_id: str, members: Members) -> Iterator[tuple[Place, Relative]]:
    mine = _line_of(customer_id, members)
    for other in members:
        if other != customer_id:
            place, words = _relation(mine, _line_of(other, members), members)
            yield place, Relative(other, customer_id, words, below=place is Place.BELOW)


def _line_of(customer_id: str, members: Members) -> list[str]:
    """A customer and those above it, the nearest first; a ring ends where it began."""
    line: list[str] = []
    while customer_id in members and customer_id not in line:
        line.append(customer_id)
        customer_id = members[customer_id].parent_id
    return line


def _relation(mine: list[str], theirs: list[str], members: Members) -> tuple[Place, str]:
    me, other = members[mine[0]].name, members[theirs[0]].name
    if mine[0] in theirs:
        return Place.BELOW, f"{other} is a sub-customer of {me}"
    if theirs[0] in mine:
        return Place.ABOVE, f"{me} is a sub-customer of {other}"
    shared = next(id_ for id_ in mine if id_ in theirs)
    return Place.BESIDE, f"{me} and {other} are sub-customers of {members[shared].name}"
