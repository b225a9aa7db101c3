"""What a message is for, beside asking for the money."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """The first is the usual one."""

    REMIND = "remind"
    UNCLEAR = "ask whether something is unclear"
    PAYMENT_STARTED = "ask whether paying failed"
    PROMISE_BROKEN = "a promise was not kept"
    RETURNED = "a payment was returned"
    INSTALMENT = "an instalment of a payment plan"
