"""Of which payments a ledger shows that money came in, and of which an invoice was written off."""

from __future__ import annotations

from decimal import Decimal

import pytest

from providers.ledger import Kind
from tests.contract.ledger import Place, recording


def paid_into(ledger: Place, account: str) -> str:
    """A payment by hand into an account; its id."""
    customer = ledger.books.customer("Ash")
    invoice = ledger.invoice(customer, "INV-1", "120.00")
    amount, day = Decimal("120.00"), ledger.today.isoformat()
    if ledger.name == "xero":
        made = ledger.books.hand.create("Payments", {
            "Invoice": {"InvoiceID": invoice}, "Account": {"AccountID": account}, "Date": day,
            "Amount": amount,
        })  # fmt: skip
        return str(made["PaymentID"])
    made = ledger.books.hand.create("Payment", {
        "CustomerRef": {"value": customer}, "CurrencyRef": {"value": "USD"}, "TxnDate": day,
        "TotalAmt": amount, "DepositToAccountRef": {"value": account},
        "Line": [{"Amount": amount,
                  "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]}],
    })  # fmt: skip
    return str(made["Id"])


def is_banked(ledger: Place, payment: str, kind: Kind = Kind.PAYMENT) -> bool:
    found = ledger.reader.banked(kind, [payment])
    assert found <= {payment}
    return payment in found


@pytest.mark.parametrize(("kind", "name", "expected"), [
    ("Bank", "Till of the shop", True), ("Other Current Asset", "Stripe clearing", True),
    ("Other Current Asset", "Square", True), ("Other Current Asset", "Card clearing", True),
    ("Other Current Asset", "Barter", False), ("Other Current Asset", "Squarespace", False),
    ("Other Current Asset", "Prepaid merchant fees", False), ("Expense", "Uncollectible", False),
    ("Expense", "Merchant services", False),
])  # fmt: skip
def test_quickbooks_by_the_kind_of_the_account(
    quickbooks: Place, kind: str, name: str, *, expected: bool
) -> None:
    made = quickbooks.books.hand.create("Account", {"Name": name, "AccountType": kind})
    assert is_banked(quickbooks, paid_into(quickbooks, made["Id"])) is expected


def test_quickbooks_keeps_money_in_undeposited_funds(quickbooks: Place) -> None:
    assert is_banked(quickbooks, paid_into(quickbooks, "4"))


@pytest.mark.parametrize(("name", "called", "expected"), [
    ("Business Bank Account", "", True), ("Undeposited Funds", "", True),
    ("Undeposited Funds", "Stripe", True), ("Undeposited Funds", "Doubtful Debts", False),
    ("Undeposited Funds", "SHOPIFY Payments", True),
    ("Undeposited Funds", "Credit Card-Clearing", True),
    ("Undeposited Funds", "Merchant account", True), ("Undeposited Funds", "Adyen", True),
    ("Undeposited Funds", "Mollie", True), ("Undeposited Funds", "SumUp clearing", True),
    ("Undeposited Funds", "Worldpay", True), ("Undeposited Funds", "Square loan", False),
    ("Bank Fees", "", False), ("Bank Fees", "Stripe fees", False),
    ("Bank Fees", "Worldpay", False),
])  # fmt: skip
def test_xero_by_the_kind_of_the_account(
    xero: Place, name: str, called: str, *, expected: bool
) -> None:
    store, id_ = xero.host.world.store, xero.books.account(name)
    account = store.get(xero.company, "account", id_)
    assert account is not None
    changed = account | {"Name": called or name, "EnablePaymentsToAccount": True}
    store.put(xero.company, "account", id_, changed)
    assert is_banked(xero, paid_into(xero, id_)) is expected


def test_money_that_we_enter_is_money(ledger: Place) -> None:
    """One invoice, several at once, and money on account."""
    ash = ledger.books.customer("Ash")
    invoices = [ledger.invoice(ash, f"INV-{n}", "50.00") for n in range(3)]
    several = Kind.BATCH_PAYMENT if ledger.name == "xero" else Kind.PAYMENT
    for kind, paid in ((Kind.PAYMENT, invoices[:1]), (several, invoices[1:])):
        effect = recording(ash, ledger.today, *((it, "50.00") for it in paid))
        draft = ledger.writer.compose(effect, paid[0])
        assert is_banked(ledger, ledger.writer.send(draft, paid[0]), kind)
    rest = ledger.receive(ash, "70.00", "on account")
    assert is_banked(ledger, rest.id, rest.kind)


def test_what_is_not_there_is_no_money(ledger: Place) -> None:
    assert not is_banked(ledger, "00000000-0000-0000-0000-000000000000")
    assert ledger.reader.banked(Kind.PAYMENT, []) == frozenset()
