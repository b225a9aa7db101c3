from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.simulated.quickbooks.refusals import Refusal
from tests.providers.simulated.quickbooks.place import (
    Place,
    applied,
    build,
    invoice_body,
    paying,
    refused_unchanged,
)


def test_money_on_account_is_wholly_unapplied(connected: Place) -> None:
    customer = connected.customer()
    made = connected.post("payment", {"CustomerRef": {"value": customer}, "TotalAmt": 25})
    assert (made["UnappliedAmt"], made["Line"], made["ProcessPayment"]) == (25, [], False)
    assert made["DepositToAccountRef"] == {"value": "4", "name": "Undeposited Funds"}
    assert connected.get(f"customer/{customer}")["Balance"] == -25


def test_applied_money_shows_on_both_sides(connected: Place) -> None:
    customer = connected.customer()
    first, second = connected.invoice(customer, "60"), connected.invoice(customer, "71")
    body = paying(customer, "110", **{f"i{first}": "60", f"i{second}": "40"})
    made = connected.post("payment", body | {"PaymentRefNum": "CHK123"})
    assert made["UnappliedAmt"] == 10
    assert applied(made) == {first: 60, second: 40}
    values = [one["value"] for one in made["Line"][1]["LineEx"]["any"]]
    assert values == [
        {"Name": "txnId", "Value": second},
        {"Name": "txnOpenBalance", "Value": "71.00"},
        {"Name": "txnReferenceNumber", "Value": "1002"},
    ]
    paid = connected.get(f"invoice/{first}")
    assert (paid["Balance"], paid["SyncToken"]) == (0, "1")
    assert paid["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Payment"}]
    assert connected.get(f"invoice/{second}")["Balance"] == 31
    assert connected.get(f"customer/{customer}")["Balance"] == 21


@pytest.mark.parametrize("sparse", [True, False])
def test_lines_are_replaced_all_or_none(connected: Place, sparse: bool) -> None:
    customer = connected.customer()
    first, second = connected.invoice(customer, "60"), connected.invoice(customer, "70")
    made = connected.post("payment", paying(customer, "100", **{f"i{first}": "60"}))
    sent = {"Id": made["Id"], "sparse": sparse}
    both = paying(customer, "100", **{f"i{first}": "60", f"i{second}": "40"})
    shown = connected.post("payment", both | sent | {"SyncToken": "0"})
    assert (applied(shown), shown["UnappliedAmt"]) == ({first: 60, second: 40}, 0)
    untouched = {"CustomerRef": {"value": customer}, "TotalAmt": 100, "PrivateNote": "x"}
    shown = connected.post("payment", untouched | sent | {"SyncToken": "1"})
    assert applied(shown) == {first: 60, second: 40}
    one = paying(customer, "100", **{f"i{second}": "40"})
    shown = connected.post("payment", one | sent | {"SyncToken": "2"})
    assert (applied(shown), shown["UnappliedAmt"]) == ({second: 40}, 60)
    assert connected.get(f"invoice/{first}")["LinkedTxn"] == []
    shown = connected.post("payment", paying(customer, "100") | sent | {"SyncToken": "3"})
    assert (shown["Line"], shown["UnappliedAmt"]) == ([], 100)
    assert connected.get(f"invoice/{second}")["Balance"] == 70


