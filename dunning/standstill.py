"""What holds every message to a customer: people, answers that nobody read, money on its way."""

from __future__ import annotations

from datetime import date

from dunning.account import Account
from dunning.policy import DunningPolicy


def held(account: Account) -> str:
    """Why nothing is sent until something changes; empty where nothing stands in the way."""
    if account.paused_reason:
        return account.paused_reason
    if account.unread_reply:
        return "the customer answered; a person reads it first"
    if account.waiting_cash:
        return "money or news of this customer came in and is worked on first"
    return ""


def bank_lag(account: Account, policy: DunningPolicy, today: date) -> str:
    """Why the books may be too far behind the bank for a message today; empty if they are not."""
    booked = account.booked_until
    if booked is None or not policy.books_lag(booked, today):
        return ""
    return (
        f"the newest receipt in the books is of {booked}, {(today - booked).days} days ago: money"
        " may be at the bank and not booked"
    )
