"""Money that is set aside because nothing is to be applied of it: no customer's, taken back by the
bank, or the same money as another record. A person says so with a reason, and takes it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from connector import approvals, audit, cash, db, mirror, mirror_rows
from connector.cash import BANK, Item, Standing
from connector.db import Moment, Tx
from connector.deps import Deps
from providers.ledger import RECEIVED, Kind, Payment, Status
from providers.money import Money

US = "ledgerhand"
REASON_CHARACTERS_MAX = 500
FREE = (Standing.NEW, Standing.REVIEW, Standing.SHADOW)
"""Where money stands of which nothing is on its way."""
ENDED = (Status.VOID, Status.DELETED)
KINDS = (*RECEIVED, Kind.BATCH_PAYMENT)


class As(StrEnum):
    """Why nothing is to be applied of some money."""

    NO_CUSTOMER = "not-a-customer"
    RETURNED = "returned"
    SAME = "same-as"


WORDS: Mapping[str, str] = {
    As.NO_CUSTOMER: "no customer's money",
    As.RETURNED: "the bank took it back",
    As.SAME: "the same money as another record",
}

set_aside_table = db.table(
    "set_aside",
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("aside_as", sa.String(20), nullable=False),
    sa.Column("of", sa.String(120), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("left_minor", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("by", sa.String(120), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index("ix_set_aside_money", "connection_id", "subject"),
    sa.Index("ix_set_aside_of", "connection_id", "of"),
)
t = set_aside_table.c
_OURS = sa.select(set_aside_table).where(t.connection_id == db.CONNECTION).order_by(t.id)
_ABOUT = _OURS.where(t.subject == sa.bindparam("subject"))
_OF = _OURS.where(t.of == sa.bindparam("of"), t.ended_at.is_(None))
_IN_FORCE = _OURS.where(t.ended_at.is_(None))


class CannotSetAside(ValueError):
    """It cannot be set aside, or brought back; the text says why, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Aside:
    """`of` is the record that it is the same money as, empty otherwise; `left` is what there was to
    place of it. `ended_at` is when it was brought back, aware UTC."""

    subject: str
    as_: As
    of: str
    left: Money
    reason: str
    by: str
    at: datetime
    ended_at: datetime | None

    @property
    def words(self) -> str:
        """Why, for people to read."""
        same = f"the same money as {self.of}" if self.of else WORDS[self.as_]
        return f"{same}: {self.reason}" if self.reason else same


def put(
    tx: Tx, connection_id: int, item: Item, as_: As, *, of: str = "", reason: str, by: str,
    at: datetime, decision_id: int | None = None,
) -> None:  # fmt: skip
    """Set money aside; what was asked about it lapses. Money of the ledger goes on to stand there.

    Raises CannotSetAside.
    """
    _check(tx, connection_id, item, as_, of)
    end(tx, connection_id, item.subject, at=at)
    is_kept = item.kind != BANK or as_ is As.NO_CUSTOMER
    cash.stand(
        tx, connection_id, item, Standing.IGNORED if is_kept else Standing.CLOSED,
        left=item.left if is_kept else Money.zero(item.left.currency), at=at,
        decision_id=decision_id,
    )  # fmt: skip
    tx.execute(sa.insert(set_aside_table).values(
        connection_id=connection_id, subject=item.subject, aside_as=as_, of=of,
        currency=item.left.currency, left_minor=mirror_rows.minor(item.left),
        reason=reason[:REASON_CHARACTERS_MAX], by=by, at=at,
    ))  # fmt: skip
    approvals.lapse(tx, connection_id, item.subject, at=at)
    if of:
        # Its text may tell what that record is for, and other money of the sum is told apart now.
        cash.again_of(tx, connection_id, {item.total})
    audit.add(
        tx, connection_id, at=at, actor=by, event="cash.set_aside", about=item.subject,
        decision_id=decision_id, as_=as_, of=of, reason=reason, left=str(item.left),
    )  # fmt: skip


def bring_back(
    tx: Tx, connection_id: int, item: Item, *, reason: str, by: str, at: datetime
) -> None:
    """The money is decided on again, and from now on by a person only. Raises CannotSetAside."""
    found = standing(tx, connection_id, item.subject)
    if found is None and item.state is not Standing.IGNORED:
        raise CannotSetAside(f"{item.subject} is not set aside")
    if found is None:
        tx.execute(sa.insert(set_aside_table).values(
            connection_id=connection_id, subject=item.subject, aside_as=As.NO_CUSTOMER, of="",
            currency=item.left.currency, left_minor=mirror_rows.minor(item.left), reason="",
            by=US, at=item.seen_at or at, ended_at=at,
        ))  # fmt: skip
    elif item.kind != BANK and item.state is not Standing.IGNORED:
        raise CannotSetAside(f"{item.subject} is placed or gone in the ledger")
    end(tx, connection_id, item.subject, at=at)
    left = found.left if found and item.kind == BANK else item.left
    cash.stand(tx, connection_id, item, Standing.NEW, left=left)
    audit.add(
        tx, connection_id, at=at, actor=by, event="cash.brought_back", about=item.subject,
        reason=reason, left=str(left),
    )  # fmt: skip


