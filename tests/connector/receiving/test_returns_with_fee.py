"""A bank takes a receipt back with its fee in one sum: a person is asked, the receipt named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.answering import answers
from connector.money.cash import Standing
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.receiving.test_likely_returns import (
    MARKED,
    PAID,
    Opens,
    csv,
    firm,
    ofx,
    paid,
    read,
)
from tests.connector.undoing.test_bounced import total
from tests.connector.writing_back.test_applying import cash_intents

__all__ = ["firm"]
FEE = "may have taken back USD 103.00"
OPTION = "from an unknown payer, with USD 3.00 that may be the bank's fee: undo what was applied"


@pytest.mark.either_ledger
@pytest.mark.parametrize("text", [
    "Rücklastschrift ASH LTD INV-1001 mit Entgelt", "RETURNED ASH LTD INV-1001 R01 AND CHARGE",
    "R01 ASH LTD INV-1001", "NSF ASH LTD INV-1001", "Impayé ASH LTD INV-1001 frais inclus",
    "Devolución ASH LTD INV-1001", "Storno ASH LTD INV-1001",
])  # fmt: skip
def test_a_debit_of_a_receipt_and_a_fee_is_asked_about(firm: Firm, text: str) -> None:
    invoice = paid(firm)
    firm.pass_time(days=2)
    told = read(firm, csv(firm, (text, "-103.00")))
    assert "1 line may have taken an earlier credit back; a person is asked" in told
    assert firm.books.balance(invoice) == 0, "nothing is undone by itself"
    (asked,) = firm.asked()
    assert FEE in asked.summary
    assert text in asked.summary
    assert [OPTION in it["text"] for it in asked.options] == [True]


@pytest.mark.either_ledger
def test_approved_it_is_undone_and_closed(firm: Firm) -> None:
    invoice = paid(firm)
    read(firm, csv(firm, ("RETURNED ASH LTD INV-1001", "-103.00")))
    assert str(total(firm).taken_back) == "USD 103.00"
    answers.approve(firm.deps, firm.asked()[0].id, 0, "ann")
    firm.settle()
    firm.pass_days(1)
    assert firm.books.balance(invoice) == 100
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert [it.state for it in cash_intents(firm)] == [Step.UNDONE]
    line = total(firm)
    assert (str(line.parts.returned), line.taken_back.amount) == ("USD 100.00", 0)
    read(firm, csv(firm, ("RETURNED ASH LTD INV-1001 again", "-104.00")))
    firm.pass_days(1)
    assert firm.asked() == [], "of what was taken back already nothing is asked"


@pytest.mark.either_ledger
def test_so_is_one_of_ofx(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    read(firm, ofx(firm, 1, "100.00", "ASH LTD", "INV-1001"))
    for _ in range(2):
        read(firm, ofx(firm, 2, "-112.50", "ASH LTD", "RETURNED DEPOSIT"))
    (asked,) = firm.asked()
    assert "from ASH LTD, with USD 12.50 that may be the bank's fee" in asked.options[0]["text"]


@pytest.mark.either_ledger
def test_what_was_never_applied_is_not_closed_by_itself(firm: Firm) -> None:
    read(firm, csv(firm, (PAID, "100.00")))
    read(firm, csv(firm, ("RETURNED ASH LTD INV-1001", "-103.00")))
    firm.pass_days(2)
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]
    assert len([it for it in firm.asked() if it.subject.startswith("return:")]) == 1


@pytest.mark.either_ledger
@pytest.mark.parametrize(("text", "amount"), [
    ("RETURNED ITEM", "-103.00"), ("RETURNED OAK GMBH INV-9", "-103.00"),
    ("ASH LTD INV-1001", "-103.00"), ("RETURNED ASH LTD INV-1001", "-150.01"),
    ("RETURNED ASH LTD INV-1001", "-99.00"),
])  # fmt: skip
def test_without_a_word_a_name_or_a_likely_fee_it_is_none(
    firm: Firm, text: str, amount: str
) -> None:
    paid(firm)
    read(firm, csv(firm, (text, amount)))
    assert firm.asked() == []
    assert total(firm).taken_back.amount == 0


@pytest.mark.either_ledger
def test_an_older_receipt_is_not_meant(firm: Firm) -> None:
    paid(firm)
    day = firm.today + timedelta(days=130)
    read(firm, csv(firm, ("RETURNED ASH LTD INV-1001", "-103.00"), day=day))
    assert firm.asked() == []


@pytest.mark.either_ledger
def test_a_receipt_of_the_very_sum_is_offered_beside_it(firm: Firm) -> None:
    paid(firm)
    firm.owe(firm.books.customer("Elm Ltd"), "INV-2002", "103.00")
    firm.sweep()
    read(firm, csv(firm, ("ELM LTD INV-2002", "103.00")))
    read(firm, csv(firm, ("RETURNED ASH LTD INV-1001", "-103.00")))
    (asked,) = firm.asked()
    assert ["with USD 3.00 that may be" in it["text"] for it in asked.options] == [True, False]


@pytest.mark.either_ledger
def test_one_that_the_bank_marks_names_its_receipt_as_well(firm: Firm) -> None:
    paid(firm)
    marked = MARKED.format(day=f"{firm.today:%y%m%d}").replace("RC100,00", "RC103,00")
    read(firm, marked.replace("USD200,00", "USD197,00"))
    (asked,) = firm.asked()
    assert "the bank took back USD 103.00" in asked.summary
    assert "no receipt of that sum is known" not in asked.summary
    assert OPTION in asked.options[0]["text"]


def test_a_record_of_the_ledger_that_comes_later_is_asked_about(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    read(firm, csv(firm, (PAID, "100.00")))
    read(firm, csv(firm, ("RETURNED ASH LTD INV-1001", "-103.00")))
    (asked,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    answers.approve(firm.deps, asked.id, 0, "ann")
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    firm.pay(firm.books.customer("Ash Ltd"), "100.00", "INV-1001")
    firm.sweep()
    firm.sweep()
    (again,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    assert "which may be that money: delete or void it there if it is" in again.summary
