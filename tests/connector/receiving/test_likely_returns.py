"""CSV and OFX do not mark what takes a credit back: what looks like it is put beside its receipt,
and a person is asked; what is just as much is left alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.cash import Standing
from connector.money.set_aside import As
from connector.outgoing.intents import Step
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.undoing.test_bounced import total
from tests.connector.writing_back.test_applying import cash_intents

Opens = Callable[..., Firm]
OFX = """<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>\
<DTSERVER>20260315<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1\
<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>2\
<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260301<DTEND>20260331
{lines}</BANKTRANLIST><LEDGERBAL><BALAMT>1475.00<DTASOF>20260316</LEDGERBAL></STMTRS>\
</STMTTRNRS></BANKMSGSRSV1></OFX>"""
PAID = "ASH LTD INV-1001"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def read(firm: Firm, raw: str) -> tuple[str, ...]:
    done = receipts.import_statement(
        firm.deps, firm.connection_id, raw.encode(), by="tests", account="main"
    )
    firm.settle()
    firm.sweep()
    return done.told


def csv(firm: Firm, *lines: tuple[str, str], day: date | None = None, heading: str = "") -> str:
    rows = [f"{day or firm.today},{text},{amount}" for text, amount in lines]
    return "\n".join([heading or "Date,Description,Amount", *rows, ""])


def ofx(firm: Firm, id_: int, amount: str, name: str, memo: str) -> str:
    kind = "DEBIT" if amount.startswith("-") else "CREDIT"
    return OFX.format(lines=(
        f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{firm.today:%Y%m%d}<TRNAMT>{amount}<FITID>{id_}"
        f"<NAME>{name}<MEMO>{memo}</STMTTRN>"
    ))  # fmt: skip


def paid(firm: Firm) -> str:
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    read(firm, csv(firm, (PAID, "100.00")))
    assert firm.books.balance(invoice) == 0
    return invoice


@pytest.mark.either_ledger
def test_a_debit_with_a_word_of_return_is_asked_about_and_undone(firm: Firm) -> None:
    invoice = paid(firm)
    firm.pass_time(days=2)
    told = read(firm, csv(firm, ("RETURNED ITEM", "-100.00")))
    assert "1 line may have taken an earlier credit back; a person is asked" in told
    assert firm.books.balance(invoice) == 0
    assert str(total(firm).taken_back) == "USD 100.00"
    (asked,) = firm.asked()
    assert "the bank may have taken back USD 100.00" in asked.summary
    assert "RETURNED ITEM" in asked.summary
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_days(1)
    assert firm.books.balance(invoice) == 100
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert [it.state for it in cash_intents(firm)] == [Step.UNDONE]
    assert str(total(firm).parts.returned) == "USD 100.00"


@pytest.mark.either_ledger
def test_so_is_one_of_ofx(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    read(firm, ofx(firm, 1, "100.00", "ASH LTD", "INV-1001"))
    assert firm.books.balance(invoice) == 0
    for _ in range(2):
        read(firm, ofx(firm, 2, "-100.00", "RETURNED DEPOSIT", ""))
    (asked,) = firm.asked()
    assert "close it as returned" in asked.options[0]["text"]


@pytest.mark.either_ledger
@pytest.mark.parametrize("text", [PAID, "DEBIT ASH LTD INV-1001 17 MAR"])
def test_so_is_one_with_the_text_of_the_receipt(firm: Firm, text: str) -> None:
    paid(firm)
    read(firm, csv(firm, (text, "-100.00")))
    assert len(firm.asked()) == 1


@pytest.mark.either_ledger
@pytest.mark.parametrize("text", [
    "Supplier BV invoice 77", "RENT MARCH", "Transfer to savings", "INV-1001A SMITH",
])  # fmt: skip
def test_an_ordinary_payment_of_the_same_sum_stays_what_it_is(firm: Firm, text: str) -> None:
    paid(firm)
    told = read(firm, csv(firm, (text, "-100.00")))
    assert not [it for it in told if "taken an earlier credit back" in it]
    assert firm.asked() == []
    assert total(firm).taken_back.amount == 0


@pytest.mark.either_ledger
@pytest.mark.parametrize(("amount", "days"), [("-99.99", 1), ("-100.00", 130)])
def test_another_sum_or_an_older_receipt_is_not_meant(firm: Firm, amount: str, days: int) -> None:
    paid(firm)
    day = firm.today + timedelta(days=days)
    read(firm, csv(firm, ("RETURNED ITEM", amount), day=day))
    assert firm.asked() == []


def test_the_payer_of_the_receipt_may_be_the_one_who_was_paid(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    heading = "Date,Name,Description,Amount"
    read(firm, csv(firm, ("ASH LTD,thank you", "100.00"), heading=heading))
    read(firm, csv(firm, ("Ash Ltd,as agreed", "-100.00"), heading=heading))
    assert len([it for it in firm.asked() if it.subject.startswith("return:")]) == 1


@pytest.mark.either_ledger
def test_nothing_closes_by_itself_for_what_only_looks_like_a_return(firm: Firm) -> None:
    heading = "Date,Name,Description,Amount"
    read(firm, csv(firm, ("ASH LTD,INV-1001", "100.00"), heading=heading))
    read(firm, csv(firm, ("ASH LTD,INV-1001", "-100.00"), heading=heading))
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]
    (asked,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    answers.approve(firm.deps, asked.id, 0, "ann")
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]


@pytest.mark.either_ledger
def test_overlapping_files_ask_once_and_what_is_left_is_not_asked_again(firm: Firm) -> None:
    paid(firm)
    bounce = ("RETURNED ITEM", "-100.00")
    for _ in range(2):
        read(firm, csv(firm, (PAID, "100.00"), bounce))
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    read(firm, csv(firm, bounce))
    read(firm, csv(firm, ("RETURNED ITEM R01 NSF", "-100.00")))
    firm.pass_days(2)
    assert firm.asked() == []
    assert total(firm).taken_back.amount == 0, "a person said that it is none"


@pytest.mark.either_ledger
def test_two_of_one_day_are_two(firm: Firm) -> None:
    paid(firm)
    bounce = ("RETURNED ITEM", "-100.00")
    read(firm, csv(firm, bounce))
    read(firm, csv(firm, bounce, bounce))
    assert len(firm.asked()) == 2


@pytest.mark.either_ledger
def test_of_a_receipt_that_is_returned_already_nothing_is_asked(firm: Firm) -> None:
    firm.switch(cash=Mode.COPILOT)
    read(firm, csv(firm, (PAID, "100.00")))
    (line,) = firm.all_money()
    set_aside.by_person(
        firm.deps, firm.connection_id, line.subject, As.RETURNED, reason="R01", by="ann"
    )
    read(firm, csv(firm, ("RETURNED ITEM", "-100.00")))
    assert firm.asked() == []


MARKED = """:20:S9
:25:main
:28C:9/1
:60F:C{day}USD300,00
:61:{day}RC100,00NRTINONREF//R2
:86:166?00X?20ASH LTD INV-1001 RETURN R01
:62F:C{day}USD200,00
-
"""


@pytest.mark.either_ledger
def test_a_return_that_another_file_marks_counts_once(firm: Firm) -> None:
    elm = firm.owe(firm.books.customer("Elm Ltd"), "INV-2002")
    ash = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    read(firm, csv(firm, ("ELM LTD INV-2002", "100.00"), ("ASH LTD INV-1001", "100.00")))
    read(firm, csv(firm, ("RETURNED ITEM", "-100.00")))
    read(firm, MARKED.format(day=f"{firm.today:%y%m%d}"))
    for asked in firm.asked():
        answers.approve(firm.deps, asked.id, 0, "ann")
        firm.settle()
    firm.pass_time(minutes=40)
    firm.pass_nights(1)
    assert firm.asked() == []
    assert (firm.books.balance(elm), firm.books.balance(ash)) == (0, 100)
    assert str(total(firm).parts.returned) == "USD 100.00"


def agreed(firm: Firm, *texts: str) -> None:
    """Receipts of which a person agrees that a debit took the first back."""
    firm.owe(firm.books.customer("Elm Ltd"), "INV-2002")
    firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    read(firm, csv(firm, *((text, "100.00") for text in texts)))
    read(firm, csv(firm, ("RETURNED ITEM", "-100.00")))
    (asked,) = firm.asked()
    place = next(n for n, it in enumerate(asked.options) if it["returned"] == of(firm, texts[0]))
    answers.approve(firm.deps, asked.id, place, "ann")


def of(firm: Firm, text: str) -> str:
    return next(it.subject for it in firm.all_money() if it.text == text)


@pytest.mark.either_ledger
@pytest.mark.parametrize("is_done", [True, False])
def test_what_a_person_agreed_to_is_known_when_a_file_marks_it(firm: Firm, is_done: bool) -> None:
    agreed(firm, PAID)
    if is_done:
        firm.settle()
        firm.pass_days(1)
    marked = MARKED.format(day=f"{firm.today - timedelta(days=is_done):%y%m%d}")
    told = read(firm, marked)
    assert [it for it in told if "a person agreed to that before" in it]
    assert not [it for it in told if "took an earlier credit back" in it]
    for _ in range(2):
        firm.settle()
        firm.pass_days(1)
        read(firm, marked)
    assert firm.asked() == []
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert [it.state for it in cash_intents(firm)] == [Step.UNDONE]
    assert str(total(firm).parts.returned) == "USD 100.00"


@pytest.mark.either_ledger
def test_a_second_one_that_is_marked_is_another(firm: Firm) -> None:
    agreed(firm, PAID)
    firm.settle()
    firm.pass_days(1)
    marked = MARKED.format(day=f"{firm.today - timedelta(days=1):%y%m%d}")
    read(firm, marked)
    assert firm.asked() == []
    read(firm, marked.replace("//R2", "//R3").replace("S9", "S8"))
    assert len([it for it in firm.asked() if it.subject.startswith("return:")]) == 1


@pytest.mark.either_ledger
def test_one_that_names_another_receipt_than_a_person_did_is_asked_about(firm: Firm) -> None:
    agreed(firm, "ELM LTD INV-2002", "ASH LTD INV-1001")
    firm.settle()
    firm.pass_days(1)
    read(firm, MARKED.format(day=f"{firm.today - timedelta(days=1):%y%m%d}"))
    (asked,) = firm.asked()
    assert of(firm, "ELM LTD INV-2002") in asked.summary
    assert f"the bank names {of(firm, 'ASH LTD INV-1001')}" in asked.summary
    assert asked.options == []
    states = {it.text: it.state for it in firm.all_money()}
    assert states == {
        "ELM LTD INV-2002": Standing.CLOSED, "ASH LTD INV-1001": Standing.APPLIED,
    }  # fmt: skip
    answers.reject(firm.deps, asked.id, "ann")
    firm.pass_days(1)
    assert firm.asked() == []
