"""Which numbers of a customer can be used at all: where it is day there while business is open."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dunning.contact_hours.calling_hours import hours_at
from dunning.contact_hours.sending_hours import sending_hours
from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.rules.policy import DunningPolicy

SOON = timedelta(days=14)
"""Holidays pass within it. What may go out only later than that, as when clocks have changed, waits
for nobody: the step takes another channel, or a person is asked."""


def within_reach(account: Account, policy: DunningPolicy, now: datetime) -> Account:
    """The account without the numbers to which nothing may go out from `now` (aware) on for so
    long, and why, in `no_hour`. `policy` is the customer's own."""
    found = ((it, _no_hour(account, policy, it, now)) for it in (Channel.TEXT, Channel.CALL))
    no_hour = tuple((channel, why) for channel, why in found if why)
    if not no_hour:
        return account
    shut = dict(no_hour)
    return replace(
        account,
        text_to="" if Channel.TEXT in shut else account.text_to,
        call_to="" if Channel.CALL in shut else account.call_to,
        no_hour=no_hour,
    )


def _no_hour(account: Account, policy: DunningPolicy, channel: Channel, now: datetime) -> str:
    number = account.number(channel)
    if not number:
        return account.silent(channel)
    if not hours_at(number):
        return f"nobody knows what time it is at {number}"
    opens = sending_hours(policy, account, channel).next_open(now)
    if opens is not None and opens - now <= SOON:
        return ""
    return f"there is no hour at which it is day at {number} and business is open"
