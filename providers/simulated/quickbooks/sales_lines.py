"""The lines of invoices and the like: their amounts, their ids, and what they add up to."""

from __future__ import annotations

from decimal import Decimal

from providers.simulated.quickbooks.book import Book
from providers.simulated.quickbooks.refusals import Refusal, missing, not_found
from providers.simulated.quickbooks.wire import ZERO, amount, exact, reference
from providers.simulated.store import Doc

LINES_MAX = 750
SUBTOTAL = "SubTotalLineDetail"
DISCOUNT = "DiscountLineDetail"


def compose_lines(book: Book, old: Doc | None, wish: Doc, *, currency: str) -> list[Doc]:
    """The lines to keep, with the subtotal that the ledger adds. Raises Refusal."""
    wished = [line for line in wish.get("Line") or () if line.get("DetailType") != SUBTOTAL]
    if not wished or len(wished) > LINES_MAX:
        raise missing("Line")
    known = {line["Id"] for line in old["Line"] if "Id" in line} if old else set()
    last = max((int(id_) for id_ in known), default=0)
    lines = []
    for place, line in enumerate(wished, 1):
        id_ = str(line.get("Id") or "")
        if id_ not in known:
            last += 1
            id_ = str(last)
        lines.append(_line(book, line, currency) | {"Id": id_, "LineNum": place})
    subtotal = sum((line["Amount"] for line in lines if _is_sold(line)), ZERO)
    at = next((n for n, line in enumerate(lines) if line["DetailType"] == DISCOUNT), len(lines))
    lines.insert(at, {"Amount": subtotal, "DetailType": SUBTOTAL, SUBTOTAL: {}})
    return lines


def total(lines: list[Doc], tax: Decimal) -> Decimal:
    """What is sold, less discounts, and the tax."""
    sold = sum((line["Amount"] for line in lines if _is_sold(line)), ZERO)
    off = sum((line["Amount"] for line in lines if line["DetailType"] == DISCOUNT), ZERO)
    return sold - off + tax


def voided(lines: list[Doc]) -> list[Doc]:
    return [line | {"Amount": ZERO} for line in lines]


def _is_sold(line: Doc) -> bool:
    return line["DetailType"] in {"SalesItemLineDetail", "GroupLineDetail"}


def _line(book: Book, line: Doc, currency: str) -> Doc:
    kind = str(line.get("DetailType") or "")
    doc: Doc = {"DetailType": kind}
    if line.get("Description"):
        doc["Description"] = str(line["Description"])
    if kind == "SalesItemLineDetail":
        return doc | _item_line(book, line, currency)
    if kind == DISCOUNT:
        detail = line.get(DISCOUNT) or {}
        return doc | {"Amount": amount(line, "Amount", currency), DISCOUNT: _tidy(detail)}
    if kind in {"GroupLineDetail", "DescriptionOnly"}:
        number = exact(line.get("Amount") or 0, "Amount", currency)
        return doc | {"Amount": number, "DescriptionLineDetail": {}}
    raise missing("Line.DetailType")


def _item_line(book: Book, line: Doc, currency: str) -> Doc:
    detail = _tidy(line.get("SalesItemLineDetail") or {})
    item = book.peek("Item", reference(detail, "ItemRef") or "1")
    if item is None or not item["Active"]:
        raise not_found()
    detail["ItemRef"] = {"value": item["Id"], "name": item["Name"]}
    detail.setdefault("TaxCodeRef", {"value": "NON"})
    return {"Amount": _amount(line, detail, currency), "SalesItemLineDetail": detail}


def _amount(line: Doc, detail: Doc, currency: str) -> Decimal:
    """A line's amount is quantity times price where both are given."""
    price, quantity = detail.get("UnitPrice"), detail.get("Qty")
    product = None
    if price and quantity:
        product = exact(Decimal(str(price)) * Decimal(str(quantity)), "Amount", currency)
    if line.get("Amount") in (None, "") and product is not None:
        return product
    number = amount(line, "Amount", currency)
    if product is not None and number != product:
        raise Refusal(
            "6070",
            "Amount calculation incorrect in the request",
            f"Amount is not equal to UnitPrice * Qty. Supplied value:{number}",
        )
    return number


def _tidy(detail: Doc) -> Doc:
    return {name: value for name, value in detail.items() if value not in (None, "", {}, 0)}
