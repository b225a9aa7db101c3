"""A bookkeeper who enters money in either ledger as one does: over several invoices, with credits,
on account, on any day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

Amounts = Mapping[str, str]


class Clerk(Protocol):
    """Documents are named by their ids in the ledger."""

    def pay(self, customer: str, day: date, text: str, parts: Amounts) -> None:
        """One line of the bank, set against invoices."""
        ...

    def pay_less_credit(
        self, customer: str, day: date, text: str, parts: Amounts, notes: Amounts
    ) -> None:
        """Invoices paid by money and by credit notes together; one invoice for each credit."""
        ...

    def leave(self, customer: str, day: date, text: str, amount: str) -> str:
        """Money on account, set against nothing."""
        ...

    def apply(self, money: str, invoice: str, amount: str, day: date) -> None: ...


class QuickBooksClerk:
    def __init__(self, hand: Any) -> None:
        self._hand = hand

    def pay(self, customer: str, day: date, text: str, parts: Amounts) -> None:
        self._enter(customer, day, text, total=_sum(parts), lines=_lines(parts, "Invoice"))

    def pay_less_credit(
        self, customer: str, day: date, text: str, parts: Amounts, notes: Amounts
    ) -> None:
        lines = [*_lines(parts, "Invoice"), *_lines(notes, "CreditMemo")]
        self._enter(customer, day, text, total=_sum(parts) - _sum(notes), lines=lines)

    def leave(self, customer: str, day: date, text: str, amount: str) -> str:
        return self._enter(customer, day, text, total=Decimal(amount), lines=[])

    def apply(self, money: str, invoice: str, amount: str, day: date) -> None:
        self._hand.apply_payment(money, {invoice: Decimal(amount)})

    def _enter(
        self, customer: str, day: date, text: str, *, total: Decimal, lines: list[Any]
    ) -> str:
        made = self._hand.create("Payment", {
            "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"},
            "TotalAmt": total, "TxnDate": day.isoformat(), "PaymentRefNum": text[:21],
            "PrivateNote": text, "Line": lines,
        })  # fmt: skip
        return str(made["Id"])


class XeroClerk:
    def __init__(self, desk: Any, bank: str) -> None:
        self._desk, self._bank = desk, bank

    def pay(self, customer: str, day: date, text: str, parts: Amounts) -> None:
        if len(parts) > 1:
            self._desk.create("BatchPayments", {
                "Account": {"AccountID": self._bank}, "Date": day.isoformat(), "Reference": text,
                "Payments": [
                    {"Invoice": {"InvoiceID": id_}, "Amount": Decimal(amount)}
                    for id_, amount in parts.items()
                ],
            })  # fmt: skip
        else:
            self.pay_apart(day, text, parts)

    def pay_apart(self, day: date, text: str, parts: Amounts) -> None:
        """One payment for each invoice, as when a bank line is reconciled with several."""
        for id_, amount in parts.items():
            self._desk.create("Payments", {
                "Invoice": {"InvoiceID": id_}, "Account": {"AccountID": self._bank},
                "Date": day.isoformat(), "Amount": Decimal(amount), "Reference": text,
            })  # fmt: skip

    def pay_less_credit(
        self, customer: str, day: date, text: str, parts: Amounts, notes: Amounts
    ) -> None:
        left = {id_: Decimal(amount) for id_, amount in parts.items()}
        for (credit, amount), invoice in zip(notes.items(), list(left), strict=False):
            self._desk.allocate("CreditNotes", credit, _use(invoice, amount, day))
            left[invoice] -= Decimal(amount)
        self.pay(customer, day, text, {id_: str(amount) for id_, amount in left.items()})

    def leave(self, customer: str, day: date, text: str, amount: str) -> str:
        booked = self._desk.create("BankTransactions", {
            "Type": "RECEIVE-OVERPAYMENT", "Contact": {"ContactID": customer},
            "BankAccount": {"AccountID": self._bank}, "Date": day.isoformat(),
            "Reference": text, "LineAmountTypes": "NoTax",
            "LineItems": [{"Description": text, "LineAmount": Decimal(amount)}],
        })  # fmt: skip
        return str(booked["OverpaymentID"])

    def apply(self, money: str, invoice: str, amount: str, day: date) -> None:
        self._desk.allocate("Overpayments", money, _use(invoice, amount, day))


def clerk_of(vendors: Any, ledger: str, company: str, store: Any) -> Clerk:
    hand = getattr(vendors, ledger).act(company)
    if ledger == "quickbooks":
        return QuickBooksClerk(hand)
    accounts = store.all(company, "account")
    return XeroClerk(hand, next(it["AccountID"] for it in accounts if it["Type"] == "BANK"))


def _sum(parts: Amounts) -> Decimal:
    return sum((Decimal(amount) for amount in parts.values()), Decimal(0))


def _lines(parts: Amounts, kind: str) -> list[dict[str, Any]]:
    return [
        {"Amount": Decimal(amount), "LinkedTxn": [{"TxnId": id_, "TxnType": kind}]}
        for id_, amount in parts.items()
    ]


def _use(invoice: str, amount: str, day: date) -> dict[str, Any]:
    return {
        "Invoice": {"InvoiceID": invoice}, "Amount": Decimal(amount), "Date": day.isoformat(),
    }  # fmt: skip
