"""Collecting: from an account as the mirror knows it to the next step, and on to intents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from connector import (
    agenda,
    approvals,
    decisions,
    effects,
    holds,
    intents,
    messages,
    modes,
    sweeps,
)
from connector import policy as policies
from connector.accounts import accounts_of
from connector.agenda import Item
from connector.db import Tx
from connector.deps import Deps
from connector.effects import PrintLetter, SendReminder
from connector.lease import Fence
from connector.modes import Capability, Mode
from connector.tenants import Connection
from dunning.account import Account
from dunning.decide import Ask, Send, Wait, next_step
from dunning.policy import DunningPolicy
from dunning.ramp import admit

ACCOUNTS_MAX = 200
KEPT_MAX = 25
"""How many accounts are written down in one transaction: a webhook waits while it lasts."""
SETTLE = timedelta(seconds=60)
REASONS_MAX = 5
Place = tuple[str, str, date]
"""(invoice id, step, due date): what a message takes, once."""
ACCOUNT = TypeAdapter(Account)
STEPS = {word: TypeAdapter[Any](word) for word in (Send, Wait, Ask)}


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for a whole connection while its accounts are looked at."""

    connection: Connection
    mode: Mode
    version: policies.Version
    now: datetime

    @property
    def dunning(self) -> DunningPolicy:
        return self.version.policy.dunning


@dataclass
class Look:
    """One customer's accounts, each with its next step; `later` are the currencies in which a
    message waits for another day."""

    item: Item
    steps: list[tuple[Account, Send | Wait | Ask | None]] = field(default_factory=list)
    later: set[str] = field(default_factory=set)


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
            if not items or _mirror_is_old(tx, rules):
                return looked_at
            looks = _look(tx, rules, items)
        for start in range(0, len(looks), KEPT_MAX):
            with deps.writing() as tx:
                fence.check(tx)
                if rules_of(tx, connection, rules.now) != rules:
                    return looked_at
                for look in looks[start : start + KEPT_MAX]:
                    _keep(tx, rules, look)
            fence.renew()
        looked_at += len(items)


def rules_of(tx: Tx, connection: Connection, now: datetime) -> Rules:
    return Rules(
        connection=connection,
        mode=modes.of(tx, connection.client_id)[Capability.REMIND],
        version=policies.current(tx, connection.client_id),
        now=now,
    )


def reminder_of(account: Account, step: Send) -> SendReminder:
    return SendReminder(
        customer_id=account.customer_id, step=step.step, invoice_ids=step.invoice_ids,
        stages=step.stages, total=step.total,
    )  # fmt: skip


def subject_of(customer_id: str, currency: str) -> str:
    return f"customer:{customer_id}/{currency}"


def commit(
    tx: Tx,
    connection_id: int,
    effect: SendReminder | PrintLetter,
    places: Sequence[Place],
    *,
    key: str,
    mode: Mode,
    decision_id: int,
    now: datetime,
) -> bool:
    """Take the steps and intend the message; False if one of them was taken before. In shadow the
    steps are taken, and nothing is sent."""
    taken = messages.claim_steps(
        tx, connection_id, places, customer_id=effect.customer_id,
        currency=effect.total.currency, mode=mode, intent_key=key, at=now,
    )  # fmt: skip
    if not taken or mode is Mode.SHADOW:
        return taken
    return intents.add(
        tx, connection_id, effect, key=key, decision_id=decision_id, now=now,
        subject=subject_of(effect.customer_id, effect.total.currency),
    )  # fmt: skip


def _look(tx: Tx, rules: Rules, items: Sequence[Item]) -> list[Look]:
    """Decide on every account, without a lock: what changes meanwhile is marked on the agenda."""
    looks = {item.customer_id: Look(item) for item in items}
    ready: list[tuple[Account, Send]] = []
    for customer_id, look in looks.items():
        for account in accounts_of(tx, rules.connection, customer_id, rules.now):
            step = None if rules.mode is Mode.OFF else next_step(account, rules.dunning, rules.now)
            look.steps.append((account, step))
            if isinstance(step, Send):
                ready.append((account, step))
    written = messages.customers_asked_since(tx, rules.connection.id, _day(rules)[0])
    _, later = admit(ready, rules.dunning, written_today=written)
    for account, _step in later:
        looks[account.customer_id].later.add(account.currency)
    return list(looks.values())


def _keep(tx: Tx, rules: Rules, look: Look) -> None:
    findings = Findings()
    for account, step in look.steps:
        if step is None:
            found: tuple[datetime | None, str] = (None, "reminders are switched off")
        elif not isinstance(step, Send):
            found = _hold(tx, rules, account, step)
        elif account.currency in look.later:
            why = f"{rules.dunning.ramp_per_day} customers are written to today already"
            found = (_day(rules)[1], why)
        else:
            found = _send(tx, rules, account, step)
        findings.add(account.currency, *found)
    agenda.settle(
        tx, rules.connection.id, look.item, look_at=findings.look_at,
        reason=findings.reason or "nothing is owed",
    )  # fmt: skip


