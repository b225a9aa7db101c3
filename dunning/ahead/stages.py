"""Every stage of a sequence for one account, one after another, as it would be decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, get_args

from dunning.ahead.plan import plan
from dunning.contact_hours.hours import hours_of
from dunning.contact_law.budget import Budget
from dunning.customer.account import Account, DueInvoice, SentMessage
from dunning.customer.channels import Channel
from dunning.customer.standing import Payer, Standing
from dunning.deciding.decision import Ask, Matter, Send
from dunning.rules.policy import DunningPolicy, Weekday
from providers.ledger import Status
from providers.money import Money

AHEAD_DAYS = 500
EXAMPLE_NUMBER = "+12025550142"
"""Of the numbers that are kept for fiction."""
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
    "min_days_between_messages": 1,
    "working_days": tuple(get_args(Weekday)),
    "business_start": time.min,
    "business_end": time(23, 59),
    "budget": Budget(contacts_per_7_days=50, contacts_per_30_days=200),
}
"""What would let a step be missed, and so not be shown."""
PLAIN = frozenset({Matter.FORMAL, Matter.CALL})
"""What is a person's for what it is: its name says enough."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A step and the account as it would be then. `person` is what a person decides there, or why
    one does; empty where the step is taken without."""

    account: Account
    step: Send
    person: str = ""


def stages(account: Account, policy: DunningPolicy) -> Iterator[Stage]:
    """The steps that an account would go through, from before its oldest due date to the end of
    the policy, if nothing were paid, nobody stopped them, and people approved what is theirs.
    They come on their days whether people work on those or not, and at whatever hour a number may
    ring, so that none is missed.
    """
    dated = [i.due for i in account.invoices if i.due]
    if not dated:
        return
    rules = policy.alone(account, min(dated)).model_copy(update=ASIDE)
    zone = hours_of(policy, account.time_zone).zone
    start = datetime.combine(min(dated) - BEFORE, time.min, zone)
    bare = replace(
        account, sent=(), promises=(), paused_reason="", unread_reply=False,
        waiting_cash=False, payment_started_at=None, booked_until=None, no_post="",
        emails=account.emails or ("any@customer.example",),
    )  # fmt: skip
    sent: tuple[SentMessage, ...] = ()
    for planned in plan(bare, rules, start.astimezone(UTC), days=AHEAD_DAYS, approving=True):
        stage = _stage(replace(bare, sent=sent), planned.what)
        if stage is None:
            return
        yield stage
        sent = (*sent, stage.step.taken(planned.at))


def _stage(account: Account, what: Send | Ask) -> Stage | None:
    if isinstance(what, Send):
        return Stage(account, what, "a draft" if what.draft else "")
    if what.proposed is None:
        return None
    step = what.proposed
    if what.matter is Matter.NO_ADDRESS:
        # Mail and post are at hand here, so it is a number for the text that is missing.
        step = replace(step, channel=Channel.TEXT)
    return Stage(account, step, str(step.do) if what.matter in PLAIN else what.reason)


def as_payer(account: Account, payer: Payer, today: date) -> Account:
    """The account as that of a customer of five years who pays like this."""
    share, late = KINDS[payer]
    known = Standing(today - SINCE, 40, share, late, Decimal(0))
    return replace(account, standing=known)


def example(today: date, currency: str, time_zone: str) -> Account:
    """A made-up customer with one open invoice, two weeks late on a day, who agreed to texts."""
    owed = Money.of("1234.50", currency)
    due = today - timedelta(days=14)
    invoice = DueInvoice("example", "1042", due - timedelta(days=30), due, owed, owed, Status.OPEN)
    return Account(
        "example", "Maple & Sons", ("accounts@customer.example",), currency, (invoice,),
        Money.zero(currency), time_zone, text_to=EXAMPLE_NUMBER,
    )  # fmt: skip
