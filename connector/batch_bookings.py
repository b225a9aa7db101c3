"""A booking in one sum and its parts: banks tell of both, in a statement and in a notification of
its details, under one reference. Whichever came first counts, and the other is no money more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from connector import cash
from connector.cash import Item
from connector.db import Tx
from providers.bank.identity import is_reference
from providers.money import Money
from providers.receipts import Receipt

Key = tuple[str, str, str]
APART = timedelta(days=7)
"""How far the days lie apart at most under which a bank tells of one booking twice."""


def told_once(
    tx: Tx, connection_id: int, found: Sequence[Receipt]
) -> tuple[list[Receipt], list[str]]:
    """The receipts that are not known by their parts, or as parts of a sum; and what is left out,
    in sentences. A sum and its parts in one file count by the parts."""
    parts: dict[Key, list[Receipt]] = defaultdict(list)
    sums: list[Receipt] = []
    for one in found:
        if is_reference(one.part_of):
            parts[_key(one, one.part_of)].append(one)
        elif is_reference(one.bank_reference):
            sums.append(one)
    if not parts and not sums:
        return list(found), []
    days = [one.received for one in found]
    known = cash.of_days(tx, connection_id, min(days) - APART, max(days) + APART)
    told: list[str] = []
    left_out = {id(it) for it in _known_parts(known, parts, told)}
    counted = {key: some for key, some in parts.items() if id(some[0]) not in left_out}
    left_out |= {id(it) for it in _known_sums(known, counted, sums, told)}
    return [it for it in found if id(it) not in left_out], told


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