@pytest.mark.parametrize("missing", ["CustomerRef", "TotalAmt"])
def test_an_update_names_customer_and_total_even_if_sparse(connected: Place, missing: str) -> None:
    customer = connected.customer()
    made = connected.post("payment", paying(customer, "10"))
    body = paying(customer, "10") | {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    del body[missing]
    assert connected.refused("payment", body)["code"] == "2020"


@pytest.mark.parametrize(
    ("_case", "total", "parts", "code"),
    [
        ("more than is open", "200", {"i1": "100.01"}, "6000"),
        ("more than came in", "50", {"i1": "60"}, "6000"),
        ("twice on one invoice", "200", {"i1": "60", "i01": "60"}, "610"),
        ("nothing", "10", {"i1": "0"}, "6000"),
        ("less than nothing", "10", {"i1": "-5"}, "6000"),
        ("unknown invoice", "10", {"i99": "5"}, "610"),
        ("another customer's invoice", "10", {"i2": "5"}, "6000"),
        ("negative", "-10", {}, "6000"),
        ("no number", "ten", {}, "2080"),
    ],
)
def test_a_payment_that_cannot_be_changes_nothing(
    connected: Place, _case: str, total: str, parts: dict[str, str], code: str
) -> None:
    customer, other = connected.customer("Ann"), connected.customer("Bea")
    connected.invoice(customer)
    connected.invoice(other)
    refused_unchanged(connected, paying(customer, total, **parts), code)


def test_one_invoice_cannot_be_paid_beyond_its_balance_by_two_lines(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    link = [{"TxnId": invoice, "TxnType": "Invoice"}]
    lines = [{"Amount": 60, "LinkedTxn": link}, {"Amount": 60, "LinkedTxn": link}]
    refused_unchanged(connected, paying(customer, "120") | {"Line": lines}, "6000")


@pytest.mark.parametrize(
    ("_case", "line", "code"),
    [
        ("no link", {"Amount": 5}, "2020"),
        ("a deposit", {"Amount": 5, "LinkedTxn": [{"TxnId": "1", "TxnType": "Deposit"}]}, "6000"),
        ("unknown", {"Amount": 5, "LinkedTxn": [{"TxnId": "1", "Guess": "1"}]}, "2010"),
    ],
)
def test_a_line_must_be_linked_with_something_payable(
    connected: Place, _case: str, line: dict[str, Any], code: str
) -> None:
    customer = connected.customer()
    connected.invoice(customer)
    refused_unchanged(connected, paying(customer, "5") | {"Line": [line]}, code)


def test_a_parent_pays_for_its_jobs_and_no_job_for_its_parent(connected: Place) -> None:
    parent = connected.customer("Freeman")
    job = connected.customer("Lane", ParentRef={"value": parent})
    of_job, of_parent = connected.invoice(job, "30"), connected.invoice(parent, "20")
    connected.post("payment", paying(parent, "30", **{f"i{of_job}": "30"}))
    assert connected.get(f"customer/{job}")["Balance"] == 0
    assert connected.get(f"customer/{parent}")["BalanceWithJobs"] == 20
    body = paying(job, "20", **{f"i{of_parent}": "20"})
    assert connected.refused("payment", body)["code"] == "6000"


def test_voiding_a_payment_opens_the_invoice_again(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    body = paying(customer, "100", **{f"i{invoice}": "100"}) | {"PrivateNote": "By hand"}
    made = connected.post("payment", body)
    connected.pumped()
    sent = {"Id": made["Id"], "SyncToken": "0", "sparse": True}
    voided = connected.post("payment?operation=update&include=void", sent)
    assert (voided["TotalAmt"], voided["UnappliedAmt"], voided["Line"]) == (0, 0, [])
    assert voided["PrivateNote"] == "Voided - By hand"
    assert connected.get(f"invoice/{invoice}")["Balance"] == 100
    assert connected.get(f"customer/{customer}")["Balance"] == 100
    assert connected.pumped() == ["qbo.invoice.updated.v1", "qbo.payment.void.v1"]


def test_deleting_a_payment_opens_the_invoice_again(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.invoice(customer)
    made = connected.post("payment", paying(customer, "100", **{f"i{invoice}": "100"}))
    gone = connected.post("payment?operation=delete", {"Id": made["Id"], "SyncToken": "0"})
    assert gone["status"] == "Deleted"
    assert connected.get(f"invoice/{invoice}")["LinkedTxn"] == []
    assert connected.get(f"customer/{customer}")["Balance"] == 100


def deposited(place: Place) -> tuple[str, str, str]:
    customer = place.customer()
    payment = str(place.hand.create("Payment", paying(customer, "70"))["Id"])
    link = {"TxnId": payment, "TxnType": "Payment", "TxnLineId": "0"}
    deposit = place.hand.create("Deposit", {
        "DepositToAccountRef": {"value": "35"}, "Line": [{"Amount": 70, "LinkedTxn": [link]}],
    })  # fmt: skip
    return customer, payment, str(deposit["Id"])


def test_a_deposited_payment_stays_as_it_is(connected: Place) -> None:
    customer, payment, deposit = deposited(connected)
    shown = connected.get(f"payment/{payment}")
    assert shown["LinkedTxn"] == [{"TxnId": deposit, "TxnType": "Deposit"}]
    version = {"Id": payment, "SyncToken": shown["SyncToken"]}
    for path, body in (
        ("payment?operation=update&include=void", version),
        ("payment?operation=delete", version),
        ("payment", paying(customer, "60") | version),
    ):
        error = connected.refused(path, body)
        assert error["code"] == "6000"
        assert "deposited" in error["Detail"]
    assert connected.get(f"payment/{payment}") == shown


def test_a_deposited_payment_can_still_be_applied(connected: Place) -> None:
    customer, payment, _ = deposited(connected)
    invoice = connected.invoice(customer)
    connected.hand.apply_payment(payment, {invoice: Decimal(70)})
    assert connected.get(f"invoice/{invoice}")["Balance"] == 30


def test_without_its_deposit_a_payment_can_be_voided(connected: Place) -> None:
    _, payment, deposit = deposited(connected)
    connected.hand.delete("Deposit", deposit)
    assert connected.void("Payment", payment)["TotalAmt"] == 0


@pytest.mark.parametrize(
    ("_case", "more", "code"),
    [
        ("long reference", {"PaymentRefNum": "x" * 22}, "2050"),
        ("unknown account", {"DepositToAccountRef": {"value": "999"}}, "610"),
        ("unknown method", {"PaymentMethodRef": {"value": "999"}}, "610"),
        ("unknown property", {"Colour": "red"}, "2010"),
        ("other currency", {"CurrencyRef": {"value": "EUR"}}, "6000"),
        ("closed period", {"TxnDate": "2026-01-31"}, "6210"),
    ],
)
def test_what_surrounds_a_payment_is_checked_too(
    connected: Place, _case: str, more: dict[str, Any], code: str
) -> None:
    customer = connected.customer()
    connected.hand.close_books(date(2026, 1, 31))
    refused_unchanged(connected, paying(customer, "10") | more, code)


def test_money_and_invoice_must_share_their_currency() -> None:
    place = build(multi_currency=True)
    place.connect()
    dollars, euros = place.customer("Ann"), place.customer("Bea", CurrencyRef={"value": "EUR"})
    place.hand.set_rate("EUR", Decimal("1.25"))
    invoice = place.invoice(euros, CurrencyRef={"value": "EUR"})
    body = paying(dollars, "50", **{f"i{invoice}": "50"}) | {"CurrencyRef": {"value": "EUR"}}
    assert place.refused("payment", body)["code"] == "6000"
    own = paying(euros, "50", **{f"i{invoice}": "50"}) | {"CurrencyRef": {"value": "EUR"}}
    made = place.post("payment", own)
    assert str(made["ExchangeRate"]) == "1.25"
    assert place.get(f"invoice/{invoice}")["Balance"] == 50
    assert place.void("Payment", made["Id"])["HomeTotalAmt"] == 0
    assert place.get(f"invoice/{invoice}")["HomeBalance"] == 125
    job = place.customer("Job", CurrencyRef={"value": "EUR"}, ParentRef={"value": dollars})
    bill = place.invoice(job, CurrencyRef={"value": "EUR"})
    body = paying(dollars, "50", **{f"i{bill}": "50"}) | {"CurrencyRef": {"value": "USD"}}
    assert "another currency" in place.refused("payment", body)["Detail"]


CENTS = st.integers(min_value=1, max_value=10_000)


@settings(max_examples=40, deadline=None)
@given(
    amounts=st.lists(CENTS, min_size=1, max_size=4),
    steps=st.lists(
        st.tuples(st.sampled_from(["pay", "void", "delete", "free", "credit"]), CENTS),
        max_size=8,
    ),
)
def test_whatever_people_do_no_cent_is_made_or_lost(
    amounts: list[int], steps: list[tuple[str, int]]
) -> None:
    place = build()
    customer = place.customer()
    invoices = [place.invoice(customer, str(Decimal(cents) / 100)) for cents in amounts]
    for number, (act, cents) in enumerate(steps):
        with suppress(Refusal):
            step(place, act, customer=customer, invoice=invoices[number % len(invoices)], by=cents)
        check_sums(place, customer)


def step(place: Place, act: str, *, customer: str, invoice: str, by: int) -> None:
    amount = str(Decimal(by) / 100)
    payments = place.hand.find("Payment")
    if act == "pay":
        place.hand.create("Payment", paying(customer, amount, **{f"i{invoice}": amount}))
    elif act == "credit":
        place.hand.create("CreditMemo", invoice_body(customer, amount))
        place.hand.prefer("SalesFormsPrefs", AutoApplyCredit=True)
    elif act == "void":
        place.hand.void("Invoice", invoice)
    elif payments and act == "delete":
        place.hand.delete("Payment", payments[0]["Id"])
    elif payments:
        place.hand.update("Payment", {"Id": payments[0]["Id"], "Line": []})


def check_sums(place: Place, customer: str) -> None:
    invoices, payments = place.hand.find("Invoice"), place.hand.find("Payment")
    credits_ = place.hand.find("CreditMemo")
    taken: dict[str, Decimal] = {}
    for payment in payments:
        left = payment["TotalAmt"]
        for line in payment["Line"]:
            linked = line["LinkedTxn"][0]
            taken[linked["TxnId"]] = taken.get(linked["TxnId"], Decimal(0)) + line["Amount"]
            left += line["Amount"] * (-1 if linked["TxnType"] == "Invoice" else 1)
        assert payment["UnappliedAmt"] == left >= 0
    for doc in invoices + credits_:
        assert doc["Balance"] == doc["TotalAmt"] - taken.get(doc["Id"], Decimal(0)) >= 0
    owed = sum(doc["Balance"] for doc in invoices)
    free = sum(doc["UnappliedAmt"] for doc in payments) + sum(doc["Balance"] for doc in credits_)
    assert place.hand.get("Customer", customer)["Balance"] == owed - free
