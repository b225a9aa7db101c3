"""What waits for a person: each with its case, its options and, once decided, who decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.db import Moment, Tx
from connector.rules.modes import Capability
from providers.ledger import Kind

approval_table = db.table(
    "approval",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("capability", sa.String(20), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("options", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("by", sa.String(120), nullable=False, default=""),
    sa.Column("chosen", sa.Integer),
    sa.Index("ix_approval_waiting", "connection_id", "state"),
    sa.Index("ix_approval_subject", "connection_id", "subject"),
)
p = approval_table.c
_WAITS = (p.connection_id == db.CONNECTION, p.state == "waiting")
_OF = p.subject.in_(sa.bindparam("subjects", expanding=True))
LAPSE = sa.update(approval_table).where(*_WAITS, _OF).values(state="lapsed", ended_at=db.NOW)
WAITING = sa.select(approval_table).where(*_WAITS).order_by(p.id)
WAITS = WAITING.where(p.subject == sa.bindparam("subject")).limit(1)
WAITING_ABOUT = sa.select(p.subject).where(*_WAITS)
_APPROVED_AT = sa.select(sa.func.max(p.ended_at)).where(
    p.connection_id == db.CONNECTION, p.subject == sa.bindparam("subject"), p.state == "approved"
)
WAITING_OF = WAITING_ABOUT.where(_OF)
BY_HAND = "by_hand"
"""Marks the option that was not offered: a person made it."""
LACKS = "lacks"
"""Marks the option of a message whose template cannot be filled in."""


@dataclass(frozen=True, slots=True)
class Approval:
    """`options` are what a person can choose: each has `text` and what would be done."""

    id: int
    connection_id: int
    decision_id: int
    capability: str
    subject: str
    summary: str
    options: list[dict[str, Any]]
    state: str
    asked_at: datetime
    ended_at: datetime | None
    by: str
    chosen: int | None

    @property
    def choice(self) -> dict[str, Any]:
        """The option that a person chose; empty where none was."""
        return {} if self.chosen is None else self.options[self.chosen]

    @property
    def lacking_key(self) -> str:
        """Of a message that waits because its template cannot be filled in; empty for all else."""
        first = next(iter(self.options), {})
        return str(first["key"]) if first.get(LACKS) else ""


def ask(
    tx: Tx,
    connection_id: int,
    *,
    decision_id: int,
    capability: str,
    subject: str,
    summary: str,
    options: Sequence[dict[str, Any]],
    at: datetime,
) -> int:
    """Ask a person. An older question about the same subject lapses; one that says the same goes
    on as it was asked, and from now on stands for this decision."""
    waiting = is_waiting(tx, connection_id, subject)
    said = (capability, summary, list(options))
    if waiting and (waiting.capability, waiting.summary, waiting.options) == said:
        kept = (
            sa.update(approval_table)
            .where(p.connection_id == connection_id, p.id == waiting.id, p.state == "waiting")
            .values(decision_id=decision_id)
        )
        if tx.execute(kept).rowcount:
            return waiting.id
    lapse(tx, connection_id, subject, at=at)
    new = sa.insert(approval_table).values(
        connection_id=connection_id, decision_id=decision_id, capability=capability,
        subject=subject, summary=summary, options=list(options), state="waiting", asked_at=at,
    )  # fmt: skip
    return int(tx.execute(new.returning(p.id)).scalar_one())


def rejected(tx: Tx, connection_id: int, subject: str) -> list[dict[str, Any]]:
    """Every option about a subject that a person has turned down."""
    query = sa.select(p.options).where(
        p.connection_id == connection_id, p.subject == subject, p.state == "rejected"
    )
    rows = tx.execute(query)
    return [option for row in rows for option in row.options]


def turned_down(tx: Tx, connection_id: int, subjects: Collection[str]) -> set[str]:
    """The keys of the messages about these subjects that a person did not want."""
    rows = tx.execute(
        sa.select(p.options).where(
            p.connection_id == connection_id, p.subject.in_(subjects), p.state == "rejected"
        )
    )
    return {option["key"] for row in rows for option in row.options if "key" in option}


def lapse(tx: Tx, connection_id: int, subject: str, *, at: datetime) -> None:
    """Nobody needs to answer any more: the account changed."""
    lapse_all(tx, connection_id, [subject], at=at)


def lapse_all(tx: Tx, connection_id: int, subjects: Collection[str], *, at: datetime) -> None:
    """The same of several subjects."""
    if subjects:
        told = {"connection": connection_id, "subjects": list(subjects), "now": at}
        tx.execute(LAPSE, told)


def answer(
    tx: Tx, approval: Approval, *, state: str, by: str, at: datetime, chosen: int | None = None,
    options: Sequence[dict[str, Any]] | None = None,
) -> bool:  # fmt: skip
    """approved or rejected; False if somebody else answered first. With `options` a person chose
    one that was not offered, which is among them now."""
    changed = tx.execute(
        sa.update(approval_table)
        .where(p.connection_id == approval.connection_id, p.id == approval.id,
               p.state == approval.state)
        .values(
            state=state, by=by, ended_at=at, chosen=chosen,
            options=approval.options if options is None else list(options),
        )
    )  # fmt: skip
    return changed.rowcount > 0


def find(tx: Tx, approval_id: int) -> Approval | None:
    """An approval by its id alone; the caller checks whose it is."""
    row = tx.execute(
        sa.select(approval_table).where(p.id == approval_id),
        execution_options=db.across("an id names one approval; the caller checks the tenant"),
    ).first()
    return Approval(**row._mapping) if row else None


def waiting(tx: Tx, connection_id: int) -> list[Approval]:
    return [Approval(**row._mapping) for row in tx.execute(WAITING, {"connection": connection_id})]


def subjects_waiting(tx: Tx, connection_id: int) -> set[str]:
    """Everything about which a person is asked."""
    return set(tx.execute(WAITING_ABOUT, {"connection": connection_id}).scalars())


def waiting_of(tx: Tx, connection_id: int, subjects: Collection[str]) -> set[str]:
    """Those of these subjects about which a person is asked."""
    told = {"connection": connection_id, "subjects": list(subjects)}
    return set(tx.execute(WAITING_OF, told).scalars())


def waiting_about(tx: Tx, connection_id: int, prefix: str) -> list[Approval]:
    """What waits about subjects that begin so."""
    query = WAITING.where(p.subject.startswith(prefix, autoescape=True))
    rows = tx.execute(query, {"connection": connection_id})
    return [Approval(**row._mapping) for row in rows]


def was_asked(tx: Tx, connection_id: int, prefix: str) -> bool:
    """Whether people are or were asked about subjects that begin so; what lapsed does not count."""
    is_so = p.subject.startswith(prefix, autoescape=True)
    query = sa.select(p.id).where(p.connection_id == connection_id, p.state != "lapsed", is_so)
    return tx.execute(query.limit(1)).first() is not None


def invoices_in(options: Sequence[dict[str, Any]]) -> set[str]:
    """The invoices that money may pay by these options."""
    return {part["invoice_id"] for option in options for part in option.get("allocations", ())}


def invoices_in_question(tx: Tx, connection_id: int) -> set[str]:
    """The invoices that money may pay about which a person is asked; a credit is no money."""
    about = [
        it for it in waiting(tx, connection_id)
        if it.capability == Capability.CASH and not it.subject.startswith(f"{Kind.CREDIT_NOTE}:")
    ]  # fmt: skip
    return invoices_in([option for one in about for option in one.options])


def is_waiting(tx: Tx, connection_id: int, subject: str) -> Approval | None:
    row = tx.execute(WAITS, {"connection": connection_id, "subject": subject}).first()
    return Approval(**row._mapping) if row else None


def newest(tx: Tx, connection_id: int, subject: str) -> Approval | None:
    """What people were asked last about this subject, answered or not."""
    query = sa.select(approval_table).where(p.connection_id == connection_id, p.subject == subject)
    row = tx.execute(query.order_by(p.id.desc()).limit(1)).first()
    return Approval(**row._mapping) if row else None


def approved_at(tx: Tx, connection_id: int, subject: str) -> datetime | None:
    """When a person last agreed to what was asked about this subject."""
    told = {"connection": connection_id, "subject": subject}
    return tx.execute(_APPROVED_AT, told).scalar()


def of_decisions(
    tx: Tx, connection_id: int, decision_ids: Collection[int]
) -> dict[int, list[Approval]]:
    """By decision, every question that stood for it, the oldest first."""
    rows = tx.execute(
        sa.select(approval_table)
        .where(p.connection_id == connection_id, p.decision_id.in_(decision_ids))
        .order_by(p.id)
    )
    found: dict[int, list[Approval]] = defaultdict(list)
    for row in rows:
        found[row.decision_id].append(Approval(**row._mapping))
    return found


def approved(tx: Tx, connection_id: int, decision_ids: Collection[int]) -> dict[int, Approval]:
    """By decision, what people had carried out."""
    rows = tx.execute(
        sa.select(approval_table).where(
            p.connection_id == connection_id, p.decision_id.in_(decision_ids),
            p.state == "approved",
        )
    )  # fmt: skip
    return {row.decision_id: Approval(**row._mapping) for row in rows}


def choices(tx: Tx, connection_id: int, subjects: Collection[str]) -> list[dict[str, Any]]:
    """The options about any of these subjects that people chose."""
    rows = tx.execute(
        sa.select(approval_table).where(
            p.connection_id == connection_id, p.subject.in_(subjects), p.state == "approved"
        )
    )
    return [Approval(**row._mapping).choice for row in rows]


def persons_answers(tx: Tx, connection_id: int) -> list[Approval]:
    """Every question that a person answered."""
    rows = tx.execute(
        sa.select(approval_table).where(
            p.connection_id == connection_id, p.state.in_(("approved", "rejected"))
        )
    )
    return [Approval(**row._mapping) for row in rows]


def asked_about(tx: Tx, connection_id: int, capability: str, *, since: datetime) -> set[int]:
    """The decisions that people were asked about since then."""
    found = tx.execute(
        sa.select(p.decision_id).where(
            p.connection_id == connection_id, p.capability == capability, p.asked_at >= since
        )
    )
    return set(found.scalars())


def answered(
    tx: Tx, connection_id: int, capability: str, *, since: datetime, until: datetime | None = None,
    kinds: Collection[str] = (),
) -> list[tuple[int, str, int | None]]:  # fmt: skip
    """(decision id, approved or rejected, the option chosen) of what people answered since then
    and before `until`, to everything or about subjects of these kinds; what had no option was only
    seen, and is left out."""
    of_kinds = [p.subject.startswith(f"{kind}:") for kind in kinds]
    query = sa.select(p.decision_id, p.state, p.chosen, p.options).where(
        p.connection_id == connection_id, p.capability == capability, p.ended_at >= since,
        p.state.in_(("approved", "rejected")),
    )  # fmt: skip
    query = query.where(sa.or_(*of_kinds) if of_kinds else sa.true())
    rows = tx.execute(query.where(p.ended_at < until if until else sa.true()).order_by(p.id))
    return [(row.decision_id, row.state, row.chosen) for row in rows if row.options]
