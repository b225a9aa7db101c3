"""For what purpose a message is written: from what became of those before it, and of the money."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dunning.contact_hours.hours import Hours
from dunning.customer.account import Account, DueInvoice, Promise, SentMessage
from dunning.customer.purpose import Purpose
from dunning.rules.policy import DunningPolicy


@dataclass(frozen=True, slots=True)
class Occasion:
    """`about` are the ids of the invoices that a purpose which is spoken of once is about, `why` is
    why it is not the usual one, empty where it is."""

    purpose: Purpose = Purpose.REMIND
    about: tuple[str, ...] = ()
    why: str = ""


def occasion(
    account: Account, policy: DunningPolicy, hours: Hours, earlier: Collection[SentMessage], *,
    promise: Promise | None, invoices: Collection[DueInvoice],
) -> Occasion:  # fmt: skip
    """The occasion of a message about these invoices, after a broken `promise` where there is one.
    `earlier` is what reached the customer about any of them, the oldest first.

    That something may be unclear, that paying may have failed, or that an invoice is open again is
    said once about an invoice, and from then on it is reminded of as usual. Nobody is asked who has
    answered since the first message, or for what was done after a notice before the due date.
    """
    if promise:
        why = f"{promise.amount} was promised for {promise.on}"
        return Occasion(Purpose.PROMISE_BROKEN, (), why)
    if back := _back(account, invoices):
        return Occasion(Purpose.RETURNED, back, "an invoice that was paid is open again")
    if all(i.plan for i in invoices):
        numbers = ", ".join(sorted({i.plan for i in invoices}))
        return Occasion(Purpose.INSTALMENT, (), f"it is paid by payment plan {numbers}")
    if not earlier or _answered_since(account, next(iter(earlier))):
        return Occasion()
    reminders = [m for m in earlier if _is_late(m, invoices, hours)]
    asked = _page_opened(account, earlier, reminders, invoices) or _unclear(
        account, policy, earlier, reminders, invoices
    )
    return asked or Occasion()


def _said(account: Account, purpose: Purpose, invoice: DueInvoice) -> bool:
    """Whether it was said about an invoice before, by a message that went out or will."""
    return any(
        message.said(purpose, invoice.id)
        for message in account.sent
        if not (message.noted_only or message.came_back)
        or (message.in_shadow and account.in_shadow)
    )


def _back(account: Account, invoices: Collection[DueInvoice]) -> tuple[str, ...]:
    """The invoices that are open again, of which that was not said."""
    return tuple(i.id for i in invoices if i.reopened and not _said(account, Purpose.RETURNED, i))


def _answered_since(account: Account, message: SentMessage) -> bool:
    return account.answered_at is not None and account.answered_at > message.at


def _is_late(message: SentMessage, invoices: Collection[DueInvoice], hours: Hours) -> bool:
    """Whether one of the invoices that the message was about was overdue when it went out."""
    day = hours.today(message.at)
    return any(i.due and i.due < day for i in invoices if i.id in message.invoice_ids)


def _page_opened(
    account: Account, earlier: Collection[SentMessage], reminders: Collection[SentMessage],
    invoices: Collection[DueInvoice],
) -> Occasion | None:  # fmt: skip
    """Where the pay page of one of the invoices was opened after the last message about them, and
    it was reminded of before."""
    at, page = account.payment_started_at, account.payment_started_for
    if at is None or any(m.at >= at for m in earlier):
        return None
    return next(
        (
            Occasion(
                Purpose.PAYMENT_STARTED, (page,),
                f"the pay page of invoice {i.number} was opened at {at:%Y-%m-%d %H:%M}",
            )
            for i in invoices
            if i.id == page and any(page in m.invoice_ids for m in reminders)
            and not _said(account, Purpose.PAYMENT_STARTED, i)
        ),
        None,
    )  # fmt: skip


def _unclear(
    account: Account, policy: DunningPolicy, earlier: Collection[SentMessage],
    reminders: Collection[SentMessage], invoices: Collection[DueInvoice],
) -> Occasion | None:  # fmt: skip
    """Where the last message reminded of something, and was opened often."""
    *_, last = earlier
    opens, limit = last.opened or 0, policy.unclear_after_opens
    if not limit or opens < limit or last not in reminders:
        return None
    if any(_said(account, Purpose.UNCLEAR, i) for i in invoices):
        return None
    why = f"the last message was opened {opens} times (opens are unreliable) and not answered"
    return Occasion(Purpose.UNCLEAR, tuple(i.id for i in invoices), why)
