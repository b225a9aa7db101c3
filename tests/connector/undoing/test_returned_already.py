"""A return of the bank beside receipts that are closed as returned already: another one is closed
by itself only where each of those has a return of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.cash import Standing
from connector.money.set_aside import As
from connector.receiving import receipts
from connector.rules.modes import Mode
from tests.connector.firm import Firm
from tests.connector.undoing.test_bounced import ALREADY, bring, total
from tests.connector.undoing.test_bounced_twins import (
    BOTH,
    RENT,
    RENT_BACK,
    about_return,
    answer,
    lines,
)

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def standings(firm: Firm) -> list[Standing]:
    return [it.state for it in sorted(lines(firm), key=lambda it: (it.received, it.id))]


def ends(firm: Firm) -> Sequence[str]:
    return [it["text"].rpartition("Ltd")[2].rpartition("LTD")[2]
            for it in about_return(firm).options]  # fmt: skip


@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.COPILOT])
def test_what_a_person_set_aside_may_be_what_the_bank_books_now(firm: Firm, mode: Mode) -> None:
    bring(firm, 1, "C", RENT)
    (first,) = lines(firm)
    set_aside.by_person(
        firm.deps, firm.connection_id, first.subject, As.RETURNED, reason="they rang", by="ann"
    )
    firm.pass_days(1)
    bring(firm, 3, "C", RENT)
    firm.switch(cash=mode)
    firm.pass_days(1)
    bring(firm, 2, "RC", RENT_BACK)
    assert standings(firm) == [Standing.CLOSED, Standing.REVIEW]
    assert f"{first.subject}, was closed by ann" in about_return(firm).summary
    assert ends(firm) == [": close it as returned", f", {ALREADY}"]
    answer(firm, 1)
    assert standings(firm) == [Standing.CLOSED, Standing.REVIEW]
    line = total(firm)
    assert (str(line.parts.returned), line.taken_back.amount) == ("USD 100.00", 0)
    assert [it for it in firm.asked() if it.subject.startswith("return:")] == []


@pytest.mark.parametrize(("days", "number", "states"), [
    (1, 4, [Standing.CLOSED, Standing.CLOSED]), (0, 4, [Standing.CLOSED, Standing.CLOSED]),
    (0, 0, [Standing.CLOSED, Standing.REVIEW]),
])  # fmt: skip
def test_a_second_return_takes_the_other_receipt_only_where_it_is_another(
    firm: Firm, days: int, number: int, states: list[Standing]
) -> None:
    """Of the same day and without a reference it may be the first one, told once more."""
    bring(firm, 1, "C", RENT)
    firm.pass_days(30)
    bring(firm, 3, "C", RENT)
    firm.pass_days(1)
    bring(firm, 2, "RC", RENT_BACK)
    answer(firm, 1)
    assert standings(firm) == [Standing.CLOSED, Standing.REVIEW]
    firm.pass_days(days)
    if number:
        bring(firm, number, "RC", f"AGAIN {RENT_BACK}")
    else:
        told(firm, f"AGAIN {RENT_BACK}".replace("R01", "R02"))
    assert standings(firm) == states
    if Standing.REVIEW in states:
        assert ends(firm) == [": close it as returned", f", {ALREADY}"]


def test_a_return_that_another_file_tells_in_more_words_is_one(firm: Firm) -> None:
    bring(firm, 1, "C", RENT)
    firm.pass_days(30)
    bring(firm, 3, "C", RENT)
    firm.pass_days(1)
    told(firm, RENT_BACK)
    answer(firm, 0)
    assert standings(firm) == [Standing.REVIEW, Standing.CLOSED]
    said = bring(firm, 2, "RC", f"{RENT_BACK} NO FUNDS")
    assert "1 line took an earlier credit back" not in said
    assert standings(firm) == [Standing.REVIEW, Standing.CLOSED]
    assert [it for it in firm.asked() if it.subject.startswith("return:")] == []
    assert len(firm.log("bank_return.kept")) == 1


def told(firm: Firm, text: str) -> None:
    """A return under no reference."""
    day = f"{firm.today:%y%m%d}"
    receipts.import_statement(firm.deps, firm.connection_id, (
        f":20:S9\n:25:12345678/999\n:28C:9/1\n:60F:C{day}USD100,00\n:61:{day}{day[2:]}RC100,00"
        f"NTRFNONREF\n:86:166?00X?20{text}?32ASH LTD\n:62F:C{day}USD0,00\n-\n"
    ).encode(), by="tests")  # fmt: skip
    firm.settle()
    firm.sweep()


@pytest.mark.parametrize("is_first", [True, False])
def test_what_came_on_the_day_of_a_return_is_not_closed_by_itself(
    firm: Firm, *, is_first: bool
) -> None:
    """The return may be of a payment that came before the bank's first file."""
    day = f"{firm.today:%y%m%d}"
    file = BOTH.format(day=day, short=day[2:])
    if is_first:
        head, credit, back, tail = *file.split(":61:")[:3], file.split(":62F")[1]
        file = f"{head}:61:{back.split(':62F')[0]}:61:{credit}:62F{tail}"
    invoice = firm.owe(firm.books.customer("Ash Ltd"), "INV-1001")
    firm.switch(cash=Mode.COPILOT)
    firm.sweep()
    receipts.import_statement(firm.deps, firm.connection_id, file.encode(), by="tests")
    firm.switch(cash=Mode.AUTOPILOT)
    firm.settle()
    firm.sweep()
    assert Standing.CLOSED not in standings(firm)
    asked = about_return(firm)
    assert [it["returned"] for it in asked.options] == [it.subject for it in lines(firm)]
    answers.reject(firm.deps, asked.id, "ann")
    firm.settle()
    firm.sweep()
    assert firm.books.balance(invoice) == 0
