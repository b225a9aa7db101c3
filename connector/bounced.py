"""Which receipt a bank took back, and what a person says to that: it is closed as returned, after
what was applied of it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector import (
    approvals,
    audit,
    bank_returns,
    cash,
    differences,
    intents,
    modes,
    questions,
    set_aside,
    undo,
)
from connector.approvals import Approval
from connector.bank_returns import LOOKED_FOR, REFERENCE_CHARACTERS_MIN, SUBJECT, BankReturn, State
from connector.cash import BANK, Item, Moved, Standing
from connector.db import Tx
from connector.local_days import moved
from connector.modes import ACTING, Capability, Mode
from connector.questions import Question
from connector.set_aside import As
from connector.tenants import Connection
from providers.bank.identity import is_reference, plain

OFFERED_MAX = 5
RETURNED = "returned"
"""Marks the option that closes a receipt."""
OVER = (Standing.CLOSED, Standing.IGNORED)
"""Of what stands so there is nothing to close."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The receipts that a return may undo, the newest first, and whether it is plainly the one of
    them; `over` are those that the bank names and that are closed already."""

    lines: list[Item]
    is_plain: bool
    over: list[Item] = field(default_factory=list)


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(SUBJECT)


def is_due(tx: Tx, connection: Connection) -> bool:
    """Whether any return is to be closed, or to be asked about otherwise than it is asked now."""
    mode = modes.of(tx, connection.client_id)[Capability.CASH]
    if mode not in ACTING:
        return False
    waiting = bank_returns.open_ones(tx, connection.id)
    return any(_next(tx, connection, one, mode) is not None for one in waiting)


def settle(tx: Tx, connection: Connection, *, at: datetime) -> None:
    """Put each return beside its receipt. In autopilot one that is plainly of money of which
    nothing stands in the ledger closes that; of any other a person is asked. What somebody else
    moves on meanwhile is left to the next run."""
    mode = modes.of(tx, connection.client_id)[Capability.CASH]
    if mode not in ACTING:
        return
    for one in bank_returns.open_ones(tx, connection.id):
        step = _next(tx, connection, one, mode)
        if step is None:
            continue
        with suppress(Moved), tx.begin_nested():
            if isinstance(step, Item):
                _close(tx, connection, one, step, at=at)
            else:
                _ask(tx, connection, one, step, at=at)


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


def _next(tx: Tx, connection: Connection, one: BankReturn, mode: Mode) -> Item | Question | None:
    """The receipt that a return closes by itself, or what a person is asked; None while nothing is
    to be done about it. Only reads."""
    beside = _beside(tx, connection.id, one)
    if mode is Mode.AUTOPILOT and beside.is_plain and not one.subject:
        line = beside.lines[0]
        if not _is_free(line) or set_aside.history(tx, connection.id, line.subject):
            pass
        elif _is_untouched(tx, connection.id, line):
            return line
        elif intents.is_open(tx, connection.id, line.subject):
            return None  # what was booked beside it is being undone
    question = _question(tx, connection.id, one, beside)
    before = approvals.newest(tx, connection.id, f"{SUBJECT}{one.id}")
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


def named_by(tx: Tx, connection_id: int, one: BankReturn) -> list[Item]:
    """The receipts that a reference or else the text of a return names, whatever became of them,
    the newest first."""
    return _named_of(one, _of_its_sum(tx, connection_id, one))


def _beside(tx: Tx, connection_id: int, one: BankReturn) -> Beside:
    """By a reference or the text, else by the name of who paid; plainly the one receipt that a
    reference names, or that text and name do."""
    found = _of_its_sum(tx, connection_id, one)
    live = [it for it in found if it.state not in OVER]
    rest = [it for it in live if _is_of_payer(one, it)] or live
    named = _named_of(one, found)
    if lines := [it for it in named if it.state not in OVER]:
        return Beside(lines[:OFFERED_MAX], len(lines) == 1 and _is_plain(one, lines[0]))
    return Beside(rest[:OFFERED_MAX], is_plain=False, over=named[:OFFERED_MAX])


def _of_its_sum(tx: Tx, connection_id: int, one: BankReturn) -> list[Item]:
    since = moved(one.day, -LOOKED_FOR)
    return [
        it for it in cash.of_totals(tx, connection_id, {one.amount}, since=since, locked=False)
        if it.kind == BANK and it.id.startswith(f"{one.account}:") and it.received <= one.day
    ][::-1]  # fmt: skip


def _named_of(one: BankReturn, found: Sequence[Item]) -> list[Item]:
    by_id = [it for it in found if _has_id(one, it)]
    return by_id or [it for it in found if _is_named(one, it)]


def _is_untouched(tx: Tx, connection_id: int, item: Item) -> bool:
    """Whether nothing of it stands in the ledger, nor what was booked beside it."""
    return _is_free(item) and not differences.standing(tx, connection_id, item.subject)


def _is_free(item: Item) -> bool:
    return item.state in set_aside.FREE and item.left == item.total


def _has_id(one: BankReturn, line: Item) -> bool:
    ids = (
        (one.end_to_end_id, line.end_to_end_id),
        (one.bank_reference, line.bank_reference),
    )
    return any(is_reference(ours) and plain(ours) == plain(theirs) for ours, theirs in ids)


def _is_plain(one: BankReturn, line: Item) -> bool:
    return _has_id(one, line) or (_is_named(one, line) and _is_of_payer(one, line))


def _is_of_payer(one: BankReturn, line: Item) -> bool:
    return bool(plain(one.payer)) and plain(line.payer) == plain(one.payer)


def _is_named(one: BankReturn, line: Item) -> bool:
    text = plain(line.text)
    says_enough = len(text) >= REFERENCE_CHARACTERS_MIN and any(map(str.isdigit, text))
    return _has_id(one, line) or (says_enough and text in plain(one.text))


def _question(tx: Tx, connection_id: int, one: BankReturn, beside: Beside) -> Question:
    who = f" of {one.payer}" if one.payer else ""
    reasons = [f"{one.words}{who}", *(_said_of(tx, connection_id, it) for it in beside.over)]
    if not beside.lines and not beside.over:
        reasons.append(
            "no receipt of that sum is known here; look in the ledger for what it undoes"
        )
    return Question(reasons, [_option(line) for line in beside.lines])


def _said_of(tx: Tx, connection_id: int, line: Item) -> str:
    """Why nothing is left to close of a receipt that the bank names."""
    which = f"its receipt of {line.received:%d %b %Y}, {line.subject},"
    aside = set_aside.standing(tx, connection_id, line.subject)
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
