"""What happens after a message if nothing changes: what a letter may say of the next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from dunning.ahead.plan import Planned, plan
from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Matter, Send
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do, StepMode

AHEAD_DAYS = 120
A_PERSON = frozenset({Matter.ENDED, Matter.FORMAL, Matter.PERSON_WRITES, Matter.DISPUTED})
BY = {Do.CALL: "call", Do.LETTER: "letter"}


class Next(StrEnum):
    """What comes next, as a letter names it. A formal step is a person's decision, and before it
    is taken there is nothing else to say about it."""

    MESSAGE = "message"
    CALL = "call"
    LETTER = "letter"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Coming:
    """`on` is the first day in the client's zone on which it can be."""

    what: Next
    on: date


def coming(account: Account, step: Send, policy: DunningPolicy) -> Coming | None:
    """The next step about the same invoices once `step` is taken; None where it is not known, or
    where it is one that shadow would only note."""
    _, rules = policy.applying_to(account, step.on)
    hours = hours_of(rules, account.time_zone)
    moment = hours.opening(step.on)
    after = replace(account, sent=(*account.sent, step.taken(moment)))
    for planned in plan(after, policy, moment, days=AHEAD_DAYS):
        if isinstance(planned.what, Ask) or _is_about(planned.what, step):
            on = hours.today(planned.at)
            what = _what(planned, step, after=after, policy=policy) if on > step.on else None
            return Coming(what, on) if what else None
    return None


def _what(planned: Planned, step: Send, *, after: Account, policy: DunningPolicy) -> Next | None:
    if planned.step and planned.step.mode is StepMode.SHADOW:
        return None
    if isinstance(planned.what, Send):
        return Next(BY.get(planned.what.do, "message"))
    ask = planned.what
    if not _is_asked_about(ask, step, planned.at, after=after, policy=policy):
        return None
    if ask.matter is Matter.CALL:
        return Next.CALL
    return Next.PERSON if ask.matter in A_PERSON else None


def _is_asked_about(
    ask: Ask, step: Send, at: datetime, *, after: Account, policy: DunningPolicy
) -> bool:
    """Whether a question is about the invoices of a step. One that proposes nothing names none: it
    is, if it would be asked were there no others."""
    if ask.proposed:
        return _is_about(ask.proposed, step)
    alone = replace(after, invoices=tuple(i for i in after.invoices if i.id in step.invoice_ids))
    asked = next_step(alone, policy, at)
    return isinstance(asked, Ask) and asked.matter is ask.matter


def _is_about(one: Send, other: Send) -> bool:
    return not set(one.invoice_ids).isdisjoint(other.invoice_ids)
