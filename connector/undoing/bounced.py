"""Which receipt a bank took back, and what a person says to that: it is closed as returned, after
what was applied of it is undone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from connector import audit
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.approvals import Approval
from connector.decided.questions import Question
from connector.money import cash, set_aside
from connector.money.asides import Aside
from connector.money.cash import Item, Moved
from connector.money.set_aside import As
from connector.outgoing import intents
from connector.rules.modes import ACTING, Mode
from connector.taken_back import bank_returns
from connector.taken_back.bank_returns import SUBJECT, BankReturn, State
from connector.taken_back.returned_money import Beside, Receipts
from connector.undoing import undo
from connector.writing_back import differences

RETURNED = "returned"
"""Marks the option that closes a receipt."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """The returns that nobody has answered about: what is known of them, read once for all."""

    mode: Mode
    returns: list[BankReturn]
    receipts: Receipts
    asked: Mapping[str, Approval]

    @classmethod
    def read(cls, tx: Tx, connection: Connection, mode: Mode) -> Self:
        waiting = bank_returns.open_ones(tx, connection.id) if mode in ACTING else []
        asked = approvals.waiting_about(tx, connection.id, SUBJECT) if waiting else []
        receipts = Receipts(tx, connection.id, waiting)
        return cls(mode, waiting, receipts, {it.subject: it for it in asked})


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(SUBJECT)


def is_due(tx: Tx, connection: Connection, mode: Mode) -> bool:
    """Whether any return is to be closed, or to be asked about otherwise than it is asked now, in
    this mode for cash."""
    desk = _Desk.read(tx, connection, mode)
    return any(_next(tx, connection, one, desk) is not None for one in desk.returns)


def settle(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> None:
    """Put each return beside its receipt. In autopilot one that is plainly of money of which
    nothing stands in the ledger closes that; of any other a person is asked. What somebody else
    moves on meanwhile is left to the next run."""
    desk = _Desk.read(tx, connection, mode)
    for one in desk.returns:
        step = _next(tx, connection, one, desk)
        if step is None:
            continue
        with suppress(Moved), tx.begin_nested():
            if isinstance(step, Item):
                _close(tx, connection, one, step, at=at)
            else:
                _ask(tx, connection, one, step, at=at)
        if isinstance(step, Item):
            desk.receipts.renew(step)


def approve(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    """Close the receipt as returned, once what was applied of it is undone.

    Raises LookupError where the return was answered about, CannotUndo and CannotSetAside.
    """
    try:
        _agree(tx, connection, approval, option=option, by=by, now=now)
    except Moved as moved:
        raise LookupError(str(moved)) from None


def turn_down(tx: Tx, approval: Approval) -> None:
    """A person leaves it as it is."""
    id_ = approval.subject.removeprefix(SUBJECT)
    one = bank_returns.find(tx, approval.connection_id, id_)
    if one is not None:
        bank_returns.stand(tx, approval.connection_id, one, State.LEFT)


def _agree(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    one = bank_returns.find(tx, connection.id, approval.subject.removeprefix(SUBJECT))
    subject = str(approval.options[option][RETURNED])
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_, locked=True)
    if one is None or item is None or one.state is not State.ASKED:
        raise LookupError("this was answered already")
    if _is_free(item) and not differences.are_to_go(tx, connection.id, subject):
        bank_returns.stand(tx, connection.id, one, State.CLOSED, subject=subject)
        set_aside.put(tx, connection.id, item, As.RETURNED, reason=one.words, by=by, at=now)
    else:
        bank_returns.stand(tx, connection.id, one, State.AGREED, subject=subject)
        undo.intend(tx, connection, money=subject, by=by, now=now)
    audit.add(
        tx, connection.id, at=now, actor=by, event="bank_return.agreed", about=approval.subject,
        decision_id=approval.decision_id, receipt=subject,
    )  # fmt: skip


def _next(tx: Tx, connection: Connection, one: BankReturn, desk: _Desk) -> Item | Question | None:
    """The receipt that a return closes by itself, or what a person is asked; None while nothing is
    to be done about it. Only reads."""
    beside = desk.receipts.beside(one)
    if desk.mode is Mode.AUTOPILOT and beside.is_plain and not one.subject:
        line = beside.lines[0]
        if not _is_free(line) or set_aside.history(tx, connection.id, line.subject):
            pass
        elif _is_untouched(tx, connection.id, line):
            return line
        elif differences.are_to_go(tx, connection.id, line.subject) or intents.is_open(
            tx, connection.id, line.subject
        ):
            return None  # what was booked beside it is undone first
    question = _question(tx, connection.id, one, beside, desk.receipts)
    before = desk.asked.get(f"{SUBJECT}{one.id}")
    is_asked = before and (before.summary, before.options) == (question.summary, question.options)
    return None if one.state is State.ASKED and is_asked else question


def _close(tx: Tx, connection: Connection, one: BankReturn, line: Item, *, at: datetime) -> None:
    """Raises Moved where the receipt or the return is no longer as it was read."""
    approvals.lapse(tx, connection.id, f"{SUBJECT}{one.id}", at=at)
    bank_returns.stand(tx, connection.id, one, State.CLOSED, subject=line.subject)
    now = cash.find(tx, connection.id, line.kind, line.id, locked=True)
    if now is None or not _is_untouched(tx, connection.id, now):
        raise Moved(f"{line.subject} is no longer {line.state}")
    set_aside.put(tx, connection.id, now, As.RETURNED, reason=one.words, by=set_aside.US, at=at)


def _is_untouched(tx: Tx, connection_id: int, item: Item) -> bool:
    """Whether nothing of it stands in the ledger, nor what was booked beside it."""
    return _is_free(item) and not differences.standing(tx, connection_id, item.subject)


def _is_free(item: Item) -> bool:
    return item.state in set_aside.FREE and item.left == item.total


def _question(
    tx: Tx, connection_id: int, one: BankReturn, beside: Beside, receipts: Receipts
) -> Question:  # fmt: skip
    who = f" of {one.payer}" if one.payer else ""
    over = [_said_of(tx, connection_id, it, receipts.aside(it)) for it in beside.over]
    reasons = [f"{one.words}{who}", *over]
    if not beside.lines and not beside.over:
        reasons.append(
            "no receipt of that sum is known here; look in the ledger for what it undoes"
        )
    return Question(reasons, [_option(line) for line in beside.lines])


def _said_of(tx: Tx, connection_id: int, line: Item, aside: Aside | None) -> str:
    """Why nothing is left to close of a receipt that the bank names."""
    which = f"its receipt of {line.received:%d %b %Y}, {line.subject},"
    if aside is None:
        events = audit.entries(
            tx, connection_id, which=lambda row: row.c.about == line.subject, last=1
        )
        closed = "".join(f" ({it.event} by {it.actor} on {it.at:%d %b %Y})" for it in events)
        return f"{which} is closed{closed}; look at it"
    then = f"look at {aside.of}, which counts in its place" if aside.of else "look at it"
    return f"{which} was closed by {aside.by} on {aside.at:%d %b %Y}, {aside.words}; {then}"


def _ask(
    tx: Tx, connection: Connection, one: BankReturn, question: Question, *, at: datetime
) -> None:
    """Raises Moved where the return was answered about since it was read."""
    if questions.show(
        tx, connection, subject=f"{SUBJECT}{one.id}", rule="bank_return",
        reasons=question.reasons, options=question.options, at=at,
    ):  # fmt: skip
        bank_returns.stand(tx, connection.id, one, State.ASKED)


def _option(line: Item) -> dict[str, Any]:
    what = f"{line.total} of {line.received:%d %b %Y} from {line.payer or 'an unknown payer'}"
    undone = "" if line.state in set_aside.FREE else "undo what was applied of it, and "
    return {
        "text": f"it is {what}: {undone}close it as returned", "allocations": [],
        RETURNED: line.subject,
    }  # fmt: skip
