"""How a payment on a made book is told: its words, its money and what is true of it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from matching.facts.items import Cash, OpenItem, Party
from tests.matching.made_book import TODAY, Made, minor

WORDS = {
    "en": ("invoice", "part payment", "less bank charges", "less 2% discount", "to follow",
           "deposit", "already paid", "order no"),
    "de": ("Rechnung", "Teilzahlung", "abz. Bankgebühren", "2% Skonto", "folgt",
           "Anzahlung", "ohne", "Kundennr."),
    "fr": ("facture", "paiement partiel", "frais bancaires", "escompte 2%", "suivra",
           "acompte", "sauf", "commande n°"),
    "nl": ("factuur", "deelbetaling", "bankkosten", "2% korting", "volgt",
           "aanbetaling", "zonder", "bestelnr"),
}  # fmt: skip
INVOICE, PART, FEE, DISCOUNT, FOLLOWS, AHEAD, WITHOUT, OTHER = range(8)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a payment really paid, in minor units. Where it is empty, nothing may be posted."""

    paid: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paid:
    kind: str
    cash: Cash
    truth: Truth


@dataclass
class Teller:
    """One payment on its way: `chance` is its own, so that one does not depend on another."""

    book: Made
    party: Party
    words: Sequence[str]
    chance: random.Random

    def some(self, least: int = 1, most: int = 5) -> list[OpenItem]:
        own = self.book.of(self.party)
        count = min(len(own), self.chance.randint(least, most))
        chosen = self.chance.sample(range(len(own)), count)
        return [own[place] for place in sorted(chosen)]

    def pay(
        self,
        items: Sequence[OpenItem],
        text: str,
        *,
        more: int = 0,
        truth: Mapping[str, int] | None = None,
        payer: str | None = None,
    ) -> tuple[Cash, Truth]:
        """Money for these items, with a difference, and what is true of it."""
        whole = {one.invoice_id: minor(one.open) for one in items}
        amount = sum(whole.values()) + more
        name = self.party.name.upper() if payer is None else payer
        cash = Cash("", "", self.book.money(amount), TODAY, name, text)
        return cash, Truth(whole if truth is None else truth)

    def alone(self, one: OpenItem) -> bool:
        """Whether the customer owes nothing else that is as much."""
        return [it.open for it in self.book.of(self.party)].count(one.open) == 1

    def of_others(self) -> list[OpenItem]:
        """What other customers owe under digits that no other number has."""
        digits = [digits_of(it) for it in self.book.items]
        return [it for it in self.book.items if it.customer_id != self.party.id
                and it.open.amount > 0 and digits.count(digits_of(it)) == 1]  # fmt: skip

    def listed(self, items: Sequence[OpenItem]) -> str:
        sign = self.chance.choice((", ", " ", "+", " / "))
        return sign.join(one.number for one in items)

    def word(self, place: int) -> str:
        return self.words[place]


def digits_of(one: OpenItem) -> str:
    """Its number without the letters before it."""
    return re.sub(r"^[A-Z]+-?", "", one.number)


Kind = Callable[[Teller], tuple[Cash, Truth] | None]