def _hold(tx: Tx, rules: Rules, account: Account, step: Wait | Ask) -> tuple[datetime | None, str]:
    connection, subject = rules.connection, subject_of(account.customer_id, account.currency)
    reason = "; ".join((step.reason, *step.reasons[:REASONS_MAX]))
    if isinstance(step, Wait):
        approvals.lapse(tx, connection.id, subject, at=rules.now)
        in_force = holds.in_force(tx, connection.id, rules.now, account.customer_id)
        ends = [hold.until for hold in in_force if hold.until]
        return min((*ends, *filter(None, (step.until,))), default=None), reason
    summary = f"{account.name}: {step.reason}"
    waiting = approvals.is_waiting(tx, connection.id, subject)
    if not waiting or waiting.summary != summary:
        decision_id = _record(tx, rules, account, step)
        approvals.ask(
            tx, connection.id, decision_id=decision_id, capability=Capability.REMIND,
            subject=subject, at=rules.now, summary=summary, options=[],
        )  # fmt: skip
    return None, reason


def _send(tx: Tx, rules: Rules, account: Account, step: Send) -> tuple[datetime | None, str]:
    connection, now = rules.connection, rules.now
    subject = subject_of(account.customer_id, account.currency)
    if intents.is_open(tx, connection.id, subject):
        return now + SETTLE, "a message is on its way"
    places = _places(account, step)
    failed = intents.failed(tx, connection.id, subject)
    key = effects.key_of(
        connection.id, "remind", subject, str(failed), *("/".join(map(str, p)) for p in places)
    )
    waiting = approvals.is_waiting(tx, connection.id, subject)
    if waiting and waiting.options and waiting.options[0]["key"] == key:
        return None, "waits for a person's approval"
    decision_id = _record(tx, rules, account, step)
    effect = reminder_of(account, step)
    if rules.mode is Mode.COPILOT:
        approvals.ask(
            tx, connection.id, decision_id=decision_id, capability=Capability.REMIND,
            subject=subject, at=now, summary=_summary(account, step),
            options=[{
                "text": f"send the {step.step} message", "key": key,
                "reminder": effects.dump(effect),
                "places": [[id_, stage, due.isoformat()] for id_, stage, due in places],
            }],
        )  # fmt: skip
        return None, "waits for a person's approval"
    if not commit(tx, connection.id, effect, places, key=key, mode=rules.mode,
                  decision_id=decision_id, now=now):  # fmt: skip
        return now + SETTLE, f"{step.step} was taken already"
    shown = "noted only, in shadow" if rules.mode is Mode.SHADOW else "on its way"
    return now + SETTLE, f"{step.step}: {shown}"


def _record(tx: Tx, rules: Rules, account: Account, step: Send | Wait | Ask) -> int:
    return decisions.record(
        tx, rules.connection.id, at=rules.now, capability=Capability.REMIND,
        subject=subject_of(account.customer_id, account.currency), mode=rules.mode,
        action=type(step).__name__.lower(), rule=getattr(step, "step", "ask"),
        policy_version=rules.version.number,
        inputs={"account": ACCOUNT.dump_python(account, mode="json")},
        outcome=STEPS[type(step)].dump_python(step, mode="json"),
    )  # fmt: skip


def _mirror_is_old(tx: Tx, rules: Rules) -> bool:
    """No message is decided on a mirror that may have missed something for too long."""
    swept_at = sweeps.progress(tx, rules.connection.id).swept_at
    limit = timedelta(minutes=rules.version.policy.freshness_minutes_max)
    return swept_at is None or rules.now - swept_at > limit


def _day(rules: Rules) -> tuple[datetime, datetime]:
    """The client's last midnight and the next."""
    zone = ZoneInfo(rules.connection.time_zone)
    today = rules.now.astimezone(zone).date()
    first, second = (
        datetime.combine(day, datetime.min.time(), zone)
        for day in (today, today + timedelta(days=1))
    )
    return first, second


def _places(account: Account, step: Send) -> list[Place]:
    dues = {invoice.id: invoice.due for invoice in account.invoices}
    return sorted(
        (invoice_id, stage, due)
        for invoice_id, stage in zip(step.invoice_ids, step.stages, strict=True)
        if (due := dues[invoice_id]) is not None
    )


def _summary(account: Account, step: Send) -> str:
    numbers = [i.number for i in account.invoices if i.id in step.invoice_ids]
    return f"{account.name}: {step.step} about {step.total}, invoices {', '.join(numbers)}"
