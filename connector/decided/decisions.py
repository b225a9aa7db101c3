"""What was decided: the inputs, the rule, the policy version, the mode and the outcome."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx

decision_table = db.table(
    "decision",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("capability", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("rule", sa.String(60), nullable=False),
    sa.Column("policy_version", sa.Integer, nullable=False),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("outcome", sa.JSON, nullable=False),
    sa.Index("ix_decision_subject", "connection_id", "subject"),
)
d = decision_table.c
IDS_MAX, NAMES_MAX = 5_000, 200
"""In one query."""
_MANNER = (
    sa.func.coalesce(
        d.outcome[("manner", "purpose")].as_string(),
        d.outcome[("proposed", "manner", "purpose")].as_string(),
    ).label("purpose"),
    d.outcome[("manner", "about")].as_json().label("taken_of"),
    d.outcome[("proposed", "manner", "about")].as_json().label("ordered_of"),
)
"""Of a step that was taken, or of one that a person was asked about and ordered."""
_MANNERS = sa.select(d.id, *_MANNER).where(
    d.connection_id == db.CONNECTION, d.id.in_(sa.bindparam("ids", expanding=True))
)
CUSTOMERS = "customers"
"""Where an outcome keeps whom money may be of."""


Manner = tuple[str | None, list[str] | None]
"""For what purpose a message was, and about which invoices it said so, as that was kept."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`inputs` and `outcome` are plain JSON: enough to decide again and to compare."""

    id: int
    connection_id: int
    at: datetime
    capability: str
    subject: str
    mode: str
    action: str
    rule: str
    policy_version: int
    inputs: dict[str, Any]
    outcome: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """A decision without its inputs. Of money, `kind` and `record_id` say which it is."""

    id: int
    capability: str
    subject: str
    mode: str
    action: str
    rule: str
    outcome: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.subject.partition(":")[0]

    @property
    def record_id(self) -> str:
        return self.subject.partition(":")[2]


_MADE = [decision_table.c[name] for name in Made.__dataclass_fields__]


def record(
    tx: Tx,
    connection_id: int,
    *,
    at: datetime,
    capability: str,
    subject: str,
    mode: str,
    action: str,
    rule: str,
    policy_version: int,
    inputs: dict[str, Any],
    outcome: dict[str, Any],
) -> int:
    """Keep a decision and write it into the audit log; returns its id."""
    new = sa.insert(decision_table).values(
        connection_id=connection_id, at=at, capability=capability, subject=subject, mode=mode,
        action=action, rule=rule, policy_version=policy_version, inputs=inputs, outcome=outcome,
    )  # fmt: skip
    decision_id = int(tx.execute(new.returning(d.id)).scalar_one())
    audit.add(
        tx, connection_id, at=at, actor="ledgerhand", event=f"{capability}.decided",
        about=subject, decision_id=decision_id, action=action, rule=rule, mode=mode,
        policy_version=policy_version, reasons=outcome.get("reasons", []),
    )  # fmt: skip
    return decision_id


def find(tx: Tx, decision_id: int) -> Decision | None:
    """A decision by its id alone; the caller checks whose it is."""
    row = tx.execute(
        sa.select(decision_table).where(d.id == decision_id),
        execution_options=db.across("an id names one decision; the caller checks the tenant"),
    ).first()
    return Decision(**row._mapping) if row else None


def fetch(tx: Tx, connection_id: int, ids: Collection[int]) -> dict[int, Decision]:
    """Decisions of one connection by their ids."""
    rows = tx.execute(
        sa.select(decision_table).where(d.connection_id == connection_id, d.id.in_(ids))
    )
    return {row.id: Decision(**row._mapping) for row in rows}


def about_customers(
    tx: Tx, connection_id: int, ids: Collection[int], customer_ids: Collection[str]
) -> set[int]:  # fmt: skip
    """Those of these decisions whose outcome may have to do with one of these customers: what says
    nothing of that may."""
    wanted, told = sorted(ids), d.outcome[CUSTOMERS].as_string()
    names = [told.contains(f'"{one}"', autoescape=True) for one in sorted(customer_ids)]
    some = [names[n : n + NAMES_MAX] for n in range(0, len(names), NAMES_MAX)] or [[]]
    found: set[int] = set()
    for n in range(0, len(wanted), IDS_MAX):
        ours = (d.connection_id == connection_id, d.id.in_(wanted[n : n + IDS_MAX]))
        for is_one in some:
            query = sa.select(d.id).where(*ours, sa.or_(told.is_(None), *is_one))
            found.update(tx.execute(query).scalars())
    return found


