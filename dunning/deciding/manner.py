"""How a customer is spoken to: for what purpose, in which tone, by which channel, and what of its
own history may be referred to."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from dunning.contact_hours.hours import Hours
from dunning.customer.account import Account, DueInvoice, Promise, SentMessage
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.occasion import occasion
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from providers.money import Money

LONG_YEARS = 2
"""From so many years on a reliable customer is thanked for them."""
STILL_RELIABLE_DAYS = 30
"""Whoever owes something that is later than that is not told that they pay on time."""
BEST_FIRST = (Payer.RELIABLE, Payer.NEW, Payer.MIXED, Payer.CHRONIC)
ADDRESSES = {Channel.EMAIL: "e-mail address", Channel.TEXT: "number for text messages"}


@dataclass(frozen=True, slots=True)
class Manner:
    """`years` is given where a long and reliable relation may be mentioned; with
    `is_longer` it is more than that.  `last_on` is the last
    day on which every one of these invoices was written about, None where there was none. `about`
    are the ids of the invoices that a purpose which is spoken of once is about: all, the one whose
    pay page was opened, or those that are open again. `disputed`, `later` and `held` are what is
    left out of the total: `later` is what a payment plan leaves for other days, `held` what the
    customer promised to pay on one."""

    purpose: Purpose
    tone: Tone
    payer: Payer
    years: int = 0
    is_longer: bool = False
    last_on: date | None = None
    promise: Promise | None = None
    disputed: Money | None = None
    later: Money | None = None
    held: Money | None = None
    cases: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The id of the invoice whose pay page was opened, where that is asked about."""
        return self.about[0] if self.purpose is Purpose.PAYMENT_STARTED else ""

    @property
    def returned(self) -> tuple[str, ...]:
        """The ids of the invoices that it is said of that they are open again."""
        return self.about if self.purpose is Purpose.RETURNED else ()


def manner(
    account: Account, policy: DunningPolicy, hours: Hours, latest: Step, today: date, *,
    invoices: Collection[DueInvoice],
) -> Manner:  # fmt: skip
    """The manner of a message about some invoices, of whose steps `latest` is the latest."""
    ids = {i.id for i in invoices}
    earlier = _about(account, ids)
    promise = next((p for p in account.promises if _is_after(latest, p, ids)), None)
    found = occasion(account, policy, hours, earlier, promise=promise, invoices=invoices)
    tone, softer = _tone(policy, latest, earlier, purpose=found.purpose, invoices=invoices)
    payer = _payer_now(account, today)
    years, is_longer = max(
        (one.standing.years(today), one.standing.is_cut) for one in _everywhere(account)
    )
    disputed = [i.disputed for i in invoices if i.disputed]
    later = Money.total((i.not_yet_due for i in invoices), account.currency)
    held = Money.total((i.promised for i in invoices if i.promised), account.currency)
    promised = f"{held} of it is promised and not asked for" if held else ""
    return Manner(
        purpose=found.purpose,
        tone=tone,
        payer=payer,
        years=years if payer is Payer.RELIABLE and years >= LONG_YEARS else 0,
        is_longer=is_longer,
        last_on=_written_on(earlier, invoices, hours),
        promise=promise,
        disputed=Money.total(disputed, account.currency) if disputed else None,
        later=later or None,
        held=held or None,
        cases=tuple(i.case for i in invoices if i.disputed and i.case),
        reasons=(*filter(None, (found.why, promised)), *softer),
        about=found.about,
    )


def _is_after(step: Step, promise: Promise, invoice_ids: set[str]) -> bool:
    """Whether it is the step after this broken promise."""
    is_its_day = step.name == f"promise {promise.on}"
    return is_its_day and not invoice_ids.isdisjoint(promise.invoice_ids)


