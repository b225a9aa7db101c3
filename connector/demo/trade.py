"""What a company of the demonstration is made of: buyers, bills, and the money they send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer. `email` may be empty: not every customer has an address. `phone` is in E.164,
    `street` a postal address: line, city, region, postal code, country."""

    id: str
    name: str
    email: str
    currency: str
    phone: str = ""
    street: tuple[str, str, str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """An invoice, or a credit note where `total` is negative; `left` is what is open at first.

    Without `due` the ledger's own terms say when it is due. What was paid of it before was paid so
    many days late.
    """

    buyer_id: str
    number: str
    issued: date
    due: date | None
    currency: str
    total: Decimal
    left: Decimal
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money on its way. Without `buyer_id` only the bank knows of it."""

    id: str
    on: date
    amount: Decimal
    currency: str
    payer: str
    text: str
    buyer_id: str = ""


@dataclass(frozen=True, slots=True)
class Business:
    """One company. `ledger` is quickbooks or xero, `country` ISO 3166, `time_zone` IANA."""

    name: str
    ledger: str
    currency: str
    country: str
    time_zone: str
    buyers: Sequence[Buyer]
    bills: Sequence[Bill]
    transfers: Sequence[Transfer] = ()
