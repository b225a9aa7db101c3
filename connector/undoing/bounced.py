"""Which receipt a bank took back, and what a person says to that: it is closed as returned, after
what was applied of it is undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from connector.mirroring import rereading
from connector.money import cash, other_records, set_aside
from connector.money.cash import Item, Moved
from connector.money.other_records import subject_of
from connector.money.set_aside import As
from connector.outgoing import intents
from connector.rules.modes import ACTING, Mode
from connector.taken_back import bank_returns, closed_returns
from connector.taken_back.bank_returns import SUBJECT, BankReturn, State
from connector.taken_back.closed_returns import OTHERS, RETURNED, SAME
from connector.taken_back.returned_money import Receipts
from connector.undoing import return_questions, still_held, undo
from connector.writing_back import differences
from providers.ledger import Payment

Next = Item | Question | State
"""A receipt that a return closes by itself, what a person is asked, or how the return stands."""


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


def is_due(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> bool:
    """Whether any return is to be closed, or to be asked about otherwise than it is asked now, in
    this mode for cash."""
    desk = _Desk.read(tx, connection, mode)
    return any(_next(tx, connection, one, desk, at=at) is not None for one in desk.returns)


def settle(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> None:
    """Put each return beside its receipt. In autopilot one that is plainly of money of which
    nothing stands in the ledger, nor anything that may be it, closes that; of any other a person is
    asked. What somebody else moves on meanwhile is left to the next run."""
    desk = _Desk.read(tx, connection, mode)
    for one in desk.returns:
        step = _next(tx, connection, one, desk, at=at)
        if step is None:
            continue
        with suppress(Moved), tx.begin_nested():
            _take(tx, connection, one, step, desk, at=at)
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
        closed_returns.again(tx, approval.connection_id, approval.options)


def _agree(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    chosen = approval.options[option]
    one = bank_returns.find(tx, connection.id, approval.subject.removeprefix(SUBJECT))
    subject = str(chosen[RETURNED])
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_, locked=True)
    if one is None or item is None or one.state is not State.ASKED:
        raise LookupError("this was answered already")
    state = _carry_out(tx, connection, one, item, chosen, by=by, now=now)
    bank_returns.stand(tx, connection.id, one, state, subject=subject)
    closed_returns.again(tx, connection.id, approval.options, but=subject)
    audit.add(
        tx, connection.id, at=now, actor=by, event="bank_return.agreed", about=approval.subject,
        decision_id=approval.decision_id, receipt=subject, same_as=chosen.get(SAME, ""),
        others=chosen.get(OTHERS, []),
    )  # fmt: skip


def _carry_out(
    tx: Tx, connection: Connection, one: BankReturn, item: Item, chosen: Mapping[str, Any], *,
    by: str, now: datetime,
) -> State:  # fmt: skip
    """Do with the receipt what a person chose. Returns how the return stands then."""
    aside = set_aside.standing(tx, connection.id, item.subject)
    if aside and aside.as_ is As.RETURNED:
        return State.CLOSED
    if same := chosen.get(SAME):
        set_aside.put(
            tx, connection.id, item, As.SAME, of=same, reason=str(chosen["text"]), by=by, at=now
        )
        return State.WAITING
    if not set_aside.is_free(item) or differences.are_to_go(tx, connection.id, item.subject):
        undo.intend(tx, connection, money=item.subject, by=by, now=now)
        return State.AGREED
    held = other_records.of_line(tx, connection.id, item)
    unsure = closed_returns.unsure(tx, connection.id, one, held)
    if {*map(subject_of, unsure)} - {*chosen.get(OTHERS, ())}:
        raise LookupError("the ledger holds other money now that may be this; look again")
    set_aside.put(tx, connection.id, item, As.RETURNED, reason=one.words, by=by, at=now)
    return State.CLOSED


def _next(
    tx: Tx, connection: Connection, one: BankReturn, desk: _Desk, *, at: datetime
) -> Next | None:  # fmt: skip
    """What is to be done about a return; None while that is nothing. Only reads."""
    beside = desk.receipts.beside(one)
    closed = desk.receipts.find(one.subject)
    if closed and desk.receipts.is_returned(closed.subject):
        held = _held(tx, connection.id, one, [closed], desk)
        if not held:
            return State.CLOSED
        question = return_questions.about_closed(
            tx, connection.id, one, closed, receipts=desk.receipts, held=held
        )  # fmt: skip
        return _unless_asked(one, question, desk)
    held, more = _held(tx, connection.id, one, beside.lines, desk), None
    is_lone = len(beside.lines) == 1 and not one.subject and not held
    line = beside.lines[0] if is_lone else None
    if line and set_aside.is_free(line) and not set_aside.history(tx, connection.id, line.subject):
        is_ours = desk.mode is Mode.AUTOPILOT and beside.is_plain
        if is_ours and _is_on_the_way(tx, connection.id, line):
            return None  # what was booked beside it is undone first
        more = still_held.find(tx, connection, line, at=at)
        if is_ours and more is None and _is_untouched(tx, connection.id, line):
            return line
    question = return_questions.about(
        tx, connection.id, one, beside, receipts=desk.receipts, held=held, more=more
    )  # fmt: skip
    return _unless_asked(one, question, desk)


def _is_on_the_way(tx: Tx, connection_id: int, line: Item) -> bool:
    """Whether what was booked beside a receipt is to be undone, or is being."""
    return bool(differences.standing(tx, connection_id, line.subject)) and (
        bool(differences.are_to_go(tx, connection_id, line.subject))
        or intents.is_open(tx, connection_id, line.subject)
    )


def _held(
    tx: Tx, connection_id: int, one: BankReturn, lines: Sequence[Item], desk: _Desk
) -> dict[str, list[Payment]]:
    """By receipt, what the ledger holds that may be its money."""
    found = {
        line.subject: closed_returns.unsure(tx, connection_id, one, desk.receipts.held(line))
        for line in lines
    }
    return {subject: records for subject, records in found.items() if records}


def _unless_asked(one: BankReturn, question: Question, desk: _Desk) -> Question | None:
    before = desk.asked.get(f"{SUBJECT}{one.id}")
    is_asked = before and (before.summary, before.options) == (question.summary, question.options)
    return None if one.state is State.ASKED and is_asked else question


def _take(
    tx: Tx, connection: Connection, one: BankReturn, step: Next, desk: _Desk, *, at: datetime
) -> None:  # fmt: skip
    """Raises Moved where the receipt or the return is no longer as it was read."""
    before = desk.asked.get(f"{SUBJECT}{one.id}")
    if isinstance(step, Question):
        _ask(tx, connection, one, step, at=at)
    elif isinstance(step, Item):
        _close(tx, connection, one, step, at=at)
    else:
        approvals.lapse(tx, connection.id, f"{SUBJECT}{one.id}", at=at)
        bank_returns.stand(tx, connection.id, one, step)
    if before:
        closed_returns.again(tx, connection.id, before.options)


def _close(tx: Tx, connection: Connection, one: BankReturn, line: Item, *, at: datetime) -> None:
    approvals.lapse(tx, connection.id, f"{SUBJECT}{one.id}", at=at)
    bank_returns.stand(tx, connection.id, one, State.CLOSED, subject=line.subject)
    now = cash.find(tx, connection.id, line.kind, line.id, locked=True)
    if now is None or not _is_untouched(tx, connection.id, now):
        raise Moved(f"{line.subject} is no longer {line.state}")
    set_aside.put(tx, connection.id, now, As.RETURNED, reason=one.words, by=set_aside.US, at=at)


def _is_untouched(tx: Tx, connection_id: int, item: Item) -> bool:
    """Whether nothing of it stands in the ledger, nor what was booked beside it."""
    return set_aside.is_free(item) and not differences.standing(tx, connection_id, item.subject)


def _ask(
    tx: Tx, connection: Connection, one: BankReturn, question: Question, *, at: datetime
) -> None:  # fmt: skip
    """Ask a person, and the ledger for what it shows and may be the money of a receipt that is
    offered. Raises Moved where the return was answered about since it was read."""
    if questions.show(
        tx, connection, subject=f"{SUBJECT}{one.id}", rule="bank_return",
        reasons=question.reasons, options=question.options, at=at,
    ):  # fmt: skip
        bank_returns.stand(tx, connection.id, one, State.ASKED)
    offered = {str(it[RETURNED]) for it in question.options}
    for line in cash.fetch(tx, connection.id, offered):
        more = still_held.find(tx, connection, line, at=at) if set_aside.is_free(line) else None
        places = more.unread if more else ()
        rereading.hint_at(tx, connection.id, places, why=f"returned:{one.id}", now=at)
