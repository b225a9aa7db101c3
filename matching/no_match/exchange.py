"""Money in one currency for invoices in another: the rate it came at, and what that makes of the
value at which the ledger holds them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from matching.facts.items import OpenItem
from providers.ledger import Allocation
from providers.money import Money
from providers.rates import Rate, shown


@dataclass(frozen=True, slots=True)
class Gain:
    """An invoice: what of it is paid, the rate at which the ledger holds it (home currency for one
    unit), and how much more (below zero: less) in home currency came for it."""

    number: str
    paid: Money
    held_at: Decimal
    difference: Money


@dataclass(frozen=True, slots=True)
class Exchange:
    """`paid` is what the payer sent, in the invoices' currency, and `came` what the bank made of
    it. `stated` tells that the bank says so; else it follows from what is paid with it. `gains`
    are of the invoices of which the ledger tells a rate; the ledger books them by itself.
    """

    paid: Money
    came: Money
    stated: bool
    gains: tuple[Gain, ...]

    @property
    def rate(self) -> Rate:
        return Rate.between(self.paid, self.came)

    @property
    def difference(self) -> Money:
        return Money.total((gain.difference for gain in self.gains), self.came.currency)

    @property
    def why(self) -> str:
        """In a sentence, for the log, the ledger's notes and a person's question."""
        by = "by the bank's statement" if self.stated else "computed from what it pays"
        told = f"{self.came} for {self.paid}: {self.rate}, {by}"
        if not self.gains:
            return told
        held = ", ".join(f"{gain.number} at {shown(gain.held_at)}" for gain in self.gains)
        return f"{told}; the ledger holds {held}: an exchange difference of {self.difference}"


def exchange(
    paid: Money, came: Money, *, stated: bool, items: Iterable[OpenItem],
    allocations: Sequence[Allocation],
) -> Exchange:  # fmt: skip
    """What this rate means for each invoice; `came` is in the company's own currency."""
    known = {item.invoice_id: item for item in items}
    rate = Rate.between(paid, came)
    gains: list[Gain] = []
    for part in allocations:
        item = known[part.invoice_id]
        now = rate.converted(part.amount)
        if item.rate is not None and now is not None:
            then = Money(part.amount.amount * item.rate, came.currency)
            gains.append(Gain(item.number, part.amount, item.rate, now - then))
    return Exchange(paid, came, stated, tuple(gains))
