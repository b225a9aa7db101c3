"""Asking whether the books of a company are up to date, where nothing shows that they are: while
they may be behind the bank nobody is reminded, and that is told instead of passed over."""

from __future__ import annotations

from datetime import datetime, timedelta

from connector import (
    agenda,
    approvals,
    audit,
    booked,
    collection_rules,
    local_days,
    mirror,
    questions,
)
from connector.approvals import Approval
from connector.booked import SUBJECT, Booked
from connector.collection_rules import Rules
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.looking import is_too_early
from connector.modes import Capability, Mode
from connector.tenants import Connection

AGAIN = timedelta(days=7)
"""How long after a no it is asked again."""
YES = "the books are up to date, nobody has paid"


def is_about(approval: Approval) -> bool:
    return approval.subject == SUBJECT


def follow(deps: Deps, connection: Connection, fence: Fence) -> None:
    """Ask once when the books fall behind, while accounts are looked at; the question lapses, and
    everybody is looked at again, once a receipt or a statement shows that they are not."""
    now = deps.now()
    with deps.reading() as tx:
        waits = approvals.is_waiting(tx, connection.id, SUBJECT) is not None
        if not waits and not agenda.due(tx, connection.id, now, 1):
            return
        rules = collection_rules.of(tx, connection, now)
        if is_too_early(tx, rules):
            return
        found = booked.known(tx, connection, now)
        lags = _lags(rules, found)
        if lags is waits or (lags and not _is_to_be_asked(tx, rules, found)):
            return
    with deps.writing() as tx:
        fence.check(tx)
        if lags:
            _ask(tx, rules, found)
        else:
            approvals.lapse(tx, connection.id, SUBJECT, at=now)
            agenda.mark_all(tx, connection.id)


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
    """Not where nobody owes anything, nor soon after a person said no to the same lag."""
    last = approvals.newest(tx, rules.connection.id, SUBJECT)
    if last and last.state == "rejected" and last.ended_at and found.until:
        is_new = found.until > local_days.today(rules.connection, last.ended_at)
        if not is_new and rules.now - last.ended_at < AGAIN:
            return False
    return bool(mirror.owed(tx, rules.connection.id, gross=True))


def _ask(tx: Tx, rules: Rules, found: Booked) -> None:
    connection, today = rules.connection, local_days.today(rules.connection, rules.now)
    owing = {customer_id for customer_id, _ in mirror.owed(tx, connection.id, gross=True)}
    many = "1 customer" if len(owing) == 1 else f"{len(owing)} customers"
    variants = list(rules.dunning.variants())
    are_all = all(one.books_lag(found.until, today) for one in variants)
    who = f"{many} with open invoices" if are_all else f"some of {many} with open invoices"
    questions.show(
        tx, connection, subject=SUBJECT, rule="bank_lag", at=rules.now, about=Capability.REMIND,
        mode=rules.mode,
        reasons=[
            (f"{connection.name}: {found.by} is of {found.until}, so money may be at the bank and"
            " not booked"),
            (f"reminders to {who} are held until you say that the books are up to date, newer"
            " receipts are booked, or a bank statement is imported"),
        ],
        options=[{"text": YES}],
    )  # fmt: skip
