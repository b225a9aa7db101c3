"""Before a reminder goes out, by whatever channel: the ledger is read and decided on once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connector import agenda, audit
from connector.access.ledgers import Opened
from connector.account import collection_rules, not_taken, taking
from connector.account.accounts import accounts_of
from connector.clients import sweeps
from connector.clients.tenants import Connection
from connector.correspondence import messages
from connector.db import Tx
from connector.decided import notes
from connector.deps import Deps
from connector.lease import Fence
from connector.mirroring import inbox
from connector.outgoing import effects, intents
from connector.outgoing.effects import Reminder, SendThanks, TextPayLinks
from connector.outgoing.intents import Intent, Step
from connector.rules.modes import ACTING
from connector.syncing import perceive, sync
from dunning.contact_hours.hours import hours_of
from dunning.contact_hours.sending_hours import sending_hours
from dunning.customer.account import Account
from dunning.deciding import standstill
from dunning.deciding.decision import Ask, Send, Wait, at_the_same_time
from dunning.deciding.joint import next_step
from dunning.deciding.sequence import exclusion
from dunning.rules.policy import DunningPolicy
from providers.ledger import Invoice, Kind
from providers.money import Money

READ_AGE_MAX = timedelta(seconds=60)
SYNC_FIRST = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class Later:
    """It is no hour for the message; it stands, and goes on waiting until then (aware UTC)."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Look:
    """A reminder that still stands on what was read at `read_at` (aware UTC): `invoices` as the
    ledger told them then."""

    account: Account
    step: Send
    policy: DunningPolicy
    read_at: datetime
    invoices: tuple[Invoice, ...]


def take(deps: Deps, fence: Fence, ledger: Opened, intent: Intent) -> Look | None:
    """Read what the reminder is about and decide again; None where its intent waits, for news that
    must be read first or for an hour at which it may go out, or has ended because it no longer
    stands."""
    if waits_for_news(deps, fence, intent):
        return None
    read_at, invoices = _read_again(deps, fence, ledger, intent)
    found = _decide_again(deps, ledger, intent, read_at=read_at, invoices=invoices)
    if isinstance(found, Look):
        return found
    if isinstance(found, Later):
        _hold(deps, fence, intent, found)
        return None
    why = found.reason if isinstance(found, Ask) else found
    tell_why = partial(not_taken.tell, intent=intent, why=why, invoices=invoices, now=deps.now())
    end(
        deps, fence, intent, Step.REFUSED, f"not sent: {why} at re-read {read_at:%H:%M:%S}",
        also=(lambda _tx: None) if isinstance(found, Ask) else tell_why,
    )  # fmt: skip
    return None


def _hold(deps: Deps, fence: Fence, intent: Intent, later: Later) -> None:
    with deps.writing() as tx:
        fence.check(tx)
        intents.wait(tx, intent, later.why, next_at=later.until)


def waits_for_news(deps: Deps, fence: Fence, intent: Intent) -> bool:
    """Whether the ledger announced changes that must be read first: the intent waits for them."""
    with deps.reading() as tx:
        unread = inbox.has_waiting(tx, intent.connection_id)
    if unread:
        with deps.writing() as tx:
            fence.check(tx)
            intents.wait(
                tx, intent, "changes wait to be read first", next_at=deps.now() + SYNC_FIRST
            )
        deps.ring("sync", intent.connection_id)
    return unread


def is_too_old(deps: Deps, fence: Fence, intent: Intent, look: Look) -> bool:
    """Whether so much time went by since the look that another must be taken: the intent waits."""
    if deps.now() - look.read_at <= READ_AGE_MAX:
        return False
    with deps.writing() as tx:
        fence.check(tx)
        intents.wait(tx, intent, "what was read is too old by now", next_at=deps.now())
    return True


def end(
    deps: Deps, fence: Fence, intent: Intent, state: Step, error: str, *,
    also: Callable[[Tx], None] = lambda _tx: None,
) -> None:  # fmt: skip
    """Not sent, or not known: in the first case its steps can be taken again. `also` is done with
    it, before the account is looked at again."""
    effect = intent.effect
    assert isinstance(effect, Reminder | TextPayLinks | SendThanks)
    with deps.writing() as tx:
        fence.check(tx)
        intents.end(tx, intent, state, error, now=deps.now())
        if state is Step.REFUSED:
            messages.give_back_steps(tx, intent.connection_id, intent.key)
        agenda.mark(tx, intent.connection_id, [effect.customer_id])
        tell(
            tx,
            intent,
            "not sent" if state is Step.REFUSED else "needs a person",
            at=deps.now(),
            reason=error,
        )
        also(tx)
    deps.ring("decide", intent.connection_id)


def tell(tx: Tx, intent: Intent, event: str, *, at: datetime, **what: Any) -> None:
    """Write into the audit log what became of an intent, under the name of its effect."""
    audit.add(
        tx, intent.connection_id, at=at, actor="ledgerhand",
        event=f"{effects.NAMES[type(intent.effect)]}.{event}", about=intent.subject,
        decision_id=intent.decision_id or None, **what,
    )  # fmt: skip


def intend_notes(
    tx: Tx, connection: Connection, intent: Intent, text: str, *, now: datetime
) -> None:
    """Tell the accountant on the customer and the invoices, where notes are switched on."""
    effect = reminder_of(intent)
    notes.on_account(
        tx, connection, effect.customer_id, effects.invoices_of(effect), text,
        told_by=("note", intent.key), decision_id=intent.decision_id, now=now,
    )  # fmt: skip


def reminder_of(intent: Intent) -> Reminder:
    assert isinstance(intent.effect, Reminder)
    return intent.effect


