"""Explanations of a payment while they are weighed against each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from matching.facts.items import Case, OpenItem, Relative
from matching.facts.sums import Entry
from providers.ledger import Allocation
from providers.money import Money, minor_unit

NUMBERS_SHOWN_MAX = 6
RELATIONS_SHOWN_MAX = 3
Parts = tuple[tuple[OpenItem, int], ...]
"""Items with minor units of their currency, below zero for a credit note."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """`cost` tells how far-fetched it is: 0 for a number that is written out with the exact amount,
    and one more for each time that it is about three times less likely. `sure` tells that the
    evidence is of a kind that needs no person.
    """

    parts: Parts
    rule: str
    reason: str
    cost: float
    sure: bool = False

    @property
    def place(self) -> frozenset[tuple[str, int]]:
        """What it comes to, however it was found."""
        return frozenset((item.invoice_id, minor) for item, minor in self.parts)

    @property
    def invoice_ids(self) -> set[str]:
        return {item.invoice_id for item, _ in self.parts}

    @property
    def customers(self) -> set[str]:
        return {item.customer_id for item, _ in self.parts}

    @property
    def credits_fit(self) -> bool:
        """Whether no customer's credits are more than what is paid of that customer's invoices: no
        ledger sets a credit against what another owes."""
        owed: Counter[str] = Counter()
        for item, minor in self.parts:
            owed[item.customer_id] += minor
        return all(rest >= 0 for rest in owed.values())

    def allocations(self) -> tuple[Allocation, ...]:
        return tuple(
            Allocation(item.invoice_id, money(minor, item.open.currency))
            for item, minor in self.parts
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """A case in minor units: what may be paid in the currency of the money, oldest due first.
    `owes_just_that` tells that the payer has an open invoice with exactly the amount. `owed` counts
    what there is by customer and amount."""

    case: Case
    target: int
    entries: tuple[Entry, ...]
    payers: frozenset[str]
    by_id: Mapping[str, Entry]
    oldest_of_equal: bool = False
    relatives: Mapping[str, Relative] = field(default_factory=dict)
    owes_just_that: bool = False
    owed: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def look_alikes(self) -> frozenset[str]:
        """Those of the payers who only have a name like it; another has just that name."""
        return frozenset(payer.customer_id for payer in self.case.payers if payer.alike)

    @property
    def doubts(self) -> Mapping[str, str]:
        """By payer, why nothing is paid only because the money may be this customer's."""
        return {one.customer_id: one.doubt for one in self.case.payers if one.doubt}

    def has_equal(self, entry: Entry) -> bool:
        """Whether the same customer owes just as much on another invoice."""
        return self.owed[entry.item.customer_id, entry.minor] > 1

    def of_payers(self) -> list[Entry]:
        """Open invoices of the customers that the money may come from."""
        return [e for e in self.entries if e.minor > 0 and e.item.customer_id in self.payers]

    def of_relatives(self) -> list[Entry]:
        """Open invoices of the customers that belong together with those."""
        return [e for e in self.entries if e.minor > 0 and e.item.customer_id in self.relatives]

    def credits(self, customers: Iterable[str]) -> list[Entry]:
        owners = set(customers)
        return [e for e in self.entries if e.minor < 0 and e.item.customer_id in owners]


def desk_of(case: Case, *, oldest_of_equal: bool = False) -> Desk:
    currency = case.cash.amount.currency
    entries = tuple(
        Entry(item, minor_of(item.open))
        for item in sorted(case.items, key=lambda item: item.age)
        if item.open.currency == currency
    )
    payers = frozenset(payer.customer_id for payer in case.payers)
    target = minor_of(case.cash.amount)
    return Desk(
        case=case, target=target, entries=entries, payers=payers,
        by_id={entry.item.invoice_id: entry for entry in entries},
        oldest_of_equal=oldest_of_equal,
        relatives={one.customer_id: one for one in case.relatives},
        owes_just_that=any(e.minor == target and e.item.customer_id in payers for e in entries),
        owed=Counter((entry.item.customer_id, entry.minor) for entry in entries),
    )  # fmt: skip


def minor_of(amount: Money) -> int:
    return int(amount.amount / minor_unit(amount.currency))


def money(minor: int, currency: str) -> Money:
    return Money(Decimal(minor) * minor_unit(currency), currency)


def who(desk: Desk) -> str:
    """What is known of who paid."""
    payers = desk.case.payers
    if not payers:
        return "the payer is not known"
    if len(payers) == 1:
        return payers[0].evidence
    return f"{len(payers)} customers {'may be meant' if desk.doubts else 'have such a name'}"


def related(desk: Desk, one: Explanation) -> str:
    """How those whose invoices these are belong together with the payers, where they are not."""
    owners = dict.fromkeys(item.customer_id for item, _ in one.parts)
    said = [desk.relatives[id_].relation for id_ in owners if id_ in desk.relatives]
    hidden = len(said) - RELATIONS_SHOWN_MAX
    more = [f"and so are {hidden} more"] if hidden > 0 else []
    return "; ".join([*said[:RELATIONS_SHOWN_MAX], *more])


def whole(entries: Iterable[Entry]) -> Parts:
    """Every entry with all that is open on it."""
    return tuple((entry.item, entry.minor) for entry in entries)


def shown(entries: Sequence[Entry]) -> str:
    """The numbers of the entries, as many as a sentence can hold."""
    numbers = [entry.item.number for entry in entries]
    hidden = len(numbers) - NUMBERS_SHOWN_MAX
    more = f" and {hidden} more" if hidden > 0 else ""
    return ", ".join(numbers[:NUMBERS_SHOWN_MAX]) + more
