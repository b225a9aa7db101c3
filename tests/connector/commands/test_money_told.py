"""What became of money, as it is asked for at a terminal; and money that is set aside there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.answering import answers
from connector.rules.modes import Mode
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

CLIENT = ("--client", "1")
LINE = "bank:main:b1"


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.sweep()
    return firm


def test_applied_money_is_told_in_words(terminal: Terminal) -> None:
    firm = terminal.firm
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.settle()
    told = terminal.type("receipts", "show", LINE, *CLIENT).out
    for said in (
        "USD 100.00 of 2026-03-02 from Ash: applied", "Text: INV-1",
        "by Ledgerhand itself, by the rule: number and amount are exact",
        "USD 100.00 to invoice INV-1", "(payment ", "confirmed)", "Undo: not asked for",
    ):  # fmt: skip
        assert said in told
    (one,) = terminal.type("receipts", "show", LINE, *CLIENT, "--json").rows()["decisions"]
    assert (one["rule"], one["undo"]) == ("named_exact", None)
    assert [it["document"] for it in one["allocations"]] == ["invoice INV-1"]
    assert [it["construct"] for it in one["writes"]] == ["payment"]
    assert terminal.type("receipts", "undo", LINE, *CLIENT).code == 0
    firm.pass_time(minutes=2)
    told = terminal.type("receipts", "show", LINE, *CLIENT).out
    assert "undone)" in told
    assert ": confirmed" in told
    assert "this money was applied before and taken back, so a person decides" in told
    answers.reject(firm.deps, firm.asked()[0].id, "ann")
    told = terminal.type("receipts", "show", LINE, *CLIENT).out
    assert "Left to a person; nothing is asked." in told


def test_money_is_set_aside_and_brought_back(terminal: Terminal) -> None:
    firm = terminal.firm
    firm.bank("b1", "55.00", "hello", payer="Nobody Known")
    firm.settle()
    firm.sweep()
    assert "Waits for a person, approval" in terminal.type("receipts", "show", LINE, *CLIENT).out
    aside = ("receipts", "set-aside", LINE, *CLIENT, "--reason", "own money")
    told = terminal.type(*aside, "--as", "same-as")
    assert (told.code, "--of ID belongs to" in told.error) == (1, True)
    told = terminal.type(*aside, "--as", "same-as", "--of", "payment:9")
    assert "there is no money 'payment:9'" in told.error
    assert terminal.type(*aside, "--as", "not-a-customer").code == 0
    assert firm.asked() == []
    told = terminal.type("receipts", "show", LINE, *CLIENT)
    assert ": no customer's money: own money" in told.out
    assert terminal.type("receipts", "bring-back", LINE, *CLIENT, "--reason", "no").code == 0
    firm.settle()
    assert len(firm.asked()) == 1
    told = terminal.type("receipts", "bring-back", LINE, *CLIENT)
    assert "is not set aside; nothing was changed" in told.error


def test_money_that_nobody_knows_is_named(terminal: Terminal) -> None:
    told = terminal.type("receipts", "set-aside", "bank:x", *CLIENT, "--as", "returned",
                         "--reason", "so")  # fmt: skip
    assert (told.code, "there is no money 'bank:x'" in told.error) == (1, True)
