from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place, paying

BANK = {"DepositToAccountRef": {"value": "35"}}


def of(payment: str, amount: int = 70) -> dict[str, Any]:
    link = {"TxnId": payment, "TxnType": "Payment", "TxnLineId": "0"}
    return {"Amount": amount, "LinkedTxn": [link]}


def fee(amount: float) -> dict[str, Any]:
    detail = {"AccountRef": {"value": "88"}}
    return {"Amount": amount, "DetailType": "DepositLineDetail", "DepositLineDetail": detail}


def test_a_deposit_takes_payments_and_fees(connected: Place) -> None:
    payment = connected.hand.create("Payment", paying(connected.customer(), "70"))["Id"]
    connected.pumped()
    made = connected.post("deposit", BANK | {"Line": [of(payment), fee(-2.5)]})
    assert str(made["TotalAmt"]) == "67.5"
    assert connected.pumped() == ["qbo.payment.updated.v1", "qbo.deposit.created.v1"]


def test_a_payment_is_deposited_once(connected: Place) -> None:
    payment = connected.hand.create("Payment", paying(connected.customer(), "70"))["Id"]
    made = connected.post("deposit", BANK | {"Line": [of(payment)]})
    assert connected.refused("deposit", BANK | {"Line": [of(payment)]})["code"] == "6000"
    version = {"Id": made["Id"], "SyncToken": "0"}
    connected.post("deposit", BANK | version | {"Line": [of(payment), fee(-1)]})
    connected.post("deposit", BANK | version | {"SyncToken": "1", "Line": [fee(5)]})
    assert connected.get(f"payment/{payment}")["LinkedTxn"] == []


@pytest.mark.parametrize(
    ("_case", "body", "code"),
    [
        ("no account", {"Line": [fee(5)]}, "2020"),
        ("no lines", BANK, "2020"),
        ("a fee from nowhere", BANK | {"Line": [{"Amount": 5}]}, "2020"),
        ("a ghost", BANK | {"Line": [of("99")]}, "610"),
    ],
)
def test_a_deposit_that_cannot_be_is_refused(
    connected: Place, _case: str, body: dict[str, Any], code: str
) -> None:
    assert connected.refused("deposit", body)["code"] == code
    assert connected.query("select * from Deposit") == {}
