"""Rows of an advice that are no invoices but what the rows above them come to, whatever a payer
calls them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from providers.money import Money
from providers.receipts import RemittanceLine
from providers.remittances import words
from providers.remittances.table import Row
from providers.remittances.words import Role

SURE_OF = 2
"""So many rows come to the amount of another one by chance hardly ever."""


@dataclass(frozen=True, slots=True)
class One:
    """A row with what it says. `label` is what stands in place of an invoice number."""

    row: Row
    line: RemittanceLine

    @property
    def label(self) -> str:
        return next(filter(None, map(self.row.text, (Role.NUMBER, Role.KIND, Role.REASON))), "")

    @property
    def sounds_like_sum(self) -> bool:
        return words.sounds_like_total(self.label)

    @property
    def is_numbered(self) -> bool:
        return any(map(str.isdigit, self.label))


@dataclass
class Parted:
    """`ones` are the invoices, `total` what they come to, where a row says so, and `doubts` what
    only a person can tell."""

    ones: list[One]
    total: Money | None
    doubts: list[str] = field(default_factory=list)


def parted(ones: Sequence[One], stated: Money | None) -> Parted:
    """The invoices apart from the sums. `stated` is the total that is written under a word for it;
    it, or else a sum of all rows, proves which rows are invoices, and nothing is in doubt then."""
    reading = _Reading.of(ones)
    total = reading.total if stated is None else stated
    if total is None:
        return Parted(reading.kept, None, reading.doubts)
    others = [one for one in ones if one.is_numbered or not one.sounds_like_sum]
    is_proved = bool(others) and reading.all.net != total == _Sum.of(others).net
    return Parted(others if is_proved else reading.kept, total)


@dataclass
class _Sum:
    """What rows come to: as written, with credit notes below zero also where they are written
    without their minus, and before anything is taken off."""

    net: Money
    signed: Money
    gross: Money
    count: int = 0

    @classmethod
    def of(cls, ones: Sequence[One], *, like: One | None = None) -> _Sum:
        zero = Money.zero((like or ones[0]).line.net.currency)
        made = cls(zero, zero, zero)
        for one in ones:
            made.add(one)
        return made

    def add(self, one: One) -> None:
        net = one.line.net
        self.net, self.gross = self.net + net, self.gross + one.line.gross
        self.signed = self.signed + (min(net, -net) if one.row.is_credit else net)
        self.count += 1

    def is_net(self, one: One) -> bool:
        return one.line.net in (self.net, self.signed)

    def is_of(self, one: One) -> bool:
        """Whether a row tells this sum: what is paid, or without that what it was before."""
        is_gross = not one.row.text(Role.NET) and one.line.gross == self.gross
        return self.count > 0 and (self.is_net(one) or is_gross)


@dataclass
class _Reading:
    """`all` are the rows that are kept, `since` those after the last sum. `total` is the sum of all
    of them, while no other row follows it."""

    all: _Sum
    since: _Sum
    kept: list[One] = field(default_factory=list)
    total: Money | None = None
    doubts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, ones: Sequence[One]) -> _Reading:
        made = cls(_Sum.of([], like=ones[0]), _Sum.of([], like=ones[0]))
        for one in ones:
            made._take(one)
        return made

    def _take(self, one: One) -> None:
        if one.is_numbered and not one.sounds_like_sum:
            self._keep(one)
        elif self.all.is_of(one) or self.since.is_of(one):
            self._drop(one)
        elif one.is_numbered:
            self._keep(one)
        else:
            self._wonder(one)

    def _keep(self, one: One) -> None:
        self.total = None
        self.kept.append(one)
        self.all.add(one)
        self.since.add(one)

    def _drop(self, one: One) -> None:
        of = self.all if self.all.is_of(one) else self.since
        is_word = one.sounds_like_sum and not one.is_numbered
        if of.count < SURE_OF and not is_word:
            self._doubt(one, "may be another invoice, or the sum of the line above it")
        if of is self.all and of.is_net(one):
            self.total = one.line.net if of.count >= SURE_OF or is_word else None
        self.since = _Sum.of([], like=one)

    def _wonder(self, one: One) -> None:
        """No number of an invoice, and no sum of what is above; the first row cannot be one."""
        is_first = not self.kept
        is_word = one.sounds_like_sum
        if is_first or not is_word:
            self._keep(one)
        if is_word or (not is_first and one.line.net.amount > 0):
            self._doubt(one, "is no number of an invoice, and not the sum of the lines above it")
        if is_word and not is_first:
            self.total = one.line.net

    def _doubt(self, one: One, why: str) -> None:
        self.doubts.append(f"{one.label!r} over {one.line.net} {why}")
