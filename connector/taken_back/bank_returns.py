"""What banks took back of earlier credits: each line kept once, and what became of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx
from connector.mirroring import mirror_rows
from connector.money import cash, cash_rows
from connector.money.cash_rows import FACT_MAX, PAYER_MAX, TEXT_MAX
from providers.money import Money
from providers.receipts import Receipt

SUBJECT = "return:"
"""Of what people are asked about one; its id follows."""
UNMARKED = "unmarked"
SPANS_MAX = 200
"""In one query."""
SUSPECTED = "bank_return.suspected"
"""The event of one that no bank marked."""
LOOKED_FOR = timedelta(days=120)
"""How long after a credit its bank takes it back, with a margin: eight weeks for a direct debit."""
FEE_MINOR_MAX = 5_000
"""The most, in the currency's smallest unit, that is taken for a bank's fee for a return: a fixed
sum, of up to about 40 dollars or some euros, whatever came back."""
REFERENCE_CHARACTERS_MIN = 6
"""A text or reference that is shorter may stand in another line by chance."""


class State(StrEnum):
    """`agreed` waits for the undo that a person wanted, `closed` is done, `left` is what a person
    left as it is."""

    WAITING = "waiting"
    ASKED = "asked"
    AGREED = "agreed"
    CLOSED = "closed"
    LEFT = "left"


bank_return_table = db.table(
    "bank_return",
    sa.Column("id", sa.String(80), nullable=False),
    sa.Column("account", sa.String(47), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("payer", sa.String(PAYER_MAX), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("end_to_end_id", sa.String(FACT_MAX), nullable=False),
    sa.Column("bank_reference", sa.String(FACT_MAX), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("kept_at", Moment, nullable=False),
    sa.PrimaryKeyConstraint("connection_id", "id"),
    sa.Index("ix_bank_return_state", "connection_id", "state"),
)
t = bank_return_table.c
_OURS = sa.select(bank_return_table).where(t.connection_id == db.CONNECTION).order_by(t.day, t.id)
_OPEN = _OURS.where(t.state.in_((State.WAITING, State.ASKED)))
CONNECTIONS_WAITING = sa.select(t.connection_id).where(t.state == State.WAITING)
_UNSETTLED = _OURS.where(
    t.state != State.CLOSED, sa.not_(sa.and_(t.state == State.LEFT, t.subject == UNMARKED))
)
_AGREED = _OURS.where(t.state == State.AGREED, t.subject == sa.bindparam("subject"))


@dataclass(frozen=True, slots=True)
class BankReturn:
    """`amount` is above zero. `subject` is the receipt that it undoes, empty while nobody knows,
    and `UNMARKED` where the bank does not even say that it undoes one."""

    id: str
    account: str
    day: date
    amount: Money
    payer: str
    text: str
    end_to_end_id: str
    bank_reference: str
    state: State
    subject: str

    @property
    def words(self) -> str:
        said = f", '{self.text[:120]}'" if self.text else ""
        took = "may have taken" if self.subject == UNMARKED else "took"
        return f"the bank {took} back {self.amount} on {self.day:%d %b %Y}{said}"


def keep(
    tx: Tx, connection_id: int, found: Sequence[Receipt], *, by: str, at: datetime,
    is_marked: bool = True,
) -> int:  # fmt: skip
    """Keep what the bank took back, or without `is_marked` what looks as if; the same line counts
    once. Returns how many are new."""
    if not found:
        return 0
    new = db.insert(tx, bank_return_table).on_conflict_do_nothing(
        index_elements=["connection_id", "id"]
    )
    subject = {"subject": "" if is_marked else UNMARKED}
    values = [_row(connection_id, it, at) | subject for it in found]
    rows = tx.execute(new.returning(t.id), values)
    ids = set(rows.scalars())
    event = "bank_return.kept" if is_marked else SUSPECTED
    for one in found:
        if (id_ := f"{one.account}:{one.bank_id}") in ids:
            audit.add(
                tx, connection_id, at=at, actor=by, event=event,
                about=f"return:{id_}", amount=str(one.amount), day=one.received.isoformat(),
            )  # fmt: skip
    return len(ids)


def seen(one: Receipt) -> BankReturn:
    """A marked one as it is said by a file, before it is kept."""
    return BankReturn(
        f"{one.account}:{one.bank_id}", one.account, one.received, one.amount, one.payer,
        one.reference, one.end_to_end_id, one.bank_reference, State.WAITING, "",
    )  # fmt: skip


def of_days(tx: Tx, connection_id: int, first: date, last: date) -> list[BankReturn]:
    """What was taken back on these days, whatever became of it."""
    rows = tx.execute(_OURS.where(t.day.between(first, last)), {"connection": connection_id})
    return [_of(row) for row in rows]


def learn(tx: Tx, connection_id: int, one: BankReturn, **facts: str) -> None:
    """What the bank says of it in another file as well."""
    ours = (t.connection_id == connection_id, t.id == one.id)
    tx.execute(sa.update(bank_return_table).where(*ours).values(**cash_rows.shortened(facts)))


def was_suspected(tx: Tx, connection_id: int, one: BankReturn) -> bool:
    """Whether no bank marked it: what was agreed of it stands where that was written before."""
    about = f"{SUBJECT}{one.id}"
    return bool(audit.entries(
        tx, connection_id, last=1,
        which=lambda row: (row.c.about == about) & (row.c.event == SUSPECTED),
    ))  # fmt: skip


def open_ones(tx: Tx, connection_id: int) -> list[BankReturn]:
    """Those that nobody has answered about, the oldest first."""
    return [_of(row) for row in tx.execute(_OPEN, {"connection": connection_id})]


def of_sums(
    tx: Tx, connection_id: int, sums: Collection[Money], states: Collection[State]
) -> list[BankReturn]:
    """Those of one of these sums, or of one with a fee of the bank's, that stand so."""
    near = spans(sorted({mirror_rows.minor(it) for it in sums}))
    found: list[BankReturn] = []
    for n in range(0, len(near), SPANS_MAX):
        some = sa.or_(*(t.amount_minor.between(*it) for it in near[n : n + SPANS_MAX]))
        rows = tx.execute(_OURS.where(t.state.in_(states), some), {"connection": connection_id})
        found += map(_of, rows)
    told: dict[str, list[int]] = defaultdict(list)
    for one in sorted(sums, key=mirror_rows.minor):
        told[one.currency].append(mirror_rows.minor(one))
    return [it for it in found if _is_of(mirror_rows.minor(it.amount), told[it.amount.currency])]


