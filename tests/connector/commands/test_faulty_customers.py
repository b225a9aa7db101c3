"""A fault of ours about one customer is told in words, and the others are shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.connector.commands.typing_in import Terminal
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm

COULD_NOT = (
    "Ledgerhand could not read this customer by a fault of its own (ValueError);"
    " ask whoever runs it"
)


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    """Ash cannot be read, Birch can."""
    firm = open_firm("quickbooks")
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    firm.owe(ash, "INV-1")
    firm.owe(birch, "INV-2")
    firm.sweep()
    make_unreadable(firm.deps, firm.connection_id, ash)
    return firm


def test_credit_is_told_for_the_others(firm: Firm, terminal: Terminal) -> None:
    told = terminal.type("credit", "1")
    assert told.code == 0
    table, _, last = told.out.rstrip().rpartition("\n")
    assert last == f"Ash: {COULD_NOT}."
    assert "Birch" in table
    assert "Ash" not in table
    rows = {it["customer"]: it for it in terminal.type("credit", "1", "--json").rows()}
    assert set(rows["Ash"]) == set(rows["Birch"])
    assert (rows["Ash"]["limit"], rows["Ash"]["why"]) == (None, COULD_NOT)
    assert "not enough data" in rows["Birch"]["why"]


def test_credit_of_that_customer_alone_says_only_that(firm: Firm, terminal: Terminal) -> None:
    told = terminal.type("credit", "1", "Ash")
    assert (told.code, told.out) == (0, f"Ash: {COULD_NOT}.\n")


def test_no_link_to_its_account_page_is_made(firm: Firm, terminal: Terminal) -> None:
    told = terminal.type("portal", "link", "1", "Ash")
    assert (told.code, told.out) == (1, "")
    assert told.error.endswith(f"ledgerhand: no link is made for Ash: {COULD_NOT}")
