"""Customers that were merged: all that is kept of the one that is gone belongs to the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import sqlalchemy as sa

from connector import agenda, audit, schema
from connector.clients import tenants
from connector.db import Tx
from connector.decided import approvals
from connector.decided.account_subjects import formal_subject_of, order_subject_of, subject_of
from connector.money import cash
from connector.rules import named_customers, policy
from connector.syncing import shared_names
from connector.tenancy import TENANT
from dunning.checking.own_rules import named_anew

OWNER = "customer_id"
STAY = frozenset({"mirror", "agenda", "customer_news"})
"""The ledger's own copy, which is read again; and what was seen and told of each by itself."""
ABOUT = ("unopened:{}", "fault:{}")
"""Questions to a person that are about what was owed by the one that is gone."""


def follow(tx: Tx, connection_id: int, gone: str, into: str, *, now: datetime) -> None:
    """Hand on promises, plans, pauses, answers, contacts, steps taken and all else that is kept by
    customer; and look at both accounts, and at money that waits, again."""
    is_named = _name_anew(tx, connection_id, gone, into, now=now)
    moved = {
        table.name: many
        for table in _tables()
        if (many := _hand_on(tx, table, connection_id, gone, into))
    }
    if is_named:
        moved["policy"] = 1
    owed = (subject_of(gone, ""), formal_subject_of(gone, ""), order_subject_of(gone, ""))
    about = {subject.format(gone) for subject in ABOUT}
    for waiting in approvals.waiting(tx, connection_id):
        if waiting.subject in about or waiting.subject.startswith(owed):
            approvals.lapse(tx, connection_id, waiting.subject, at=now)
    agenda.mark(tx, connection_id, [gone, into])
    if moved:
        cash.reconsider(tx, connection_id)
        audit.add(
            tx, connection_id, at=now, actor="ledgerhand", event="customer.merged",
            about=f"customer:{into}", gone=gone, rows=moved,
        )  # fmt: skip


def hold_rules(tx: Tx, connection_id: int, gone: Collection[str]) -> None:
    """Let nobody else change the policy before this transaction ends, where it names one of those
    who are gone. Whoever sets rules holds them first and then looks at accounts: so must this. The
    money of this company is held by the sync already, and that of others is not needed."""
    if not gone:
        return
    connection = tenants.connection(tx, connection_id)
    rules = policy.current(tx, connection.client_id).policy.dunning
    if any(named_customers.is_named(rules, connection, one) for one in gone):
        policy.to_change(tx, connection.client_id)


def _name_anew(tx: Tx, connection_id: int, gone: str, into: str, *, now: datetime) -> bool:
    """What the policy says of the one that is gone, such as that a person alone writes there, is
    said of the other from now on, in a version that nobody has to ask for."""
    connection = tenants.connection(tx, connection_id)
    client_id = connection.client_id
    if not named_customers.is_named(policy.current(tx, client_id).policy.dunning, connection, gone):
        return False
    rules = policy.to_change(tx, client_id).policy
    changed = named_anew(rules.dunning, named_customers.whose(tx, connection, gone), into)
    wanted = rules.model_copy(update={"dunning": changed})
    number = policy.save(tx, client_id, wanted, at=now, by="ledgerhand")
    shared_names.over(tx, client_id, changed, at=now)
    audit.add(
        tx, connection_id, at=now, actor="ledgerhand", event="policy.saved", version=number,
        about=f"customer:{into}", reason=f"customer {gone} was merged into {into}",
    )  # fmt: skip
    return True


def _tables() -> Iterator[sa.Table]:
    """Every table that names the customer of its rows, so that none can be forgotten."""
    for name, table in sorted(schema.metadata().tables.items()):
        if TENANT in table.c and OWNER in table.c and name not in STAY:
            yield table


def _hand_on(tx: Tx, table: sa.Table, connection_id: int, gone: str, into: str) -> int:
    """Rows that the other customer has the like of already stay, where each may have but one."""
    twin = table.alias()
    alike = [
        sa.exists().where(
            twin.c[TENANT] == connection_id, twin.c[OWNER] == into,
            *(twin.c[name] == table.c[name] for name in names),
        )
        for names in _unique(table)
    ]  # fmt: skip
    moved = tx.execute(
        sa.update(table)
        .where(table.c[TENANT] == connection_id, table.c[OWNER] == gone)
        .where(*(sa.not_(one) for one in alike))
        .values({OWNER: into})
    )
    return moved.rowcount


def _unique(table: sa.Table) -> Iterator[list[str]]:
    """For each rule that names the customer: what else must differ between its rows."""
    for rule in table.constraints:
        if isinstance(rule, sa.PrimaryKeyConstraint | sa.UniqueConstraint):
            names = set(rule.columns.keys())
            if OWNER in names:
                yield sorted(names - {TENANT, OWNER})