def customers(tx: Tx, connection_id: int, ids: Collection[int]) -> dict[int, list[str]]:
    """By decision, whom its money may be of; what says nothing of that is left out."""
    wanted = sorted(set(ids))
    found: dict[int, list[str]] = {}
    for n in range(0, len(wanted), IDS_MAX):
        ours = (d.connection_id == connection_id, d.id.in_(wanted[n : n + IDS_MAX]))
        told = d.outcome[CUSTOMERS].as_json().label("told")
        rows = tx.execute(sa.select(d.id, told).where(*ours))
        found |= {row.id: list(row.told) for row in rows if row.told}
    return found


def recent(tx: Tx, connection_id: int, *, since: datetime, limit: int = 200) -> list[Decision]:
    rows = tx.execute(
        sa.select(decision_table)
        .where(d.connection_id == connection_id, d.at >= since)
        .order_by(d.id.desc())
        .limit(limit)
    )
    return [Decision(**row._mapping) for row in rows]


def about_customer(
    tx: Tx, connection_id: int, customer_id: str, *, limit: int
) -> list[Decision]:  # fmt: skip
    """What was decided about a customer's accounts, in every currency, the newest first."""
    rows = tx.execute(
        sa.select(decision_table)
        .where(
            d.connection_id == connection_id,
            d.subject.startswith(f"customer:{customer_id}/", autoescape=True),
        )
        .order_by(d.id.desc())
        .limit(limit)
    )
    return [Decision(**row._mapping) for row in rows]


def made(tx: Tx, connection_id: int, ids: Collection[int]) -> dict[int, Made]:
    """What was decided, by the id of the decision."""
    rows = tx.execute(sa.select(*_MADE).where(d.connection_id == connection_id, d.id.in_(ids)))
    return {row.id: Made(**row._mapping) for row in rows}


def manners(tx: Tx, connection_id: int, ids: Collection[int]) -> dict[int, Manner]:
    """For what a message was decided on, by the id of the decision."""
    told = {"connection": connection_id, "ids": list(ids)}
    return {row.id: _manner(row) for row in tx.execute(_MANNERS, told)}


def manners_noted(
    tx: Tx, connection_id: int, subjects: Collection[str]
) -> dict[tuple[str, datetime], Manner]:  # fmt: skip
    """The same of what shadow noted, by subject and moment."""
    query = sa.select(d.subject, d.at, *_MANNER).where(
        d.connection_id == connection_id, d.mode == "shadow", d.subject.in_(subjects)
    )
    return {(row.subject, row.at): _manner(row) for row in tx.execute(query)}


def _manner(row: Any) -> Manner:
    return row.purpose, row.taken_of or row.ordered_of


def made_in(
    tx: Tx, connection_id: int, mode: str, *, since: datetime, until: datetime
) -> list[Made]:
    """What was decided in one mode since then and before `until`, the oldest first."""
    rows = tx.execute(
        sa.select(*_MADE)
        .where(d.connection_id == connection_id, d.mode == mode, d.at >= since, d.at < until)
        .order_by(d.id)
    )
    return [Made(**row._mapping) for row in rows]


def decided_alone(
    tx: Tx, connection_id: int, capability: str, *, since: datetime
) -> list[tuple[int, str]]:
    """(id, rule) of what was to be done without a person since then."""
    rows = tx.execute(
        sa.select(d.id, d.rule).where(
            d.connection_id == connection_id, d.capability == capability, d.at >= since,
            d.action == "apply", d.mode == "autopilot",
        )
    )  # fmt: skip
    return [(row.id, row.rule) for row in rows]


def sure_rules_of(tx: Tx, connection_id: int, ids: Collection[int]) -> dict[int, str]:
    """By what rule each of these was decided, of those that only the policy left to a person."""
    rows = tx.execute(
        sa.select(d.id, d.rule, d.outcome).where(d.connection_id == connection_id, d.id.in_(ids))
    )
    return {row.id: row.rule for row in rows if row.outcome.get("sure")}
