from __future__ import annotations

from decimal import Decimal

import pytest

from providers.simulated.quickbooks.refusals import Refusal
from tests.providers.simulated.quickbooks.place import Place, invoice_body, paying


def test_a_hand_meets_the_same_rules_and_makes_the_same_events(connected: Place) -> None:
    with pytest.raises(Refusal) as refused:
        connected.hand.create("Customer", {"Colour": "red"})
    assert refused.value.code == "2010"
    connected.customer()
    assert connected.pumped() == ["qbo.customer.created.v1"]


def test_what_a_hand_gets_is_its_own_copy(connected: Place) -> None:
    customer = connected.hand.create("Customer", {"DisplayName": "Ann"})
    customer["DisplayName"] = "Bea"
    connected.hand.get("Customer", "1")["DisplayName"] = "Cy"
    connected.hand.find("Customer")[0]["DisplayName"] = "Di"
    assert connected.hand.get("Customer", "1")["DisplayName"] == "Ann"


def test_a_hand_finds_by_the_query_language(connected: Place) -> None:
    customer = connected.customer()
    connected.invoice(customer, "10")
    connected.invoice(customer, "20")
    assert len(connected.hand.find("Invoice")) == 2
    assert [row["TotalAmt"] for row in connected.hand.find("Invoice", "Balance > '15'")] == [20]


def test_more_of_a_payment_is_applied_beside_what_is(connected: Place) -> None:
    customer = connected.customer()
    first, second = connected.invoice(customer, "10"), connected.invoice(customer, "20")
    body = paying(customer, "25", **{f"i{first}": "10"})
    payment = connected.hand.create("Payment", body)["Id"]
    done = connected.hand.apply_payment(payment, {second: Decimal(15)})
    assert (len(done["Line"]), done["UnappliedAmt"]) == (2, 0)
    assert connected.hand.get("Invoice", second)["Balance"] == 5


def test_what_is_not_there_cannot_be_worked_on(connected: Place) -> None:
    for act in (connected.hand.void, connected.hand.delete, connected.hand.get):
        with pytest.raises(Refusal) as refused:
            act("Invoice", "99")
        assert refused.value.code == "610"


def test_a_full_invoice_line_of_work(connected: Place) -> None:
    customer = connected.customer()
    invoice = connected.hand.create("Invoice", invoice_body(customer, "80"))["Id"]
    connected.hand.send("Invoice", invoice, "a@b.example")
    connected.hand.update("Invoice", {"Id": invoice, "CustomerMemo": {"value": "Thanks"}})
    connected.hand.void("Invoice", invoice)
    connected.hand.delete("Invoice", invoice)
    assert connected.hand.find("Invoice") == []
