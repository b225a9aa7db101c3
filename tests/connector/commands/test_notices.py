"""Notices, systems and the CRM report as a bookkeeper types them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.outcomes.crm_report import Row, as_csv
from connector.rules.modes import Mode
from tests.connector.commands.typing_in import Terminal, set_variables
from tests.connector.firm import Firm
from tests.connector.listener import Listener, listening
from tests.connector.notified import Opens

pytestmark = pytest.mark.either_ledger

CLIENT = "1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=4)
    firm.owe(firm.books.customer("=Birch"), "INV-2", "90.00", late_days=2)
    firm.pass_time(minutes=20)
    return firm


@pytest.fixture
def system() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def test_notices_are_off_and_are_switched_one_by_one(terminal: Terminal) -> None:
    rows = terminal.type("notices", "show", CLIENT, "--json").rows()
    assert {row["notice"]: row["state"] for row in rows} == {
        "digest": "off", "forewarning": "off", "thanks": "off",
    }  # fmt: skip
    said = terminal.type("notices", "set", CLIENT, "digest", "on", "--hour", "6")
    assert "digest is on" in said.out
    assert "with policy version 1" in said.out
    assert "as before" in terminal.type("notices", "set", CLIENT, "digest", "on").out
    first = terminal.type("notices", "show", CLIENT, "--json").rows()[0]
    assert first == {"notice": "digest", "state": "on", "hour": 6}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("digest", "maybe"), "write one of digest, forewarning, thanks, and on or off"),
        (("fax", "on"), "write one of digest, forewarning, thanks, and on or off"),
        (("digest", "on", "--hour", "24"), "write one from 0 to 23"),
        (("digest", "on", "--hour", "x"), "write one from 0 to 23"),
        (("thanks", "on", "--hour", "7"), "has no hour; leave --hour out"),
    ],
)
def test_what_cannot_be_meant_is_named(
    terminal: Terminal, words: tuple[str, ...], named: str
) -> None:
    assert named in terminal.type("notices", "set", CLIENT, *words).error


def test_the_next_mails_can_be_looked_at_and_none_is_sent(terminal: Terminal, firm: Firm) -> None:
    said = terminal.type("notices", "preview", CLIENT)
    assert "yesterday there was nothing to tell" in said.out
    assert "=Birch: friendly, by e-mail, USD 90.00" in said.out
    assert len(firm.mails()) == 1


def test_what_was_done_yesterday_can_be_looked_at(
    firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    firm.pass_time(hours=16)
    set_variables(monkeypatch, firm, tmp_path)
    said = Terminal(firm, capsys).type("notices", "preview", CLIENT)
    assert "Ash: Sent the friendly message about USD 120.00" in said.out
    assert "no message goes out tomorrow" in said.out


def test_a_system_is_named_listed_told_again_and_dropped(
    terminal: Terminal, firm: Firm, system: Listener
) -> None:
    assert terminal.type("hooks", "list", CLIENT).out == "No system is told anything.\n"
    said = terminal.type("hooks", "add", CLIENT, system.url)
    secret = said.out.split()[-1]
    firm.settle()
    firm.pass_time(minutes=2)
    (row,) = terminal.type("hooks", "list", CLIENT, "--json").rows()
    assert (row["id"], row["url"], row["state"]) == (1, system.url, "active")
    assert terminal.type("hooks", "secret", CLIENT, system.url).out.strip() == secret
    assert terminal.type("hooks", "secret", CLIENT, "1", "--new").out.strip() != secret
    rows = terminal.type("hooks", "deliveries", CLIENT, "--json").rows()
    assert {row["state"] for row in rows} == {"confirmed"}
    assert len(rows) == len(system.heard) == 2
    assert "again of 0 customers" in terminal.type("hooks", "again", CLIENT, "1").out
    assert "told nothing more" in terminal.type("hooks", "drop", CLIENT, system.url).out
    assert terminal.type("hooks", "list", CLIENT, "--json").rows() == []


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("add", CLIENT, "http://crm.example"), "write https://"),
        (("drop", CLIENT, "7"), "has no address 7; see `ledgerhand hooks list 1`"),
        (("secret", CLIENT, "https://crm.example"), "tells no address 'https://crm.example'"),
        (("again", "9", "1"), "there is no client '9'"),
    ],
)
def test_an_address_that_cannot_be_meant_is_named(
    terminal: Terminal, words: tuple[str, ...], named: str
) -> None:
    assert named in terminal.type("hooks", *words).error


def test_the_crm_report_has_a_row_for_each_customer_and_currency(
    terminal: Terminal, tmp_path: Path
) -> None:
    rows = terminal.type("report", "crm", CLIENT, "--json").rows()
    birch, ash = rows
    assert (ash["customer"], ash["overdue"], ash["stage"]) == ("Ash", "120.00", "friendly")
    assert (ash["oldest_due"], ash["last_contact"]) == ("2026-02-26", "2026-03-02")
    assert (birch["customer"], birch["overdue"], birch["stage"]) == ("=Birch", "90.00", "")
    assert birch["next_step"] == "2026-03-03"
    assert ",Ash,USD,120.00,2026-02-26,friendly," in terminal.type("report", "crm", CLIENT).out
    file = tmp_path / "crm.csv"
    assert terminal.type("report", "crm", CLIENT, "--out", str(file)).error == ""
    read = list(csv.DictReader(io.StringIO(file.read_text("utf-8"))))
    assert [row["customer"] for row in read] == ["'=Birch", "Ash"]
    assert read[1] == ash


def test_a_file_that_cannot_be_written_is_named(terminal: Terminal, tmp_path: Path) -> None:
    error = terminal.type("report", "crm", CLIENT, "--out", str(tmp_path / "no" / "crm.csv")).error
    assert "No such file or directory" in error


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_begins_as_a_formula_does(name: str) -> None:
    row = Row("Cedar", name, name, "USD", "1.00", "", "", "", "", "", "", "", name, "", "")
    (_, read) = csv.reader(io.StringIO(as_csv([row])))
    assert [cell for cell in read if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert read[2] == f"'{name}"
