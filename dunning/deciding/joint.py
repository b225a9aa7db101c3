"""One message for one customer, whatever it owes in several currencies."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dunning.contact_hours.hours import hours_of
from dunning.customer.account import Account, side_by_side
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from dunning.deciding import decide
from dunning.deciding.decision import Ask, Matter, Send, Wait, at_the_same_time
from dunning.deciding.limits import together_above
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Do


def next_step(
    account: Account, policy: DunningPolicy, now: datetime, *, ordered: Collection[str] = (),
    among: Collection[str] | None = None,
) -> Send | Wait | Ask:  # fmt: skip
    """What `decide.next_step` gives, with what is due by mail at `now` (aware UTC) in the
    customer's other currencies in the same message: in the firmest tone, with a total for each.

    The account whose message it becomes sends; the others wait for it. What is not due yet is not
    asked for together with what is late, and a message with a purpose of its own goes alone.
    """
    own = decide.next_step(account, policy, now, ordered=ordered, among=among)
    mail = _mail_of(own)
    if not account.beside or mail is None:
        return own
    _, rules = policy.applying_to(account, mail.on)
    beside = side_by_side([account, *account.beside])[1:]
    found = (_mail_of(decide.next_step(one, policy, now)) for one in beside)
    mails = sorted([mail, *filter(None, found)], key=lambda one: _rank(one, rules))
    together = _as_one(account, mail, mails, rules, now)
    return replace(own, meanwhile=together) if isinstance(own, Ask) else together


def _as_one(
    account: Account, own: Send, mails: Sequence[Send], rules: DunningPolicy, now: datetime
) -> Send | Wait | Ask:
    """`mails` are those of every currency, in their order."""
    first = mails[0]
    if first is not own:
        return Wait(None, f"it waits for the message about {first.total}", own.reasons)
    others = [one for one in mails[1:] if _go_together(own, one, rules)]
    return _joined(account, own, others, rules, now) if others else own


def parts(account: Account, step: Send) -> Iterator[tuple[Account, Send]]:
    """The step in each of its currencies, with the account that it is about."""
    yield account, step
    accounts = {one.currency: one for one in account.beside}
    for one in step.besides:
        yield accounts[one.total.currency], one


def asked_numbers(account: Account, step: Send) -> tuple[str, ...]:
    """The numbers of all the invoices that the step asks for."""
    return tuple(
        invoice.number
        for owing, one in parts(account, step)
        for invoice in owing.invoices
        if invoice.id in one.invoice_ids
    )


def _joined(
    account: Account, own: Send, others: Sequence[Send], rules: DunningPolicy, now: datetime
) -> Send | Ask:
    """Held once more to what holds for a message as a whole."""
    step = replace(
        own,
        besides=tuple(others),
        reasons=(*own.reasons, *(f"{it.total} is asked for in the same message" for it in others)),
        draft=own.draft or any(it.draft for it in others),
    )
    hours = hours_of(rules, account.time_zone)
    tomorrow = hours.opening(hours.today(now) + timedelta(days=1))
    both = list(parts(account, step))
    totals = [one.total for _, one in both]
    if too_much := together_above(totals, rules.remind_at_most, account.rates):
        return Ask(too_much, step.reasons, Matter.ABOVE_LIMIT, step, tomorrow)
    return step


def _mail_of(decision: Send | Wait | Ask) -> Send | None:
    """What goes by mail now, beside a question about a formal step as well."""
    sent = (one for one in at_the_same_time(decision) if isinstance(one, Send))
    mails = (it for it in sent if it.do is Do.MESSAGE and it.channel is Channel.EMAIL)
    return next(mails, None)


def _go_together(first: Send, other: Send, rules: DunningPolicy) -> bool:
    purposes = {first.manner.purpose, other.manner.purpose}
    ruled_alike = (first.mode, first.approver, first.to) == (other.mode, other.approver, other.to)
    is_usual = ruled_alike and purposes == {Purpose.REMIND}
    return is_usual and _is_ahead(first, rules) == _is_ahead(other, rules)


def _rank(step: Send, rules: DunningPolicy) -> tuple[bool, bool, int, str]:
    """What is late comes first, then what has a purpose of its own, then the firmest."""
    usual = step.manner.purpose is Purpose.REMIND
    return _is_ahead(step, rules), usual, -step.tone.firmness, step.total.currency


def _is_ahead(step: Send, rules: DunningPolicy) -> bool:
    """Whether it is a step before the due date; one that is no step of the policy comes later."""
    offsets = (one.offset_days for one in rules.steps if one.name == step.step)
    return next(offsets, 1) <= 0
