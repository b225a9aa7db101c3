"""Lines of the bank that came before in another file, which said less of them: an intraday report
gives no references, and the next day's statement does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from connector import cash
from connector.cash import Item
from connector.db import Tx
from providers.bank.identity import is_reference, plain
from providers.receipts import Receipt

FACTS = ("bank_reference", "payer_account", "end_to_end_id")
"""What one file may give and another not; where both do, it is the same of the same line."""
Key = tuple[str, str, str, str, str, str]


def new_ones(
    tx: Tx, connection_id: int, found: Sequence[Receipt]
) -> tuple[list[Receipt], list[str]]:
    """The receipts that are no line known under another id; and in sentences how many are. Each
    known line stands for one, and from then on has what this file says besides."""
    if not found:
        return [], []
    days = [one.received for one in found]
    known = cash.of_days(tx, connection_id, min(days), max(days))
    same = dict(_same(known, found))
    for place, item in same.items():
        facts = {name: getattr(found[place], name) for name in FACTS if not _fact(item, name)}
        if facts:
            cash.learn(tx, connection_id, item, **facts)
    count = len(same)
    lines = "line is" if count == 1 else "lines are"
    told = [f"{count} {lines} known from a file that said less: not received again"] if same else []
    return [one for place, one in enumerate(found) if place not in same], told


def _same(known: Sequence[Item], found: Sequence[Receipt]) -> Iterator[tuple[int, Item]]:
    """By the place of a receipt, the line that it is. What is known by its id is itself."""
    by_id = {item.id for item in known}
    own = {f"{one.account}:{one.bank_id}" for one in found}
    free: Mapping[Key, list[Item]] = defaultdict(list)
    for item in known:
        if item.id not in own:
            free[_key_of_item(item)].append(item)
    for place, one in enumerate(found):
        if f"{one.account}:{one.bank_id}" in by_id:
            continue
        near = free[_key(one)]
        if chosen := next((it for it in near if _agree(it, one)), None):
            near.remove(chosen)
            yield place, chosen


def _agree(item: Item, one: Receipt) -> bool:
    """Whether neither contradicts the other."""
    pairs = [(_fact(item, name), _fact(one, name)) for name in FACTS]
    return all(a == b or "" in (a, b) for a, b in pairs)


def _fact(of: Item | Receipt, name: str) -> str:
    text = str(getattr(of, name))
    return plain(text) if is_reference(text) else ""


def _key(one: Receipt) -> Key:
    return (
        one.account, str(one.received), str(one.amount), plain(one.payer), plain(one.reference),
        one.part_of,
    )  # fmt: skip


def _key_of_item(item: Item) -> Key:
    account = item.id.rpartition(":")[0]
    return (
        account, str(item.received), str(item.total), plain(item.payer), plain(item.text),
        item.part_of,
    )  # fmt: skip
