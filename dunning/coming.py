"""What happens after a message if nothing changes: what a letter may say of the next step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from dunning.account import Account
from dunning.decision import Ask, Matter, Send
from dunning.hours import hours_of
from dunning.plan import plan
from dunning.policy import DunningPolicy
from dunning.steps import Do

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
    """The next step about the same invoices once `step` is taken; None where it is not known."""
    _, rules = policy.applying_to(account, step.on)
    hours = hours_of(rules, account.time_zone)
    moment = hours.opening(step.on)
    after = replace(account, sent=(*account.sent, step.taken(moment)))
    for planned in plan(after, policy, moment, days=AHEAD_DAYS):
        what = _what(planned.what, step)
        if what is not None:
            return Coming(what, hours.today(planned.at))
        if isinstance(planned.what, Ask):
            return None
    return None


def _what(planned: Send | Ask, step: Send) -> Next | None:
    if isinstance(planned, Ask):
        if planned.matter is Matter.CALL:
            return Next.CALL
        return Next.PERSON if planned.matter in A_PERSON else None
    if not set(planned.invoice_ids) & set(step.invoice_ids):
        return None
    return Next(BY.get(planned.do, "message"))
