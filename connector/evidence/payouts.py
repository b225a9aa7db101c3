"""Payouts of processors, each kept once: what it consists of, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from connector import db
from connector.db import Moment, Tx
from connector.local_days import moved
from connector.mirroring import mirror_rows
from connector.money.cash import BANK, Item
from matching.told.payouts import EARLY, Announced
from providers.money import Money
from providers.receipts import Payout

PROCESSORS = ("stripe", "paypal")
PAYOUT = TypeAdapter(Payout)
WAITING, PAIRED, REVIEW = "waiting", "paired", "review"
LOOKED_FOR = timedelta(days=45)
"""A payout whose bank line has not come by then is not looked for any more."""
PAID_OUT_IN = timedelta(days=60)
"""How long after a charge its payout comes at most."""
NAMED_MAX = 20
"""Charges that are looked for by their ids in one query; of more, all payouts of the days are."""

payout_table = db.table(
    "payout",
    sa.Column("processor", sa.String(20), nullable=False),
    sa.Column("id", sa.String(60), nullable=False),
    sa.Column("arrived", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("line_id", sa.String(80), nullable=False, default=""),
    sa.Column("kept_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "processor", "id"),
    sa.Index("ix_payout_state", "connection_id", "state"),
)
t = payout_table.c
_PAIRED = sa.select(t.line_id, t.amount_minor, t.currency).where(
    t.connection_id == db.CONNECTION, t.state == PAIRED
)
_ANNOUNCED = sa.select(
    t.processor, t.id, t.arrived, t.amount_minor, t.currency, t.state, t.line_id
).order_by(t.arrived, t.processor, t.id)
_IN_STATES = _ANNOUNCED.where(
    t.connection_id == db.CONNECTION, t.state.in_(sa.bindparam("states", expanding=True)),
    t.arrived >= sa.bindparam("since"),
)  # fmt: skip


class CannotKeep(ValueError):
    """A payout contradicts what is known of it; none of its file counts."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`state` is waiting (for its bank line), paired, or review. `line_id` is the bank line's."""

    payout: Payout
    state: str
    line_id: str


def in_states(
    tx: Tx, connection_id: int, *states: str, since: date = date.min
) -> list[tuple[Announced, str, str]]:
    """Those that arrived since then and stand so, each with its state and its bank line's id."""
    told = {"connection": connection_id, "states": states, "since": since}
    rows = tx.execute(_IN_STATES, told)
    return [(_announced(row), row.state, row.line_id) for row in rows]


def of_charge(
    tx: Tx, connection_id: int, processor: str, id_: str
) -> list[tuple[Announced, str]]:  # fmt: skip
    """The payouts in which a charge is told, each with its state."""
    told = t.body.contains(f'"{id_}"', autoescape=True)
    here = (t.connection_id == connection_id, t.processor == processor, told)
    return [(_announced(row), row.state) for row in tx.execute(_ANNOUNCED.where(*here))]


def nets(tx: Tx, connection_id: int, item: Item) -> set[Money]:
    """What the processor's fee leaves of a charge, in the processor's currency; nothing for other
    money."""
    return nets_of(tx, connection_id, [item]).get(item.subject, set())


def nets_of(tx: Tx, connection_id: int, items: Sequence[Item]) -> dict[str, set[Money]]:
    """The same by charge, of many: the payouts about their days are read once."""
    charges: dict[str, dict[str, Item]] = defaultdict(dict)
    for item in items:
        processor, _, id_ = item.id.partition(":")
        if item.kind == BANK and processor in PROCESSORS:
            charges[processor][id_] = item
    found: dict[str, set[Money]] = defaultdict(set)
    for processor, wanted in charges.items():
        for payout in _about(tx, connection_id, processor, wanted):
            for part in payout.charges:
                one = wanted.get(part.id)
                if one and _is_paid_out(one, payout.arrived) and _is_net(one, part.net):
                    found[one.subject].add(part.net)
    return found


