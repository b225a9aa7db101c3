"""What a CAMT entry says of another currency: what the payer sent, and the bank's rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from providers.bank.amounts import currency_of, money, number
from providers.bank.xml import first, text
from providers.money import Money
from providers.rates import Rate
from providers.receipts import Entry

AMOUNTS = ("InstdAmt", "TxAmt", "CntrValAmt")
"""What was instructed goes before what is left after conversions on the way (ISO 20022,
AmountAndCurrencyExchange)."""


def exchanged(entry: Entry, told: Sequence[Element], where: str) -> Entry:
    """The entry with what these elements say it was before the bank converted it, if they do."""
    if entry.amount.amount <= 0:
        return entry
    details = [found for one in told if (found := first(one, "AmtDtls")) is not None]
    original = next((it for one in details if (it := _original(one, entry, where))), None)
    if original is None:
        return entry
    rates = (_rate(one, original, entry.amount) for one in details)
    return replace(entry, original=original, rate=next(filter(None, rates), None))


def _original(details: Element, entry: Entry, where: str) -> Money | None:
    for name in AMOUNTS:
        element = first(details, name, "Amt")
        if element is None or element.get("Ccy") == entry.amount.currency:
            continue
        currency = currency_of(element.get("Ccy", ""), where)
        found = money(number(element.text or "", where), currency, where)
        if found.amount > 0:
            return found
    return None


def _rate(details: Element, original: Money, came: Money) -> Rate | None:
    """Only where the bank names the unit can its rate be told from the inverse (UnitCcy: "currency
    in which the rate of exchange is expressed")."""
    for name in AMOUNTS:
        exchange = first(details, name, "CcyXchg")
        unit, written = text(first(exchange, "UnitCcy")), text(first(exchange, "XchgRate"))
        other = {original.currency: came.currency, came.currency: original.currency}.get(unit)
        try:
            price = Decimal(written)
        except InvalidOperation:
            continue
        if other and price.is_finite() and price > 0:
            return Rate(unit, price, other)
    return None
