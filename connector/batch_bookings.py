"""A booking in one sum and its parts: banks tell of both, in a statement and in a notification of
its details, under one reference. Whichever came first counts, and the other is no money more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from connector import cash
from connector.cash import Item
from connector.db import Tx
from connector.local_days import moved
from providers.bank.identity import is_reference
from providers.money import Money
from providers.receipts import Receipt

Key = tuple[str, str, str]
SUBJECT_MAX = 120
APART = timedelta(days=7)
"""How far the days lie apart at most under which a bank tells of one booking twice."""


@dataclass(slots=True)
class Told:
    """`counted` are the receipts that are no money told before. `said` is what is left out, and
    `unequal`, by what it is about, sums whose parts come to something else; both in sentences."""

    counted: list[Receipt]
    said: list[str] = field(default_factory=list)
    unequal: dict[str, str] = field(default_factory=dict)


def told_once(tx: Tx, connection_id: int, found: Sequence[Receipt]) -> Told:
    """The receipts that are not known by their parts, or as parts of a sum. A sum and its parts in
    one file count by the parts. Nobody else keeps receipts before this transaction ends."""
    cash.hold(tx, connection_id)
    parts: dict[Key, list[Receipt]] = defaultdict(list)
    sums: list[Receipt] = []
    for one in found:
        if is_reference(one.part_of):
            parts[_key(one, one.part_of)].append(one)
        elif is_reference(one.bank_reference):
            sums.append(one)
    told = Told(list(found))
    if not parts and not sums:
        return told
    days = [one.received for one in found]
    known = cash.of_days(tx, connection_id, moved(min(days), -APART), moved(max(days), APART))
    left_out = {id(it) for it in _known_parts(known, parts, told.said)}
    counted = {key: some for key, some in parts.items() if id(some[0]) not in left_out}
    left_out |= {id(it) for it in _known_sums(known, counted, sums, told.said)}
    told.counted = [it for it in found if id(it) not in left_out]
    told.unequal = dict(_unequal(known, told.counted))
    return told


def _unequal(known: Sequence[Item], counted: Iterable[Receipt]) -> Iterator[tuple[str, str]]:
    """Sums and parts of one reference that both count, where any of them is new."""
    ids = {item.id for item in known}
    new = [it for it in counted if f"{it.account}:{it.bank_id}" not in ids]
    told: dict[Key, tuple[list[Money], list[Money]]] = defaultdict(lambda: ([], []))
    for item in known:
        told[_item_key(item)][bool(item.part_of)].append(item.total)
    for one in new:
        told[_key(one, one.part_of or one.bank_reference)][bool(one.part_of)].append(one.amount)
    for key in dict.fromkeys(_key(it, it.part_of or it.bank_reference) for it in new):
        sums, parts = told[key]
        if is_reference(key[2]) and sums and parts:
            yield f"batch:{key[0]}:{key[2]}"[:SUBJECT_MAX], _differ(key, sums, parts)


def _differ(key: Key, sums: Sequence[Money], parts: Sequence[Money]) -> str:
    whole, rest = (Money.total(some, key[1]) for some in (sums, parts))
    more, less = (whole, rest) if whole > rest else (rest, whole)
    return (
        f"{whole} with the bank's reference {key[2]} came in one sum, and its payments,"
        f" {len(parts)} so far, come to {rest}: {more - less} of difference."
        " Both count; if they are the same money, set one of the two aside"
    )


def _known_parts(
    known: Sequence[Item], parts: Mapping[Key, Sequence[Receipt]], told: list[str]
) -> Iterator[Receipt]:
    """Those whose sum came before."""
    wholes = {(_item_key(it), it.total): it for it in known if not it.part_of}
    for key, some in parts.items():
        total = Money.total((it.amount for it in some), some[0].amount.currency)
        if whole := wholes.get((key, total)):
            told.append(_said(total, key, f"in one sum ({whole.id})"))
            yield from some


def _known_sums(
    known: Sequence[Item], parts: Mapping[Key, Sequence[Receipt]], sums: Sequence[Receipt],
    told: list[str],
) -> Iterator[Receipt]:  # fmt: skip
    """Those whose parts came before, or stand in the same file."""
    amounts = {key: [it.amount for it in some] for key, some in parts.items()}
    before: dict[Key, list[Money]] = defaultdict(list)
    for item in known:
        if item.part_of:
            before[_item_key(item)].append(item.total)
    amounts |= before
    for one in sums:
        key = _key(one, one.bank_reference)
        found = amounts.get(key)
        if found and Money.total(found, one.amount.currency) == one.amount:
            told.append(_said(one.amount, key, f"as its {len(found)} payments"))
            yield one


def _key(one: Receipt, reference: str) -> Key:
    return one.account, one.amount.currency, reference


def _item_key(item: Item) -> Key:
    account = item.id.rpartition(":")[0]
    return account, item.total.currency, item.part_of or item.bank_reference


def _said(amount: Money, key: Key, how: str) -> str:
    return f"{amount} with the bank's reference {key[2]} came before, {how}: not received again"
