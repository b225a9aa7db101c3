"""Statements and letters from the command line: written, listed, confirmed, refused."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connector.commands import paper
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.outgoing.effects import PrintLetter
from providers.simulated.faults import Fault
from tests.connector.by_post import PAPER, approve_as_letter, customer_at, text_of
from tests.connector.firm import Firm
from tests.simulation.universe import save_policy

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
CLIENT = "1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """One customer who owes 200 and has a credit of 12.50; a letter about it is queued."""
    opened = open_firm(ledger, modes=PAPER)
    customer = customer_at(opened, "Ash")
    opened.books.credit(customer, Decimal("12.50"), opened.today)
    for number in (1, 2):
        opened.owe(customer, f"INV-{number}", late_days=4)
    opened.settle()
    approve_as_letter(opened)
    opened.pass_time(minutes=2)
    return opened


def typed(firm: Firm, *words: str) -> None:
    parser = ArgumentParser()
    paper.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(firm.deps, given)


def told(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a program reads of a command."""
    capsys.readouterr()
    typed(firm, *words, "--json")
    return json.loads(capsys.readouterr().out)


def test_a_statement_is_written_and_told_as_the_ledger_has_it(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ash.pdf"
    days = ("--from", "2026-02-01", "--to", "2026-03-02")
    said = told(firm, capsys, "statement", CLIENT, "Ash", *days, "--out", str(file))
    assert said["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert said["agrees"] is True
    (one,) = said["statements"]
    assert (one["from"], one["to"], one["currency"]) == ("2026-02-01", "2026-03-02", "USD")
    assert (one["opening"], one["closing"], one["unapplied"]) == ("0.00", "187.50", "12.50")
    assert [(e["kind"], e["amount"], e["balance"]) for e in one["entries"]] == [
        ("invoice", "100.00", "100.00"), ("invoice", "100.00", "200.00"),
        ("credit note", "-12.50", "187.50"),
    ]  # fmt: skip
    assert one["buckets"]["1-30"] == "200.00"
    (page,) = text_of(file.read_bytes())
    for words in ("Statement of account", "Ash", "1 Quay Street", "Closing balance", "$187.50"):
        assert words in page, words


def test_a_statement_says_where_to_pay_to(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    details = ["First Bank & <b>Trust</b>", "IBAN DE02 1203 0000"]
    save_policy(firm.universe, firm.ledger, brand={"payment_details": details})
    file = tmp_path / "ash.pdf"
    told(firm, capsys, "statement", CLIENT, "Ash", "--out", str(file))
    (page,) = text_of(file.read_bytes())
    for line in ("Payment details", *details):
        assert line in page, line


def test_the_same_statement_is_the_same_file_and_people_read_a_sentence(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for file in (first, second):
        typed(firm, "statement", CLIENT, "Ash", "--out", str(file))
    assert first.read_bytes() == second.read_bytes()
    said = capsys.readouterr().out
    assert "USD: USD 0.00 on 2025-12-02, USD 187.50 on 2026-03-02." in said
    assert "The ledger's own report says the same." in said


@pytest.mark.parametrize(("words", "wrong"), [
    (("Nobody",), "has no customer 'Nobody'"),
    (("Ash", "--from", "yesterday"), "--from 'yesterday' is no date; write it as 2026-01-31"),
    (("Ash", "--to", "2026-03-03"), "--to 2026-03-03 is not over yet; today is 2026-03-02"),
    (("Ash", "--from", "2026-03-02", "--to", "2026-02-01"), "--from 2026-03-02 is after --to"),
])  # fmt: skip
def test_what_cannot_be_stated_says_why_and_writes_nothing(
    firm: Firm, tmp_path: Path, words: tuple[str, ...], wrong: str
) -> None:
    file = tmp_path / "out.pdf"
    with pytest.raises(CommandError, match=wrong):
        typed(firm, "statement", CLIENT, *words, "--out", str(file))
    assert not file.exists()


def test_a_place_that_cannot_be_written_is_named(firm: Firm, tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "out.pdf"):
        with pytest.raises(CommandError, match="name a file in a folder that is there"):
            typed(firm, "statement", CLIENT, "Ash", "--out", str(place))


def test_a_ledger_that_does_not_answer_is_named(firm: Firm, tmp_path: Path) -> None:
    firm.fail(Fault("503", on=rf"{firm.ledger}\..*"))
    with pytest.raises(CommandError, match="try again in"):
        typed(firm, "statement", CLIENT, "Ash", "--out", str(tmp_path / "out.pdf"))


def test_a_letter_is_listed_printed_and_confirmed(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = told(firm, capsys, "letters", "list")
    assert (row["customer"], row["total"], row["state"]) == ("Ash", "USD 187.50", "queued")
    (printed,) = told(firm, capsys, "letters", "print", "--out", str(tmp_path / "tray"))
    pdf = Path(printed["file"]).read_bytes()
    assert hashlib.sha256(pdf).hexdigest() == row["sha256"]
    (still,) = told(firm, capsys, "letters", "list", "--client", CLIENT)
    assert still["state"] == "queued"
    ended = told(firm, capsys, "letters", "confirm", str(row["id"]), "--by", "ann")
    assert (ended["state"], ended["by"]) == ("confirmed", "ann")
    assert told(firm, capsys, "letters", "print", "--out", str(tmp_path)) == []
    with pytest.raises(CommandError, match="confirmed already; nothing was changed"):
        typed(firm, "letters", "drop", str(row["id"]), "--reason", "no")


def test_a_dropped_letter_keeps_its_reason(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = told(firm, capsys, "letters", "list")
    ended = told(firm, capsys, "letters", "drop", str(row["id"]), "--reason", "they called")
    assert (ended["state"], ended["reason"]) == ("dropped", "they called")


def test_a_letter_about_what_was_paid_is_not_printed(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (customer,) = firm.plan()
    for id_ in _invoices(firm):
        firm.books.pay_by_hand(customer, id_, Decimal(100), firm.today)
    firm.sweep()
    (row,) = told(firm, capsys, "letters", "print", "--out", str(tmp_path / "tray"))
    assert "INV-1" in row["changed"]
    assert row["file"] == ""
    assert list((tmp_path / "tray").iterdir()) == []


def test_a_letter_that_is_out_of_date_is_not_printed_and_made_anew(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    only = {"name": "friendly", "offset_days": 3, "tone": "friendly"}
    save_policy(firm.universe, firm.ledger, steps=[only])
    firm.pass_days(8)
    folder = str(tmp_path / "tray")
    (row,) = told(firm, capsys, "letters", "print", "--out", folder)
    assert (row["file"], row["changed"]) == (
        "", "out of date: it is of 2026-03-02 and counts days up to then"
    )  # fmt: skip
    typed(firm, "letters", "print", "--out", folder)
    assert "`ledgerhand letters anew ID` makes a letter" in capsys.readouterr().out
    ended = told(firm, capsys, "letters", "anew", str(row["id"]))
    assert (ended["state"], ended["reason"]) == ("dropped", "made anew")
    with pytest.raises(CommandError, match="is dropped already; nothing was changed"):
        typed(firm, "letters", "anew", str(row["id"]))
    firm.settle()
    (printed,) = told(firm, capsys, "letters", "print", "--out", folder)
    assert (printed["changed"], printed["total"]) == ("", "USD 187.50")
    assert "March 10, 2026" in text_of(Path(printed["file"]).read_bytes())[0]


def _invoices(firm: Firm) -> list[str]:
    (letter,) = [i.effect for i in firm.intents() if isinstance(i.effect, PrintLetter)]
    return list(letter.invoice_ids)


@pytest.mark.parametrize("words", [
    ("confirm", "99", "--by", "ann"), ("drop", "x", "--reason", "no"),
    ("drop", "\u0661", "--reason", "no"), ("anew", "99"),
])  # fmt: skip
def test_a_letter_that_is_not_there_is_named(firm: Firm, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError, match="see `ledgerhand letters list`"):
        typed(firm, "letters", *words)
