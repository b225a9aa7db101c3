"""A booking in one sum and its parts: banks tell of both, in a statement and in a notification of
its details, under one reference. Whichever came first counts, and the other is no money more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from connector import cash
from connector.cash import Item
from connector.db import Tx
from providers.bank.identity import is_reference
from providers.money import Money
from providers.receipts import Receipt

Key = tuple[str, str, str]


def told_once(
    tx: Tx, connection_id: int, found: Sequence[Receipt]
) -> tuple[list[Receipt], list[str]]:
    """The receipts that are not known by their parts, or as parts of a sum; and what is left out,
    in sentences. A sum and its parts in one file count by the parts."""
    parts: dict[Key, list[Receipt]] = defaultdict(list)
    sums: dict[Key, list[Receipt]] = defaultdict(list)
    for one in found:
        if is_reference(one.part_of):
            parts[_key(one, one.part_of)].append(one)
        elif is_reference(one.bank_reference):
            sums[_key(one, one.bank_reference)].append(one)
    if not parts and not sums:
        return list(found), []
    known = cash.of_references(
        tx, connection_id, {reference for _, _, reference in (*parts, *sums)}
    )
    left_out: set[int] = set()
    told: list[str] = []
    for key, some in parts.items():
        whole = next(_wholes(known, key, _total(some)), None)
        if whole:
            left_out |= {id(it) for it in some}
            told.append(_said(_total(some), key, f"in one sum ({whole.id})"))
    for key, some in sums.items():
        before = [it for it in known if _item_key(it) == key and it.part_of == key[2]]
        own = [it for it in parts.get(key, ()) if id(it) not in left_out]
        for one in some:
            amounts = [it.total for it in before] or [it.amount for it in own]
            if amounts and Money.total(amounts, one.amount.currency) == one.amount:
                left_out.add(id(one))
                told.append(_said(one.amount, key, f"as its {len(amounts)} payments"))
    return [it for it in found if id(it) not in left_out], told


def _wholes(known: Sequence[Item], key: Key, total: Money) -> Iterator[Item]:
    for item in known:
        if not item.part_of and _item_key(item) == key and item.total == total:
            yield item


def _key(one: Receipt, reference: str) -> Key:
    return one.account, one.amount.currency, reference


def _item_key(item: Item) -> Key:
    account = item.id.rpartition(":")[0]
    return account, item.total.currency, item.part_of or item.bank_reference


def _total(some: Sequence[Receipt]) -> Money:
    return Money.total((it.amount for it in some), some[0].amount.currency)


def _said(amount: Money, key: Key, how: str) -> str:
    return f"{amount} with the bank's reference {key[2]} came before, {how}: not received again"