def channel(account: Account, policy: DunningPolicy, step: Step) -> tuple[Channel | None, str]:
    """By what a message goes, and why not by the first choice; None where nothing reaches.

    Of a step's channels the one that the customer asked for goes first. Where the last messages by
    mail show no sign of opening, the next channel is tried.
    """
    choices = sorted(step.channels, key=lambda it: it is not account.prefers)
    usable = [it for it in choices if account.reaches(it)]
    if not usable:
        missing = " and no ".join(ADDRESSES[it] for it in choices)
        silent = (f": {why}" for it in choices if (why := account.silent(it)))
        return None, f"the customer has no {missing} that can be used{next(silent, '')}"
    others = [it for it in usable if it is not Channel.EMAIL]
    if usable[0] is Channel.EMAIL and (why := unopened(account, policy)):
        return [*others, Channel.EMAIL][0], why
    if usable[0] is not choices[0]:
        why = account.silent(choices[0])
        return usable[0], f"{choices[0]} does not reach the customer{f': {why}' if why else ''}"
    if usable[0] is not step.channels[0]:
        return usable[0], f"the customer asked for {usable[0]}"
    return usable[0], ""


def unopened(account: Account, policy: DunningPolicy) -> str:
    """That the last messages by mail show no sign of opening; empty where one does, or where it is
    not known."""
    limit = policy.unread_after_messages
    mails = (m for m in account.sent if m.channel is Channel.EMAIL and not m.came_back)
    tracked = [m for m in mails if m.opened is not None]
    last = sorted(tracked, key=lambda m: m.at)[-limit:] if limit else []
    if len(last) < max(limit, 1) or any(m.opened or m.clicked for m in last):
        return ""
    return f"the last {limit} messages by mail were not opened (opens are unreliable)"


def _everywhere(account: Account) -> tuple[Account, ...]:
    """The customer's accounts in every currency."""
    return (account, *account.beside)


def _payer_now(account: Account, today: date) -> Payer:
    """How the customer pays in the currency in which it does worst, in view of what is late now,
    too. Of another currency in which nothing is known yet nothing is said."""
    late = [
        (today - i.due).days
        for one in _everywhere(account)
        for i in one.invoices
        if i.due and i.open.amount > 0
    ]
    is_late = max(late, default=0) > STILL_RELIABLE_DAYS
    known = [p for one in account.beside if (p := one.standing.payer) is not Payer.NEW]
    worst = max((account.standing.payer, *known), key=BEST_FIRST.index)
    return Payer.MIXED if is_late and worst is Payer.RELIABLE else worst


def _about(account: Account, invoice_ids: set[str]) -> list[SentMessage]:
    """What reached the customer about any of these invoices, the oldest first."""
    found = (m for m in account.sent if invoice_ids.intersection(m.invoice_ids) and m.went_out)
    return sorted(found, key=lambda m: m.at)


def _written_on(
    earlier: Collection[SentMessage], invoices: Collection[DueInvoice], hours: Hours
) -> date | None:
    """The last day on which every one of the invoices was written about."""
    days = [
        {hours.today(m.at) for m in earlier if m.is_written and i.id in m.invoice_ids}
        for i in invoices
    ]
    return max(set.intersection(*days), default=None)


def _tone(
    policy: DunningPolicy, latest: Step, earlier: list[SentMessage], *, purpose: Purpose,
    invoices: Collection[DueInvoice],
) -> tuple[Tone, tuple[str, ...]]:  # fmt: skip
    """The latest step's tone, softened where it would not be fair."""
    limits = [(policy.tone_at_most, "the policy asks for it")]
    if not earlier:
        why = "it is the first message about these invoices"
        limits.append((policy.first_message_tone_at_most, why))
    if purpose in (Purpose.UNCLEAR, Purpose.PAYMENT_STARTED):
        limits.append((Tone.REMINDER, "there may be a question"))
    if any(i.disputed for i in invoices):
        limits.append((Tone.DIRECT, "a part is disputed"))
    tone, reasons = latest.tone, []
    for limit, why in limits:
        if limit.firmness < tone.firmness:
            tone = limit
            reasons.append(f"softer than its step: {why}")
    return tone, tuple(reasons)
