"""What invoices, credit memos, receipts and estimates have in common."""

from __future__ import annotations

from decimal import Decimal

from providers.simulated.quickbooks.book import Book, currency_ref
from providers.simulated.quickbooks.customer import active_customer, customer_ref
from providers.simulated.quickbooks.days import own_day
from providers.simulated.quickbooks.properties import names
from providers.simulated.quickbooks.refusals import business, duplicate_number, missing, too_long
from providers.simulated.quickbooks.sales_lines import compose_lines, total
from providers.simulated.quickbooks.wire import ZERO, exact, reference
from providers.simulated.store import Doc

TEXTS_MAX = {"PrivateNote": 4000, "DocNumber": 21, "PaymentRefNum": 21}
MEMO_CHARACTERS_MAX = 1000
BLANKED = names(
    "PrivateNote CustomerMemo BillEmail BillEmailCc BillEmailBcc ShipAddr ShipDate TrackingNum"
    " SalesTermRef DepartmentRef ClassRef ShipMethodRef"
)
_KEPT = BLANKED | names(
    "BillAddr CustomField PrintStatus EmailStatus DeliveryInfo ApplyTaxAfterDiscount PONumber"
    " DepositToAccountRef PaymentMethodRef PaymentRefNum ProjectRef LinkedTxn DocNumber"
)
FIRST_NUMBER = 1001


def compose_sales(book: Book, old: Doc | None, wish: Doc) -> Doc:
    """Everything but what depends on the kind: due date, balance, online payment."""
    check_texts(wish)
    customer = active_customer(book, wish)
    currency = agreed_currency(book, customer, wish)
    doc = _compose(book, old, wish, currency=currency)
    return (doc if old else _from_customer(customer) | doc) | {
        "CustomerRef": customer_ref(customer)
    }


def compose_over_the_counter(book: Book, old: Doc | None, wish: Doc) -> Doc:
    """A sale that nobody's name need be on (recorded)."""
    if reference(wish, "CustomerRef"):
        return compose_sales(book, old, wish)
    check_texts(wish)
    return _compose(book, old, wish, currency=book.currency)


def _compose(book: Book, old: Doc | None, wish: Doc, *, currency: str) -> Doc:
    doc = {name: value for name, value in wish.items() if name in _KEPT}
    lines = compose_lines(book, old, wish, currency=currency)
    tax = exact((wish.get("TxnTaxDetail") or {}).get("TotalTax") or 0, "TotalTax", currency)
    doc |= {
        "CurrencyRef": currency_ref(currency),
        "TxnDate": own_day(book, wish).isoformat(),
        "Line": lines,
        "TxnTaxDetail": {"TotalTax": tax},
        "TotalAmt": total(lines, tax),
        "LinkedTxn": list(old.get("LinkedTxn", [])) if old else [],
    }
    doc.setdefault("CustomField", [{"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}])
    doc.setdefault("ApplyTaxAfterDiscount", False)
    doc["PrintStatus"] = _status(doc, "PrintStatus", "NeedToPrint")
    doc["EmailStatus"] = _status(doc, "EmailStatus", "NotSet")
    return doc | exchange(book, wish, currency, doc["TotalAmt"])


def check_texts(wish: Doc) -> None:
    """Raises Refusal on a text that is too long."""
    for name, characters_max in TEXTS_MAX.items():
        if len(str(wish.get(name) or "")) > characters_max:
            raise too_long(name, characters_max)
    memo = wish.get("CustomerMemo")
    if isinstance(memo, dict) and len(str(memo.get("value") or "")) > MEMO_CHARACTERS_MAX:
        raise too_long("CustomerMemo", MEMO_CHARACTERS_MAX)


def agreed_currency(book: Book, customer: Doc, wish: Doc) -> str:
    """A transaction is in its customer's currency, and says so where there are several."""
    wished = reference(wish, "CurrencyRef")
    own = str(customer["CurrencyRef"]["value"])
    if not wished and book.settings["multi_currency"]:
        raise missing("CurrencyRef")
    if wished and wished != own:
        raise business(
            f"The currency of the transaction ({wished}) is not that of the customer ({own})."
        )
    return own


def exchange(book: Book, wish: Doc, currency: str, amount: Decimal) -> Doc:
    """ExchangeRate and the amount in home currency, where the company has several currencies."""
    if not book.settings["multi_currency"]:
        return {}
    rate = Decimal(1)
    if currency != book.currency:
        rate = Decimal(str(wish.get("ExchangeRate") or book.settings["rates"].get(currency) or 1))
    return {"ExchangeRate": rate, "HomeTotalAmt": home(book, amount, rate)}


def home(book: Book, amount: Decimal, rate: Decimal) -> Decimal:
    return exact(amount * rate, "HomeTotalAmt", book.currency)


def with_number(book: Book, entity: str, doc: Doc) -> Doc:
    """Give a new transaction the next number unless it brings its own."""
    sales = book.preferences.get("SalesFormsPrefs") or {}
    own = str(doc.get("DocNumber") or "")
    if sales.get("CustomTxnNumbers"):
        if own and book.shelf(entity).by_number.get(own):
            raise duplicate_number(own)
        return doc
    if own:
        return doc
    return doc | {"DocNumber": str(book.number("DocNumber", FIRST_NUMBER))}


def applied(doc: Doc) -> Decimal:
    """How much of an invoice or credit memo others have taken."""
    taken: Decimal = doc["TotalAmt"] - doc["Balance"]
    return taken


def still_open(old: Doc | None, doc: Doc) -> Decimal:
    """The balance of a changed transaction. Raises Refusal where links forbid the change."""
    taken = applied(old) if old else ZERO
    if old and taken and old["CustomerRef"]["value"] != doc["CustomerRef"]["value"]:
        raise business("The customer of a linked transaction cannot be changed.")
    if doc["TotalAmt"] < taken:
        raise business("The amount is less than what has been applied to the transaction.")
    left: Decimal = doc["TotalAmt"] - taken
    return left


def _from_customer(customer: Doc) -> Doc:
    doc: Doc = {name: customer[name] for name in ("BillAddr", "ShipAddr") if name in customer}
    if "SalesTermRef" in customer:
        doc["SalesTermRef"] = customer["SalesTermRef"]
    return doc


def _status(doc: Doc, name: str, default: str) -> str:
    value = str(doc.get(name) or default)
    return value if value != "NotSet" else default


def annotated(doc: Doc) -> str:
    """The memo of a voided transaction: the word comes before what was there."""
    note = str(doc.get("PrivateNote") or "")
    return f"Voided - {note}" if note else "Voided"


ALL_VOID = {"TotalAmt": ZERO, "Balance": ZERO}
