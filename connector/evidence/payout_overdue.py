"""Payouts that the bank does not tell of: a person is told, until their line comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from connector import local_days
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.questions import Question
from connector.evidence import payout_pairs, payouts
from connector.evidence.payouts import WAITING
from connector.money import cash
from connector.rules.modes import ACTING, Mode
from matching.told.payouts import LATE, Announced

OVERDUE = LATE + timedelta(days=4)
"""Counted from the day that the processor says: within `LATE` a bank books it, after weekends and
holidays, too, and some days pass until the bank's file is brought."""
UNTOLD = timedelta(days=35)
"""Where the bank told of nothing since: a statement of a month, and some days until it comes."""
BEFORE = timedelta(days=31)
"""What a bank told so long before shows that its files are read since then."""


def is_due(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> bool:
    """Whether a person is to be told of a payout that is not told of yet, or no more."""
    return mode in ACTING and any(_next(tx, connection, at=at))


def settle(tx: Tx, connection: Connection, mode: Mode, *, at: datetime) -> None:
    """Tell of each that is overdue, once; what came or is asked about otherwise by now is not told
    of any more."""
    if mode not in ACTING:
        return
    new, over = _next(tx, connection, at=at)
    for subject, question in new.items():
        questions.show(
            tx, connection, subject=subject, rule="payout_overdue", reasons=question.reasons, at=at
        )
    approvals.lapse_all(tx, connection.id, over, at=at)


def _next(
    tx: Tx, connection: Connection, *, at: datetime
) -> tuple[dict[str, Question], Sequence[str]]:
    """What is to be told, by its subject; and what is told of in vain."""
    waiting = {payout_pairs.overdue(it): it for it, _, line_id in payouts.in_states(
        tx, connection.id, WAITING) if not line_id}  # fmt: skip
    told = approvals.waiting_about(tx, connection.id, payout_pairs.OVERDUE)
    over = [it.subject for it in told if it.subject not in waiting]
    today = local_days.today(connection, at)
    late = {
        subject: it for subject, it in waiting.items()
        if it.amount.amount > 0 and it.arrived + OVERDUE <= today <= it.arrived + payouts.LOOKED_FOR
    }  # fmt: skip
    missing = _missing(tx, connection.id, list(late.values()), today) if late else {}
    new = {
        payout_pairs.overdue(payout): Question([_words(payout), why], [])
        for payout, why in missing.items()
        if approvals.newest(tx, connection.id, payout_pairs.overdue(payout)) is None
    }
    return new, over


def _missing(
    tx: Tx, connection_id: int, late: Sequence[Announced], today: date
) -> dict[Announced, str]:
    """Those that the bank would have told of, each with what shows it. Where it never told of
    anything, one stands for all, once."""
    first = min(it.arrived for it in late) - BEFORE
    days = {
        it.received
        for it in cash.of_days(tx, connection_id, first, today)
        if payout_pairs.is_from_bank(it)
    }
    if not days:
        if approvals.was_asked(tx, connection_id, payout_pairs.OVERDUE):
            return {}
        oldest = [it for it in late[:1] if today >= it.arrived + UNTOLD]
        return dict.fromkeys(oldest, "no file of the bank has come yet")
    found, last = {}, max(days)
    for payout in late:
        is_read = any(payout.arrived - BEFORE <= day <= payout.arrived for day in days)
        if is_read and (last > payout.arrived + LATE or today >= payout.arrived + UNTOLD):
            found[payout] = f"the bank told of money until {last:%d %b %Y}, and not of this"
    return found


def _words(payout: Announced) -> str:
    return (
        f"{payout.processor} payout {payout.id} of {payout.arrived:%d %b %Y} over {payout.amount}"
        " has not reached the bank"
    )
