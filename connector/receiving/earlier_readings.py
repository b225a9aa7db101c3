"""The lines of a CSV as its columns were read before: by the ids that they had then, they are known
whatever is read of them now."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace

from connector.clients.tenants import Connection
from providers.bank import reading
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.receipts import Receipt

KEPT_MAX = 4
"""So many readings of one kind of file are remembered; a person seldom changes one twice."""


def following(mapping: Mapping, kept: Mapping | None) -> Mapping:
    """The mapping with the columns by which such files were read before it, the newest first."""
    if kept is None:
        return mapping
    found: list[Dict[str, tuple[int, ...]]] = []
    for columns in (kept.columns, *kept.before):
        if columns not in (mapping.columns, *found):
            found.append(columns)
    return replace(mapping, before=tuple(found[:KEPT_MAX]))


def ids(
    raw: bytes, mapping: Mapping, found: Sequence[Receipt], *, connection: Connection, account: str
) -> dict[int, list[str]]:  # fmt: skip
    """By the `id()` of each receipt, those that its line had by each earlier reading. A reading
    that finds other accounts, days or amounts tells nothing of these lines."""
    told: dict[int, list[str]] = {id(one): [] for one in found}
    for columns in mapping.before:
        try:
            statements = reading.read(
                raw, mapping=replace(mapping, columns=columns, doubts=()), account=account,
                currency=connection.currency,
            )  # fmt: skip
        except BadStatement:
            continue
        then = [one for statement in statements for one in statement.receipts]
        if list(map(_place, then)) == list(map(_place, found)):
            for one, other in zip(found, then, strict=True):
                told[id(one)].append(f"{other.account}:{other.bank_id}")
    return told


def _place(one: Receipt) -> tuple[object, ...]:
    return one.account, one.received, one.amount
