"""One message for one customer, whatever it owes in several currencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeGuard

from dunning import decide
from dunning.account import Account, side_by_side
from dunning.channels import Channel
from dunning.decision import Ask, Matter, Send, Wait
from dunning.limits import together_above
from dunning.policy import DunningPolicy
from dunning.steps import Do


def next_step(account: Account, policy: DunningPolicy, now: datetime) -> Send | Wait | Ask:
    """What `decide.next_step` gives, with what is due by mail at `now` (aware UTC) in the
    customer's other currencies in the same message: in the firmest tone, with a total for each.

    The account whose message it becomes sends; the others wait for it.
    """
    own = decide.next_step(account, policy, now)
    if not _is_mail(own):
        return own
    beside = side_by_side([account, *account.beside])[1:]
    found = (decide.next_step(one, policy, now) for one in beside)
    others = [step for step in found if _is_mail(step)]
    if not others:
        return own
    first = min((own, *others), key=_rank)
    if first is not own:
        return Wait(None, f"it goes into the message about {first.total}", own.reasons)
    step = replace(
        own,
        besides=tuple(sorted(others, key=_rank)),
        reasons=(*own.reasons, *(f"{it.total} is asked for in the same message" for it in others)),
        draft=own.draft or any(it.draft for it in others),
    )
    _, rules = policy.applying_to(account, own.on)
    totals = [one.total for one in (step, *step.besides)]
    too_much = together_above(totals, rules.remind_at_most, account.rates)
    return Ask(too_much, step.reasons, Matter.ABOVE_LIMIT, step) if too_much else step


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


def _is_mail(step: Send | Wait | Ask) -> TypeGuard[Send]:
    return isinstance(step, Send) and step.do is Do.MESSAGE and step.channel is Channel.EMAIL


def _rank(step: Send) -> tuple[int, str]:
    return -step.tone.firmness, step.total.currency