def _read_again(
    deps: Deps, fence: Fence, ledger: Opened, intent: Intent
) -> tuple[datetime, tuple[Invoice, ...]]:
    """Read what the message is about from the ledger: its invoices, and whatever else changed."""
    effect = reminder_of(intent)
    with deps.reading() as tx:
        swept_at = sweeps.progress(tx, intent.connection_id).swept_at
    if swept_at is None or deps.now() - swept_at > READ_AGE_MAX:
        sync.sweep(deps, intent.connection_id, fence)
    read_at = deps.now()
    records = ledger.reader().fetch(Kind.INVOICE, effects.invoices_of(effect))
    with deps.writing() as tx:
        perceive.keep(tx, fence, records, read_at=read_at)
    deps.reached("second_look.read")
    return read_at, tuple(record for record in records if isinstance(record, Invoice))


def _decide_again(
    deps: Deps, ledger: Opened, intent: Intent, *, read_at: datetime,
    invoices: tuple[Invoice, ...],
) -> Look | Later | Ask | str:  # fmt: skip
    """The decision made once more on what has just been read, or why it no longer stands: what a
    person is asked instead, or in words."""
    effect = reminder_of(intent)
    now, currency = deps.now(), effect.total.currency
    with deps.reading() as tx:
        rules = collection_rules.of(tx, ledger.connection, now)
        customer = [effect.customer_id]
        (found,) = accounts_of(tx, ledger.connection, customer, now, but_for=intent.key).values()
    account = next((a for a in found if a.currency == currency), None)
    rules = rules.for_account(account) if account else rules
    if rules.mode not in ACTING:
        return f"reminders are in mode {rules.mode}"
    if account is None:
        return f"balance {Money.zero(currency)}"
    later = _at_another_hour(account, effect, rules.dunning, now) if effect.ordered_by else None
    at = later.until if later else now
    ordered = effects.invoices_of(effect) if effect.ordered_by else ()
    decision = next_step(account, rules.dunning, at, ordered=ordered)
    step = _about_the_same(account, decision, effect)
    if not isinstance(step, Send):
        lag = _not_booked_yet(account, decision, rules.dunning, at) if ordered else None
        return lag or _why_not(account, step, effect, rules.dunning, at)
    if (mode := rules.for_step(step).mode) not in ACTING and not effect.ordered_by:
        return f"the step {step.step!r} is in mode {mode}"
    if taking.reminder_of(account, step) != effects.core_of(effect):
        return _why_not(account, step, effect, rules.dunning, at)
    later = _not_yet(decision, step, now) or later
    return later or Look(account, step, rules.dunning, read_at, invoices)


def _about_the_same(
    account: Account, decision: Send | Wait | Ask, effect: Reminder
) -> Send | Wait | Ask:
    """Of what is done at the same moment, what the effect is about, if any of it is; a question
    that a person may have answered with it counts as what it proposes."""
    found = list(at_the_same_time(decision))
    if effect.ordered_by:
        found = [
            one.proposed or one
            if isinstance(one, Ask) and one.matter in taking.MAY_BE_ORDERED
            else one
            for one in found
        ]
    core, steps = effects.core_of(effect), [one for one in found if isinstance(one, Send)]
    same = (one for one in steps if taking.reminder_of(account, one) == core)
    return next(same, steps[0] if steps else found[0 if effect.ordered_by else -1])


def _why_not(
    account: Account, found: Send | Wait | Ask, effect: Reminder, policy: DunningPolicy,
    at: datetime,
) -> Ask | str:  # fmt: skip
    """Why its invoices are not asked for any more, where that is known; else what is done now."""
    _, rules = policy.applying_to(account, hours_of(policy, account.time_zone).today(at))
    own = [one for one in account.invoices if one.id in effect.invoice_ids]
    if excluded := "; ".join(filter(None, (exclusion(one, rules) for one in own))):
        return excluded
    if isinstance(found, Ask) and found.proposed:
        is_own = not set(effect.invoice_ids).isdisjoint(found.proposed.invoice_ids)
        return found if is_own else found.reason
    if not isinstance(found, Send):
        return found.reason
    before, due = effects.asked_by(effect), effects.asked_by(taking.reminder_of(account, found))
    if before == due:
        before, due = repr(effect.step), repr(found.step)
    return f"the account changed: {before} was decided on, {due} is due"


def _not_booked_yet(
    account: Account, decision: Send | Wait | Ask, policy: DunningPolicy, at: datetime
) -> Later | None:
    """What a person ordered keeps their word while the books may be behind the bank."""
    today = hours_of(policy, account.time_zone).today(at)
    _, rules = policy.applying_to(account, today)
    if not isinstance(decision, Wait) or decision.until is None:
        return None
    if decision.reason == standstill.bank_lag(account, rules, today):
        return Later(decision.until, decision.reason)
    return None


def _not_yet(decision: Send | Wait | Ask, step: Send, now: datetime) -> Later | None:
    """What a person ordered keeps its distance from the last message. That is looked at each day,
    because a message that was on its way may not have gone out."""
    if isinstance(decision, Ask) and decision.proposed is step and decision.not_before:
        until = min(decision.not_before, now + timedelta(days=1))
        return Later(until, "the customer was written to lately")
    return None


def _at_another_hour(
    account: Account, effect: Reminder, policy: DunningPolicy, now: datetime
) -> Later | None:
    """What a person ordered at night keeps their word until the morning; what nobody did is decided
    on anew then."""
    _, rules = policy.applying_to(account, hours_of(policy, account.time_zone).today(now))
    hours = sending_hours(rules, account, taking.channel_of(effect))
    opens = hours.next_open(now)
    return Later(opens, hours.closed(now)) if opens and opens > now else None
