"""What a customer promised of an invoice by itself keeps back that much of it, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from dunning.contact_hours.hours import Hours
from dunning.customer.account import Account, DueInvoice, Promise
from dunning.deciding.sequence import broken_at
from dunning.rules.policy import DunningPolicy
from providers.money import Money

LITTLE_LEFT = Decimal("0.05")
"""Of what may be asked for: so little is not asked for while the rest is promised."""


def set_apart(account: Account, policy: DunningPolicy, hours: Hours, now: datetime) -> Account:
    """The account at `now` (aware UTC) with what is promised of each invoice, where that is less
    than may be asked for: the rest is asked for as usual. The oldest invoices of a promise come
    first. A promise that a person wrote down holds its invoices as they are, and so does one that
    covers nearly all of what may be asked for."""
    standing = [it for it in account.promises if now < broken_at(it, policy, hours)]
    whole = {id_ for it in standing if it.holds is None for id_ in it.invoice_ids}
    held = _held(account, [it for it in standing if it.holds])
    parts = {id_: part for id_, part in held.items() if id_ not in whole}
    if not parts and all(i.promised is None for i in account.invoices):
        return account
    bare = (replace(i, promised=None) for i in account.invoices)
    kept = ((i, parts.get(i.id)) for i in bare)
    return replace(
        account,
        invoices=tuple(
            i if part is None or _is_nearly_all(part, i) else replace(i, promised=part)
            for i, part in kept
        ),
    )


def _held(account: Account, standing: Sequence[Promise]) -> Mapping[str, Money]:
    """How much of each invoice that a promise is about is promised."""
    found: dict[str, Money] = {}
    none = Money.zero(account.currency)
    for promise in standing:
        left = promise.holds or none
        theirs = (replace(i, promised=None) for i in account.invoices)
        meant = [i for i in theirs if i.id in promise.invoice_ids and i.due and i.due <= promise.on]
        for one in sorted(meant, key=_oldest):
            before = found.get(one.id, none)
            taken = min(left, one.asked - before)
            found[one.id] = before + taken
            left -= taken
    return found


def _oldest(invoice: DueInvoice) -> tuple[str, str, str]:
    return str(invoice.due or invoice.issued), invoice.number, invoice.id


def _is_nearly_all(part: Money, invoice: DueInvoice) -> bool:
    return (invoice.asked - part).amount <= invoice.asked.amount * LITTLE_LEFT
