"""What we wrote about money, as evidence of where it is: entries into the ledger, and what we set
against invoices or took off them, with the ledger's own records of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connector.clients import tenants
from connector.db import Tx
from connector.mirroring import mirror
from connector.money import set_aside
from connector.money.cash_rows import BANK
from connector.outgoing import intents
from connector.outgoing.intention import HAPPENED, STANDING
from connector.outgoing.intents import Intent, Step
from connector.proof.whereabouts import Write
from providers.ledger import RECEIVED, ApplyUnapplied, Kind, Payment, Record, RecordPayment, Undo
from providers.money import Money
from providers.registry import LEDGERS

TAKING_BACK = (Step.CONFIRMED, Step.SENDING, Step.UNKNOWN)
LATER = datetime.max.replace(tzinfo=UTC)
"""When what is on its way will have been done."""
KINDS = (*RECEIVED, Kind.BATCH_PAYMENT)


@dataclass(frozen=True, slots=True)
class Entry:
    """Money of the bank that we entered, or others before us: `place` is where it is in the ledger,
    `booked` how much of the bank's line it is, `total` how much it is in the ledger."""

    place: str
    booked: Money
    total: Money
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class OwnWrites:
    """`entries` by the bank's line, `writes` by the money in the ledger, each the oldest first;
    `entered` is every place that an entry of ours ever had, `standing` those that are in the ledger
    still, and `leaving` the keys of those that are being taken back. `readings` is what was last
    read."""

    entries: Mapping[str, Sequence[Entry]]
    writes: Mapping[str, tuple[Write, ...]]
    entered: frozenset[str]
    standing: frozenset[str]
    leaving: frozenset[str]
    readings: Mapping[str, tuple[Record, datetime]]


def of(tx: Tx, connection_id: int, subjects: Collection[str]) -> OwnWrites:
    """All that we ever wrote about money of one company; `subjects` are the money in its list, of
    which the ledger's records are wanted besides."""
    written_as = LEDGERS[tenants.connection(tx, connection_id).ledger].written_as
    entries: dict[str, list[Entry]] = defaultdict(list)
    writes: dict[str, list[Write]] = defaultdict(list)
    entered: set[str] = set()
    happened = intents.in_states(tx, connection_id, *HAPPENED)
    for intent in sorted(happened, key=lambda it: it.id):
        effect, at = intent.effect, intent.ended_at
        assert at is not None
        if isinstance(effect, RecordPayment):
            place = f"{written_as(effect)}:{intent.receipt}"
            entered.add(place)
            if intent.state in STANDING:
                booked = effect.banked or effect.total
                entries[intent.subject].append(Entry(place, booked, effect.total, at, intent.key))
            _keep(writes, place, intent, at)
        elif isinstance(effect, ApplyUnapplied) and effect.payment_kind is not Kind.CREDIT_NOTE:
            _keep(writes, intent.subject, intent, at)
    asides = [
        aside for aside in set_aside.in_force(tx, connection_id).values()
        if aside.subject.startswith(f"{BANK}:") and aside.of.partition(":")[0] in KINDS
    ]  # fmt: skip
    leaving = frozenset(_take_back(tx, connection_id, writes))
    others = {aside.of for aside in asides}
    readings = _readings(tx, connection_id, {*subjects, *entered, *others})
    for aside in asides:
        record, _ = readings.get(aside.of, (None, None))
        total = record.total if isinstance(record, Payment) else aside.left
        entries[aside.subject].append(Entry(aside.of, aside.left, total, aside.at, ""))
    return OwnWrites(
        entries=entries,
        writes={place: _in_order(found) for place, found in writes.items()},
        entered=frozenset(entered),
        standing=frozenset(it.place for found in entries.values() for it in found),
        leaving=leaving,
        readings=readings,
    )


def _keep(writes: dict[str, list[Write]], place: str, intent: Intent, at: datetime) -> None:
    """What others took off its invoices, or out of the ledger, is no evidence any more."""
    effect = intent.effect
    assert isinstance(effect, ApplyUnapplied | RecordPayment)
    if intent.state in (Step.CONFIRMED, Step.UNDONE) and effect.allocations:
        writes[place].append(Write(at, effect.allocations, intent.key))


def _take_back(
    tx: Tx, connection_id: int, writes: dict[str, list[Write]]
) -> Iterator[str]:  # fmt: skip
    """Several undos may take back one write, and the write stands until the last of them. Returns
    the keys of the entries whose undo is on its way."""
    for intent in intents.in_states(tx, connection_id, *TAKING_BACK, names=("undo",)):
        undo, sure = intent.effect, intent.state is Step.CONFIRMED
        assert isinstance(undo, Undo)
        if isinstance(undo.done, ApplyUnapplied):
            found = writes.get(f"{undo.done.payment_kind}:{undo.done.payment_id}", [])
            if any(it.key in undo.keys for it in found):
                less = tuple(replace(part, amount=-part.amount) for part in undo.done.allocations)
                found.append(Write(intent.ended_at or LATER, less, intent.key, sure))
        elif not sure:
            yield from undo.keys


def _in_order(found: Iterable[Write]) -> tuple[Write, ...]:
    return tuple(sorted(found, key=lambda it: it.at))


def _readings(
    tx: Tx, connection_id: int, subjects: Collection[str]
) -> dict[str, tuple[Record, datetime]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for subject in sorted(subjects):
        kind, _, id_ = subject.partition(":")
        ids[kind].append(id_)
    return {
        f"{kind}:{record.id}": (record, read_at)
        for kind in KINDS
        for record, read_at in mirror.readings(tx, connection_id, kind, ids[kind])
    }
