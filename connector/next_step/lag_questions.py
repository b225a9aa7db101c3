"""Asking whether the books of a company are up to date, where nothing shows that they are: while
they may be behind the bank nobody is reminded, and that is told instead of passed over."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector import agenda, audit, local_days
from connector.account import collection_rules
from connector.account.collection_rules import Rules
from connector.account.looking import is_too_early
from connector.clients.tenants import Connection
from connector.db import Tx
from connector.decided import approvals, questions
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.lease import Fence
from connector.past import booked
from connector.past.booked import SUBJECT, Booked
from connector.rules.modes import Capability, Mode
from dunning.deciding.standstill import NOT_BOOKED

AGAIN = timedelta(days=7)
"""How long after a no it is asked again."""
YES = "the books are up to date, nobody has paid"


def is_about(approval: Approval) -> bool:
    return approval.subject == SUBJECT


def lift(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Before accounts are looked at: the question lapses, and everybody is looked at again, once a
    receipt or a statement shows that the books are not behind."""
    now = deps.now()
    with deps.reading() as tx:
        if approvals.is_waiting(tx, connection.id, SUBJECT) is None:
            return
        rules = collection_rules.of(tx, connection, now)
        if is_too_early(tx, rules) or _lags(rules, booked.known(tx, connection, now)):
            return
    with deps.writing() as tx:
        fence.check(tx)
        approvals.lapse(tx, connection.id, SUBJECT, at=now)
        agenda.mark_all(tx, connection.id)


def follow(deps: Deps, rules: Rules, fence: Fence) -> None:
    """After accounts were looked at: ask once when any is held because the books are behind; the
    question lapses where none is any more."""
    id_ = rules.connection.id
    if all(one.bank_lag_days_max is None for one in rules.dunning.variants()):
        return
    with deps.reading() as tx:
        found = booked.known(tx, rules.connection, rules.now)
        waits = approvals.is_waiting(tx, id_, SUBJECT) is not None
        held = agenda.because(tx, id_, NOT_BOOKED) if _lags(rules, found) else 0
        if waits is bool(held) or (held and not _is_to_be_asked(tx, rules, found)):
            return
    with deps.writing() as tx:
        fence.check(tx)
        if held:
            _ask(tx, rules, found, held)
        else:
            approvals.lapse(tx, id_, SUBJECT, at=rules.now)


def confirm(tx: Tx, approval: Approval, *, by: str, now: datetime) -> None:
    """A person said that the books are up to date: the day of the answer counts from now on as
    that of a receipt does, and everybody is looked at again."""
    agenda.mark_all(tx, approval.connection_id)
    audit.add(
        tx, approval.connection_id, at=now, actor=by, event="books.confirmed", about=SUBJECT,
        decision_id=approval.decision_id,
    )  # fmt: skip


def _lags(rules: Rules, found: Booked) -> bool:
    """Whether reminders are on and the books behind for anybody's rules."""
    if all(mode is Mode.OFF for mode in (rules.mode, *rules.modes.values())):
        return False
    today = local_days.today(rules.connection, rules.now)
    return any(it.books_lag(found.until, today) for it in rules.dunning.variants())


def _is_to_be_asked(tx: Tx, rules: Rules, found: Booked) -> bool:
    """Not soon after a person said no to the same lag."""
    last = approvals.newest(tx, rules.connection.id, SUBJECT)
    if last and last.state == "rejected" and last.ended_at and found.until:
        is_new = found.until > local_days.today(rules.connection, last.ended_at)
        return is_new or rules.now - last.ended_at >= AGAIN
    return True


def _ask(tx: Tx, rules: Rules, found: Booked, held: int) -> None:
    connection = rules.connection
    many = "1 customer" if held == 1 else f"{held} customers"
    questions.show(
        tx, connection, subject=SUBJECT, rule="bank_lag", at=rules.now, about=Capability.REMIND,
        mode=rules.mode,
        reasons=[
            (f"{connection.name}: {found.by} is of {found.until}, so money may be at the bank and"
            " not booked"),
            (f"reminders to {many} with open invoices are held until you say that the books are up"
            " to date, newer receipts are booked, or a bank statement is imported"),
        ],
        options=[{"text": YES}],
    )  # fmt: skip
