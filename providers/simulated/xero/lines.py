"""Line items and their arithmetic: amounts, discounts and tax."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from providers.simulated.store import Doc
from providers.simulated.xero import reading, wire
from providers.simulated.xero.books import Books
from providers.simulated.xero.refusals import Invalid

AMOUNT_TYPES = ("Exclusive", "Inclusive", "NoTax")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Sum:
    lines: list[Doc]
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


def add_up(books: Books, elements: list[Doc], amount_type: str, *, places: int, coded: bool) -> Sum:
    """Lines ready to be kept. `places` are the decimals of unit amounts; `coded` demands accounts.

    Raises Invalid.
    """
    lines = [_line(books, element, amount_type, places, coded=coded) for element in elements]
    tax = sum((line["TaxAmount"] for line in lines), Decimal(0))
    written = sum((line["LineAmount"] for line in lines), Decimal(0))
    net = written - tax if amount_type == "Inclusive" else written
    return Sum(lines, wire.to_cents(net), wire.to_cents(tax))


def _line(books: Books, element: Doc, amount_type: str, places: int, *, coded: bool) -> Doc:
    account = account_of(books, element)
    if coded and account is None:
        raise Invalid("Account code must be specified.")
    unit, quantity, amount = _amounts(element, places)
    tax_type = "NONE"
    if amount_type != "NoTax":
        tax_type = reading.text(element, "TaxType", account["TaxType"] if account else "NONE")
    line: Doc = {
        "LineItemID": str(element.get("LineItemID") or books.new_id()),
        "Description": reading.text(element, "Description"),
        "Quantity": quantity, "UnitAmount": unit, "LineAmount": amount, "TaxType": tax_type,
        "TaxAmount": _tax(books, element, amount, tax_type, amount_type),
    }  # fmt: skip
    if account:
        line |= {"AccountCode": account.get("Code", ""), "AccountID": account["AccountID"]}
    if item := reading.text(element, "ItemCode"):
        line["ItemCode"] = item
    if element.get("DiscountRate"):
        line["DiscountRate"] = reading.money(element, "DiscountRate")
    return line


def account_of(books: Books, element: Doc) -> Doc | None:
    """The account that a line or payment names by AccountCode or AccountID. Raises Invalid."""
    if id_ := element.get("AccountID"):
        found = books.get("account", str(id_))
    elif code := element.get("AccountCode"):
        found = books.find("account", str(code))
    else:
        return None
    if found is None:
        code = element.get("AccountCode") or element.get("AccountID")
        raise Invalid(f"Account code '{code}' is not a valid code for this document.")
    return found


def _amounts(element: Doc, places: int) -> tuple[Decimal, Decimal, Decimal]:
    quantity = reading.number(element, "Quantity")
    unit = reading.number(element, "UnitAmount")
    amount = reading.number(element, "LineAmount")
    quantity = Decimal(1) if quantity is None else quantity
    if unit is None:
        unit = (amount or Decimal(0)) / (quantity or Decimal(1))
    unit = unit.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    discount = reading.number(element, "DiscountRate") or Decimal(0)
    due = wire.to_cents(quantity * unit * (HUNDRED - discount) / HUNDRED)
    if amount is None or element.get("UnitAmount") is None:
        return unit, quantity, due if amount is None else wire.to_cents(amount)
    if wire.to_cents(amount) != due:
        raise Invalid(
            f"The line total {wire.to_cents(amount)} does not match the expected line total {due}"
        )
    return unit, quantity, due


def _tax(books: Books, element: Doc, amount: Decimal, tax_type: str, amount_type: str) -> Decimal:
    if amount_type == "NoTax":
        return Decimal("0.00")
    if element.get("TaxAmount") is not None:
        return reading.money(element, "TaxAmount")
    row = books.get("taxrate", tax_type)
    if row is None:
        raise Invalid(f"The TaxType code '{tax_type}' does not exist or cannot be used here.")
    rate = Decimal(str(row["EffectiveRate"]))
    if amount_type == "Inclusive":
        return wire.to_cents(amount * rate / (HUNDRED + rate))
    return wire.to_cents(amount * rate / HUNDRED)
