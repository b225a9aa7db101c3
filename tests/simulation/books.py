"""The bookkeeper's hand in either ledger, and what the ledger holds in the end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from tests.simulation.universe import Universe


class Books(Protocol):
    """One company. Invoices are named by number, money by its id in the ledger; `hand` is all that
    people can do inside it."""

    @property
    def hand(self) -> Any: ...

    def customer(self, name: str) -> str: ...

    def invoice(
        self, customer: str, number: str, *, amount: Decimal, issued: date, due: date
    ) -> str: ...

    def void(self, invoice: str) -> None: ...

    def credit(self, customer: str, amount: Decimal, day: date, text: str = "") -> str: ...

    def pay_by_hand(self, customer: str, invoice: str, amount: Decimal, day: date) -> None:
        """The bookkeeper enters a payment and applies it."""
        ...

    def balance(self, invoice: str) -> Decimal: ...

    def credit_left(self, credit: str) -> Decimal: ...

    def account(self, name: str) -> str:
        """A new account for expenses, and what is needed to book to it by a credit."""
        ...

    def booked(self, account: str) -> Decimal:
        """What credits have booked to an account."""
        ...

    def applied(self, payment: str) -> list[tuple[str, Decimal]]:
        """(invoice, amount) of everything that this money has been set against."""
        ...

    def payments_with(self, marker: str) -> int:
        """How many payments carry a marker."""
        ...

    def invoices_with(self, marker: str) -> list[Decimal]:
        """The totals of the invoices that carry a marker and are not void."""
        ...

    def remove(self, payment: str) -> None:
        """The bookkeeper deletes a payment of one invoice."""
        ...

    def notes_with(self, marker: str) -> int: ...


class QuickBooksBooks:
    def __init__(self, universe: Universe, realm: str) -> None:
        self._hand = universe.vendors.quickbooks.act(realm)

    @property
    def hand(self) -> Any:
        return self._hand

    def customer(self, name: str) -> str:
        made = self._hand.create("Customer", {
            "DisplayName": name, "PrimaryEmailAddr": {"Address": f"pay@{name.lower()}.example"},
        })  # fmt: skip
        return str(made["Id"])

    def invoice(
        self, customer: str, number: str, *, amount: Decimal, issued: date, due: date
    ) -> str:
        made = self._hand.create("Invoice", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "DocNumber": number, "TxnDate": issued.isoformat(), "DueDate": due.isoformat(),
            "Line": [_line(amount)],
        })  # fmt: skip
        return str(made["Id"])

    def void(self, invoice: str) -> None:
        self._hand.void("Invoice", invoice)

    def credit(self, customer: str, amount: Decimal, day: date, text: str = "") -> str:
        made = self._hand.create("CreditMemo", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "TxnDate": day.isoformat(), "Line": [_line(amount)], "PrivateNote": text,
        })  # fmt: skip
        return str(made["Id"])

    def pay_by_hand(self, customer: str, invoice: str, amount: Decimal, day: date) -> None:
        self._hand.create("Payment", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "TotalAmt": amount, "TxnDate": day.isoformat(),
            "Line": [{"Amount": amount,
                      "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}],
        })  # fmt: skip

    def balance(self, invoice: str) -> Decimal:
        return Decimal(str(self._hand.get("Invoice", invoice)["Balance"]))

    def credit_left(self, credit: str) -> Decimal:
        return Decimal(str(self._hand.get("CreditMemo", credit)["RemainingCredit"]))

    def applied(self, payment: str) -> list[tuple[str, Decimal]]:
        lines = self._hand.get("Payment", payment).get("Line", [])
        return [(line["LinkedTxn"][0]["TxnId"], Decimal(str(line["Amount"]))) for line in lines]

    def payments_with(self, marker: str) -> int:
        return sum(marker in p.get("PrivateNote", "") for p in self._hand.find("Payment"))

    def invoices_with(self, marker: str) -> list[Decimal]:
        found = [i for i in self._hand.find("Invoice") if marker in i.get("PrivateNote", "")]
        return [Decimal(str(i["TotalAmt"])) for i in found if i["TotalAmt"]]

    def remove(self, payment: str) -> None:
        self._hand.delete("Payment", payment)

    def account(self, name: str) -> str:
        made = self._hand.create("Account", {"Name": name, "AccountType": "Expense"})
        self._hand.create("Item", {
            "Name": name, "Type": "Service", "IncomeAccountRef": {"value": made["Id"]},
        })  # fmt: skip
        return str(made["Id"])

    def booked(self, account: str) -> Decimal:
        items = {i["Id"] for i in self._hand.find("Item")
                 if (i.get("IncomeAccountRef") or {}).get("value") == account}  # fmt: skip
        lines = [line for memo in self._hand.find("CreditMemo") for line in memo["Line"]
                 if line["DetailType"] == "SalesItemLineDetail"]  # fmt: skip
        own = [line["Amount"] for line in lines
               if line["SalesItemLineDetail"]["ItemRef"]["value"] in items]  # fmt: skip
        return sum(own, Decimal(0))

    def notes_with(self, marker: str) -> int:
        attached = sum(marker in a.get("Note", "") for a in self._hand.find("Attachable"))
        kept = sum(c.get("Notes", "").count(marker) for c in self._hand.find("Customer"))
        return attached + kept


class XeroBooks:
    def __init__(self, universe: Universe, tenant: str) -> None:
        self._desk = universe.vendors.xero.act(tenant)
        self._store, self._tenant = universe.world.store, tenant
        accounts = self._store.all(tenant, "account")
        self._bank = next(a["AccountID"] for a in accounts if a["Type"] == "BANK")

    @property
    def hand(self) -> Any:
        return self._desk

    def customer(self, name: str) -> str:
        made = self._desk.create(
            "Contacts", {"Name": name, "EmailAddress": f"pay@{name.lower()}.example"}
        )
        return str(made["ContactID"])

    def invoice(
        self, customer: str, number: str, *, amount: Decimal, issued: date, due: date
    ) -> str:
        made = self._desk.create("Invoices", {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
            "InvoiceNumber": number, "Date": issued.isoformat(), "DueDate": due.isoformat(),
            "LineItems": [_item(amount)],
        })  # fmt: skip
        return str(made["InvoiceID"])

    def void(self, invoice: str) -> None:
        self._desk.update("Invoices", invoice, {"Status": "VOIDED"})

    def credit(self, customer: str, amount: Decimal, day: date, text: str = "") -> str:
        made = self._desk.create("CreditNotes", {
            "Type": "ACCRECCREDIT", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
            "Date": day.isoformat(), "LineItems": [_item(amount)], "Reference": text,
        })  # fmt: skip
        return str(made["CreditNoteID"])

    def pay_by_hand(self, customer: str, invoice: str, amount: Decimal, day: date) -> None:
        self._desk.create("Payments", {
            "Invoice": {"InvoiceID": invoice}, "Account": {"AccountID": self._bank},
            "Date": day.isoformat(), "Amount": amount,
        })  # fmt: skip

    def balance(self, invoice: str) -> Decimal:
        return Decimal(str(self._desk.get("Invoices", invoice)["AmountDue"]))

    def credit_left(self, credit: str) -> Decimal:
        return Decimal(str(self._desk.get("CreditNotes", credit)["RemainingCredit"]))

    def applied(self, payment: str) -> list[tuple[str, Decimal]]:
        booked = self._desk.get("BankTransactions", payment)
        rows = self._desk.get("Overpayments", booked["OverpaymentID"]).get("Allocations", [])
        return [(row["Invoice"]["InvoiceID"], Decimal(str(row["Amount"]))) for row in rows]

    def payments_with(self, marker: str) -> int:
        single = [p for p in self._desk.all("Payments") if _carries(p, marker)]
        batches = [b for b in self._desk.all("BatchPayments") if _carries(b, marker)]
        alone = [p for p in single if not p.get("BatchPaymentID")]
        rests = [t for t in self._desk.all("BankTransactions") if _carries(t, marker)]
        return len(batches) + (len(alone) if not batches else 0) + len(rests)

    def invoices_with(self, marker: str) -> list[Decimal]:
        found = [i for i in self._desk.all("Invoices") if marker in str(i.get("Reference", ""))]
        return [Decimal(str(i["Total"])) for i in found if i["Status"] != "VOIDED"]

    def remove(self, payment: str) -> None:
        self._desk.delete("Payments", payment)

    def account(self, name: str) -> str:
        accounts = self._store.all(self._tenant, "account")
        return str(next(a["AccountID"] for a in accounts if a["Name"] == name))

    def booked(self, account: str) -> Decimal:
        notes = [n for n in self._desk.all("CreditNotes") if n["Status"] in ("AUTHORISED", "PAID")]
        return sum((line["LineAmount"] for note in notes for line in note["LineItems"]
                    if line.get("AccountID") == account), Decimal(0))  # fmt: skip

    def notes_with(self, marker: str) -> int:
        kept = self._store.all(self._tenant, "history")
        return sum(marker in row.get("Details", "") for doc in kept for row in doc["rows"])


def books_of(universe: Universe, ledger: str, company: str) -> Books:
    kind: Any = QuickBooksBooks if ledger == "quickbooks" else XeroBooks
    books: Books = kind(universe, company)
    return books


def _line(amount: Decimal) -> dict[str, Any]:
    return {
        "Amount": amount, "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
    }  # fmt: skip


def _item(amount: Decimal) -> dict[str, Any]:
    return {"Description": "Work", "Quantity": 1, "UnitAmount": amount, "AccountCode": "200"}


def _carries(doc: dict[str, Any], marker: str) -> bool:
    if doc.get("Status") == "DELETED":
        return False
    return any(marker in str(doc.get(name, "")) for name in ("Reference", "Details", "Narrative"))
