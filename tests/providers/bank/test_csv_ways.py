"""Columns that say in everyday words which way money went, beside amounts without signs."""

from __future__ import annotations

import pytest

from providers.bank import reading
from providers.bank.mapping import Mapping
from tests.providers.bank.shelf import only

KINDS = (
    "Date,Description,Amount,Type\n2026-03-10,Ash INV-7,50.00,{came}\n"
    "2026-03-11,Elm supplier,{sign}6000.00,{went}\n"
)


def guessed(content: str, **wishes: str) -> Mapping:
    found = reading.guessed(content.encode(), wishes)
    assert found is not None
    return found


@pytest.mark.parametrize(("came", "went"), [
    ("Transfer in", "Transfer out"), ("Faster Payment in", "Faster Payment out"),
    ("Pay-in", "Pay-out"), ("Income", "Expense"), ("Receive", "Spend"), ("Received", "Paid"),
    ("Inbound", "Outbound"), ("Zahlungseingang", "Zahlungsausgang"), ("Einnahme", "Ausgabe"),
    ("Inkomend", "Uitgaand"), ("Virement reçu", "Virement émis"), ("Virement", "Prélèvement"),
    ("Transferencia recibida", "Transferencia emitida"),
])  # fmt: skip
def test_everyday_words_for_the_way_are_asked_about_beside_amounts_without_signs(
    came: str, went: str
) -> None:
    text = KINDS.format(came=came, went=went, sign="")
    (doubt,) = guessed(text).doubts
    assert "Type seems to say which way money went" in doubt.question
    if came != "Virement":
        said = guessed(text, direction="Type")
        entries = only(text.encode(), mapping=said).entries
        assert [str(it.amount) for it in entries] == ["USD 50.00", "USD -6,000.00"]
    assert guessed(KINDS.format(came=came, went=went, sign="-")).doubts == ()


@pytest.mark.parametrize(("came", "went"), [("Paid", "Paid"), ("Bill paid", "Open"), ("D", "X")])
def test_words_that_say_too_little_are_not_asked_about(came: str, went: str) -> None:
    assert guessed(KINDS.format(came=came, went=went, sign="")).doubts == ()


@pytest.mark.parametrize("kinds", [("Interest paid", "Fee"), ("Income", "Bills", "Bills")])
def test_kinds_of_income_beside_signs_are_not_asked_about(kinds: tuple[str, ...]) -> None:
    amounts = ("50.00", "-6.00", "3.00")
    rows = [f"2026-03-1{n},Ash {n},{amounts[n]},{kind}\n" for n, kind in enumerate(kinds)]
    assert guessed("Date,Description,Amount,Category\n" + "".join(rows)).doubts == ()
