from __future__ import annotations

from typing import Any

import pytest

from tests.providers.simulated.quickbooks.place import Place

DETAIL = "JournalEntryLineDetail"


def line(posting: str, account: str, amount: int = 40, customer: str = "") -> dict[str, Any]:
    detail: dict[str, Any] = {"PostingType": posting, "AccountRef": {"value": account}}
    if customer:
        detail["Entity"] = {"Type": "Customer", "EntityRef": {"value": customer}}
    return {"Amount": amount, "DetailType": DETAIL, DETAIL: detail}


def test_an_entry_on_receivables_moves_what_a_customer_owes(connected: Place) -> None:
    customer = connected.customer()
    connected.post(
        "journalentry", {"Line": [line("Debit", "84", 40, customer), line("Credit", "1")]}
    )
    assert connected.get(f"customer/{customer}")["Balance"] == 40
    connected.post(
        "journalentry", {"Line": [line("Credit", "84", 15, customer), line("Debit", "87", 15)]}
    )
    assert connected.get(f"customer/{customer}")["Balance"] == 25


@pytest.mark.parametrize(
    ("_case", "lines", "code"),
    [
        ("nothing", [], "6000"),
        ("unbalanced", [line("Debit", "35"), line("Credit", "1", 39)], "6000"),
        ("receivables of nobody", [line("Debit", "84"), line("Credit", "1")], "6000"),
        ("unknown account", [line("Debit", "999"), line("Credit", "1")], "2020"),
        ("no side", [line("Guess", "35"), line("Credit", "1")], "2020"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(
    connected: Place, _case: str, lines: list[dict[str, Any]], code: str
) -> None:
    assert connected.refused("journalentry", {"Line": lines})["code"] == code
    assert connected.query("select * from JournalEntry") == {}
