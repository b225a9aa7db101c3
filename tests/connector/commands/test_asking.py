"""A letter that waits, read, written to a file, edited there and approved."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from connector.rules.modes import Mode
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm
from tests.connector.notified import switch_on
from tests.connector.thankful import pay, thanked


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    firm = open_firm("quickbooks", modes={"remind": Mode.COPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.pass_time(minutes=30)
    return firm


def asked(terminal: Terminal) -> str:
    (one,) = terminal.firm.asked()
    return str(one.id)


def test_a_question_is_shown_with_its_whole_letter(terminal: Terminal) -> None:
    told = terminal.type("approvals", "show", asked(terminal))
    assert told.code == 0, told.error
    assert "--option 1: send the friendly message" in told.out
    assert "to pay@ash.example, copy to nobody, answers to " in told.out
    assert "Subject: Friendly reminder: invoice INV-1" in told.out
    assert "\n[invoices]\n" in told.out
    found = json.loads(terminal.type("approvals", "show", asked(terminal), "--json").out)
    assert found["subject"].startswith("Friendly reminder")
    assert found["state"] == "waiting"
    assert (found["envelope"]["by"], found["envelope"]["to"]) == ("e-mail", "pay@ash.example")


def test_an_edited_file_goes_out_and_why_tells_what_was_changed(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    id_ = asked(terminal)
    decision = str(terminal.firm.asked()[0].decision_id)
    assert "Written to" in terminal.type("approvals", "show", id_, "--out", str(file)).out
    file.write_text(file.read_text().replace("Hello Ash,", "Dear Mia,"))
    told = terminal.type("approvals", "approve", id_, "--text", str(file))
    assert told.code == 0, told.error
    terminal.firm.pass_time(seconds=30)
    (mail,) = terminal.firm.mails()
    assert mail["text"].startswith("Dear Mia,")
    found = json.loads(terminal.type("why", decision).out)
    assert {"-Hello Ash,", "+Dear Mia,"} <= set(found["edited"]["difference"])
    assert found["edited"]["by"].endswith("(command line)")


def test_a_subject_alone_can_be_changed(terminal: Terminal) -> None:
    told = terminal.type(
        "approvals", "approve", asked(terminal), "--subject", "INV-1, a friendly word"
    )
    assert told.code == 0, told.error
    terminal.firm.pass_time(seconds=30)
    assert dict(terminal.firm.mails()[0]["headers"])["Subject"] == "INV-1, a friendly word"


@pytest.mark.parametrize(("text", "why"), [
    ("Subject: x\n\nPay 5.00.", "the letter may not go out so: "),
    (None, "letter.txt cannot be read: No such file"),
    (b"\xff\xfe\x00", "is no text in UTF-8"),
])  # fmt: skip
def test_a_file_that_may_not_go_out_is_refused_and_sends_nothing(
    terminal: Terminal, tmp_path: Path, text: str | bytes | None, why: str
) -> None:
    file = tmp_path / "letter.txt"
    if text is not None:
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    told = terminal.type("approvals", "approve", asked(terminal), "--text", str(file))
    assert told.code == 1
    assert why in told.error
    terminal.firm.settle()
    assert terminal.firm.mails() == []
    assert len(terminal.firm.asked()) == 1


def test_a_letter_is_written_only_where_that_can_be(terminal: Terminal, tmp_path: Path) -> None:
    told = terminal.type("approvals", "show", asked(terminal), "--out", f"{tmp_path}/no/a.txt")
    assert "no/a.txt cannot be written: No such file or directory" in told.error


def test_what_there_is_not_is_told(terminal: Terminal) -> None:
    assert "there is no approval 99" in terminal.type("approvals", "show", "99").error
    assert "is no number" in terminal.type("approvals", "show", "x").error


def test_a_thank_you_is_read_before_it_is_approved_and_is_not_edited(
    terminal: Terminal, tmp_path: Path
) -> None:
    firm = terminal.firm
    switch_on(firm, thank_you=True)
    firm.approve()
    firm.pass_time(seconds=30)
    pay(firm, Decimal("100.00"))
    id_ = asked(terminal)
    told = terminal.type("approvals", "show", id_)
    assert "Thank Ash: USD 100.00 settled INV-1" in told.out
    assert "Subject: Thank you: invoice INV-1 is paid" in told.out
    assert "a thank-you goes out in the words that" in told.out
    found = json.loads(terminal.type("approvals", "show", id_, "--json").out)
    assert "for invoice INV-1" in " ".join(found["text"].split())
    for words in (("show", id_, "--out", str(tmp_path / "a.txt")),
                  ("approve", id_, "--subject", "Well done")):  # fmt: skip
        assert "a thank-you goes out in the words that" in terminal.type("approvals", *words).error
    assert thanked(firm) == []
    firm.approve()
    (mail,) = thanked(firm)
    assert mail["text"].replace("\r\n", "\n").startswith(found["text"][:60])
