"""What a client's own systems are told of customers: each change of where one stands, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import db
from connector.clients.tenants import Connection
from connector.config import Config
from connector.db import Tx
from connector.decided.account_subjects import subject_of
from connector.firm_news import hook_endpoints
from connector.firm_news.hook_endpoints import Endpoint
from connector.mail import addresses
from connector.notifications import customer_states
from connector.notifications.customer_states import CustomerState, Standing
from connector.outgoing import effects, intents
from connector.outgoing.effects import SendHook
from connector.outgoing.intents import OPEN, Step

CHANGED = "customer.changed"
OVERTAKEN = "overtaken by a newer change"

news_table = db.table(
    "customer_news",
    sa.Column("endpoint_id", sa.Integer, nullable=False),
    sa.Column("customer_id", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("intent_key", sa.String(50), nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "endpoint_id", "customer_id"),
)
t = news_table.c
Told = Mapping[tuple[int, str], Any]
"""What was told last, by endpoint and customer."""


def observe(
    tx: Tx, config: Config, connection: Connection, customer_ids: Collection[str], *, now: datetime
) -> int:
    """Intend to tell where these customers stand, to every endpoint that knows otherwise; returns
    how many changes there were. An older change that has not got through is not sent any more."""
    endpoints = hook_endpoints.active(tx, connection.client_id)
    if not endpoints:
        return 0
    known = _known(tx, connection.id, customer_ids)
    found = 0
    for state in customer_states.of(tx, connection, customer_ids, now):
        data = as_data(config, connection, state)
        digest = hashlib.sha256(_json(data)).hexdigest()
        told = [(endpoint, known.get((endpoint.id, state.customer_id))) for endpoint in endpoints]
        news = [
            (endpoint, last)
            for endpoint, last in told
            if (last.digest != digest if last else not state.is_plain)
        ]
        if not news or _is_moving(tx, connection.id, state):
            continue
        for endpoint, last in news:
            _tell(tx, connection, endpoint, state.customer_id, data, last=last, digest=digest,
                  now=now)  # fmt: skip
        found += len(news)
    return found


def as_data(config: Config, connection: Connection, state: CustomerState) -> dict[str, Any]:
    """Where a customer stands, as it is told: the same facts give the same text."""
    return {
        "customer_id": state.customer_id,
        "name": state.name,
        "company": {"id": connection.id, "name": connection.name, "ledger": connection.ledger},
        "accounts": [_account(one) for one in state.standings],
        "hold": state.hold,
        "next_step_on": state.next_on and state.next_on.isoformat(),
        "link": addresses.customer(config, connection, state.customer_id),
    }


def forget_undelivered(tx: Tx, connection_id: int, endpoint_id: int) -> int:
    """As if an endpoint had been told nothing of those about whom the last change did not get
    through; returns how many they are."""
    forgotten = 0
    for row in _rows(tx, connection_id, endpoint_id):
        last = intents.of_keys(tx, connection_id, [row.intent_key])
        if not any(it.state in (Step.REFUSED, Step.PERSON) for it in last):
            continue
        forgotten += 1
        tx.execute(
            sa.update(news_table)
            .where(
                t.connection_id == connection_id, t.endpoint_id == endpoint_id,
                t.customer_id == row.customer_id,
            )
            .values(digest="")
        )  # fmt: skip
    return forgotten


def drop(tx: Tx, connection_id: int, endpoint_id: int, *, now: datetime) -> None:
    """The endpoint is told nothing more: what is on its way to it ends."""
    keys = [row.intent_key for row in _rows(tx, connection_id, endpoint_id)]
    for intent in intents.of_keys(tx, connection_id, keys):
        if intent.state in OPEN:
            intents.end(tx, intent, Step.REFUSED, "the address was dropped", now=now)
    tx.execute(
        sa.delete(news_table).where(
            t.connection_id == connection_id, t.endpoint_id == endpoint_id
        )
    )  # fmt: skip


def _tell(
    tx: Tx, connection: Connection, endpoint: Endpoint, customer_id: str, data: dict[str, Any], *,
    last: Any, digest: str, now: datetime,
) -> None:  # fmt: skip
    if last:
        for before in intents.of_keys(tx, connection.id, [last.intent_key]):
            if before.state in OPEN:
                intents.end(tx, before, Step.REFUSED, OVERTAKEN, now=now)
    number = last.number + 1 if last else 1
    key = effects.key_of(connection.id, "hook", endpoint.uid, customer_id, str(number), digest)
    body = {"type": CHANGED, "timestamp": now.isoformat(), "data": data | {"change": number}}
    intents.add(
        tx, connection.id, SendHook(endpoint.id, customer_id, _json(body).decode()), key=key,
        subject=endpoint.subject, decision_id=0, now=now,
    )  # fmt: skip
    values = {"number": number, "digest": digest, "intent_key": key}
    new = db.insert(tx, news_table).values(
        connection_id=connection.id, endpoint_id=endpoint.id, customer_id=customer_id, **values
    )
    tx.execute(
        new.on_conflict_do_update(
            index_elements=["connection_id", "endpoint_id", "customer_id"], set_=values
        )
    )


def _is_moving(tx: Tx, connection_id: int, state: CustomerState) -> bool:
    """Whether a message to the customer is on its way: it is told of once it went out or not."""
    return any(
        intents.is_open(tx, connection_id, subject_of(state.customer_id, one.overdue.currency))
        for one in state.standings
    )


def _account(one: Standing) -> dict[str, Any]:
    promise = one.promise
    return {
        "currency": one.overdue.currency,
        "overdue": str(one.overdue.amount),
        "oldest_due": one.oldest_due and one.oldest_due.isoformat(),
        "stage": one.stage,
        "promise": promise and {
            "amount": str(promise.promise.amount.amount), "on": promise.promise.on.isoformat(),
            "state": promise.state.value,
        },
        "disputed": str(one.disputed.amount),
        "payment_plan": one.plan,
    }  # fmt: skip


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _known(tx: Tx, connection_id: int, customer_ids: Collection[str]) -> Told:
    rows = tx.execute(
        sa.select(news_table).where(
            t.connection_id == connection_id, t.customer_id.in_(customer_ids)
        )
    )
    return {(row.endpoint_id, row.customer_id): row for row in rows}


def _rows(tx: Tx, connection_id: int, endpoint_id: int) -> list[Any]:
    query = sa.select(news_table).where(
        t.connection_id == connection_id, t.endpoint_id == endpoint_id
    )
    return list(tx.execute(query))
