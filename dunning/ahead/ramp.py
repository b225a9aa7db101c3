"""Who is written to first when more customers wait than may be written to on one day."""

from __future__ import annotations

from collections.abc import Sequence

from dunning.customer.account import Account
from dunning.deciding.decision import Send
from dunning.rules.policy import DunningPolicy

Waiting = tuple[Account, Send]


def admit(
    waiting: Sequence[Waiting], policy: DunningPolicy, *, written_today: int
) -> tuple[tuple[Waiting, ...], tuple[Waiting, ...]]:
    """Those who may be written to now, and those who wait for another day.

    `written_today` counts the customers who were written to since midnight in the client's zone.
    Who owes longest comes first, in any order of `waiting`.
    """
    ordered = sorted(waiting, key=_urgency)
    room = max(0, policy.ramp_per_day - written_today)
    return tuple(ordered[:room]), tuple(ordered[room:])


def _urgency(one: Waiting) -> tuple[str, str, str]:
    account, send = one
    dues = [str(i.due) for i in account.invoices if i.id in send.invoice_ids and i.due]
    return (min(dues, default=""), account.customer_id, account.currency)
