"""A notification of one payment inside a larger sum: the money counts once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import permutations

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.asides import As
from connector.money.set_aside import CannotSetAside
from connector.receiving import receipts
from connector.rules.modes import Mode
from providers.bank import reading
from tests.connector.firm import Firm
from tests.connector.receiving.test_batch_bookings import (
    CAMT,
    DETAIL,
    asked,
    bring,
    counted,
    statement,
)

Opens = Callable[..., Firm]


def lone(day: date, n: int, amount: int, *, whole: int = 300, reference: str = "REF77") -> bytes:
    """One payment of a booking, in a notification of its own."""
    return CAMT.format(kind="054", root="DbtCdtNtfctn", part="Ntfctn", day=day, sum=whole,
                       reference=reference, details="<NtryDtls>" +
                       DETAIL.format(n=n, amount=amount) + "</NtryDtls>").encode()  # fmt: skip


def whole(firm: Firm) -> str:
    return next(it.subject for it in firm.all_money() if it.total.amount == 300)


@pytest.fixture
def firm(open_firm: Opens) -> Firm:
    return open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})


def test_only_the_sum_counts_and_a_person_is_asked(firm: Firm) -> None:
    ash = firm.books.customer("Ash Ltd")
    firm.owe(ash, "INV-1")
    other = firm.owe(ash, "INV-9", amount="300.00")
    firm.sweep()
    for _ in range(2):
        bring(firm, lone(firm.today, 1, 100))
        firm.settle()
        firm.sweep()
    assert counted(firm) == [300]
    (why,) = asked(firm)
    assert why == (
        "USD 300.00 with the bank's reference REF77 came in one sum, and its payments, 1 so far,"
        " come to USD 100.00: USD 200.00 is still missing. Only the sum counts until then: wait, or"
        " lay it by hand"
    )
    assert firm.books.balance(other) == 300, "the sum is not one payment"
    (one,) = [it for it in firm.all_money() if it.subject == whole(firm)]
    assert (one.payer, one.text) == ("", "")


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_once_all_are_told_they_are_the_money(firm: Firm, order: tuple[int, ...]) -> None:
    files = [lone(firm.today, 1, 100), lone(firm.today, 2, 200), statement(firm.today)]
    for place in order:
        bring(firm, files[place])
        assert sum(counted(firm)) == 300
    assert counted(firm) == [100, 200]
    assert asked(firm) == []
    for file in files:
        bring(firm, file)
    assert counted(firm) == [100, 200]
    assert {it.payer for it in firm.all_money() if it.total.amount < 300} == {"Ash Ltd"}


def test_a_sum_that_a_person_laid_by_hand_stays(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    owed = firm.owe(firm.books.customer("Ash Ltd"), "INV-9", amount="300.00")
    firm.sweep()
    bring(firm, lone(firm.today, 1, 100))
    firm.settle()
    firm.sweep()
    (question,) = [it for it in firm.asked() if it.subject == whole(firm)]
    answers.approve(firm.deps, question.id, 0, "ann")
    firm.settle()
    assert firm.books.balance(owed) == 0
    bring(firm, lone(firm.today, 2, 200))
    assert counted(firm) == [300]


def test_the_sum_is_not_set_aside_while_its_payments_are(firm: Firm) -> None:
    bring(firm, lone(firm.today, 1, 100))
    with pytest.raises(CannotSetAside, match="bring that back first"):
        set_aside.by_person(
            firm.deps, firm.connection_id, whole(firm), As.TOLD_TWICE, reason="x", by="ann"
        )
    part = next(it.subject for it in firm.all_money() if it.total.amount == 100)
    set_aside.take_back(firm.deps, firm.connection_id, part, reason="it is other money", by="ann")
    bring(firm, lone(firm.today, 1, 100))
    assert counted(firm) == [100, 300], "a person said so"


def test_without_a_reference_the_sum_stays_whole_and_it_is_told(firm: Firm) -> None:
    file = lone(firm.today, 1, 100, reference="NONREF")
    told = bring(firm, file)
    assert any("only USD 100.00 of USD 300.00 has details" in it for it in told)
    assert counted(firm) == [300]
    (one,) = firm.all_money()
    assert one.text == "INV-1"


@pytest.mark.parametrize(("old", "new"), [
    (b"054", b"053"), (b">100.00", b">300.00"), (b">100.00", b">400.00"), (b"BOOK", b"PDNG"),
    (b"<RmtInf>", b"<RtrInf><AddtlInf>x</AddtlInf></RtrInf><RmtInf>"),
])  # fmt: skip
def test_what_is_no_part_stays_one_entry(old: bytes, new: bytes) -> None:
    file = lone(date(2026, 3, 2), 1, 100).replace(old, new)
    if new == b"053":
        file = file.replace(b"DbtCdtNtfctn", b"Stmt").replace(b"Ntfctn", b"Stmt")
    (found,) = reading.read(file)
    assert [(str(it.amount), it.is_inside) for it in found.entries] == [("USD 300.00", False)]


def test_the_part_says_what_it_is_of() -> None:
    (found,) = reading.read(lone(date(2026, 3, 2), 1, 100))
    assert [(str(it.amount), it.part_of, it.is_inside) for it in found.entries] == [
        ("USD 300.00", "", False), ("USD 100.00", "REF77", True),
    ]  # fmt: skip


def test_the_import_says_what_is_missing(firm: Firm) -> None:
    done = receipts.import_statement(
        firm.deps, firm.connection_id, lone(firm.today, 1, 100), by="tests"
    )
    assert (done.lines, done.new) == (2, 2)
    assert "USD 200.00 is still missing" in " ".join(done.told)
