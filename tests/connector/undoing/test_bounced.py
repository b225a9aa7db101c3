"""What a bank takes back of earlier credits: put beside the receipt, and closed by a person."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector import jobs
from connector.answering import answers
from connector.money import set_aside
from connector.money.cash import BANK, Standing
from connector.money.set_aside import As
from connector.outgoing.intents import Step
from connector.proof import conservation
from connector.proof.conservation import Conservation
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.connector.cash_application.test_pairing import transactions
from tests.connector.firm import Firm
from tests.connector.taken_back.test_reversals import remove
from tests.connector.writing_back.test_applying import cash_intents

Opens = Callable[..., Firm]
STATEMENT = """:20:S{n}
:25:12345678/999
:28C:{n}/1
:60F:{opening}
:61:{day}{mark}100,00NTRFNONREF//{reference}
:86:166?00X?20{text}?32{payer}
:62F:{closing}
-
"""
ALREADY = "which is closed as returned already"
BOUNCE = "RETURNED INV-1001 R01 INSUFFICIENT FUNDS"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def bring(firm: Firm, number: int, mark: str, text: str, payer: str = "ASH LTD") -> tuple[str, ...]:
    """A statement of one line: C for money that came, RC for what was taken back."""
    day = f"{firm.today:%y%m%d}"
    full, empty = f"C{day}USD100,00", f"C{day}USD0,00"
    opening, closing = (empty, full) if mark == "C" else (full, empty)
    done = receipts.import_statement(firm.deps, firm.connection_id, STATEMENT.format(
        n=number, opening=opening, closing=closing, day=f"{day}{day[2:]}", mark=mark,
        reference=f"R{number}", text=text, payer=payer,
    ).encode(), by="tests")  # fmt: skip
    firm.settle()
    firm.sweep()
    return done.told


def paid(firm: Firm) -> str:
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    bring(firm, 1, "C", "INV-1001")
    assert firm.books.balance(invoice) == 0
    return invoice


def total(firm: Firm) -> Conservation:
    with firm.deps.reading() as tx:
        (line,) = conservation.conservation(tx, firm.connection_id)
    assert line.faults == ()
    return line


def test_a_bounce_asks_a_person_and_an_approval_undoes_it(firm: Firm) -> None:
    invoice = paid(firm)
    assert "1 line took an earlier credit back" in bring(firm, 2, "RC", BOUNCE)
    assert firm.books.balance(invoice) == 0, "nothing is undone by itself"
    assert str(total(firm).taken_back) == "USD 100.00"
    (asked,) = firm.asked()
    assert BOUNCE in asked.summary
    assert "undo what was applied of it" in asked.options[0]["text"]
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_days(1)
    assert firm.books.balance(invoice) == 100
    (item,) = firm.all_money()
    assert (item.state, item.left.amount) == (Standing.CLOSED, 0)
    line = total(firm)
    assert (str(line.parts.returned), line.taken_back.amount) == ("USD 100.00", 0)
    assert [it.state for it in cash_intents(firm)] == [Step.UNDONE]
    assert firm.asked() == []
    assert [it.actor for it in firm.log("bank_return.agreed")] == ["ann"]


def test_where_the_undo_is_refused_it_is_asked_again(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    invoice = paid(firm)
    bring(firm, 2, "RC", BOUNCE)
    (payment,) = firm.hand.find("Payment")
    firm.world.apps(firm.ledger)[0]["webhook_url"] = ""
    firm.hand.update("Payment", {"Id": payment["Id"], "PrivateNote": "mine"})
    answers.approve(firm.deps, firm.asked()[0].id, 0, "ann")
    firm.settle()
    firm.sweep()
    assert firm.books.balance(invoice) == 0
    assert [it.state for it in firm.all_money()] == [Standing.APPLIED]
    assert len(firm.asked()) == 1


def test_the_same_file_twice_asks_once_and_what_is_left_is_not_asked_again(firm: Firm) -> None:
    paid(firm)
    for _ in range(2):
        bring(firm, 2, "RC", BOUNCE)
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    bring(firm, 2, "RC", BOUNCE)
    firm.pass_days(2)
    assert firm.asked() == []
    assert str(total(firm).taken_back) == "USD 100.00", "it is told all the same"


def test_where_the_bookkeeper_took_it_out_already_the_line_closes_itself(firm: Firm) -> None:
    invoice = paid(firm)
    remove(firm)
    firm.pass_time(minutes=5)
    firm.pass_days(1)
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]
    assert len(firm.asked()) == 1, "a person is asked about what was taken out of the ledger"
    bring(firm, 2, "RC", BOUNCE)
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert str(total(firm).parts.returned) == "USD 100.00"
    assert firm.asked() == []
    assert firm.books.balance(invoice) == 100


def test_a_bounce_that_the_bookkeeper_answers_in_the_ledger_closes_the_line(firm: Firm) -> None:
    paid(firm)
    firm.pass_days(1)
    bring(firm, 2, "RC", BOUNCE)
    remove(firm)
    firm.pass_time(minutes=5)
    firm.pass_days(1)
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert firm.asked() == []


def test_a_bounce_of_nothing_that_is_known_is_told(firm: Firm) -> None:
    bring(firm, 2, "RC", BOUNCE, payer="BIRCH")
    (asked,) = firm.asked()
    assert "no receipt of that sum is known" in asked.summary
    assert asked.options == []
    assert str(total(firm).taken_back) == "USD 100.00"


def test_of_several_receipts_a_person_says_which(firm: Firm) -> None:
    ash, birch = firm.books.customer("Ash Ltd"), firm.books.customer("Birch")
    first, second = firm.owe(ash, "INV-1001"), firm.owe(birch, "INV-1002")
    firm.sweep()
    bring(firm, 1, "C", "INV-1001")
    bring(firm, 3, "C", "INV-1002", payer="BIRCH")
    bring(firm, 2, "RC", "RETURNED", payer="")
    (asked,) = firm.asked()
    assert len(asked.options) == 2
    chosen = next(n for n, it in enumerate(asked.options) if "from BIRCH" in it["text"])
    answers.approve(firm.deps, asked.id, chosen, "ann")
    firm.settle()
    assert [firm.books.balance(it) for it in (first, second)] == [0, 100]


def test_in_copilot_nothing_closes_without_a_person(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    bring(firm, 1, "C", "INV-1001")
    bring(firm, 2, "RC", BOUNCE)
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]
    (asked,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    answers.approve(firm.deps, asked.id, 0, "ann")
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]


def test_of_a_receipt_that_is_closed_it_is_said_by_whom_and_why(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    bring(firm, 1, "C", "INV-1001")
    (line,) = firm.all_money()
    set_aside.by_person(
        firm.deps, firm.connection_id, line.subject, As.RETURNED, reason="R01", by="ann"
    )
    bring(firm, 2, "RC", BOUNCE)
    (asked,) = firm.asked()
    assert f"{line.subject}, was closed by ann on {firm.today:%d %b %Y}" in asked.summary
    assert "the bank took it back: R01; look at it" in asked.summary
    assert "no receipt" not in asked.summary
    assert [it["text"].rpartition(", ")[2] for it in asked.options] == [ALREADY]
    answers.approve(firm.deps, asked.id, 0, "ann")
    assert (firm.asked(), total(firm).taken_back.amount) == ([], 0)


def test_a_bounce_of_what_counts_with_the_ledgers_record_names_that(firm: Firm) -> None:
    invoice = firm.owe(ash := firm.books.customer("Ash Ltd"), "INV-1001")
    firm.sweep()
    firm.books.pay_by_hand(ash, invoice, Decimal(100), firm.today)
    firm.sweep()
    bring(firm, 1, "C", "INV-1001")
    firm.sweep()
    (line,) = [it for it in firm.all_money() if it.kind == BANK]
    assert line.state is Standing.CLOSED
    bring(firm, 2, "RC", BOUNCE)
    (asked,) = firm.asked()
    with firm.deps.reading() as tx:
        aside = set_aside.standing(tx, firm.connection_id, line.subject)
    assert aside is not None
    assert f"look at {aside.of}, which counts in its place" in asked.summary
    assert asked.options == []
    assert str(total(firm).taken_back) == "USD 100.00"


def test_a_return_that_a_person_is_asked_about_is_only_read(firm: Firm) -> None:
    paid(firm)
    before = transactions(firm.deps, firm.connection_id)
    bring(firm, 2, "RC", BOUNCE)
    assert len(firm.asked()) == 1
    assert transactions(firm.deps, firm.connection_id) == before


def test_a_return_whose_bell_was_not_heard_is_found(firm: Firm) -> None:
    paid(firm)
    day = f"{firm.today:%y%m%d}"
    receipts.import_statement(firm.deps, firm.connection_id, STATEMENT.format(
        n=2, opening=f"C{day}USD100,00", closing=f"C{day}USD0,00", day=f"{day}{day[2:]}", mark="RC",
        reference="R2", text=BOUNCE, payer="ASH LTD",
    ).encode(), by="tests")  # fmt: skip
    firm.restart()
    assert firm.asked() == []
    assert ("decide", firm.connection_id) in jobs.find_due(firm.deps)
    firm.sweep()
    assert len(firm.asked()) == 1
    assert ("decide", firm.connection_id) not in jobs.find_due(firm.deps)
