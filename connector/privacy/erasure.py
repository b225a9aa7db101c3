"""Erasing a person: what Ledgerhand itself keeps of the person behind one customer goes; amounts,
days, ids and hashes stay, and the audit log says that it was done and stays whole.

The ledger is the client's own and is not touched; neither is the mirror, which follows it.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import agenda, audit, schema
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import holds
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outgoing.intention import OPEN
from connector.privacy import data_subject
from connector.privacy.data_map import HOLDINGS, Holding
from connector.privacy.data_subject import Subject, is_chained, tenants_tables, textual
from connector.recipients import consents
from connector.redaction import DIGEST, ERASED, Redactor, digest, emptied
from connector.tenancy import TENANT

EVENT = "customer.erased"
HOLD = f"{ERASED} this customer's personal data was erased; nothing goes out until somebody resumes"


class UnderWay(ValueError):
    """Something about the customer is not finished; the text says what and what to do."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of each table were changed or removed; `on_hold` tells that a hold was set."""

    rows: dict[str, int]
    on_hold: bool

    @property
    def is_nothing(self) -> bool:
        return not self.rows and not self.on_hold


@dataclass
class Erasing:
    """One erasure as it goes on: the proofs that stay are collected on the way."""

    tx: Tx
    who: Subject
    redactor: Redactor
    rows: Counter[str] = field(default_factory=Counter)
    decisions: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)

    def table(self, table: sa.Table) -> None:
        """Take the person out of one table."""
        holding = HOLDINGS.get(table.name, Holding())
        if holding.whole:
            gone = self.tx.execute(sa.delete(table).where(self.of_tenant(table), self.own(table)))
            self.rows[table.name] += gone.rowcount
        keys, columns = [*table.primary_key.columns], textual(table)
        seen: set[tuple[Any, ...]] = set()
        for where, is_own in ((self.own(table), True), (self.named(table), False)):
            wanted = sa.select(*keys, *columns).where(self.of_tenant(table), where)
            for row in self.tx.execute(wanted).all() if columns else ():
                key = {column.name: row._mapping[column] for column in keys}
                before = {column.name: row._mapping[column] for column in columns}
                after = self._without(table, holding, before, is_own=is_own)
                if tuple(key.values()) not in seen and after != before:
                    self._write(table, key, before, after)
                seen.add(tuple(key.values()))

    def _without(
        self, table: sa.Table, holding: Holding, before: dict[str, Any], *, is_own: bool
    ) -> dict[str, Any]:
        after = dict(before)
        for name, value in before.items():
            if is_own and name in (*holding.names, *holding.words):
                after[name] = emptied(value)
            elif is_own and name in holding.hashed:
                is_digest = value.startswith(DIGEST)
                after[name] = value if is_digest else digest(self.who.connection_id, value)
            elif (table.name, name) == ("intent", "draft"):
                after[name] = self.redactor.draft(value)
            else:
                after[name] = self.redactor.value(value, own=is_own)
        return after

    def _write(
        self, table: sa.Table, key: dict[str, Any], before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        self.rows[table.name] += 1
        if is_chained(table):
            number = key["number"]
            self.entries[str(number)] = audit.erase(
                self.tx, self.who.connection_id, number, about=after["about"],
                actor=after["actor"], what=after["what"],
            )  # fmt: skip
            return
        if table.name == "decision":
            self.decisions[str(key["id"])] = fingerprint(before["inputs"], before["outcome"])
        changed = {name: value for name, value in after.items() if value != before[name]}
        this = [table.c[name] == value for name, value in key.items()]
        self.tx.execute(sa.update(table).where(self.of_tenant(table), *this).values(**changed))

    def of_tenant(self, table: sa.Table) -> sa.ColumnElement[bool]:
        condition: sa.ColumnElement[bool] = table.c[TENANT] == self.who.connection_id
        return condition

    def own(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return self.who.rows_of(table)

    def named(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """Which rows of nobody else have the person's name, address or number somewhere."""
        written = [c for c in textual(table) if not isinstance(c.type, sa.LargeBinary)]
        if not written:
            return sa.false()
        row: sa.ColumnElement[str] = sa.literal("")
        for column in written:
            row = row.concat(" ").concat(sa.func.coalesce(sa.cast(column, sa.Text), ""))
        hits = [
            row.icontains(name, autoescape=True) for name in sorted(set(self.redactor.searched))
        ]
        return sa.and_(sa.not_(self.who.others(table)), sa.or_(sa.false(), *hits))


def erase(
    deps: Deps, connection: Connection, customer_id: str, *, by: str, reason: str, keep: bool
) -> Erased:
    """Erase what is kept of the person behind a customer; without `keep` it is only tried, in a
    transaction that is taken back. Raises UnderWay, and then nothing is changed."""
    with deps.writing() as tx, tx.begin_nested() as trial:
        erased = _erase(tx, connection, customer_id, by=by, reason=reason, at=deps.now())
        if not keep:
            trial.rollback()
    return erased


def fingerprint(*parts: Any) -> str:
    """What stays of a decision: whoever has its inputs and outcome can show that it was these."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _erase(
    tx: Tx, connection: Connection, customer_id: str, *, by: str, reason: str, at: datetime
) -> Erased:
    who = data_subject.found(tx, connection.id, customer_id)
    redactor = data_subject.redactor(tx, who, mirror.customer(tx, connection.id, customer_id))
    erasing = Erasing(tx, who, redactor)
    _refuse_under_way(erasing)
    on_hold = _hold(tx, connection.id, customer_id, by=by, at=at)
    if told := consents.erase(tx, connection.id, customer_id):
        erasing.rows["consent"] += told
    for name, table in tenants_tables().items():
        if name != "consent":
            erasing.table(table)
    rows = {name: many for name, many in sorted(erasing.rows.items()) if many}
    erased = Erased(rows, on_hold)
    if not erased.is_nothing:
        audit.add(
            tx, connection.id, at=at, actor=by, event=EVENT, about=f"customer:{customer_id}",
            reason=redactor.value(reason, own=True), rows=rows, decisions=erasing.decisions,
            entries=erasing.entries,
        )  # fmt: skip
        agenda.mark(tx, connection.id, [customer_id])
    return erased


def _hold(tx: Tx, connection_id: int, customer_id: str, *, by: str, at: datetime) -> bool:
    """Whether one had to be set: another that holds without end is as good."""
    if any(
        one.customer_id == customer_id and not one.invoice_id and one.until is None
        for one in holds.in_force(tx, connection_id, at, [customer_id])
    ):
        return False
    holds.set_hold(tx, connection_id, customer_id=customer_id, reason=HOLD, by=by, at=at)
    return True


def _refuse_under_way(erasing: Erasing) -> None:
    tables = schema.metadata().tables
    intent, approval, mail = tables["intent"], tables["approval"], tables["waiting_mail"]
    found = (
        ("effects on their way out", "wait until they are out, or mend what holds them back",
         intent, intent.c.state.in_(OPEN)),
        ("questions to a person", "answer them with `ledgerhand approvals`",
         approval, approval.c.state == "waiting"),
        ("mails that were not read yet", "let the workers read them", mail, sa.true()),
    )  # fmt: skip
    faults = [
        f"{many} {what} ({how})"
        for what, how, table, state in found
        if (many := _open(erasing, table, state))
    ]
    if faults:
        raise UnderWay(f"something about this customer is under way: {'; '.join(faults)}")


def _open(erasing: Erasing, table: sa.Table, state: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    about = sa.or_(erasing.own(table), erasing.named(table))
    return int(erasing.tx.execute(query.where(erasing.of_tenant(table), state, about)).scalar_one())
