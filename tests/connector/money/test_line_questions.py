"""Two lines of which nobody can tell whether they are the same money: while a person is asked, the
newer one waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.clients import tenants
from connector.decided import approvals
from connector.decided.approvals import Approval
from connector.deps import Deps
from connector.money import line_questions, set_aside
from connector.money.asides import As
from connector.money.cash import Item, Standing
from connector.rules import modes
from connector.rules.modes import Capability, Mode
from tests.connector.cash_application.test_conversion import allow
from tests.connector.firm import Firm
from tests.connector.office import TODAY, connect
from tests.connector.receiving.test_likely_returns import csv, read
from tests.connector.receiving.test_receipts import bring, money
from tests.connector.undoing.test_bounced import total

Opens = Callable[..., Firm]
BEFORE, NOW = "ASH LTD", "ASH LTD FASTER PAYMENT"


class Twice:
    """The bank told of 512.37, which is applied, and tells of it with more words for the day."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.day = firm, firm.today
        allow(firm)
        self.customer = firm.books.customer("Ash Ltd")
        self.first = self.owe("INV-10001")
        self.bring(BEFORE)
        assert firm.books.balance(self.first) == 0
        firm.pass_time(days=1)
        self.second = self.owe("INV-10002")
        self.told = self.bring(NOW)

    def owe(self, number: str) -> str:
        owed = self.firm.owe(self.customer, number, "512.37")
        self.firm.pass_time(minutes=20)
        self.firm.sweep()
        return owed

    def bring(self, text: str) -> tuple[str, ...]:
        told = read(self.firm, csv(self.firm, (text, "512.37"), ("x", "1.00"), day=self.day))
        self.firm.pass_time(minutes=20)
        self.firm.sweep()
        return told

    def line(self, text: str) -> Item:
        (found,) = [it for it in self.firm.all_money() if it.text == text]
        return found

    @property
    def asked(self) -> list[Approval]:
        return [it for it in self.firm.asked() if it.subject.startswith("same:")]

    @property
    def open_now(self) -> object:
        return self.firm.books.balance(self.second)


@pytest.fixture
def twice(open_firm: Opens, ledger: str) -> Twice:
    return Twice(open_firm(ledger, modes={"cash": Mode.AUTOPILOT}))


@pytest.mark.either_ledger
def test_the_newer_line_is_not_applied_by_itself_while_a_person_is_asked(twice: Twice) -> None:
    (asked,) = twice.asked
    assert asked.subject == f"same:{twice.line(NOW).subject}"
    assert asked.summary in twice.told
    twice.firm.pass_nights(1)
    assert str(twice.open_now) == "512.37"
    (own,) = [it for it in twice.firm.asked() if it.subject == twice.line(NOW).subject]
    assert "a person is asked whether it is the same money as another line" in own.summary


@pytest.mark.either_ledger
def test_a_person_sets_the_newer_line_aside_as_the_same(twice: Twice) -> None:
    (asked,) = twice.asked
    assert "set it aside" in asked.options[0]["text"]
    answers.approve(twice.firm.deps, asked.id, 0, "ann")
    twice.firm.settle()
    twice.firm.pass_nights(1)
    assert twice.line(NOW).state is Standing.CLOSED
    assert str(twice.open_now) == "512.37"
    assert [it.subject for it in twice.firm.asked()] == [twice.line("x").subject]
    assert str(total(twice.firm).received) == "USD 513.37"


@pytest.mark.either_ledger
def test_where_both_count_the_newer_one_is_applied(twice: Twice) -> None:
    answers.reject(twice.firm.deps, twice.asked[0].id, "ann")
    twice.firm.settle()
    twice.firm.pass_time(minutes=20)
    twice.firm.sweep()
    assert str(twice.open_now) == "0.00"
    assert twice.asked == []


@pytest.mark.either_ledger
def test_what_was_applied_meanwhile_is_undone_first(twice: Twice) -> None:
    (asked,) = twice.asked
    (own,) = [it for it in twice.firm.asked() if it.subject == twice.line(NOW).subject]
    answers.approve(twice.firm.deps, own.id, 0, "ann")
    twice.firm.settle()
    with pytest.raises(CannotAnswer, match="undone before it is set aside"):
        answers.approve(twice.firm.deps, asked.id, 0, "ann")


def test_the_question_comes_and_goes_with_its_line_on_every_database(both: Deps) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        client_id = tenants.connection(tx, connection_id).client_id
        modes.switch(tx, client_id, Capability.CASH, Mode.COPILOT, at=both.now(), by="tests")
    for text in ("Rent", "Rent March"):
        raw = f"Date;Text;Amount (USD)\n{TODAY};{text};100.00\n"
        assert bring(both, connection_id, raw.encode(), account="main").new == 1
    older, newer = sorted(money(both, connection_id), key=lambda it: it.text)
    with both.reading() as tx:
        (asked,) = approvals.waiting(tx, connection_id)
        held = [line_questions.why_held(tx, connection_id, it) for it in (older, newer)]
    assert [bool(it) for it in held] == [False, True]
    answers.approve(both, asked.id, 0, "ann")
    with both.reading() as tx:
        assert approvals.waiting(tx, connection_id) == []
        aside = set_aside.standing(tx, connection_id, newer.subject)
    assert aside is not None
    assert (aside.as_, aside.of) == (As.SAME, older.subject)


@pytest.mark.parametrize("which", [BEFORE, NOW])
def test_the_question_goes_when_either_line_is_set_aside(open_firm: Opens, which: str) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    day: date = firm.today
    for text in (BEFORE, NOW):
        read(firm, csv(firm, (text, "55.00"), ("x", "1.00"), day=day))
    lines = {it.text: it.subject for it in firm.all_money()}

    def asked() -> list[str]:
        return [it.subject for it in firm.asked() if it.subject.startswith("same:")]

    assert len(asked()) == 1
    set_aside.by_person(firm.deps, firm.connection_id, lines["x"], As.NO_CUSTOMER, reason="y",
                        by="ann")  # fmt: skip
    assert len(asked()) == 1, "another line was set aside"
    set_aside.by_person(firm.deps, firm.connection_id, lines[which], As.RETURNED, reason="y",
                        by="ann")  # fmt: skip
    assert asked() == []
    firm.pass_nights(1)
    assert asked() == []
