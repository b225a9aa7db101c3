"""The steps ahead, if nothing changes: the same decisions, taken for the moments to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dunning.account import Account, SentMessage
from dunning.decide import next_step
from dunning.decision import Ask, Send, Wait
from dunning.policy import DunningPolicy


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be done at a moment (aware UTC)."""

    at: datetime
    what: Send | Ask


def plan(
    account: Account, policy: DunningPolicy, now: datetime, *, days: int
) -> tuple[Planned, ...]:
    """What `next_step` gives from now on for a number of days, each message taken as sent.

    It ends with the first question to a person, or when nothing is left that time brings about.
    """
    ahead: list[Planned] = []
    moment, last = now, now + timedelta(days=days)
    while moment <= last:
        what = next_step(account, policy, moment)
        if isinstance(what, Wait):
            if what.until is None:
                break
            moment = what.until
            continue
        ahead.append(Planned(moment, what))
        if isinstance(what, Ask):
            break
        message = SentMessage(what.step, moment, what.invoice_ids, what.stages)
        account = replace(account, sent=(*account.sent, message))
    return tuple(ahead)
