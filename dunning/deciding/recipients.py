"""To which of a customer's contacts a mail goes where those before them seem not to read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.persons import Contact, plain
from dunning.rules.policy import DunningPolicy


def another(
    account: Account, policy: DunningPolicy, is_free: Callable[[tuple[Contact, ...]], bool]
) -> tuple[str, ...]:
    """The address of the next contact, as long as the newest messages by mail show no sign of being
    read: each is tried once, in their order, and whoever was contacted too often by now (`is_free`)
    is left for another time. Empty where the usual ones are written to, and where the policy does
    not want it: others learn what is owed."""
    if not (policy.try_other_contacts and policy.unread_after_messages):
        return ()
    tracked = [m for m in account.counted if m.channel is Channel.EMAIL and m.opened is not None]
    newest = sorted(tracked, key=lambda m: m.at, reverse=True)
    unread = list(takewhile(lambda m: not (m.opened or m.clicked), newest))
    if len(unread) < policy.unread_after_messages:
        return ()
    tried = {plain(address) for message in unread for address in message.to}
    met = account.other_contacts or ((),) * len(account.other_emails)
    both = zip(account.other_emails, met, strict=True)
    left = ((to,) for to, contacts in both if plain(to) not in tried and is_free(contacts))
    return next(left, ())


def addressed(account: Account, to: tuple[str, ...]) -> Account:
    """The account as it is written to at these addresses, or at its usual ones without any."""
    return replace(account, emails=to) if to else account
