"""The proof that no cent was made or lost: what came in, and where each part of it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector import cash, intents, mirror, tenants
from connector.cash import BANK, Item
from connector.db import Tx
from connector.intention import HAPPENED
from connector.intents import Intent, Step
from providers.ledger import RECEIVED, ApplyUnapplied, Gone, Kind, Payment, RecordPayment, Status
from providers.money import Money
from providers.registry import LEDGERS

ENDED = (Status.VOID, Status.DELETED)


@dataclass(frozen=True, slots=True)
class Conservation:
    """One currency: what came in, what of it we set against invoices, what others did, what was
    paid back, and what is left: `unapplied` in the ledger, or `waiting` where only the bank knows
    of it. `faults` name every place where that does not add up; there must be none."""

    currency: str
    received: Money
    applied: Money
    placed_by_others: Money
    refunded: Money
    unapplied: Money
    waiting: Money
    faults: tuple[str, ...]

    @property
    def left(self) -> Money:
        return self.unapplied + self.waiting


@dataclass
class _Sums:
    received: Money
    applied: Money
    refunded: Money
    unapplied: Money
    waiting: Money

    @property
    def others(self) -> Money:
        return self.received - self.applied - self.refunded - self.unapplied - self.waiting


def conservation(tx: Tx, connection_id: int) -> list[Conservation]:
    """Received = applied + placed by others + refunded + unapplied + waiting, for all money that
    was ever ours to place. Money that we entered counts where it came in, at the bank."""
    roots = _roots(tx, connection_id)
    mirrored = _mirrored(tx, connection_id)
    groups: dict[str, _Sums] = {}
    for item in cash.listed(tx, connection_id, tuple(cash.Standing), limit=cash.EVERY):
        record = mirrored.get(item.subject)
        if (isinstance(record, Payment) and record.status in ENDED) or isinstance(record, Gone):
            continue
        root = roots.get(item.subject, item.subject)
        sums = groups.setdefault(root, _nothing(item.total.currency))
        _count(sums, item, record, is_root=root == item.subject)
    for subject, amount in _applied(tx, connection_id):
        root = roots.get(subject, subject)
        sums = groups.setdefault(root, _nothing(amount.currency))
        sums.applied = sums.applied + amount
    faults = [*_faults(groups), *_overdrawn(mirrored.values())]
    return [_line(currency, groups, faults) for currency in _currencies(groups)]


def _count(sums: _Sums, item: Item, record: object, *, is_root: bool) -> None:
    if is_root:
        sums.received = sums.received + item.total
    if item.kind == BANK:
        sums.waiting = sums.waiting + item.left
        return
    sums.unapplied = sums.unapplied + item.left
    # a reading older than what we know to be written tells of no refund
    if isinstance(record, Payment) and record.unapplied == item.left:
        sums.refunded = sums.refunded + record.total - record.unapplied - _placed(record)


def _roots(tx: Tx, connection_id: int) -> dict[str, str]:
    """By what we entered into the ledger, the bank line that it is from."""
    ledger = LEDGERS[tenants.connection(tx, connection_id).ledger]
    return {
        f"{ledger.written_as(intent.effect)}:{intent.receipt}": intent.subject
        for intent in intents.in_states(tx, connection_id, *HAPPENED)
        if isinstance(intent.effect, RecordPayment)
    }


def _applied(tx: Tx, connection_id: int) -> Iterable[tuple[str, Money]]:
    """What of the money itself we set against invoices; a credit is no money."""
    for intent in intents.in_states(tx, connection_id, Step.CONFIRMED):
        for amount in _amounts(intent):
            yield intent.subject, amount


def _amounts(intent: Intent) -> list[Money]:
    effect = intent.effect
    if not isinstance(effect, ApplyUnapplied | RecordPayment):
        return []
    if isinstance(effect, ApplyUnapplied) and effect.payment_kind is Kind.CREDIT_NOTE:
        return []
    if isinstance(effect, RecordPayment) and effect.banked:
        return [effect.banked]  # applied whole, and counted in the currency of the bank's line
    return [allocation.amount for allocation in effect.allocations]


def _mirrored(tx: Tx, connection_id: int) -> dict[str, Payment | Gone]:
    found: dict[str, Payment | Gone] = {}
    items = cash.listed(tx, connection_id, tuple(cash.Standing), limit=cash.EVERY)
    for kind in RECEIVED:
        ids = [item.id for item in items if item.kind == kind]
        for record in mirror.fetch(tx, connection_id, kind, ids) if ids else ():
            if isinstance(record, Payment | Gone):
                found[f"{kind}:{record.id}"] = record
    return found


def _faults(groups: Mapping[str, _Sums]) -> Iterable[tuple[str, str]]:
    for subject, sums in groups.items():
        left = sums.unapplied + sums.waiting
        if sums.others.amount < 0 or left.amount < 0:
            yield (
                sums.received.currency,
                (f"{subject}: {sums.applied} applied and {left} left of {sums.received}"),
            )


def _overdrawn(records: Iterable[Payment | Gone]) -> Iterable[tuple[str, str]]:
    for record in records:
        if isinstance(record, Payment) and _placed(record) + record.unapplied > record.total:
            name = f"{record.kind}:{record.id}"
            yield record.total.currency, f"{name}: more was placed than came in"


def _placed(record: Payment) -> Money:
    return Money.total((a.amount for a in record.allocations), record.total.currency)


def _currencies(groups: Mapping[str, _Sums]) -> list[str]:
    return sorted({sums.received.currency for sums in groups.values()})


def _line(
    currency: str, groups: Mapping[str, _Sums], faults: Iterable[tuple[str, str]]
) -> Conservation:
    own = [sums for sums in groups.values() if sums.received.currency == currency]

    def of(name: str) -> Money:
        return Money.total((getattr(sums, name) for sums in own), currency)

    return Conservation(
        currency, of("received"), of("applied"), of("others"), of("refunded"), of("unapplied"),
        of("waiting"), tuple(text for of_currency, text in faults if of_currency == currency),
    )  # fmt: skip


def _nothing(currency: str) -> _Sums:
    zero = Money.zero(currency)
    return _Sums(zero, zero, zero, zero, zero)