def spans(minors: Sequence[int]) -> list[tuple[int, int]]:
    """From each of these sums, in their order, to the same with the highest fee, put together where
    they meet; in smallest units of a currency."""
    found: list[tuple[int, int]] = []
    for least in minors:
        most = least + FEE_MINOR_MAX
        if found and least <= found[-1][1]:
            found[-1] = found[-1][0], most
        else:
            found.append((least, most))
    return found


def _is_of(minor: int, sums: Sequence[int]) -> bool:
    """Whether it is one of these sums, in their order, or comes to one with a fee."""
    place = bisect_right(sums, minor)
    return place > 0 and minor - sums[place - 1] <= FEE_MINOR_MAX


def fetch(tx: Tx, connection_id: int, ids: Sequence[str]) -> list[BankReturn]:
    """Those with these ids, whatever became of them."""
    some = (ids[n : n + cash.PLACES_MAX] for n in range(0, len(ids), cash.PLACES_MAX))
    told = {"connection": connection_id}
    return [_of(row) for part in some for row in tx.execute(_OURS.where(t.id.in_(part)), told)]


def find(tx: Tx, connection_id: int, id_: str) -> BankReturn | None:
    query = sa.select(bank_return_table).where(t.connection_id == connection_id, t.id == id_)
    row = tx.execute(query).first()
    return _of(row) if row else None


def unsettled(tx: Tx, connection_id: int) -> list[Money]:
    """What was taken back of money that is not closed for it; not what a person says is none."""
    return [_of(row).amount for row in tx.execute(_UNSETTLED, {"connection": connection_id})]


def stand(
    tx: Tx, connection_id: int, one: BankReturn, state: State, *, subject: str | None = None
) -> None:
    """Move a return on from where it was read. Raises Moved where it stands elsewhere by now."""
    values: dict[str, Any] = {"state": state}
    if subject is not None:
        values["subject"] = subject
    here = (t.connection_id == connection_id, t.id == one.id, t.state == one.state)
    if not tx.execute(sa.update(bank_return_table).where(*here).values(**values)).rowcount:
        raise cash.Moved(f"{one.words}: this was answered already")


def agreed(tx: Tx, connection_id: int, subject: str) -> list[BankReturn]:
    """Those that wait for this receipt to be undone, as a person wanted."""
    rows = tx.execute(_AGREED, {"connection": connection_id, "subject": subject})
    return [_of(row) for row in rows]


def _row(connection_id: int, one: Receipt, at: datetime) -> dict[str, Any]:
    return {
        "connection_id": connection_id, "id": f"{one.account}:{one.bank_id}",
        "account": one.account, "day": one.received, "currency": one.amount.currency,
        "amount_minor": mirror_rows.minor(one.amount), "payer": one.payer[:PAYER_MAX],
        "text": one.reference[:TEXT_MAX], "end_to_end_id": one.end_to_end_id[:FACT_MAX],
        "bank_reference": one.bank_reference[:FACT_MAX], "state": State.WAITING, "subject": "",
        "kept_at": at,
    }  # fmt: skip


def _of(row: Any) -> BankReturn:
    return BankReturn(
        row.id, row.account, row.day, mirror_rows.money(row.amount_minor, row.currency), row.payer,
        row.text, row.end_to_end_id, row.bank_reference, State(row.state), row.subject,
    )  # fmt: skip
