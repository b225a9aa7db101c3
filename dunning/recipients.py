"""To which of a customer's contacts a mail goes where those before them seem not to read it."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile

from dunning.account import Account
from dunning.channels import Channel
from dunning.policy import DunningPolicy


def another(account: Account, policy: DunningPolicy) -> tuple[str, ...]:
    """The address of the next contact, as long as the newest messages by mail show no sign of being
    read: each is tried once, in their order. Empty where the usual ones are written to, and where
    the policy does not want it: others learn what is owed."""
    tracked = [m for m in account.sent if m.channel is Channel.EMAIL and m.opened is not None]
    newest = sorted(tracked, key=lambda m: m.at, reverse=True)
    unread = sum(1 for _ in takewhile(lambda m: not (m.opened or m.clicked), newest))
    tried = unread - policy.unread_after_messages
    wanted = policy.try_other_contacts and policy.unread_after_messages
    if not wanted or not 0 <= tried < len(account.other_emails):
        return ()
    return (account.other_emails[tried],)


def addressed(account: Account, to: tuple[str, ...]) -> Account:
    """The account as it is written to at these addresses, or at its usual ones without any."""
    return replace(account, emails=to) if to else account
