"""The proof that no cent was made or lost: what came in, and where each part of it is now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import add

from connector.db import Tx
from connector.evidence import payouts
from connector.money import cash, set_aside
from connector.money.cash import BANK, Item, Standing
from connector.money.set_aside import As, Aside
from connector.proof import own_writes, whereabouts
from connector.proof.own_writes import Entry, OwnWrites
from connector.proof.whereabouts import Found, LedgerMoney, Parts
from connector.taken_back import bank_returns
from providers.ledger import Gone, Kind, Payment, Status
from providers.money import Money

ENDED = (Status.VOID, Status.DELETED)


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in once: a line of the bank, or what the ledger alone knows of. `why` says
    what contradicts what, `places` are the ledger's records of it."""

    subject: str
    received: Money
    parts: Parts
    why: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def missing(self) -> Money:
        """What no evidence accounts for; below zero, more is accounted for than came in."""
        return self.received - self.parts.total

    @property
    def adds_up(self) -> bool:
        return not self.missing and not self.why

    @property
    def fault(self) -> str:
        """What is wrong, in words; empty where it adds up."""
        if self.adds_up:
            return ""
        said, missing = "; ".join(self.why), self.missing
        if not missing:
            return f"of {self.received}: {said}"
        what = f"{missing} is missing" if missing.amount > 0 else f"{-missing} is there twice"
        return f"of {self.received}, {what}" + (f": {said}" if said else "")


@dataclass(frozen=True, slots=True)
class Conservation:
    """One currency: received = the sum of the parts, receipt by receipt. `broken` are those for
    which that is not so; there must be none. `once` says which money is known from two sources, and
    `taken_back` is what the bank took back of money that is not closed for it yet."""

    currency: str
    received: Money
    parts: Parts
    broken: tuple[Receipt, ...]
    once: tuple[str, ...]
    taken_back: Money

    @property
    def left(self) -> Money:
        return self.parts.unapplied + self.parts.waiting

    @property
    def faults(self) -> tuple[str, ...]:
        return tuple(f"{receipt.subject}: {receipt.fault}" for receipt in self.broken)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What of the bank's lines counts at another place: `payouts` by line, by what it is the money
    that was set aside, and by charge what its fee leaves, where the ledger holds it with less."""

    payouts: Mapping[str, Money]
    asides: Mapping[str, Aside]
    nets: Mapping[str, Collection[Money]]

    def is_counted_with(self, item: Item, ours: OwnWrites) -> bool:
        """Whether it is the same money as another record, or as other lines of the bank, at which
        it counts. A line of the bank counts where it came in, with the ledger's record as
        evidence."""
        aside = self.asides.get(item.subject)
        return bool(aside and aside.is_elsewhere) and item.subject not in ours.entries


def conservation(tx: Tx, connection_id: int) -> list[Conservation]:
    """By currency: all money that was ever ours to place, and where it is. Money that we entered
    into the ledger counts where it came in, at the bank."""
    found = receipts(tx, connection_id)
    same = [it for it in set_aside.in_force(tx, connection_id).values() if it.is_elsewhere]
    back = bank_returns.unsettled(tx, connection_id)
    currencies = sorted({it.received.currency for it in found} | {it.currency for it in back})
    return [_line(currency, found, same, back) for currency in currencies]


def receipts(tx: Tx, connection_id: int) -> list[Receipt]:
    """Every receipt with the evidence of where its money is, in the order of arrival."""
    items = cash.listed(tx, connection_id, tuple(Standing), limit=cash.EVERY)
    known = {item.subject: item for item in items}
    ours = own_writes.of(tx, connection_id, known)
    asides = set_aside.in_force(tx, connection_id)
    same = [known[it] for it, aside in asides.items() if aside.as_ is As.SAME and it in known]
    nets = payouts.nets_of(tx, connection_id, [it for it in same if _is_for_less(it, ours)])
    other = Elsewhere(payouts.paired(tx, connection_id), asides, nets)
    found = [_receipt(item, ours, known, other) for item in items]
    return [*filter(None, found), *_unlisted(ours, known)]


def _is_for_less(item: Item, ours: OwnWrites) -> bool:
    """Whether the ledger holds it with less, as where a processor's fee was taken off."""
    return any(it.total != it.booked for it in ours.entries.get(item.subject, ()))


def doubtful(tx: Tx, connection_id: int) -> dict[Kind, list[str]]:
    """The ledger's records behind every receipt that does not add up, the newest first."""
    found: dict[Kind, list[str]] = {}
    for receipt in reversed(receipts(tx, connection_id)):
        for place in () if receipt.adds_up else receipt.places:
            kind, _, id_ = place.partition(":")
            found.setdefault(Kind(kind), []).append(id_)
    return found


