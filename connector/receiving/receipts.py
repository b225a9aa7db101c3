"""Importing what the bank says arrived: a file is kept whole or not at all, and counts once."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connector import audit
from connector.clients import tenants
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.evidence import payout_pairs
from connector.money import cash
from connector.past import bank_files
from connector.receiving import (
    batch_bookings,
    earlier_readings,
    likely_returns,
    noted,
    overlaps,
    read_anew,
    retold,
    reused_ids,
)
from connector.taken_back import bank_returns
from providers.bank import balance, mapped, reading
from providers.bank import chosen as columns_chosen
from providers.bank.mapping import Mapping
from providers.receipts import Receipt, Statement

STATEMENTS_TOLD = 20


@dataclass(frozen=True, slots=True)
class Imported:
    """`new` of the `lines` credits had not been seen before. `told` is the file in sentences."""

    lines: int
    new: int
    told: tuple[str, ...] = ()


def import_statement(
    deps: Deps,
    connection_id: int,
    raw: bytes,
    *,
    by: str,
    name: str = "",
    account: str = "",
    wishes: Dict[str, str] | None = None,
    mapping: Mapping | None = None,
) -> Imported:
    """Keep a bank file's credits for one connection. Raises BadStatement.

    A CSV is read as `mapping` says, or else as files with its columns were read before, or as
    guessed, with what a person wishes otherwise; how it was read is kept for the next one.
    """
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
    chosen = mapping or choose(deps, connection_id, raw, wishes or {})
    statements = reading.read(raw, mapping=chosen, account=account, currency=connection.currency)
    return _keep(deps, connection, raw, statements, chosen, by=by, name=name, account=account)


def choose(
    deps: Deps, connection_id: int, raw: bytes, wishes: Dict[str, str], *, is_shown: bool = False
) -> Mapping | None:
    """How a CSV would be read; None for formats that need no mapping. Where it `is_shown` to a
    person first, columns of which nobody knows anything are left open. Raises BadStatement."""
    kept, guessed = _kept_and_guessed(deps, connection_id, raw, wishes, is_shown=is_shown)
    return (kept or guessed).changed(wishes) if guessed else None


def is_known(deps: Deps, connection_id: int, raw: bytes) -> bool:
    """Whether the file can be read without asking anybody. Raises BadStatement."""
    kept, guessed = _kept_and_guessed(deps, connection_id, raw, {}, is_shown=True)
    return guessed is None or (kept is not None and not kept.doubts)


def _kept_and_guessed(
    deps: Deps, connection_id: int, raw: bytes, wishes: Dict[str, str], *, is_shown: bool
) -> tuple[Mapping | None, Mapping | None]:
    with deps.reading() as tx:
        known = bank_files.known_files(tx, connection_id)
        home = tenants.connection(tx, connection_id).currency
    guessed = reading.guessed(raw, wishes, known, is_shown=is_shown, home=home)
    if guessed is None:
        return None, None
    with deps.reading() as tx:
        kept = bank_files.kept_mapping(tx, connection_id, guessed)
    return columns_chosen.directed(raw, kept, guessed) if kept else None, guessed


def described(statement: Statement) -> str:
    """What was recognised in one line."""
    count = len(statement.receipts)
    credits_ = f"{count} {'credit' if count == 1 else 'credits'} of {len(statement.entries)} lines"
    number = f", statement {statement.number}" if statement.number else ""
    return (
        f"{statement.format}, account {statement.account}{number}: {credits_};"
        f" balance {balance.told(statement)}"
    )


def _keep(
    deps: Deps,
    connection: Connection,
    raw: bytes,
    statements: tuple[Statement, ...],
    mapping: Mapping | None,
    *,
    by: str,
    name: str,
    account: str,
) -> Imported:
    found: list[Receipt] = [one for statement in statements for one in statement.receipts]
    now = deps.now()
    told = [described(statement) for statement in statements[:STATEMENTS_TOLD]]
    if len(statements) > STATEMENTS_TOLD:
        told.append(f"and {len(statements) - STATEMENTS_TOLD} more statements, read likewise")
    told += [remark for statement in statements for remark in statement.remarks]
    with deps.writing() as tx:
        cash.hold(tx, connection.id)
        reused_ids.refuse(tx, connection.id, statements)
        is_other_reading = False
        if mapping is not None:
            kept = bank_files.kept_mapping(tx, connection.id, mapping)
            mapping = earlier_readings.following(mapping, kept)
            is_other_reading = kept is None or kept.columns != mapping.columns
        is_known = is_other_reading or bank_files.imported(tx, connection.id, raw) is not None
        found, told_anew, asked = noted.as_known(tx, connection, found, is_known=is_known, at=now)
        counted, met, lines = overlaps.new_ones(tx, connection.id, found)
        met += told_anew
        if mapping is not None:
            counted, said = read_anew.new_ones(
                tx, connection, raw, found, counted, met=lines | asked, at=now,
                earlier=earlier_readings.ids(
                    raw, mapping, found, connection=connection, account=account
                ),
                is_other_reading=is_other_reading,
            )  # fmt: skip
            met += said
        else:
            met += retold.ask(tx, connection, found, counted, met=lines, at=now)
        new = cash.arrive(tx, connection.id, counted)
        told += [*met, *batch_bookings.settle(tx, connection, found, at=now)]
        if new:
            payout_pairs.pair_up(tx, connection, at=now)
        told += _taken_back(tx, connection, statements, by=by, at=now)
        told += bank_files.follow(tx, connection.id, statements)
        if mapping is not None:
            known = mapped.with_defaults(mapping, account=account, currency=connection.currency)
            bank_files.keep_mapping(tx, connection.id, known, by=by, at=now)
        bank_files.note(
            tx, connection.id, raw, name=name, format_=_format(statements), lines=len(found),
            new=new, notes=told, by=by, at=now,
        )  # fmt: skip
        audit.add(
            tx, connection.id, at=now, actor=by, event="receipts.imported",
            lines=len(found), new=new, file=bank_files.digest(raw), format=_format(statements),
        )  # fmt: skip
    deps.ring("decide", connection.id)
    return Imported(len(found), new, tuple(told))


def _taken_back(
    tx: Tx, connection: Connection, statements: Sequence[Statement], *, by: str, at: datetime
) -> list[str]:
    """Keep the lines that take an earlier credit back, or look as if they did; how many are new."""
    back = [one for statement in statements for one in statement.returns]
    back = overlaps.new_returns(tx, connection.id, back)
    agreed = likely_returns.give_way(tx, connection, back, by=by, at=at)
    debits = [one for statement in statements for one in statement.unmarked]
    likely = likely_returns.found(tx, connection.id, debits)
    kept = bank_returns.keep(tx, connection.id, back, by=by, at=at)
    asked = bank_returns.keep(tx, connection.id, likely, by=by, at=at, is_marked=False)
    told = (
        (kept, "took an earlier credit back"),
        (asked, "may have taken an earlier credit back; a person is asked"),
    )
    counted = [f"{n} {'line' if n == 1 else 'lines'} {what}" for n, what in told if n]
    return [*agreed, *counted]


def _format(statements: tuple[Statement, ...]) -> str:
    return ", ".join(dict.fromkeys(statement.format for statement in statements))[:40]
