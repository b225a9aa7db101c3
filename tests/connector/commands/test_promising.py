"""Promises as a bookkeeper types them: waited for, kept or broken, and spoken of."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from connector.mirroring import mirror
from connector.rules.modes import Mode
from dunning.checking import shipped
from providers.ledger import Invoice, Kind
from tests.connector.collecting.reading import Opens
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

CLIENT = "1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT, "cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "120.00", late_days=1)
    firm.pass_time(minutes=20)
    return firm


def promised(terminal: Terminal, days: int, *more: str) -> date:
    on = terminal.firm.today + timedelta(days=days)
    told = terminal.type("promise", "add", CLIENT, "Ash", "--on", str(on), *more)
    assert told.error == ""
    return on


def owing(firm: Firm) -> list[Invoice]:
    with firm.deps.reading() as tx:
        found = mirror.open_records(tx, firm.connection_id, [Kind.INVOICE])
    return [record for record in found if isinstance(record, Invoice)]


def state(terminal: Terminal) -> str:
    (row,) = terminal.type("promise", "list", CLIENT, "--json").rows()
    return str(row["state"])


def test_nobody_is_written_to_before_the_promised_day_and_a_broken_one_is_spoken_of(
    terminal: Terminal, firm: Firm
) -> None:
    on = promised(terminal, 10, "--words", "on the twelfth")
    firm.pass_days(10)
    assert firm.mails() == []
    assert state(terminal) == "open"
    firm.pass_days(5)
    assert state(terminal) == "broken"
    (mail,) = firm.mails()
    assert f"paid by {on:%B} {on.day}, {on.year}" in " ".join(mail["text"].split())


def test_a_promise_that_is_paid_is_kept(terminal: Terminal, firm: Firm) -> None:
    promised(terminal, 10)
    (owed,) = owing(firm)
    firm.pay(owed.customer_id, "120.00", "INV-1")
    firm.pass_time(minutes=30)
    assert firm.books.balance(owed.id) == 0
    assert state(terminal) == "kept"
    assert firm.mails() == []


def test_a_cancelled_promise_holds_nobody_back(terminal: Terminal, firm: Firm) -> None:
    promised(terminal, 20)
    assert terminal.type("promise", "cancel", CLIENT, "1").out.startswith("promise 1 is cancelled")
    firm.pass_days(4)
    assert len(firm.mails()) == 1
    assert "no open promise 1" in terminal.type("promise", "cancel", CLIENT, "1").error


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("Ash", "--on", "soon"), "is no date"),
        (("Ash", "--on", "2020-01-01"), "is past; today is"),
        (("Ash", "--on", "2030-01-01", "--amount", "much"), "is no amount; write it as 120.50"),
        (("Ash", "--on", "2030-01-01"), "more than a year ahead"),
        (("Ash", "--on", "2026-09-01", "--amount", "500"), "between nothing and USD 120.00"),
        (("Ash", "--on", "2030-01-01", "--invoice", "INV-9"), "owes nothing on INV-9"),
        (("Nobody", "--on", "2030-01-01"), "has no customer 'Nobody'"),
    ],
)
def test_what_cannot_be_meant_is_named(
    terminal: Terminal, words: tuple[str, ...], named: str
) -> None:
    assert named in terminal.type("promise", "add", CLIENT, *words).error


def test_a_shipped_policy_can_be_saved_and_its_changes_read(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "policy.json"
    file.write_text(terminal.type("policy", "shipped", "services").out)
    saved = terminal.type("policy", "set", CLIENT, str(file), "--reason", "we start with it")
    assert saved.error == ""
    (row,) = terminal.type("policy", "history", CLIENT, "--json").rows()
    assert row["version"] == 1
    assert 'dunning.steps.call.do: nothing -> "call"' in row["changes"]
    assert not any("brand" in change for change in row["changes"])
    error = terminal.type("policy", "shipped", "toys").error
    assert f"there are {', '.join(shipped.NAMES)}" in error
