"""Where the money of one receipt is now, each part by evidence of its own; nothing is a rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from providers.ledger import Allocation, Payment
from providers.money import Money

Shares = Mapping[str, Money]
"""By invoice or credit note, in lower case, how much of some money is set against it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`applied` is what we wrote against invoices and the ledger shows there, `placed_by_others`
    what it shows beside that, `refunded` what it shows as paid back. `unapplied` is left in the
    ledger and `waiting` at the bank, as the list of money says; `ignored` is what was decided to
    be no customer's, `paid_out` what is a processor's payout, whose charges are the money,
    `returned` what the bank took back, and `fee` what a processor kept of a charge that others
    entered without it."""

    applied: Money
    placed_by_others: Money
    refunded: Money
    unapplied: Money
    waiting: Money
    ignored: Money
    paid_out: Money
    returned: Money
    fee: Money

    @classmethod
    def none(cls, currency: str) -> Parts:
        return cls(**{name: Money.zero(currency) for name in NAMES})

    @property
    def total(self) -> Money:
        amounts = [getattr(self, name) for name in NAMES]
        return Money.total(amounts, self.applied.currency)

    def __add__(self, other: Parts) -> Parts:
        return Parts(**{name: getattr(self, name) + getattr(other, name) for name in NAMES})

    def converted(self, whole: Money, into: Money) -> Parts:
        """In the currency of `into`, which the bank booked for `whole`: in proportion, and where
        all of it is accounted for to the cent, as the largest part takes what rounding leaves."""
        if not whole:
            return Parts.none(into.currency)
        made = Parts(**{
            name: Money(getattr(self, name).amount * into.amount / whole.amount, into.currency)
            for name in NAMES
        })  # fmt: skip
        if self.total != whole:
            return made
        largest = max(NAMES, key=lambda name: abs(getattr(made, name).amount))
        rest = into - made.total
        return replace(made, **{largest: getattr(made, largest) + rest})


NAMES = tuple(field.name for field in fields(Parts))


@dataclass(frozen=True, slots=True)
class Write:
    """What we set against invoices at a moment, or below zero took off; `key` is its intent's. One
    that is not `sure` is on its way, and happened only if the ledger shows it."""

    at: datetime
    parts: tuple[Allocation, ...]
    key: str = ""
    sure: bool = True

    @property
    def net(self) -> Money:
        """How much of the money itself it takes: credits lessen it."""
        return Money.total((it.amount for it in self.parts), self.parts[0].amount.currency)


@dataclass(frozen=True, slots=True)
class LedgerMoney:
    """Money in the ledger: `total` and `left` as we list it, `record` as it was read from `read_at`
    on (None where it was not read yet), and our own `writes`, the oldest first."""

    total: Money
    left: Money
    record: Payment | None = None
    read_at: datetime | None = None
    writes: tuple[Write, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """`why` names every piece of evidence that contradicts another."""

    parts: Parts
    why: tuple[str, ...] = ()


def of(money: LedgerMoney) -> Found:
    """What we wrote since the record was read is in it or not, since a reading takes its time."""
    zero = money.total - money.total
    nothing = Parts.none(zero.currency)
    if money.record is None or money.read_at is None:
        applied = _net([it for it in money.writes if it.sure], zero)
        return Found(replace(nothing, applied=applied, unapplied=money.left))
    record, shown = money.record, _shares(money.record.allocations)
    views = _views(money, money.read_at, record.unapplied)
    fitting = [it for it in views if not _lacking(shown, it.ours)]
    view = next((it for it in fitting if it.left == money.left), next(iter(fitting), views[-1]))
    lacking = Money.total(_lacking(shown, view.ours).values(), zero.currency)
    left = view.left if any(it.left == money.left for it in views) else money.left
    gap = _gap(record)
    others = _sum(shown, zero) - (_sum(view.ours, zero) - lacking)
    parts = replace(
        nothing, applied=view.applied - lacking if gap else view.applied,
        placed_by_others=others + (record.elsewhere or zero), refunded=record.refunded or zero,
        unapplied=left,
    )  # fmt: skip
    return Found(parts, tuple(_contradictions(money, lacking, gap, view.left, left)))


@dataclass(frozen=True, slots=True)
class _View:
    """One of the ways to see a record: `ours` is what it may show of ours, `left` what is not
    applied then, and `applied` what is, with all that was written since."""

    ours: Shares
    left: Money
    applied: Money


def _views(money: LedgerMoney, read_at: datetime, unapplied: Money) -> list[_View]:
    """The record shows none of our writes since it was read, or the first of them, or more."""
    zero = unapplied - unapplied
    before = [it for it in money.writes if it.at < read_at]
    later = [it for it in money.writes if it.at >= read_at]
    views: list[_View] = []
    for n in range(len(later) + 1):
        seen, since = [*before, *later[:n]], [it for it in later[n:] if it.sure]
        ours = _shares(part for write in seen for part in write.parts)
        views.append(_View(ours, unapplied - _net(since, zero), _net([*seen, *since], zero)))
    return views


def _contradictions(
    money: LedgerMoney, lacking: Money, gap: Money, expected: Money, left: Money
) -> Iterable[str]:
    assert money.record is not None
    if lacking:
        yield f"{lacking} of what Ledgerhand applied is not set against its invoice in the ledger"
    if gap:
        shown = money.record.total - gap
        yield f"the ledger's own record accounts for {shown} of {money.record.total}"
    if money.total != money.record.total:
        yield f"{money.total} came in, and the ledger's record is over {money.record.total}"
    if left != expected:
        yield f"{left} is listed as not applied, and by the ledger that is {expected}"


def _gap(record: Payment) -> Money:
    """What the ledger's own record does not account for."""
    zero = record.total - record.total
    placed = _sum(_shares(record.allocations), zero)
    back, elsewhere = record.refunded or zero, record.elsewhere or zero
    return record.total - placed - back - elsewhere - record.unapplied


def _shares(parts: Iterable[Allocation]) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for part in parts:
        id_ = part.invoice_id.lower()
        found[id_] = found[id_] + part.amount if id_ in found else part.amount
    return found


def _lacking(shown: Shares, ours: Shares) -> dict[str, Money]:
    """What of ours is not shown; what pays as a credit is below zero."""
    lacking: dict[str, Money] = {}
    for id_, amount in ours.items():
        there = shown.get(id_, amount - amount)
        if abs(there.amount) < abs(amount.amount) or there.amount * amount.amount < 0:
            lacking[id_] = amount - there
    return lacking


def _net(writes: Sequence[Write], zero: Money) -> Money:
    return Money.total((it.net for it in writes), zero.currency)


def _sum(shares: Shares, like: Money) -> Money:
    return Money.total(shares.values(), like.currency)
