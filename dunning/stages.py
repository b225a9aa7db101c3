"""Every letter of a sequence for one account, one after another, as it would be decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dunning.account import Account, DueInvoice, SentMessage
from dunning.decision import Ask, Send
from dunning.hours import hours_of
from dunning.plan import plan
from dunning.policy import DunningPolicy
from dunning.standing import Payer, Standing
from dunning.steps import Do
from providers.ledger import Status
from providers.money import Money

AHEAD_DAYS = 500
BEFORE = timedelta(days=61)
"""Longer than any notice before a due date."""
SINCE = timedelta(days=1950)
"""Five years, also on the days of the steps around today."""
KINDS = {
    Payer.RELIABLE: (Decimal("0.98"), Decimal(1)),
    Payer.MIXED: (Decimal("0.65"), Decimal(8)),
    Payer.CHRONIC: (Decimal("0.10"), Decimal(45)),
}
"""Share on time and mean days late of an example of each."""
ASIDE: dict[str, Any] = {
    "minimum": {},
    "remind_at_most": {},
    "bank_lag_days_max": None,
    "with_a_person": "",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A letter and the account as it would be then."""

    account: Account
    step: Send


def stages(account: Account, policy: DunningPolicy) -> Iterator[Stage]:
    """The messages that an account would get, from before its oldest due date on, if nothing were
    paid and nobody stopped them. What is a person's, such as a referral, is not among them.
    """
    dated = [i.due for i in account.invoices if i.due]
    if not dated:
        return
    rules = policy.model_copy(update=ASIDE)
    zone = hours_of(policy, account.time_zone).zone
    start = datetime.combine(min(dated) - BEFORE, time.min, zone)
    bare = replace(
        account, sent=(), promises=(), paused_reason="", key_account="", unread_reply=False,
        waiting_cash=False, payment_started_at=None, booked_until=None, no_post="",
        emails=account.emails or ("any@customer.example",),
    )  # fmt: skip
    sent: tuple[SentMessage, ...] = ()
    for planned in plan(bare, rules, start.astimezone(UTC), days=AHEAD_DAYS):
        if isinstance(planned.what, Ask):
            return
        step = planned.what
        if step.do is Do.MESSAGE:
            yield Stage(replace(bare, sent=sent), step)
        sent = (*sent, SentMessage(step.step, planned.at, step.invoice_ids, step.stages))


def as_payer(account: Account, payer: Payer, today: date) -> Account:
    """The account as that of a customer of five years who pays like this."""
    share, late = KINDS[payer]
    known = Standing(today - SINCE, 40, share, late, Decimal(0))
    return replace(account, standing=known)


def example(today: date, currency: str, time_zone: str) -> Account:
    """A made-up customer with one open invoice, two weeks late on a day."""
    owed = Money.of("1234.50", currency)
    due = today - timedelta(days=14)
    invoice = DueInvoice("example", "1042", due - timedelta(days=30), due, owed, owed, Status.OPEN)
    return Account(
        "example", "Maple & Sons", ("accounts@customer.example",), currency, (invoice,),
        Money.zero(currency), time_zone,
    )  # fmt: skip
