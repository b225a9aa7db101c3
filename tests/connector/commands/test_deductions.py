"""Deduction cases and price lists on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.short_payments.test_deductions import allow

CLIENT = ("--client", "1")
WORDS = "INV-1 CB-25 damage 50"


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    allow(firm)
    firm.owe(firm.books.customer("Ash"), "INV-1", "1000.00")
    firm.pass_time(minutes=20)
    firm.bank("b1", "950.00", WORDS, payer="Ash")
    firm.sweep()
    return firm


def test_a_case_is_shown_with_the_payers_words_and_every_check(terminal: Terminal) -> None:
    (row,) = terminal.type("cases", "list", *CLIENT, "--json").rows()
    assert (row["words"], row["invoice"], row["customer"]) == (WORDS, "INV-1", "Ash")
    assert {it["name"]: it["finding"] for it in row["checks"]} == {
        "early payment": "not found", "price list": "not available",
        "delivery proof": "not found", "credit note": "not found",
    }  # fmt: skip
    shown = terminal.type("cases", "show", str(row["id"]), *CLIENT)
    assert f"words: {WORDS}" in shown.out
    assert "price list: not available; no price list is imported" in shown.out
    assert json.loads(terminal.type("cases", "show", "1", *CLIENT, "--json").out) == row
    assert "delivery proof" in terminal.type("cases", "list", *CLIENT).out


def test_a_price_list_takes_the_place_of_the_one_before(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    head = "item,unit_price,currency,valid_from,valid_to\n"
    for body, items in (("A,1,USD,,\nB,2,USD,,\n", {"A", "B"}), ("C,0.125,USD,,\n", {"C"})):
        file.write_text(head + body)
        told = terminal.type("prices", "import", str(file), *CLIENT)
        assert (told.code, f"{len(items)} prices are the list" in told.out) == (0, True)
        rows = terminal.type("prices", "list", *CLIENT, "--json").rows()
        assert {row["item"] for row in rows} == items
    file.write_text(head + "D,1,USD,,\nE,x,USD,,\n")
    told = terminal.type("prices", "import", str(file), *CLIENT)
    assert told.code == 1
    assert "line 3: 'x' is no price; write it as 1234.50" in told.error
    assert "nothing was imported" in told.error
    assert [row["item"] for row in terminal.type("prices", "list", *CLIENT, "--json").rows()] == [
        "C"
    ]


def test_a_case_is_looked_into_anew_and_closed_once(terminal: Terminal) -> None:
    assert "looked into anew" in terminal.type("cases", "check", "1", *CLIENT).out
    assert terminal.type("cases", "close", "1", "credited", *CLIENT).code == 0
    for words in (("close", "1", "again"), ("check", "1")):
        told = terminal.type("cases", *words, *CLIENT)
        assert (told.code, "there is no open case 1" in told.error) == (1, True)
    assert "there is no case 99" in terminal.type("cases", "show", "99", *CLIENT).error
    assert "'x' is no number" in terminal.type("cases", "show", "x", *CLIENT).error
    assert "there is no file" in terminal.type("prices", "import", "nowhere.csv", *CLIENT).error
