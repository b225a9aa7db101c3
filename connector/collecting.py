"""Collecting: every account that is due is looked at, decided on, and its next look is set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector import (
    agenda,
    customer_news,
    holds,
    local_days,
    messages,
    promises,
    sweeps,
    taking,
    thanks,
)
from connector.accounts import accounts_of
from connector.agenda import Item
from connector.db import Tx
from connector.deps import Deps
from connector.lease import Fence
from connector.modes import Mode
from connector.taking import Rules, rules_of
from connector.tenants import Connection
from dunning.account import Account
from dunning.decide import next_step
from dunning.decision import Ask, Send, Wait
from dunning.persons import Contact, plain
from dunning.ramp import admit

ACCOUNTS_MAX = 200
KEPT_MAX = 25
"""How many accounts are written down in one transaction: a webhook waits while it lasts."""


@dataclass
class Look:
    """One customer's accounts, each with its next step; `later` are the currencies in which a
    message waits for another day."""

    item: Item
    steps: list[tuple[Account, Send | Wait | Ask | None]] = field(default_factory=list)
    later: set[str] = field(default_factory=set)
    held_until: list[datetime | None] = field(default_factory=list)


@dataclass
class Findings:
    """What came of looking at one customer: when to look again, and why."""

    look_at: datetime | None = None
    reason: str = ""

    def add(self, currency: str, look_at: datetime | None, reason: str) -> None:
        self.reason = "; ".join(filter(None, (self.reason, f"{currency}: {reason}")))
        if look_at is not None:
            self.look_at = min(look_at, self.look_at or look_at)


def run(deps: Deps, connection: Connection, fence: Fence) -> int:
    """Look at every account that is due; returns how many there were."""
    looked_at = 0
    while True:
        with deps.reading() as tx:
            rules = rules_of(tx, connection, deps.now())
            items = agenda.due(tx, connection.id, rules.now, ACCOUNTS_MAX)
            if not items or _is_too_early(tx, rules):
                return looked_at
            looks = _look(tx, rules, items)
        for start in range(0, len(looks), KEPT_MAX):
            with deps.writing() as tx:
                fence.check(tx)
                if rules_of(tx, connection, rules.now) != rules:
                    return looked_at
                portion = looks[start : start + KEPT_MAX]
                for look in portion:
                    _keep(tx, rules, look)
                customer_ids = [look.item.customer_id for look in portion]
                promises.settle(tx, connection, customer_ids, rules.dunning, now=rules.now)
                thanks.consider(tx, rules, customer_ids)
                customer_news.observe(
                    tx, deps.config, connection, customer_ids, now=rules.now
                )  # fmt: skip
            fence.renew()
        looked_at += len(items)


def _look(tx: Tx, rules: Rules, items: Sequence[Item]) -> list[Look]:
    """Decide on every account, without a lock: what changes meanwhile is marked on the agenda."""
    looks = {item.customer_id: Look(item) for item in items}
    ready: list[tuple[Account, Send]] = []
    planned: dict[str, list[Contact]] = defaultdict(list)
    for customer_id, accounts in accounts_of(tx, rules.connection, list(looks), rules.now).items():
        look = looks[customer_id]
        for one in accounts:
            places = places_of(one)
            others = {contact for place in places for contact in planned[place]}
            account = replace(one, contacts=(*one.contacts, *others))
            step = None if rules.mode is Mode.OFF else next_step(account, rules.dunning, rules.now)
            look.steps.append((account, step))
            if isinstance(step, Send):
                ready.append((account, step))
                for place in places:
                    planned[place].append(Contact(step.channel, rules.now, step.invoice_ids))
    for hold in holds.in_force(tx, rules.connection.id, rules.now, list(looks)):
        for customer_id in (hold.customer_id,) if hold.customer_id else looks:
            looks[customer_id].held_until.append(hold.until)
    written = messages.customers_asked_since(tx, rules.connection.id, _day(rules)[0])
    _, later = admit(ready, rules.dunning, written_today=written)
    for account, _step in later:
        looks[account.customer_id].later.add(account.currency)
    return list(looks.values())


def places_of(account: Account) -> set[str]:
    """By what the person behind an account is known."""
    return {account.customer_id, *map(plain, account.emails)}


def _keep(tx: Tx, rules: Rules, look: Look) -> None:
    findings = Findings()
    for account, step in look.steps:
        findings.add(account.currency, *_take(tx, rules, look, account, step))
    for until in filter(None, look.held_until):
        findings.look_at = min(until, findings.look_at or until)
    agenda.settle(
        tx, rules.connection.id, look.item, look_at=findings.look_at,
        reason=findings.reason or "nothing is owed",
    )  # fmt: skip


def _take(
    tx: Tx, rules: Rules, look: Look, account: Account, step: Send | Wait | Ask | None
) -> taking.Look:
    if step is None:
        return None, "reminders are switched off"
    if isinstance(step, Wait):
        return taking.hold(tx, rules, account, step)
    if isinstance(step, Ask):
        return taking.ask(tx, rules, account, step)
    if account.currency in look.later:
        why = f"{rules.dunning.ramp_per_day} customers are written to today already"
        return _day(rules)[1], why
    return taking.send(tx, rules, account, step)


def _is_too_early(tx: Tx, rules: Rules) -> bool:
    """No message is decided on a mirror that may have missed something for too long, nor before
    it is known how the customers paid."""
    progress = sweeps.progress(tx, rules.connection.id)
    limit = timedelta(minutes=rules.version.policy.freshness_minutes_max)
    is_old = progress.swept_at is None or rules.now - progress.swept_at > limit
    return is_old or progress.history_at is None


def _day(rules: Rules) -> tuple[datetime, datetime]:
    """The client's last midnight and the next."""
    return local_days.span(rules.connection, local_days.today(rules.connection, rules.now))
