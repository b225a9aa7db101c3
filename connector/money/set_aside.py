"""Money that is set aside because nothing is to be applied of it: no customer's, taken back by the
bank, or the same money as another record. A person says so with a reason, and takes it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import audit, db
from connector.db import Moment, Tx
from connector.decided import approvals
from connector.deps import Deps
from connector.mirroring import mirror_rows
from connector.money import cash, ledger_money, line_questions, same_money, twin_questions
from connector.money.asides import As, Aside, ToldTwice
from connector.money.cash import BANK, Item, Standing
from connector.money.ledger_money import KINDS
from providers.money import Money

__all__ = ["As", "Aside", "ToldTwice"]
US, LEDGER = "ledgerhand", "ledger"
REASON_CHARACTERS_MAX = 500
FREE = (Standing.NEW, Standing.REVIEW, Standing.SHADOW)
"""Where money stands of which nothing is on its way."""
SUBJECTS_MAX = 5_000
"""In one query."""


_COUNTS: Mapping[str, Any] = dict.fromkeys(
    ("sqlite_where", "postgresql_where"), sa.text("ended_at IS NULL AND \"of\" <> ''")
)  # a record stands for one other at a time
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
    sa.Column("ended_by", sa.String(120), nullable=False, server_default=""),
    sa.Index("ix_set_aside_money", "connection_id", "subject"),
    sa.Index("ix_set_aside_of", "connection_id", "of"),
    sa.Index("uq_set_aside_of", "connection_id", "of", unique=True, **_COUNTS),
)
t = set_aside_table.c
_OURS = sa.select(set_aside_table).where(t.connection_id == db.CONNECTION).order_by(t.id)
_ABOUT = _OURS.where(t.subject == sa.bindparam("subject"))
_OF = _OURS.where(t.of == sa.bindparam("of"), t.ended_at.is_(None))
_IN_FORCE = _OURS.where(t.ended_at.is_(None))
_NEWEST = _IN_FORCE.order_by(None).order_by(t.id.desc()).limit(db.MOST)


class CannotSetAside(ValueError):
    """It cannot be set aside, or brought back; the text says why, and nothing was changed."""


def is_free(item: Item) -> bool:
    """Whether nothing of some money is placed or on its way."""
    return item.state in FREE and item.left == item.total


def put(
    tx: Tx, connection_id: int, item: Item, as_: As, *, of: str = "", reason: str, by: str,
    at: datetime, decision_id: int | None = None, nets: Collection[Money] = (),
) -> None:  # fmt: skip
    """Set money aside; what was asked about it lapses. `nets` is what fees may have left of it, as
    sums that a record of the same money may have. Raises CannotSetAside."""
    _check(tx, connection_id, item, as_, of, nets=nets)
    end(tx, connection_id, item.subject, by=by, at=at)
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
    booking = same_money.booking_of(item) if as_ is As.TOLD_TWICE else None
    asked = booking.subjects_near(item.received) if booking else []
    asked += line_questions.resting_on(tx, connection_id, item)
    approvals.lapse_all(tx, connection_id, [item.subject, *asked], at=at)
    if of:
        # Its text may tell what that record is for, and other money of the sum is told apart now.
        _ask_again(tx, connection_id, item, of)
    audit.add(
        tx, connection_id, at=at, actor=by, event="cash.set_aside", about=item.subject,
        decision_id=decision_id, as_=as_, of=of, reason=reason, left=str(item.left),
    )  # fmt: skip


def bring_back(
    tx: Tx, connection_id: int, item: Item, *, reason: str, by: str, at: datetime
) -> None:
    """The money is decided on again, and from now on by a person only. Raises CannotSetAside."""
    found, is_ignored = standing(tx, connection_id, item.subject), item.state is Standing.IGNORED
    is_kept = item.kind != BANK and (found or history(tx, connection_id, item.subject))
    if is_kept and not is_ignored:
        raise CannotSetAside(f"{item.subject} is placed or gone in the ledger")
    if found is None and not is_ignored:
        raise CannotSetAside(f"{item.subject} is not set aside")
    if item.state is Standing.APPLYING:
        raise CannotSetAside(f"something about {item.subject} is on its way; try again in a while")
    if found is None:
        tx.execute(sa.insert(set_aside_table).values(
            connection_id=connection_id, subject=item.subject, aside_as=As.NO_CUSTOMER, of="",
            currency=item.left.currency, left_minor=mirror_rows.minor(item.left), reason="",
            by=US, at=item.seen_at or at, ended_at=at, ended_by=by,
        ))  # fmt: skip
    left = reopen(tx, connection_id, item, reason=reason, by=by, at=at)
    cash.stand(tx, connection_id, item, Standing.NEW, left=left)
    if found and found.of:
        _ask_again(tx, connection_id, item, found.of)


def reopen(
    tx: Tx, connection_id: int, item: Item, *, reason: str, by: str, at: datetime
) -> Money:  # fmt: skip
    """How the money was set aside holds no longer, if it was. Returns what there is to place."""
    found, left = standing(tx, connection_id, item.subject), item.left
    if found is None and item.state is not Standing.IGNORED:
        return left
    if found and item.kind == BANK and found.as_ is not As.NO_CUSTOMER:
        left = left + found.left
    end(tx, connection_id, item.subject, by=by, at=at)
    audit.add(
        tx, connection_id, at=at, actor=by, event="cash.brought_back", about=item.subject,
        reason=reason, left=str(left),
    )  # fmt: skip
    return left


def given_back(tx: Tx, connection_id: int, item: Item, *, at: datetime) -> Money:
    """A line of the bank, or a part of it, left the ledger: how the rest was set aside, and what
    counts with the line there, holds no longer. Returns what there is to place of it besides."""
    why = f"{item.subject} is no longer in the ledger"
    for aside in counted_with(tx, connection_id, item.subject):
        kind, _, id_ = aside.subject.partition(":")
        other = cash.find(tx, connection_id, kind, id_, locked=True)
        if other and other.kind != BANK and other.state is Standing.IGNORED:
            bring_back(tx, connection_id, other, reason=why, by=LEDGER, at=at)
    return reopen(tx, connection_id, item, reason=why, by=LEDGER, at=at)


def end(tx: Tx, connection_id: int, subject: str, *, by: str, at: datetime) -> None:
    """The money goes another way: how it was set aside holds no longer."""
    ours = (t.connection_id == connection_id, t.subject == subject, t.ended_at.is_(None))
    tx.execute(sa.update(set_aside_table).where(*ours).values(ended_at=at, ended_by=by))


def denied(tx: Tx, connection_id: int, subject: str) -> set[str]:
    """Other records of which a person said, taking it back, that they are not this money."""
    ours = (t.connection_id == connection_id, sa.or_(t.subject == subject, t.of == subject))
    by_person = (t.of != "", t.ended_at.is_not(None), t.ended_by.not_in((US, LEDGER)))
    rows = tx.execute(sa.select(t.subject, t.of).where(*ours, *by_person))
    return {row.of if row.subject == subject else row.subject for row in rows}


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
    return [*map(_aside, tx.execute(_ABOUT, {"connection": connection_id, "subject": subject}))]


def in_force(tx: Tx, connection_id: int) -> dict[str, Aside]:
    """All money that is set aside now, by what it is."""
    found = map(_aside, tx.execute(_IN_FORCE, {"connection": connection_id}))
    return {it.subject: it for it in found}


def counted_with(tx: Tx, connection_id: int, of: str) -> list[Aside]:
    """What is the same money as this record, and set aside for that."""
    return [*map(_aside, tx.execute(_OF, {"connection": connection_id, "of": of}))]


def about(tx: Tx, connection_id: int, subjects: Collection[str]) -> list[Aside]:
    """How these are set aside now, and what is set aside as the same money as one of them."""
    wanted = sorted(set(subjects))
    found: dict[int, Aside] = {}
    for n in range(0, len(wanted), SUBJECTS_MAX):
        some = wanted[n : n + SUBJECTS_MAX]
        ours = (t.connection_id == connection_id, t.ended_at.is_(None))
        rows = tx.execute(sa.select(set_aside_table).where(
            *ours, sa.or_(t.subject.in_(some), t.of.in_(some))
        ))  # fmt: skip
        found |= {row.id: _aside(row) for row in rows}
    return [found[id_] for id_ in sorted(found)]


def newest(tx: Tx, connection_id: int, limit: int) -> list[Aside]:
    """What was set aside last and is so still, the newest first."""
    return [*map(_aside, tx.execute(_NEWEST, {"connection": connection_id, "most": limit}))]


def why_not_same(
    tx: Tx, connection_id: int, item: Item, others: Collection[str], *,
    nets: Collection[Money] = (),
) -> dict[str, str]:  # fmt: skip
    """By other record, why some money cannot be set aside as the same as that; empty if it can."""
    pairs = [(it.subject, it.of) for it in about(tx, connection_id, [*others, item.subject])]
    return same_money.refusals(tx, connection_id, item, others, pairs, nets=nets)


def told_twice(tx: Tx, connection_id: int, subjects: Collection[str]) -> ToldTwice:
    """Of these lines, what is said of them as told of twice."""
    wanted, found = sorted(set(subjects)), ToldTwice()
    for n in range(0, len(wanted), SUBJECTS_MAX):
        ours = (t.connection_id == connection_id, t.aside_as == As.TOLD_TWICE)
        named = t.subject.in_(wanted[n : n + SUBJECTS_MAX])
        for row in tx.execute(
            sa.select(t.subject, t.by, t.ended_at, t.ended_by).where(*ours, named)
        ):
            if row.ended_at is None:
                found.now.add(row.subject)
                if row.by == US:
                    found.ours.add(row.subject)
            elif row.ended_by not in (US, LEDGER):
                found.denied.add(row.subject)
    return found


def _check(
    tx: Tx, connection_id: int, item: Item, as_: As, of: str, *, nets: Collection[Money]
) -> None:  # fmt: skip
    if item.state not in FREE:
        raise CannotSetAside(
            f"{item.subject} is {item.state.value}; what was applied is undone before it is set"
            " aside, and what is set aside is brought back first"
        )
    if as_ is As.RETURNED and item.kind != BANK:
        raise CannotSetAside("the ledger holds this money; delete or void it there")
    if as_ is As.TOLD_TWICE:
        _check_told_twice(tx, connection_id, item)
    if as_ is As.SAME and (why := why_not_same(tx, connection_id, item, [of], nets=nets)[of]):
        raise CannotSetAside(why)


def _check_told_twice(tx: Tx, connection_id: int, item: Item) -> None:
    others = {it.subject for it in same_money.told_besides(tx, connection_id, item)}
    if not others:
        raise CannotSetAside("the bank did not tell of it both in one sum and as its payments")
    if others <= told_twice(tx, connection_id, others).now:
        raise CannotSetAside("what the bank told of it besides is set aside; bring that back first")


def _ask_again(tx: Tx, connection_id: int, item: Item, of: str) -> None:
    kind, _, id_ = of.partition(":")
    held = ledger_money.of_places(tx, connection_id, [(kind, id_)]) if kind in KINDS else {}
    twin_questions.again(tx, connection_id, [*held.values(), item], but={item.subject})


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