def _receipt(
    item: Item, ours: OwnWrites, known: Mapping[str, Item], other: Elsewhere
) -> Receipt | None:
    """None for money that counts elsewhere, or that the ledger no longer has."""
    if other.is_counted_with(item, ours):
        return None
    if item.kind == BANK:
        return _at_bank(item, ours, known, other)
    if item.subject in ours.standing:
        return None
    if item.subject in ours.entered or _is_over(ours.readings.get(item.subject)):
        return _given_back(item, ours)
    found = whereabouts.of(_money(item.subject, item.total, item.left, ours))
    return Receipt(item.subject, item.total, found.parts, found.why, (item.subject,))


def _at_bank(item: Item, ours: OwnWrites, known: Mapping[str, Item], other: Elsewhere) -> Receipt:
    nothing = Parts.none(item.total.currency)
    paid_out, aside = other.payouts.get(item.id), other.asides.get(item.subject)
    is_returned = aside is not None and aside.as_ is As.RETURNED
    entries = ours.entries.get(item.subject, ())
    entered = Money.total((it.booked for it in entries), item.total.currency)
    parts = replace(
        nothing, paid_out=paid_out or nothing.paid_out,
        returned=aside.left if aside and is_returned else nothing.returned,
        **{"ignored" if item.state is Standing.IGNORED else "waiting": item.left},
    )  # fmt: skip
    why: list[str] = []
    if item.total != entered + parts.total:
        payout = f", and {paid_out} was a payout" if paid_out else ""
        why.append(f"{entered} was entered in the ledger, and {item.left} waits to be{payout}")
    for entry in entries:
        found = _entered(entry, ours, known.get(entry.place))
        parts = parts + found.parts
        is_net = entry.total in other.nets.get(item.subject, ())
        if is_net and entry.total.currency == entry.booked.currency:
            parts = replace(parts, fee=parts.fee + entry.booked - entry.total)
        why += [f"{entry.place}: {one}" for one in found.why]
    places = tuple(entry.place for entry in entries)
    return Receipt(item.subject, item.total, parts, tuple(why), places)


def _entered(entry: Entry, ours: OwnWrites, item: Item | None) -> Found:
    """What became of money that we entered into the ledger, in the currency of the bank's line."""
    reading = ours.readings.get(entry.place)
    is_over = reading and reading[1] > entry.at and _is_over(reading)
    if is_over and entry.key not in ours.leaving:
        gone = "it is no longer in the ledger, and was not given back to the bank's line"
        return Found(Parts.none(entry.booked.currency), (gone,))
    left = item.left if item else entry.total - entry.total
    found = whereabouts.of(_money(entry.place, entry.total, left, ours))
    if entry.booked.currency == entry.total.currency:
        return found
    return replace(found, parts=found.parts.converted(entry.total, entry.booked))


def _given_back(item: Item, ours: OwnWrites) -> Receipt | None:
    """Money that is no longer in the ledger: nothing of it may be listed or applied there."""
    reading = ours.readings.get(item.subject)
    writes = () if item.subject in ours.entered else ours.writes.get(item.subject, ())
    zero = Money.zero(item.total.currency)
    seen = (it.net for it in writes if reading and it.at < reading[1])
    applied = Money.total(seen, zero.currency)
    parts = replace(Parts.none(zero.currency), applied=applied, unapplied=item.left)
    gone = ("it is no longer in the ledger, and is listed still",)
    return Receipt(item.subject, zero, parts, gone, (item.subject,)) if parts.total else None


def _money(place: str, total: Money, left: Money, ours: OwnWrites) -> LedgerMoney:
    record, read_at = ours.readings.get(place, (None, None))
    known = record if isinstance(record, Payment) and not _is_over((record, read_at)) else None
    return LedgerMoney(total, left, known, read_at, ours.writes.get(place, ()))


def _unlisted(ours: OwnWrites, known: Mapping[str, Item]) -> Iterator[Receipt]:
    """Money that we wrote about and that is in no list."""
    for subject in sorted({*ours.entries, *ours.writes} - known.keys() - ours.entered):
        amounts = [it.booked for it in ours.entries.get(subject, ())]
        amounts += [it.net for it in ours.writes.get(subject, ())]
        for applied in filter(None, Money.totals(amounts)):
            parts = replace(Parts.none(applied.currency), applied=applied)
            why = ("it is not in the list of money",)
            yield Receipt(subject, Money.zero(applied.currency), parts, why)


def _is_over(reading: tuple[object, object] | None) -> bool:
    record = reading[0] if reading else None
    is_ended = isinstance(record, Payment) and record.status in ENDED
    return is_ended or isinstance(record, Gone)


def _line(
    currency: str, found: Sequence[Receipt], same: Iterable[Aside], back: Iterable[Money]
) -> Conservation:
    own = [receipt for receipt in found if receipt.received.currency == currency]
    return Conservation(
        currency, Money.total((it.received for it in own), currency),
        reduce(add, (it.parts for it in own), Parts.none(currency)),
        tuple(it for it in own if not it.adds_up),
        tuple(f"{it.subject} is {it.of or it.as_}" for it in same if it.left.currency == currency),
        Money.total((it for it in back if it.currency == currency), currency),
    )  # fmt: skip
