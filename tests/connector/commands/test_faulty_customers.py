"""A fault of ours about one customer is told in words, and the others are shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from connector.mirroring import mirror
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


def test_no_statement_of_account_is_made(firm: Firm, terminal: Terminal, tmp_path: Path) -> None:
    target = tmp_path / "s.pdf"
    told = terminal.type("statement", "1", "Ash", "--out", str(target))
    assert (told.code, told.out) == (1, "")
    assert told.error.endswith(f"ledgerhand: no statement is made for Ash: {COULD_NOT}")
    assert not target.exists()


def test_the_case_pack_names_the_statement_as_missing(
    firm: Firm, terminal: Terminal, tmp_path: Path
) -> None:
    target = tmp_path / "case.zip"
    told = terminal.type("case", "pack", "1", "Ash", "--out", str(target))
    assert told.code == 0
    assert f"missing: the statement of account: {COULD_NOT}" in told.out
    with ZipFile(target) as pack:
        files = pack.namelist()
        page = pack.read("index.html").decode()
    assert "statement.pdf" not in files
    assert "INV-1" in page
    assert COULD_NOT in page


def test_its_letters_are_not_shown(firm: Firm, terminal: Terminal, tmp_path: Path) -> None:
    with firm.deps.reading() as tx:
        (ash,) = (it.id for it in mirror.customers(tx, firm.connection_id) if it.name == "Ash")
    folder = str(tmp_path / "letters")
    told = terminal.type("letter", "preview", "1", "--customer", ash, "--out", folder)
    assert (told.code, told.out) == (1, "")
    assert told.error.endswith(f"ledgerhand: customer {ash}: {COULD_NOT}")
    assert terminal.type("letter", "preview", "1", "--out", folder).code == 0
