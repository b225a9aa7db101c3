"""The steps ahead, if nothing changes: the same decisions, taken for the moments to come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dunning.customer.account import Account
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Ask, Send, Wait
from dunning.rules.policy import DunningPolicy


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be done at a moment (aware UTC)."""

    at: datetime
    what: Send | Ask

    @property
    def step(self) -> Send | None:
        """What is taken, or proposed to a person; None where only a person knows."""
        return self.what if isinstance(self.what, Send) else self.what.proposed


def plan(
    account: Account, policy: DunningPolicy, now: datetime, *, days: int, approving: bool = False
) -> tuple[Planned, ...]:
    """What `next_step` gives from now on for a number of days, each message taken as sent.

    It ends with the first question to a person, or when nothing is left that time brings about.
    With `approving` it goes on as if the person had the step taken that is proposed, where one is.
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
        ahead.append(planned := Planned(moment, what))
        if planned.step is None or not (approving or isinstance(what, Send)):
            break
        account = replace(account, sent=(*account.sent, planned.step.taken(moment)))
    return tuple(ahead)
