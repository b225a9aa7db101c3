"""A book that is made by a seed: customers that look alike, invoices that fall due as real ones do.

It knows nothing of how matching works; the payments on it are in `made_payments`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from matching.book.shelf import Shelf
from matching.facts.items import OpenItem, Party
from providers.money import Money, minor_unit

TODAY = date(2025, 11, 14)
FIRST_SERIAL = 2_017
RIVAL_SHARE = 0.08
FAMILIES = {
    "trees": ("Maple", "Aspen", "Birch", "Cedar", "Alder", "Rowan", "Hazel", "Linden", "Willow",
              "Juniper", "Hornbeam", "Chestnut"),
    "herbs": ("Sage", "Thyme", "Basil", "Chervil", "Sorrel", "Dill", "Lovage", "Tarragon", "Savory",
              "Borage", "Marjoram", "Coriander"),
}  # fmt: skip
TRADES = ("Landscaping LLC", "Bakery Ltd", "Dental Group", "Joinery GmbH", "Freight Inc",
          "Printworks", "Brewing Co", "Textiles SARL", "Robotics BV", "Outfitters")  # fmt: skip
LOOK_ALIKES = ("Plumbing North", "Plumbing South", "Roofing", "Roofing Services")

Numbering = Callable[[int, int, str], str]
"""Writes a number from the serial in the book, the serial of the customer, and its code."""
NUMBERINGS: dict[str, Numbering] = {
    "INV-12017": lambda serial, _own, _code: f"INV-{10_000 + serial}",
    "F252017": lambda serial, _own, _code: f"F25{serial:04}",
    "INV-2025-02017": lambda serial, _own, _code: f"INV-2025-{serial:05}",
    "2025/2017": lambda serial, _own, _code: f"2025/{serial}",
    "02017/25": lambda serial, _own, _code: f"{serial:05}/25",
    "12017": lambda serial, _own, _code: f"{10_000 + serial}",
    "BAS-1042": lambda _serial, own, code: f"{code}-{own}",
}


@dataclass(frozen=True, slots=True)
class Made:
    """`minors` are the balances by invoice, in minor units."""

    items: tuple[OpenItem, ...]
    parties: tuple[Party, ...]
    currency: str
    scale: int

    @property
    def minors(self) -> Mapping[str, int]:
        return {one.invoice_id: minor(one.open) for one in self.items}

    def of(self, party: Party) -> list[OpenItem]:
        """What is open of a customer, the oldest due first."""
        own = [i for i in self.items if i.customer_id == party.id and i.open.amount > 0]
        return sorted(own, key=lambda i: (i.due or i.issued, i.issued, i.invoice_id))

    def settled(self, party: Party) -> list[OpenItem]:
        return [i for i in self.items if i.customer_id == party.id and not i.open.amount]

    def credits(self, party: Party) -> list[OpenItem]:
        return [i for i in self.items if i.customer_id == party.id and i.open.amount < 0]

    def money(self, minors: int) -> Money:
        return money(minors, self.currency)

    def shelf(self, more: Sequence[OpenItem] = (), parties: Sequence[Party] = ()) -> Shelf:
        return Shelf([*self.items, *more], [*self.parties, *parties])


def minor(amount: Money) -> int:
    return int(amount.amount / minor_unit(amount.currency))


def money(minors: int, currency: str) -> Money:
    return Money(minors * minor_unit(currency), currency)


def made(
    seed: int,
    *,
    numbering: str = "INV-12017",
    currency: str = "USD",
    family: str = "trees",
    shift: int = 0,
    scale: int = 1,
    prefix: str = "",
) -> Made:
    """The same seed makes the same book, whatever it is called, numbered, scaled or paid in.
    `prefix` stands before all ids, so that two books can be laid together."""
    chance = random.Random(f"book {seed}")
    parties = [
        Party(f"{prefix}c{place}", name) for place, name in enumerate(_names(chance, family))
    ]
    alone = [row for place in range(len(parties)) for row in _rows(chance, place)]
    rows = sorted(
        _with_rivals(random.Random(f"rivals {seed}"), alone),
        key=lambda row: (row.issued, row.customer, row.minors),
    )
    serial, own = FIRST_SERIAL + shift, dict.fromkeys(range(len(parties)), 1_041 + shift)
    items = []
    for place, row in enumerate(rows):
        serial += chance.choice((1, 1, 1, 2, 3))
        own[row.customer] += chance.choice((1, 1, 2))
        party = parties[row.customer]
        code = f"{party.name[:2].upper()}{chr(ord('A') + row.customer)}"
        number = NUMBERINGS[numbering](serial, own[row.customer], code)
        items.append(OpenItem(
            f"{prefix}i{place}", number, party.id, party.name, row.issued, row.due,
            money(row.minors * scale, currency), money(row.left * scale, currency),
        ))  # fmt: skip
    return Made(tuple(items), tuple(parties), currency, scale)


@dataclass(frozen=True, slots=True)
class _Row:
    customer: int
    issued: date
    due: date
    minors: int
    left: int


def _names(chance: random.Random, family: str) -> list[str]:
    """Ten customers of different names, and four that look alike."""
    plants = list(FAMILIES[family])
    order = list(range(len(plants)))
    chance.shuffle(order)
    trades = chance.sample(TRADES, len(TRADES))
    different = [f"{plants[place]} {trade}" for place, trade in zip(order, trades, strict=False)]
    alike = (plants[order[10]], plants[order[10]], plants[order[11]], plants[order[11]])
    return different + [f"{one} {trade}" for one, trade in zip(alike, LOOK_ALIKES, strict=True)]


def _rows(chance: random.Random, customer: int) -> list[_Row]:
    """Invoices in weekly or monthly rounds, some with the same amount, some paid, some in part."""
    terms, every = chance.choice((14, 30, 30, 45, 60)), chance.choice((7, 14, 30))
    usual = chance.randint(2_000, 90_000)
    rows = []
    for number in range(chance.choice((1, 2, 3, 5, 8, 12))):
        issued = TODAY - timedelta(days=every * (number // chance.choice((1, 2, 3))) + 1)
        minors = usual if chance.random() < 0.15 else _amount(chance)
        left = minors
        if chance.random() < 0.12:
            left = 0
        elif chance.random() < 0.05:
            left = minors - minors // 3
        rows.append(_Row(customer, issued, issued + timedelta(days=terms), minors, left))
    if chance.random() < 0.4:
        credit = -chance.randint(500, 9_000)
        rows.append(_Row(customer, TODAY - timedelta(days=9), TODAY, credit, credit))
    return rows


def _with_rivals(chance: random.Random, rows: Sequence[_Row]) -> list[_Row]:
    """Some owe exactly what another customer owes."""
    found = list(rows)
    for place, row in enumerate(rows):
        other = chance.choice(rows)
        plain = row.left == row.minors and other.minors > 0
        if chance.random() < RIVAL_SHARE and plain and row.minors > 0:
            found[place] = replace(row, minors=other.minors, left=other.minors)
    return found


def _amount(chance: random.Random) -> int:
    """From 10 to 20,000 in the main unit, some of them round."""
    minors = round(10 ** chance.uniform(3, 6.3))
    return minors - minors % 100 if chance.random() < 0.3 else minors
