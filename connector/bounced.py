"""Which receipt a bank took back, and what a person says to that: it is closed as returned, after
what was applied of it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from connector import approvals, audit, bank_returns, cash, db, modes, questions, set_aside, undo
from connector.approvals import Approval
from connector.bank_returns import BankReturn, State
from connector.cash import BANK, Item, Standing
from connector.db import Tx
from connector.modes import Capability, Mode
from connector.set_aside import As
from connector.tenants import Connection
from providers.bank.identity import is_reference, plain

SUBJECT = "return:"
LOOKED_FOR = timedelta(days=120)
"""How long after a credit its bank takes it back, with a margin: eight weeks for a direct debit."""
REFERENCE_CHARACTERS_MIN = 6
OFFERED_MAX = 5
RETURNED = "returned"
"""Marks the option that closes a receipt."""


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(SUBJECT)


def is_waiting(tx: Tx, connection_id: int) -> bool:
    return bool(bank_returns.open_ones(tx, connection_id))


def settle(tx: Tx, connection: Connection, *, at: datetime) -> None:
    """Put each return beside its receipt. In autopilot one that is plainly of money of which
    nothing stands in the ledger closes that; of any other a person is asked."""
    db.one_at_a_time(tx, "returns", connection.id)
    by_itself = modes.of(tx, connection.client_id)[Capability.CASH] is Mode.AUTOPILOT
    for one in bank_returns.open_ones(tx, connection.id):
        lines, is_told = _lines(tx, connection.id, one)
        is_plain = is_told and _is_untouched(lines[0]) and not _was_aside(tx, connection, lines)
        if by_itself and is_plain:
            bank_returns.stand(tx, connection.id, one.id, State.CLOSED, subject=lines[0].subject)
            approvals.lapse(tx, connection.id, f"{SUBJECT}{one.id}", at=at)
            set_aside.put(tx, connection.id, lines[0], As.RETURNED, reason=one.words,
                          by=set_aside.US, at=at)  # fmt: skip
            continue
        _ask(tx, connection, one, lines, at=at)


def approve(
    tx: Tx, connection: Connection, approval: Approval, *, option: int, by: str, now: datetime
) -> None:
    """Close the receipt as returned, once what was applied of it is undone.

    Raises LookupError where the return was answered about, CannotUndo and CannotSetAside.
    """
    one = bank_returns.find(tx, connection.id, approval.subject.removeprefix(SUBJECT))
    subject = str(approval.options[option][RETURNED])
    kind, _, id_ = subject.partition(":")
    item = cash.find(tx, connection.id, kind, id_, locked=True)
    if one is None or item is None or one.state is not State.ASKED:
        raise LookupError("this was answered already")
    if _is_untouched(item):
        bank_returns.stand(tx, connection.id, one.id, State.CLOSED, subject=subject)
        set_aside.put(tx, connection.id, item, As.RETURNED, reason=one.words, by=by, at=now)
    else:
        bank_returns.stand(tx, connection.id, one.id, State.AGREED, subject=subject)
        undo.intend(tx, connection, money=subject, by=by, now=now)
    audit.add(
        tx, connection.id, at=now, actor=by, event="bank_return.agreed", about=approval.subject,
        decision_id=approval.decision_id, receipt=subject,
    )  # fmt: skip


def turn_down(tx: Tx, approval: Approval) -> None:
    """A person leaves it as it is."""
    id_ = approval.subject.removeprefix(SUBJECT)
    bank_returns.stand(tx, approval.connection_id, id_, State.LEFT)


def _lines(tx: Tx, connection_id: int, one: BankReturn) -> tuple[list[Item], bool]:
    """The receipts that it may undo, the newest first: by a reference or the text, else by the name
    of who paid; and whether it is plainly this one, by a reference of the bank or by both."""
    found = [
        it
        for it in cash.of_totals(
            tx, connection_id, {one.amount}, since=one.day - LOOKED_FOR, locked=False
        )
        if it.kind == BANK and it.id.startswith(f"{one.account}:") and it.received <= one.day
        and it.state not in (Standing.CLOSED, Standing.IGNORED)
    ][::-1]  # fmt: skip
    for chosen in (
        [it for it in found if _is_named(one, it)],
        [it for it in found if _is_of_payer(one, it)],
    ):
        if chosen:
            return chosen[:OFFERED_MAX], len(chosen) == 1 and _is_plain(one, chosen[0])
    return found[:OFFERED_MAX], False


def _is_untouched(item: Item) -> bool:
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


def _was_aside(tx: Tx, connection: Connection, lines: Sequence[Item]) -> bool:
    return bool(set_aside.history(tx, connection.id, lines[0].subject))


def _ask(
    tx: Tx, connection: Connection, one: BankReturn, lines: Sequence[Item], *, at: datetime
) -> None:
    subject, options = f"{SUBJECT}{one.id}", [_option(line) for line in lines]
    before = approvals.newest(tx, connection.id, subject)
    if one.state is State.ASKED and before and before.options == options:
        return
    who = f" of {one.payer}" if one.payer else ""
    reasons = [f"{one.words}{who}"]
    if not lines:
        reasons.append(
            "no receipt of that sum is known here; look in the ledger for what it undoes"
        )
    if questions.show(
        tx, connection, subject=subject, rule="bank_return", reasons=reasons, options=options, at=at
    ):
        bank_returns.stand(tx, connection.id, one.id, State.ASKED)


def _option(line: Item) -> dict[str, Any]:
    what = f"{line.total} of {line.received:%d %b %Y} from {line.payer or 'an unknown payer'}"
    undone = "" if line.state in set_aside.FREE else "undo what was applied of it, and "
    return {
        "text": f"it is {what}: {undone}close it as returned", "allocations": [],
        RETURNED: line.subject,
    }  # fmt: skip
