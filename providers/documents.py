"""What a ledger shows beside its records: the detail of an invoice, its accounts, its own aging."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from providers.money import Money

PDF = b"%PDF-"
"""How every PDF begins (ISO 32000)."""
ON_ITS_WAY = re.compile(
    r"undeposited|stripe|paypal|gocardless|shopify|adyen|mollie|sumup|worldpay"
    r"|\b(square|merchant|cards?[ -]clearing)\b",
    re.IGNORECASE,
)
"""How accounts are called that hold money on its way to the bank."""
A_COST = re.compile(r"\b(fees?|costs?|expenses?|prepaid|loans?|advances?)\b", re.IGNORECASE)
"""What is paid to a processor, or lent by one."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """`names` are what the ledger calls the product or service: its name, its SKU, its item code.
    `unit_price` is in the invoice's currency, exact and not rounded."""

    names: tuple[str, ...]
    description: str
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """`discount_percent` may be taken off by who pays within `discount_days` of the invoice's
    date; 0 where the terms grant no discount."""

    name: str
    discount_percent: Decimal
    discount_days: int


@dataclass(frozen=True, slots=True)
class InvoiceDetail:
    """`terms` is None where the invoice has none. `terms_untold` and `files_untold` say why the
    ledger does not tell, and are empty where it does. `tax` is in the invoice's currency."""

    lines: tuple[InvoiceLine, ...]
    tax: Money
    terms: PaymentTerms | None
    files: tuple[str, ...]
    terms_untold: str = ""
    files_untold: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the ledger to which a credit can be booked. `code` is empty where the ledger
    has none."""

    id: str
    code: str
    name: str

    @property
    def title(self) -> str:
        return f"{self.code} {self.name}".strip()

    def is_called(self, text: str) -> bool:
        """By its id, its code, its name or both of these; letter case does not count."""
        names = {self.id, self.code, self.name, self.title} - {""}
        return text.strip().casefold() in {name.casefold() for name in names}


def holds_money(name: str) -> bool:
    """Whether an asset that is no bank account is called so that it holds money on its way to the
    bank."""
    return bool(ON_ITS_WAY.search(name)) and not A_COST.search(name)


@dataclass(frozen=True, slots=True)
class Aged:
    """The ledger's own statement of what one customer owes on a day, in one currency."""

    customer_id: str
    owed: Money
