"""Lines of a CSV that differ in their notes alone: each keeps the id under which it is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector import cash, cash_rows
from connector.cash import Item
from connector.db import Tx
from connector.redaction import ERASED
from providers.bank.identity import plain
from providers.receipts import Receipt


def as_known(
    tx: Tx, connection_id: int, found: Sequence[Receipt]
) -> tuple[list[Receipt], list[str]]:  # fmt: skip
    """The receipts in their order, and in a sentence how many have another note than they had.

    A note is no part of an id, so that the ids of lines that are equal but for it follow their
    order in the file, and a later file may list them otherwise: the one that says what a known line
    says is that line.
    """
    if not any(one.note for one in found):
        return list(found), []
    days = [one.received for one in found]
    known = {item.id: item for item in cash.of_days(tx, connection_id, min(days), max(days))}
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(found):
        alike[_but_for_notes(one)].append(place)
    own: dict[int, str] = {}
    for places in alike.values():
        own |= _own_ids([(place, found[place]) for place in places], known)
    settled = [replace(one, bank_id=own[place]) for place, one in enumerate(found)]
    count = sum(_is_noted_anew(known.get(_place(one)), one) for one in settled)
    lines = "line has" if count == 1 else "lines have"
    told = [f"{count} {lines} another note than before: not received again"] if count else []
    return settled, told


def _is_noted_anew(item: Item | None, one: Receipt) -> bool:
    if item is None or one.bank_reference or ERASED in item.text:
        return False
    return plain(item.text) != _told(one)


def _own_ids(
    lines: Sequence[tuple[int, Receipt]], known: Mapping[str, Item]
) -> dict[int, str]:  # fmt: skip
    """By the place of each line, the id that it has; those of the known lines go first."""
    ids = sorted((one for _, one in lines), key=lambda one: _place(one) not in known)
    said: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        if item := known.get(_place(one)):
            said[plain(item.text)].append(one.bank_id)
    own = {
        place: said[_told(line)].pop(0) for place, line in lines if said.get(_told(line))
    }  # fmt: skip
    taken = set(own.values())
    rest = (place for place, _ in lines if place not in own)
    free = (one.bank_id for one in ids if one.bank_id not in taken)
    return own | dict(zip(rest, free, strict=True))


def _told(one: Receipt) -> str:
    """What is said of a line, as it would be kept."""
    return plain(cash_rows.shortened({"text": one.reference})["text"])


def _place(one: Receipt) -> str:
    return f"{one.account}:{one.bank_id}"


def _but_for_notes(one: Receipt) -> tuple[object, ...]:
    texts = (one.payer, one.payer_account, one.bank_reference, one.reference.removesuffix(one.note))
    return (one.account, one.received, one.amount, *map(plain, texts))
