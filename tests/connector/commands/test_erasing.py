"""`ledgerhand erase` as it is typed, on a customer who was really written to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connector.mirroring import mirror
from connector.rules.modes import Mode
from providers.ledger import Gone, Kind
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.firm import Firm
from tests.connector.remembered import everything, places

pytestmark = pytest.mark.either_ledger

WHO = ("erase", "1", "Quokka", "--reason", "asked by mail on 1 March")


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Both were reminded by mail, with a note in the ledger; nothing is under way."""
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Quokka"), "INV-1", "120.00", late_days=8)
    firm.owe(firm.books.customer("Birch"), "INV-2", "80.00", late_days=8)
    firm.pass_time(minutes=20)
    assert len(firm.mails()) == 2
    return firm


@pytest.fixture
def terminal(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:  # fmt: skip
    set_variables(monkeypatch, firm, tmp_path)
    return Terminal(firm, capsys)


@pytest.mark.parametrize("words", [(), ("--dry-run",), ("--yes", "--dry-run")])
def test_without_a_yes_it_is_only_shown(terminal: Terminal, words: tuple[str, ...]) -> None:
    before = everything(terminal.firm.deps)
    told = terminal.type(*WHO, *words)
    assert told.code == 0
    assert "Only shown: nothing was changed. Do it with --yes" in told.out
    assert everything(terminal.firm.deps) == before


def test_it_is_done_with_a_yes_and_the_ledger_is_the_clients_own(terminal: Terminal) -> None:
    firm = terminal.firm
    assert places(firm.deps, "Quokka")
    writes = len(firm.writes())
    shown = json.loads(terminal.type(*WHO, "--json").out)
    told = terminal.type(*WHO, "--yes")
    assert "Customer" in told.out
    assert "is on hold" in told.out
    assert "The ledger is the client's own and was not touched" in told.out
    assert places(firm.deps, "Quokka") == []
    assert "whole" in terminal.type("audit", "verify").out
    assert len(firm.writes()) == writes
    assert shown["rows"]["message"] == 1
    assert not shown["erased"]
    again = json.loads(terminal.type(*WHO, "--yes", "--json").out)
    assert (again["rows"], again["on_hold"]) == ({}, False)


def test_a_customer_whom_the_ledger_forgot_is_erased_by_its_id(terminal: Terminal) -> None:
    firm = terminal.firm
    with firm.deps.writing() as tx:
        (known,) = [it for it in mirror.customers(tx, firm.connection_id) if it.name == "Quokka"]
        mirror.store(
            tx, firm.connection_id, [Gone(Kind.CUSTOMER, known.id)], read_at=firm.deps.now()
        )
    told = terminal.type("erase", "1", known.id, "--reason", "asked by mail", "--yes")
    assert (told.code, "is on hold" in told.out) == (0, True)
    assert places(firm.deps, "Quokka") == []


def test_nobody_who_was_erased_is_written_to_again(terminal: Terminal) -> None:
    terminal.type(*WHO, "--yes")
    terminal.firm.pass_days(30)
    about = [mail["subject"] for mail in terminal.firm.mails()]
    assert sum("INV-1" in subject for subject in about) == 1
    assert sum("INV-2" in subject for subject in about) > 1


def test_what_is_under_way_is_told_and_nothing_is_erased(terminal: Terminal, firm: Firm) -> None:
    firm.switch(remind=Mode.COPILOT)
    firm.pass_days(20)
    before = everything(firm.deps)
    told = terminal.type(*WHO, "--yes")
    assert told.code == 1
    assert "nothing was erased: something about this customer is under way" in told.error
    assert "1 questions to a person (answer them with `ledgerhand approvals`)" in told.error
    assert everything(firm.deps) == before


def test_a_reason_that_says_nothing_is_refused(terminal: Terminal) -> None:
    told = terminal.type("erase", "1", "Quokka", "--reason", " ", "--yes")
    assert (told.code, "say who asked for it" in told.error) == (1, True)
