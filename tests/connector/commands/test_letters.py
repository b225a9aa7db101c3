"""Letters written into a folder from the command line, for an example and for a real customer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from connector.rules import policy
from connector.rules.policy import Policy
from dunning.checking import shipped
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm

STEPS = ("upcoming", "friendly", "reminder", "direct", "final")
PAYERS = ("reliable", "mixed", "chronic")


@pytest.fixture
def firm(open_firm: Callable[..., Firm]) -> Firm:
    return open_firm("quickbooks")


def test_every_step_is_shown_for_every_payer(terminal: Terminal) -> None:
    told = terminal.type("letter", "preview", "1", "--out", "shown")

    assert told.code == 0, told.error
    folder = Path("shown")
    for step in STEPS:
        texts = {(folder / f"{step}-{payer}.txt").read_text("utf-8") for payer in PAYERS}
        assert len(texts) == 3
        assert all("1042" in text and "1,234.50" in text for text in texts)
        assert "<table" in (folder / f"{step}-chronic.html").read_text("utf-8")
    index = (folder / "index.html").read_text("utf-8")
    assert index.count("<iframe") == 15
    final = (folder / "final-mixed.txt").read_text("utf-8")
    assert "one of us will look at your account in person" in " ".join(final.split())
    assert terminal.firm.mails() == []


def test_one_step_of_a_real_customer_in_another_language(terminal: Terminal) -> None:
    firm = terminal.firm
    customer = firm.books.customer("Ash & Sons")
    firm.owe(customer, "INV-7", "99.90", late_days=10)
    firm.pass_time(minutes=2)
    words = ("--customer", customer, "--step", "direct", "--language", "de", "--out", "shown")

    told = terminal.type("letter", "preview", "1", *words)

    assert told.code == 0, told.error
    text = Path("shown/direct-chronic.txt").read_text("utf-8")
    assert "Guten Tag Ash & Sons," in text
    assert "INV-7" in text
    assert "99,90" in text
    assert not Path("shown/final-chronic.txt").exists()


def test_paper_and_what_is_said_on_the_telephone_are_written_too(terminal: Terminal) -> None:
    deps = terminal.firm.deps
    with deps.writing() as tx:
        rules = Policy(dunning=shipped.policy("services"))
        policy.save(tx, terminal.firm.connection.client_id, rules, at=deps.now(), by="tests")

    told = terminal.type("letter", "preview", "1", "--language", "nl", "--out", "shown")

    assert told.code == 0, told.error
    folder = Path("shown")
    assert (folder / "demand-letter-reliable.pdf").read_bytes().startswith(b"%PDF")
    assert "Verzoek tot betaling" in (folder / "demand-letter-mixed.txt").read_text("utf-8")
    script = (folder / "call-chronic.txt").read_text("utf-8")
    assert script.startswith("a person decides this: call; script for whoever calls")
    assert "Spreek ik met Maple & Sons" in script
    assert "referral-mixed: a person decides this: referral" in told.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("9", "--out", "x"), "there is no client '9'"),
        (("1", "--out", "x", "--step", "fifth"), "there is no step 'fifth'; there are upcoming"),
        (("1", "--out", "x", "--customer", "404"), "customer '404' has no open invoice"),
        (("1", "--out", "blocked/x"), "blocked/x cannot be written to"),
    ],
)
def test_what_cannot_be_shown_says_why(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    Path("blocked").write_text("a file")

    told = terminal.type("letter", "preview", *words)

    assert told.code == 1
    assert said in told.error
