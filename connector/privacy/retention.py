"""Letting go of old words, once a night: what a client keeps for a number of days only is emptied
when that is over. Amounts, days, ids and hashes stay."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import audit, schema
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.privacy.data_map import (
    CHAINED,
    HOLDINGS,
    SAID_IN_AUDIT,
    SAID_IN_EFFECTS,
    RecordClass,
)
from connector.redaction import ERASED, Redactor, emptied
from connector.rules import policy
from connector.tenancy import TENANT

EVENT = "words.expired"
ROWS_AT_ONCE = 500
WORDLESS = ("", "[]", "{}", "null", ERASED)
NOBODY = Redactor(customer_id="", names=frozenset())


def run(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Empty what is older than the client keeps it, class by class, some rows at a time."""
    with deps.reading() as tx:
        kept = policy.current(tx, connection.client_id).policy.retention
    for name, days in kept:
        is_done = days is None
        while not is_done:
            with deps.writing() as tx:
                fence.check(tx)
                is_done = not _expire(tx, deps, connection.id, RecordClass(name), days)
            fence.renew()


def _expire(tx: Tx, deps: Deps, connection_id: int, record_class: RecordClass, days: int) -> bool:
    """Whether anything was left to do; it is told with counts only."""
    now = deps.now()
    until = now - timedelta(days=days)
    tables = schema.metadata().tables
    counts: Counter[str] = Counter()
    for name, holding in HOLDINGS.items():
        if holding.kept_as is record_class:
            table = tables[name]
            old = (table.c[TENANT] == connection_id, table.c[holding.since] < until)
            if holding.whole:
                counts[name] += tx.execute(sa.delete(table).where(*old)).rowcount
            else:
                counts[name] += _empty(tx, table, holding.aged or holding.words, old)
    if names := SAID_IN_EFFECTS.get(record_class):
        table = tables["intent"]
        sent = (table.c[TENANT] == connection_id, table.c.ended_at < until)
        counts["intent"] += _empty(tx, table, ("effect",), (*sent, table.c.name.in_(names)))
    entries = _empty_entries(tx, connection_id, SAID_IN_AUDIT.get(record_class, ()), until)
    counts[CHAINED] += len(entries)
    rows = {name: many for name, many in sorted(counts.items()) if many}
    if rows:
        audit.add(
            tx, connection_id, at=now, actor="ledgerhand", event=EVENT, about=record_class,
            kept_days=days, rows=rows, entries=entries,
        )  # fmt: skip
    return bool(rows)


def _empty(
    tx: Tx, table: sa.Table, names: tuple[str, ...], which: tuple[sa.ColumnElement[bool], ...]
) -> int:
    keys, columns = [*table.primary_key.columns], [table.c[name] for name in names]
    left = sa.or_(*(_has_words(column) for column in columns))
    rows = tx.execute(sa.select(*keys, *columns).where(*which, left).limit(ROWS_AT_ONCE)).all()
    changed = 0
    for row in rows:
        before = {column.name: row._mapping[column] for column in columns}
        after = {name: _wordless(table, value) for name, value in before.items()}
        if after != before:
            this = (key == row._mapping[key] for key in keys)
            tx.execute(sa.update(table).where(*which, *this).values(**after))
            changed += 1
    return changed


def _wordless(table: sa.Table, value: Any) -> Any:
    """Of an effect only its words go: it must still say what was done."""
    return NOBODY.value(value, own=True) if table.name == "intent" else emptied(value)


def _has_words(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    if isinstance(column.type, sa.LargeBinary):
        return sa.func.length(column) > 0
    text = sa.cast(column, sa.Text)
    return sa.and_(text.not_in(WORDLESS), sa.not_(text.contains(ERASED, autoescape=True)))


def _empty_entries(
    tx: Tx, connection_id: int, events: tuple[str, ...], until: datetime
) -> dict[str, str]:
    """By number, what proves the entries that are left without words."""
    left = {}
    for entry in audit.of_events(tx, connection_id, events, until=until) if events else ():
        what = NOBODY.value(entry.what, own=True)
        if what != entry.what:
            left[str(entry.number)] = audit.erase(
                tx, connection_id, entry.number, about=entry.about, actor=entry.actor, what=what
            )
    return left
