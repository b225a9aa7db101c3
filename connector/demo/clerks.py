"""The company's own bookkeepers: they enter buyers, bills and money as people do, not as an app."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

from connector.demo.trade import Bill, Buyer
from providers.simulated.quickbooks.hand import Hand
from providers.simulated.store import Doc
from providers.simulated.xero.acting import Desk

SALES, BANK = "200", "090"
SERVICES = "1"


class Clerk(Protocol):
    """Everything raises what the ledger refuses with. `ids` are the ledger's ids of the buyers."""

    ids: dict[str, str]

    def meet(self, buyer: Buyer) -> str:
        """Enter a buyer; returns the ledger's id."""
        ...

    def write(self, bill: Bill, *, today: date) -> str:
        """Enter a bill with what was paid of it before `today`; returns the ledger's id."""
        ...


def enter(clerk: Clerk, buyers: Iterable[Buyer], bills: Iterable[Bill], *, today: date) -> None:
    """Enter buyers and bills, the oldest bill first."""
    for buyer in buyers:
        clerk.meet(buyer)
    for bill in sorted(bills, key=lambda bill: bill.issued):
        clerk.write(bill, today=today)


class QuickBooksClerk:
    """A clerk who works in QuickBooks."""

    def __init__(self, hand: Hand) -> None:
        self._hand = hand
        self.ids: dict[str, str] = {}
        self._emails: dict[str, str] = {}

    def meet(self, buyer: Buyer) -> str:
        body: Doc = {"DisplayName": buyer.name, "CurrencyRef": {"value": buyer.currency}}
        if buyer.email:
            body["PrimaryEmailAddr"] = {"Address": buyer.email}
        if buyer.street:
            fields = ("Line1", "City", "CountrySubDivisionCode", "PostalCode", "Country")
            body["BillAddr"] = dict(zip(fields, buyer.street, strict=True))
        self.ids[buyer.id] = str(self._hand.create("Customer", body)["Id"])
        self._emails[buyer.id] = buyer.email
        return self.ids[buyer.id]

    def write(self, bill: Bill, *, today: date) -> str:
        detail = {"ItemRef": {"value": SERVICES}}
        body: Doc = {
            "CustomerRef": {"value": self.ids[bill.buyer_id]}, "DocNumber": bill.number,
            "CurrencyRef": {"value": bill.currency}, "TxnDate": bill.issued.isoformat(),
            "Line": [{
                "Amount": abs(bill.total), "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": detail,
            }],
        }  # fmt: skip
        if bill.total < 0:
            return str(self._hand.create("CreditMemo", body)["Id"])
        body |= {"AllowOnlineCreditCardPayment": True}
        if self._emails[bill.buyer_id]:
            body["BillEmail"] = {"Address": self._emails[bill.buyer_id]}
        if bill.due:
            body["DueDate"] = bill.due.isoformat()
        id_ = str(self._hand.create("Invoice", body)["Id"])
        if paid := bill.total - bill.left:
            self._hand.create("Payment", {
                "CustomerRef": body["CustomerRef"], "CurrencyRef": body["CurrencyRef"],
                "TotalAmt": paid, "TxnDate": _paid_on(bill, today).isoformat(),
                "Line": [{"Amount": paid, "LinkedTxn": [{"TxnId": id_, "TxnType": "Invoice"}]}],
            })  # fmt: skip
        return id_


class XeroClerk:
    """A clerk who works in Xero."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.ids: dict[str, str] = {}

    def meet(self, buyer: Buyer) -> str:
        body: Doc = {"Name": buyer.name, "EmailAddress": buyer.email}
        if buyer.street:
            fields = ("AddressLine1", "City", "Region", "PostalCode", "Country")
            address = dict(zip(fields, buyer.street, strict=True))
            body["Addresses"] = [{"AddressType": "POBOX", **address}]
        self.ids[buyer.id] = str(self._desk.create("Contacts", body)["ContactID"])
        return self.ids[buyer.id]

    def write(self, bill: Bill, *, today: date) -> str:
        line = {"Description": "Work", "Quantity": 1, "UnitAmount": abs(bill.total),
                "AccountCode": SALES}  # fmt: skip
        body: Doc = {
            "Contact": {"ContactID": self.ids[bill.buyer_id]}, "Status": "AUTHORISED",
            "CurrencyCode": bill.currency, "Date": bill.issued.isoformat(),
            "LineAmountTypes": "NoTax", "LineItems": [line],
        }  # fmt: skip
        if bill.total < 0:
            body |= {"Type": "ACCRECCREDIT", "CreditNoteNumber": bill.number}
            return str(self._desk.create("CreditNotes", body)["CreditNoteID"])
        body |= {"Type": "ACCREC", "InvoiceNumber": bill.number, "SentToContact": True}
        if bill.due:
            body["DueDate"] = bill.due.isoformat()
        id_ = str(self._desk.create("Invoices", body)["InvoiceID"])
        if paid := bill.total - bill.left:
            self._desk.create("Payments", {
                "Invoice": {"InvoiceID": id_}, "Amount": paid,
                "Account": {"Code": BANK},
                "Date": _paid_on(bill, today).isoformat(),
            })  # fmt: skip
        return id_


def _paid_on(bill: Bill, today: date) -> date:
    """Before today, as many days after it was due as it was late, and not before it was issued."""
    due = (bill.due or today) + timedelta(days=bill.late_days)
    latest = min(due, today - timedelta(days=1))
    return max(latest, bill.issued)