def end(tx: Tx, connection_id: int, subject: str, *, at: datetime) -> None:
    """The money goes another way: how it was set aside holds no longer."""
    ours = (t.connection_id == connection_id, t.subject == subject, t.ended_at.is_(None))
    tx.execute(sa.update(set_aside_table).where(*ours).values(ended_at=at))


def by_person(
    deps: Deps, connection_id: int, subject: str, as_: As, *, of: str = "", reason: str, by: str
) -> None:
    """Set money aside because a person says so. Raises CannotSetAside."""
    if not reason.strip():
        raise CannotSetAside("say why; it is kept with the money")
    with deps.writing() as tx:
        item = _found(tx, connection_id, subject)
        put(tx, connection_id, item, as_, of=of, reason=reason.strip(), by=by, at=deps.now())
    deps.ring("decide", connection_id)


def take_back(deps: Deps, connection_id: int, subject: str, *, reason: str, by: str) -> None:
    """Decide again about money that was set aside. Raises CannotSetAside."""
    with deps.writing() as tx:
        item = _found(tx, connection_id, subject)
        bring_back(tx, connection_id, item, reason=reason.strip(), by=by, at=deps.now())
    deps.ring("decide", connection_id)


def standing(tx: Tx, connection_id: int, subject: str) -> Aside | None:
    """How some money is set aside now; None where it is not."""
    found = history(tx, connection_id, subject)
    return next((it for it in found if it.ended_at is None), None)


def history(tx: Tx, connection_id: int, subject: str) -> list[Aside]:
    """Each time that some money was set aside, the oldest first."""
    rows = tx.execute(_ABOUT, {"connection": connection_id, "subject": subject})
    return [_aside(row) for row in rows]


def in_force(tx: Tx, connection_id: int) -> dict[str, Aside]:
    """All money that is set aside now, by what it is."""
    rows = tx.execute(_IN_FORCE, {"connection": connection_id})
    return {row.subject: _aside(row) for row in rows}


def counted_with(tx: Tx, connection_id: int, of: str) -> list[Aside]:
    """What is the same money as this record, and set aside for that."""
    return [_aside(row) for row in tx.execute(_OF, {"connection": connection_id, "of": of})]


def counted_with_any(tx: Tx, connection_id: int, records: Collection[str]) -> list[Aside]:
    """The same of several records."""
    ours = sa.select(set_aside_table).where(t.connection_id == connection_id)
    rows = tx.execute(ours.where(t.of.in_(records), t.ended_at.is_(None)).order_by(t.id))
    return [_aside(row) for row in rows]


def _check(tx: Tx, connection_id: int, item: Item, as_: As, of: str) -> None:
    if item.state not in FREE:
        raise CannotSetAside(
            f"{item.subject} is {item.state.value}; what was applied is undone before it is set"
            " aside, and what is set aside is brought back first"
        )
    if as_ is As.RETURNED and item.kind != BANK:
        raise CannotSetAside("the ledger holds this money; delete or void it there")
    if as_ is As.SAME and (why := _why_not_same(tx, connection_id, item, of)):
        raise CannotSetAside(why)


def _why_not_same(tx: Tx, connection_id: int, item: Item, of: str) -> str:
    """Why this cannot be the same money as that record; empty if it can."""
    others = {it.subject for it in counted_with(tx, connection_id, of)} - {item.subject}
    total = _total(tx, connection_id, of)
    faults = (
        (item.left != item.total, "a part of this money is applied; undo that first"),
        (total is None, f"there is no money {of!r}; see `ledgerhand receipts list`"),
        (total != item.total, f"{of} is {total}, and {item.subject} is {item.total}"),
        (of == item.subject or standing(tx, connection_id, of) is not None,
         f"{of} does not count itself; name another record of the money"),
        (others, f"{of} stands for other money already"),
        (counted_with(tx, connection_id, item.subject),
         f"other money counts with {item.subject}; bring that back first"),
    )  # fmt: skip
    return next((why for is_so, why in faults if is_so), "")


def _total(tx: Tx, connection_id: int, subject: str) -> Money | None:
    kind, _, id_ = subject.partition(":")
    if kind not in KINDS:
        item = cash.find(tx, connection_id, kind, id_)
        return item.total if item else None
    found = mirror.fetch(tx, connection_id, Kind(kind), [id_])
    live = (it for it in found if isinstance(it, Payment) and it.status not in ENDED)
    return next((it.total for it in live), None)


def _found(tx: Tx, connection_id: int, subject: str) -> Item:
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection_id, kind, id_, locked=True)
    if item is None:
        raise CannotSetAside(f"there is no money {subject!r}; see `ledgerhand receipts list`")
    return item


def _aside(row: sa.Row[tuple[object, ...]]) -> Aside:
    return Aside(
        row.subject, As(row.aside_as), row.of, mirror_rows.money(row.left_minor, row.currency),
        row.reason, row.by, row.at, row.ended_at,
    )  # fmt: skip
