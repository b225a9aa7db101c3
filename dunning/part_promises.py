"""What a customer promised of an invoice by itself keeps back that much of it, and no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dunning.account import Account, DueInvoice
from dunning.hours import Hours
from dunning.policy import DunningPolicy
from dunning.sequence import broken_at
from providers.money import Money


def set_apart(account: Account, policy: DunningPolicy, hours: Hours, now: datetime) -> Account:
    """The account at `now` (aware UTC) with what is promised of each invoice, where that is less
    than may be asked for: the rest is asked for as usual. The oldest invoices of a promise come
    first. A promise that a person wrote down holds its invoices as they are, and so does one that
    covers what may be asked for."""
    standing = [it for it in account.promises if now < broken_at(it, policy, hours)]
    if all(it.holds is None for it in standing):
        return account
    whole = {id_ for it in standing if it.holds is None for id_ in it.invoice_ids}
    held: dict[str, Money] = {}
    for promise in standing:
        left = promise.holds or Money.zero(account.currency)
        theirs = [i for i in account.invoices if i.id in promise.invoice_ids]
        for one in sorted(theirs, key=_oldest):
            if one.due is None or promise.on < one.due:
                continue
            before = held.get(one.id, Money.zero(account.currency))
            taken = min(left, one.asked - before)
            held[one.id] = before + taken
            left -= taken
    parts = {i.id: held[i.id] for i in account.invoices if i.id in held and held[i.id] < i.asked}
    return replace(
        account,
        invoices=tuple(
            replace(i, promised=parts[i.id]) if i.id in parts and i.id not in whole else i
            for i in account.invoices
        ),
    )


def _oldest(invoice: DueInvoice) -> tuple[str, str, str]:
    return str(invoice.due or invoice.issued), invoice.number, invoice.id
