"""Importing what the bank says arrived: a file is kept whole or not at all, and counts once."""

from __future__ import annotations

from dataclasses import dataclass

from connector import audit, cash, payouts, tenants
from connector.deps import Deps
from providers.bank import csv


@dataclass(frozen=True, slots=True)
class Imported:
    """`new` of the `lines` credits had not been seen before."""

    lines: int
    new: int


def import_statement(deps: Deps, connection_id: int, raw: bytes, *, by: str) -> Imported:
    """Keep a bank statement's credits for one connection. Raises csv.BadStatement."""
    receipts = csv.receipts(raw)
    now = deps.now()
    with deps.writing() as tx:
        new = cash.arrive(tx, connection_id, receipts)
        audit.add(
            tx, connection_id, at=now, actor=by, event="receipts.imported",
            lines=len(receipts), new=new,
        )  # fmt: skip
        if new:
            payouts.pair_up(tx, tenants.connection(tx, connection_id), at=now)
    deps.ring("decide", connection_id)
    return Imported(len(receipts), new)
