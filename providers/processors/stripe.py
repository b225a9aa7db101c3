"""What Stripe's reports and Stripe's API have in common: categories, amounts, references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from providers.figures import Unreadable, exact
from providers.money import Money
from providers.receipts import PartKind

NAME = "stripe"

# https://docs.stripe.com/reports/reporting-categories; what is not named here is an adjustment
KINDS: Mapping[str, PartKind] = MappingProxyType({
    "charge": PartKind.CHARGE,
    "payment": PartKind.CHARGE,
    "partial_capture_reversal": PartKind.REFUND,
    "refund": PartKind.REFUND,
    "payment_refund": PartKind.REFUND,
    "refund_failure": PartKind.REFUND,
    "charge_failure": PartKind.REFUND,
    "dispute": PartKind.DISPUTE,
    "dispute_reversal": PartKind.DISPUTE,
    "fee": PartKind.FEE,
    "stripe_fee": PartKind.FEE,
    "network_cost": PartKind.FEE,
    "tax": PartKind.FEE,
    "risk_reserved_funds": PartKind.RESERVE,
    "connect_reserved_funds": PartKind.RESERVE,
    "payout_minimum_balance_hold": PartKind.RESERVE,
    "payout_minimum_balance_release": PartKind.RESERVE,
})  # fmt: skip
PAYOUTS = frozenset(("payout", "payout_reversal"))
"""The movements that are payouts themselves, and no part of one."""

# https://docs.stripe.com/currencies: zero-decimal and three-decimal currencies; UGX and ISK are
# written in hundredths although they have none
WHOLE = frozenset(re.findall(r"\w+", "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF"))
THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
INVOICE_KEYS = ("invoice_number", "invoice_no", "invoice", "invoice_id", "order_id")
"""The metadata in which shops keep the invoice number, the likeliest first."""


def kind_of(category: str) -> PartKind:
    return KINDS.get(category, PartKind.ADJUSTMENT)


def of_minor(amount: int, currency: str) -> Money:
    """An amount as the API gives it, in the smallest unit. Raises Unreadable."""
    code = currency.upper()
    places = 0 if code in WHOLE else 3 if code in THOUSANDTHS else 2
    return exact(Decimal(amount).scaleb(-places), code)


def of_major(text: str, currency: str) -> Money:
    """An amount as the reports give it, in the currency itself. Raises Unreadable."""
    if not re.fullmatch(r"-?\d{1,13}(\.\d{1,6})?", text.strip()):
        raise Unreadable(f"{text!r} is no amount; write it as 1234.50")
    return exact(Decimal(text.strip()), currency.upper())


def invoice_number(metadata: Mapping[str, object]) -> str:
    """The invoice number that the shop kept with the charge, or empty."""
    kept = {name.casefold().replace(" ", "_").replace("-", "_"): v for name, v in metadata.items()}
    return next((str(kept[name]).strip() for name in INVOICE_KEYS if kept.get(name)), "")
