"""Two lines of a bank of which nobody can tell whether they are the same money: a person is asked,
and nothing of the newer one is applied by itself meanwhile."""

from __future__ import annotations

from datetime import datetime

from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.approvals import Approval
from connector.money import cash
from connector.money.cash import BANK, Item
from providers.bank.identity import plain
from providers.receipts import Receipt

RULE = "same_line"
SHOWN_MAX = 120
SUBJECT = "same:"
"""Of what people are asked about one; the newer line follows."""
OTHER = "of"
"""Marks the option that sets it aside, with the older line."""


def is_about(approval: Approval) -> bool:
    return approval.subject.startswith(SUBJECT)


def line_of(approval: Approval) -> str:
    """The subject of the newer line."""
    return approval.subject.removeprefix(SUBJECT)


def ask(
    tx: Tx, connection: Connection, newer: str, older: Item, why: str, *, at: datetime
) -> None:  # fmt: skip
    """Ask whether the line of the subject `newer` is the money of an older one."""
    text = f"it is {older.total} of {older.received:%d %b %Y}, {older.subject}: set it aside"
    questions.show(
        tx, connection, subject=f"{SUBJECT}{newer}", rule=RULE, reasons=[why], at=at,
        options=[{"text": text, "allocations": [], OTHER: older.subject}],
    )  # fmt: skip


def ask_by_texts(
    tx: Tx, connection: Connection, one: Receipt, older: Item, *, at: datetime
) -> str:  # fmt: skip
    """Ask that of a line that came with another text; the sentence is for who imports the file."""
    is_payer_told = plain(older.payer) != plain(one.payer)
    before = _shown(older.text, older.payer if is_payer_told else "")
    now = _shown(one.reference, one.payer if is_payer_told else "")
    why = (
        f"{older.total} of {older.received:%d %b %Y} came as {before} before, and comes as"
        f" {now} now. Both count; if they are the same money, set one of the two aside"
    )
    ask(tx, connection, f"{BANK}:{one.account}:{one.bank_id}", older, why, at=at)
    return why


def _shown(text: str, payer: str) -> str:
    return f"{text[:SHOWN_MAX]!r}" + (f" from {payer}" if payer else "")


def why_held(tx: Tx, connection_id: int, item: Item) -> str:
    """Why money is not applied by itself while that is asked; empty if it may be."""
    if approvals.is_waiting(tx, connection_id, f"{SUBJECT}{item.subject}"):
        return "a person is asked whether it is the same money as another line"
    return ""


def resting_on(tx: Tx, connection_id: int, item: Item) -> list[str]:
    """What is asked about a line, as the newer one or as the older."""
    asked = approvals.waiting_about(tx, connection_id, SUBJECT) if item.kind == BANK else []
    return [
        it.subject for it in asked
        if item.subject in (line_of(it), it.options[0][OTHER])
    ]  # fmt: skip


def turn_down(tx: Tx, approval: Approval) -> None:
    """Both count: the newer one is decided on again."""
    kind, _, id_ = line_of(approval).partition(":")
    if item := cash.find(tx, approval.connection_id, kind, id_):
        cash.again(tx, approval.connection_id, [item])
