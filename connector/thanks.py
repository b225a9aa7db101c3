"""Which payments a customer is thanked for: each once, and only for what it was reminded of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from connector import approvals, db, decisions, effects, intents, messages, mirror, notice_rounds
from connector.approvals import Approval
from connector.db import Moment, Tx
from connector.effects import SendThanks
from connector.modes import Mode
from connector.notice_rounds import Round
from connector.taking import Rules
from providers.ledger import Invoice, Kind, Payment, Status
from providers.money import Money

THANKED_WITHIN = timedelta(days=3)
"""Later than this a thank-you comes as a surprise."""
CAPABILITY = "thank_you"
ENDED = (Status.VOID, Status.DELETED)

thanked_table = db.table(
    "thanked",
    sa.Column("payment_kind", sa.String(20), nullable=False),
    sa.Column("payment_id", sa.String(64), nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("mode", sa.String(20), nullable=False),
    sa.Column("decision_id", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "payment_kind", "payment_id"),
    sa.Index("ix_thanked_customer", "connection_id", "customer_id"),
)
t = thanked_table.c
Place = tuple[str, str]
"""(customer id, currency)"""


def consider(tx: Tx, rules: Rules, customer_ids: Collection[str]) -> None:
    """Thank these customers for new payments that settle what we reminded them of, in the mode of
    reminders: by itself, after a person's word, or noted only."""
    connection, now = rules.connection, rules.now
    since = notice_rounds.since(tx, connection.id, Round.THANKS)
    if since is None or rules.mode is Mode.OFF:
        return
    start = max(since, now - THANKED_WITHIN)
    received = mirror.received_since(tx, connection.id, customer_ids, start)
    by_id = {
        (one.kind, one.id): one
        for one in received
        if one.status not in ENDED and one.received >= start.date()
    }
    for known in _known(tx, connection.id, customer_ids):
        by_id.pop(known, None)
    if not by_id:
        return
    reminded = _reminded_and_settled(tx, connection.id, customer_ids, list(by_id.values()))
    for place, payments in _by_customer(by_id.values(), reminded).items():
        _thank(tx, rules, place, payments, reminded)


def send(tx: Tx, approval: Approval, *, by: str, now: datetime) -> None:
    """A person agreed: the thank-you goes out. Raises LookupError where it went out before."""
    option = approval.options[0]
    effect = effects.load(option["thanks"])
    assert isinstance(effect, SendThanks)
    new = intents.add(
        tx, approval.connection_id, replace(effect, ordered_by=by), key=option["key"],
        subject=approval.subject, decision_id=approval.decision_id, now=now,
    )  # fmt: skip
    if not new:
        raise LookupError("the customer was thanked before")


def _thank(
    tx: Tx, rules: Rules, place: Place, payments: list[Payment], reminded: Mapping[str, Invoice]
) -> None:
    connection, (customer_id, currency) = rules.connection, place
    parts = [
        part for one in payments for part in one.allocations if part.invoice_id in reminded
    ]  # fmt: skip
    invoice_ids = tuple(dict.fromkeys(part.invoice_id for part in parts))
    effect = SendThanks(
        customer_id=customer_id,
        payments=tuple((one.kind.value, one.id) for one in payments),
        invoice_ids=invoice_ids,
        total=Money.total((part.amount for part in parts), currency),
    )
    numbers = ", ".join(reminded[id_].number or id_ for id_ in invoice_ids)
    why = f"{effect.total} settled {numbers}, which the customer was reminded of"
    subject = f"thanks:{customer_id}/{currency}"
    key = effects.key_of(
        connection.id, "thanks", *sorted(f"{kind}:{id_}" for kind, id_ in effect.payments)
    )
    decision_id = decisions.record(
        tx, connection.id, at=rules.now, capability=CAPABILITY, subject=subject, mode=rules.mode,
        action="send", rule=CAPABILITY, policy_version=rules.version.number,
        inputs={"payments": list(effect.payments), "invoices": list(invoice_ids)},
        outcome=effects.dump(effect) | {"reasons": [why]},
    )  # fmt: skip
    _claim(tx, rules, effect, decision_id)
    if rules.mode is Mode.AUTOPILOT:
        intents.add(
            tx, connection.id, effect, key=key, subject=subject, decision_id=decision_id,
            now=rules.now,
        )  # fmt: skip
    elif rules.mode is Mode.COPILOT:
        approvals.ask(
            tx, connection.id, decision_id=decision_id, capability=CAPABILITY, subject=subject,
            summary=f"Thank the customer: {why}", at=rules.now,
            options=[{"text": "send the thank-you", "key": key, "thanks": effects.dump(effect)}],
        )  # fmt: skip


def _reminded_and_settled(
    tx: Tx, connection_id: int, customer_ids: Collection[str], payments: Collection[Payment]
) -> dict[str, Invoice]:
    """The invoices of these payments that are paid and of which we reminded."""
    asked = {
        row.invoice_id
        for rows in messages.asked(tx, connection_id, customer_ids).values()
        for row in rows
        if row.mode != Mode.SHADOW
    }
    ids = {part.invoice_id for one in payments for part in one.allocations} & asked
    found = mirror.fetch(tx, connection_id, Kind.INVOICE, ids) if ids else []
    return {
        one.id: one for one in found if isinstance(one, Invoice) and one.status is Status.PAID
    }  # fmt: skip


def _by_customer(
    payments: Collection[Payment], reminded: Mapping[str, Invoice]
) -> dict[Place, list[Payment]]:
    """By customer and currency, the payments that settle something of it."""
    found: dict[Place, list[Payment]] = defaultdict(list)
    for one in payments:
        settled = [part for part in one.allocations if part.invoice_id in reminded]
        if settled:
            found[one.customer_id, settled[0].amount.currency].append(one)
    return found


def _known(
    tx: Tx, connection_id: int, customer_ids: Collection[str]
) -> list[tuple[Kind, str]]:  # fmt: skip
    """The payments that were decided on before."""
    rows = tx.execute(
        sa.select(t.payment_kind, t.payment_id).where(
            t.connection_id == connection_id, t.customer_id.in_(customer_ids)
        )
    )
    return [(Kind(row.payment_kind), row.payment_id) for row in rows]


def _claim(tx: Tx, rules: Rules, effect: SendThanks, decision_id: int) -> None:
    rows: list[dict[str, Any]] = [
        {"connection_id": rules.connection.id, "payment_kind": kind, "payment_id": id_,
         "customer_id": effect.customer_id, "mode": rules.mode, "decision_id": decision_id,
         "at": rules.now}
        for kind, id_ in effect.payments
    ]  # fmt: skip
    tx.execute(sa.insert(thanked_table), rows)
