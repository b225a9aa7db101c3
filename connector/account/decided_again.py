"""Whether a message that was decided on still stands: the decision is made once more."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.account import taking
from connector.account.collection_rules import Rules
from connector.outgoing import effects
from connector.outgoing.effects import PrintLetter, Reminder
from connector.rules.modes import ACTING
from dunning.contact_hours.hours import hours_of
from dunning.contact_hours.sending_hours import sending_hours
from dunning.customer.account import Account
from dunning.deciding import standstill
from dunning.deciding.decision import Ask, Send, Wait, at_the_same_time
from dunning.deciding.joint import next_step
from dunning.deciding.sequence import exclusion
from dunning.rules.policy import DunningPolicy
from providers.money import Money


@dataclass(frozen=True, slots=True)
class Later:
    """It is no hour for the message; it stands, and goes on waiting until then (aware UTC)."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Still:
    """The message as it stands, and why it goes out `later`, where it does."""

    account: Account
    step: Send
    policy: DunningPolicy
    later: Later | None


def found(
    rules: Rules, account: Account | None, effect: Reminder, *, made: bool = False
) -> Still | Later | Ask | str:
    """The decision at `rules.now`, or why it no longer stands: what a person is asked instead, or
    in words. `account` is without the steps that the message itself took; None where nothing is
    owed in its currency.

    What was `made` and only waits for somebody's hand is at no hour, and about its own invoices.
    """
    rules = rules.for_account(account) if account else rules
    if rules.mode not in ACTING:
        return f"reminders are in mode {rules.mode}"
    if account is None:
        return f"balance {Money.zero(effect.total.currency)}"
    keeps = made or effect.ordered_by
    closed = _at_another_hour(account, effect, rules.dunning, rules.now) if keeps else None
    at, own = closed.until if closed else rules.now, effects.invoices_of(effect)
    ordered = own if effect.ordered_by else ()
    decision = next_step(account, rules.dunning, at, ordered=ordered, among=own if made else None)
    step = _about_the_same(account, decision, effect)
    if not isinstance(step, Send):
        lag = _not_booked_yet(account, decision, rules.dunning, at) if ordered else None
        return lag or _why_not(account, step, effect, rules.dunning, at)
    if (mode := rules.for_step(step).mode) not in ACTING and not effect.ordered_by:
        return f"the step {step.step!r} is in mode {mode}"
    if taking.reminder_of(account, step) != effects.core_of(effect):
        return _why_not(account, step, effect, rules.dunning, at)
    later = _not_yet(decision, step, rules.now) or closed
    return Still(account, step, rules.dunning, later)


def why_not_posted(rules: Rules, account: Account | None, effect: PrintLetter) -> str:
    """Why a letter that was made should not be posted now; empty where it stands. The messages
    about other invoices kept their distance from it, and it keeps none from them."""
    own = set(effect.invoice_ids)
    if account:
        sent = tuple(one for one in account.sent if own.intersection(one.invoice_ids))
        account = replace(account, sent=sent, contacts=())
    again = found(rules, account, effect, made=True)
    match again:
        case Still():
            return ""
        case Later():
            return again.why
        case Ask():
            return again.reason
        case _:
            return again


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
    if isinstance(found, Wait):
        return "; ".join((found.reason, *found.reasons[: taking.REASONS_MAX]))
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
