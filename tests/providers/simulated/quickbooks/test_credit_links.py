from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import (
    Place,
    applied,
    invoice_body,
    refused_unchanged,
)


def with_credit(place: Place, credit_amount: str = "50") -> tuple[str, str, str]:
    customer = place.customer()
    invoice = place.invoice(customer)
    credit = str(place.hand.create("CreditMemo", invoice_body(customer, credit_amount))["Id"])
    return customer, invoice, credit


def both(customer: str, invoice: str, credit: str, amounts: tuple[str, str]) -> dict[str, Any]:
    return {
        "CustomerRef": {"value": customer}, "TotalAmt": 0,
        "Line": [
            {"Amount": amounts[0], "LinkedTxn": [{"TxnId": invoice, "TxnType": "Invoice"}]},
            {"Amount": amounts[1], "LinkedTxn": [{"TxnId": credit, "TxnType": "CreditMemo"}]},
        ],
    }  # fmt: skip


def test_a_payment_of_nothing_links_an_invoice_and_a_credit_memo(connected: Place) -> None:
    customer, invoice, credit = with_credit(connected)
    assert connected.get(f"customer/{customer}")["Balance"] == 50
    made = connected.post("payment", both(customer, invoice, credit, ("50", "50")))
    assert (made["TotalAmt"], made["UnappliedAmt"]) == (0, 0)
    assert connected.get(f"invoice/{invoice}")["Balance"] == 50
    used = connected.get(f"creditmemo/{credit}")
    assert (used["RemainingCredit"], used["Balance"]) == (0, 0)
    assert used["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Payment"}]
    assert connected.get(f"customer/{customer}")["Balance"] == 50


@pytest.mark.parametrize("amounts", [("60", "50"), ("50", "50.01"), ("40", "50")])
def test_a_credit_pays_no_more_than_itself_and_is_not_turned_into_cash(
    connected: Place, amounts: tuple[str, str]
) -> None:
    customer, invoice, credit = with_credit(connected)
    refused_unchanged(connected, both(customer, invoice, credit, amounts), "6000")


def test_voiding_the_invoice_of_such_a_link_gives_the_credit_back(connected: Place) -> None:
    customer, invoice, credit = with_credit(connected)
    made = connected.post("payment", both(customer, invoice, credit, ("50", "50")))
    connected.void("Invoice", invoice)
    assert connected.get(f"creditmemo/{credit}")["RemainingCredit"] == 50
    assert connected.get(f"payment/{made['Id']}")["Line"] == []
    assert connected.get(f"customer/{customer}")["Balance"] == -50


def test_voiding_the_credit_of_such_a_link_opens_the_invoice(connected: Place) -> None:
    customer, invoice, credit = with_credit(connected)
    made = connected.post("payment", both(customer, invoice, credit, ("50", "50")))
    connected.void("CreditMemo", credit)
    assert connected.get(f"invoice/{invoice}")["Balance"] == 100
    assert connected.get(f"payment/{made['Id']}")["Line"] == []
    assert connected.get(f"customer/{customer}")["Balance"] == 100


def test_a_deleted_credit_takes_its_part_out_and_leaves_the_cash_applied(
    connected: Place,
) -> None:
    customer, invoice, credit = with_credit(connected)
    body = both(customer, invoice, credit, ("60", "50")) | {"TotalAmt": 30}
    made = connected.post("payment", body)
    assert made["UnappliedAmt"] == 20
    connected.hand.delete("CreditMemo", credit)
    left = connected.get(f"payment/{made['Id']}")
    assert (applied(left), left["UnappliedAmt"]) == ({invoice: 30}, 0)
    assert connected.get(f"invoice/{invoice}")["Balance"] == 70
