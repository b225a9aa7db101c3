"""Collecting: every account that is due is looked at, decided on, and its next look is set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector import agenda
from connector.account import account_faults, collection_rules, not_taken, taking
from connector.account.collection_rules import Rules
from connector.account.looking import TOGETHER_MAX, Findings, Look, day, is_too_early, look
from connector.agenda import Item
from connector.cash_application import lone_credits
from connector.clients.tenants import Connection
from connector.commitments import payment_plans, promise_keeping
from connector.db import Tx
from connector.decided import approvals
from connector.decided.account_subjects import (
    customer_of,
    formal_subject_of,
    order_subject_of,
    subject_of,
)
from connector.deps import Deps
from connector.late_fees import late_charges
from connector.lease import Fence
from connector.next_step import lag_questions
from connector.notifications import customer_news, thanks
from connector.outgoing.faults import FAULTS
from dunning.customer.account import Account
from dunning.deciding.decision import Ask, Send, Wait

KEPT_MAX = 25
"""How many accounts are written down in one transaction: a webhook waits while it lasts."""
Found = tuple[Item, Look]


def run(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Look at every account that is due; returns how many there were."""
    lag_questions.lift(deps, connection, fence)
    looked_at, last = 0, None
    while found := _found(deps, connection):
        last, looks = found
        for start in range(0, len(looks), KEPT_MAX):
            if not _keep_apart(deps, fence, last, looks[start : start + KEPT_MAX]):
                return looked_at
            fence.renew()
        looked_at += len(looks)
    if last:
        lag_questions.follow(deps, last, fence)
    return looked_at


def _found(deps: Deps, connection: Connection) -> tuple[Rules, list[Found]] | None:
    """Of the accounts that are due, those that are looked at together; None where none is, or
    where it is too early for any."""
    with deps.reading() as tx:
        now = deps.now()
        items = agenda.due(tx, connection.id, now, TOGETHER_MAX)
        if not items:
            return None
        rules = collection_rules.of(tx, connection, now)
        if is_too_early(tx, rules):
            return None
        looks = look(tx, rules, [item.customer_id for item in items])
    return rules, list(zip(items, looks, strict=True))


def _keep_apart(deps: Deps, fence: Fence, rules: Rules, portion: Sequence[Found]) -> bool:
    """Write down what was found; a fault of ours is of one customer alone. False where the rules
    changed meanwhile."""
    try:
        return _keep_all(deps, fence, rules, portion)
    except FAULTS as fault:
        if len(portion) == 1:
            ((item, _),) = portion
            told = account_faults.told(rules.connection.id, item.customer_id, fault)
            failed = Look(item.customer_id, fault=told)
            return _keep_all(deps, fence, rules, [(item, failed)])
    return all(_keep_apart(deps, fence, rules, [one]) for one in portion)


def _keep_all(deps: Deps, fence: Fence, rules: Rules, portion: Sequence[Found]) -> bool:
    """In one transaction."""
    with deps.writing() as tx:
        fence.check(tx)
        if collection_rules.of(tx, rules.connection, rules.now) != rules:
            return False
        decided = [(item, one) for item, one in portion if not one.fault]
        for item, one in portion:
            if one.fault:
                _try_again(tx, rules, item, one)
        if decided:
            _keep_decided(tx, deps, rules, decided)
    return True


def _try_again(tx: Tx, rules: Rules, item: Item, failed: Look) -> None:
    account_faults.ask(tx, rules, item.customer_id, failed.fault)
    agenda.settle(
        tx, rules.connection.id, item, look_at=rules.now + account_faults.AGAIN,
        reason=failed.fault,
    )  # fmt: skip


def _keep_decided(tx: Tx, deps: Deps, rules: Rules, decided: Sequence[Found]) -> None:
    connection, now = rules.connection, rules.now
    customer_ids = [item.customer_id for item, _ in decided]
    promised = promise_keeping.settle(tx, connection, customer_ids, rules.dunning, now=now)
    for item, one in decided:
        _keep(tx, rules, item, one, promised.get(item.customer_id))
    payment_plans.settle(tx, connection, customer_ids, now=now)
    thanks.consider(tx, rules, customer_ids)
    late_charges.follow(tx, rules, customer_ids)
    lone_credits.consider(tx, connection, customer_ids, now=now)
    customer_news.observe(tx, deps.config, connection, customer_ids, now=now)
    account_faults.over(tx, rules, customer_ids)
    _end_questions(tx, rules, decided)


def _end_questions(tx: Tx, rules: Rules, decided: Sequence[Found]) -> None:
    """Questions lapse about what nothing is owed in any more, about formal steps where there is
    none any more, and what is told of an order once its own invoices are paid."""
    id_, standing = rules.connection.id, set()
    asked = approvals.subjects_waiting(tx, id_)
    for _, found in decided:
        for account, step in found.steps:
            place = (account.customer_id, account.currency)
            standing.add(subject_of(*place))
            if step is None or (isinstance(step, Ask) and step.stands_apart):
                standing.add(formal_subject_of(*place))
            told = order_subject_of(*place)
            if told in asked and not_taken.still_told(tx, id_, account):
                standing.add(told)
    customers = {item.customer_id for item, _ in decided}
    over = {subject for subject in asked - standing if customer_of(subject) in customers}
    approvals.lapse_all(tx, id_, over, at=rules.now)


def _keep(tx: Tx, rules: Rules, item: Item, found: Look, promised: datetime | None) -> None:
    """`promised` is when a promise is to be looked at, whether or not reminders are on."""
    findings = Findings(promised)
    for account, step in found.steps:
        findings.add(account.currency, *_take(tx, rules.for_account(account), found, account, step))
    for until in found.held_until:
        findings.soon(until)
    agenda.settle(
        tx, rules.connection.id, item, look_at=findings.look_at,
        reason=findings.reason or "nothing is owed",
    )  # fmt: skip


def _take(
    tx: Tx, rules: Rules, found: Look, account: Account, step: Send | Wait | Ask | None
) -> taking.Look:
    if step is None:
        return None, "reminders are switched off"
    if isinstance(step, Wait):
        return taking.hold(tx, rules, account, step)
    if isinstance(step, Ask):
        return taking.ask(tx, rules, account, step)
    if account.currency in found.later:
        why = f"{rules.dunning.ramp_per_day} customers are written to today already"
        return day(rules)[1], why
    return taking.send(tx, rules, account, step)