def _about(
    tx: Tx, connection_id: int, processor: str, charges: Mapping[str, Item]
) -> Iterator[Payout]:  # fmt: skip
    """The payouts in which some of these charges, by their ids, may be told."""
    days = [it.received for it in charges.values()]
    about = t.arrived.between(moved(min(days), -EARLY), moved(max(days), PAID_OUT_IN))
    here = [t.connection_id == connection_id, t.processor == processor, about]
    if len(charges) <= NAMED_MAX:
        here.append(sa.or_(*(t.body.contains(f'"{id_}"', autoescape=True) for id_ in charges)))
    for body_ in tx.execute(sa.select(t.body).where(*here)).scalars():
        yield PAYOUT.validate_json(body_)


def _is_paid_out(charge: Item, arrived: date) -> bool:
    return moved(charge.received, -EARLY) <= arrived <= moved(charge.received, PAID_OUT_IN)


def _is_net(charge: Item, net: Money) -> bool:
    return net.currency != charge.total.currency or net < charge.total


def body(tx: Tx, connection_id: int, payout: Announced) -> Payout:
    """All that a payout consists of."""
    query = sa.select(t.body).where(*_place(connection_id, payout))
    return PAYOUT.validate_json(tx.execute(query).scalar_one())


def listed(tx: Tx, connection_id: int, limit: int = 1000) -> list[Kept]:
    """Payouts, the newest first."""
    rows = tx.execute(
        sa.select(t.body, t.state, t.line_id)
        .where(t.connection_id == connection_id)
        .order_by(t.arrived.desc(), t.processor, t.id)
        .limit(limit)
    )
    return [Kept(PAYOUT.validate_json(row.body), row.state, row.line_id) for row in rows]


def paired(tx: Tx, connection_id: int) -> dict[str, Money]:
    """By bank line, the payout that it was found to be: its charges are the money."""
    rows = tx.execute(_PAIRED, {"connection": connection_id})
    return {row.line_id: mirror_rows.money(row.amount_minor, row.currency) for row in rows}


def newest(tx: Tx, connection_id: int, processor: str) -> date | None:
    """When the last payout that is known arrived."""
    query = sa.select(sa.func.max(t.arrived)).where(
        t.connection_id == connection_id, t.processor == processor
    )
    found: date | None = tx.execute(query).scalar()
    return found


def store(tx: Tx, connection_id: int, payout: Payout, at: datetime) -> bool:
    new = db.insert(tx, payout_table).values(
        connection_id=connection_id, processor=payout.processor, id=payout.id,
        arrived=payout.arrived, currency=payout.amount.currency,
        amount_minor=mirror_rows.minor(payout.amount), body=PAYOUT.dump_json(payout).decode(),
        state=WAITING, line_id="", kept_at=at,
    )  # fmt: skip
    stored = new.on_conflict_do_nothing(index_elements=["connection_id", "processor", "id"])
    if tx.execute(stored.returning(t.id)).first():
        return True
    known = tx.execute(
        sa.select(t.amount_minor, t.currency).where(*_place(connection_id, payout))
    ).one()
    before = mirror_rows.money(known.amount_minor, known.currency)
    if before != payout.amount:
        raise CannotKeep(f"payout {payout.id} is known with {before}, not {payout.amount}")
    return False


def stand(
    tx: Tx, connection_id: int, payout: Announced, state: str, **values: str
) -> None:  # fmt: skip
    here = _place(connection_id, payout)
    tx.execute(sa.update(payout_table).where(*here).values(state=state, **values))


def state(tx: Tx, connection_id: int, payout: Payout) -> str:
    query = sa.select(t.state).where(*_place(connection_id, payout))
    return str(tx.execute(query).scalar_one())


def _announced(row: Any) -> Announced:
    amount = mirror_rows.money(row.amount_minor, row.currency)
    return Announced(row.processor, row.id, row.arrived, amount)


def _place(connection_id: int, payout: Payout | Announced) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        t.connection_id == connection_id,
        t.processor == payout.processor,
        t.id == payout.id,
    )
