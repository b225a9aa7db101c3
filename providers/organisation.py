"""What a ledger says of the company itself, in neutral words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from providers.postal import PostalAddress


@dataclass(frozen=True, slots=True)
class Organisation:
    """One QuickBooks company or Xero organisation.

    `name` is what people call it, `legal_name` the legal entity. `deposit_account` is where a
    receipt is booked (an account id, empty when none can take it). `locked_until` is the last day
    of the closed period: nothing may be dated on or before it.
    """

    id: str
    name: str
    currency: str
    time_zone: str
    country: str
    locked_until: date | None = None
    deposit_account: str = ""
    native_reminders: bool = False
    legal_name: str = ""
    address: PostalAddress | None = None
