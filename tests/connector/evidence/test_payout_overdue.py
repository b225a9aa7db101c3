"""A payout whose bank line does not come is told of, and goes by itself when it comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from connector.answering import answers
from connector.decided.approvals import Approval
from connector.evidence.payout_overdue import OVERDUE, UNTOLD
from connector.evidence.payout_pairs import TOLD_FOR
from connector.evidence.payouts import LOOKED_FOR
from connector.rules.modes import Mode
from tests.connector.evidence.test_payouts import listed, report, statement
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
LINE = "account,bank_id,date,amount,currency,payer,reference\nmain,{},{},{},USD,{},{}\n"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


def bring(firm: Firm, number: int, day: date, amount: str = "7.00", payer: str = "Elm") -> None:
    """A line of the bank."""
    statement(
        firm.deps, firm.connection_id, LINE.format(number, day, amount, payer, f"{payer} {number}")
    )
    firm.settle()


def paid_out(firm: Firm, *days: date) -> None:
    """Payouts of 1,293.10 that are to arrive on these days."""
    for number, day in enumerate(days):
        report(
            firm.deps, firm.connection_id, ("2026-03-02", str(day)), ("2026-03-05", str(day)),
            *((it, f"{it}{number}") for it in ("po_", "ch_", "txn_", "re_", "dp_")),
        )  # fmt: skip
    firm.settle()


def told(firm: Firm) -> list[Approval]:
    about = "payout_overdue:"
    return [
        it for it in firm.asked() if it.subject.startswith(about) and it.subject.endswith("2101")
    ]


@pytest.mark.either_ledger
def test_told_of_after_some_days_and_gone_when_the_line_comes(firm: Firm) -> None:
    day = firm.today
    bring(firm, 1, day - timedelta(days=3))
    paid_out(firm, day)
    firm.pass_days(OVERDUE.days - 1)
    bring(firm, 2, firm.today)
    assert told(firm) == []
    firm.pass_days(1)
    (one,) = told(firm)
    assert one.subject == "payout_overdue:stripe:po_02101"
    assert f"stripe payout po_02101 of {day:%d %b %Y} over USD 1,293.10" in one.summary
    assert "has not reached the bank" in one.summary
    assert one.options == []
    firm.pass_days(3)
    assert [it.id for it in told(firm)] == [one.id], "it is told of once"
    bring(firm, 3, day + timedelta(days=5), "1293.10", "STRIPE")
    firm.pass_days(1)
    assert told(firm) == []
    assert listed(firm.deps, firm.connection_id)["po_02101"] == ("paired", "main:3")


@pytest.mark.either_ledger
def test_the_line_counts_however_late_its_file_comes(firm: Firm) -> None:
    day = firm.today
    bring(firm, 1, day)
    paid_out(firm, day)
    firm.pass_days(12)
    bring(firm, 2, firm.today)
    assert len(told(firm)) == 1
    firm.pass_days(40)
    bring(firm, 3, day + timedelta(days=1), "1293.10", "STRIPE")
    firm.pass_days(1)
    assert told(firm) == []
    assert listed(firm.deps, firm.connection_id)["po_02101"] == ("paired", "main:3")


@pytest.mark.either_ledger
def test_who_leaves_it_is_not_told_again(firm: Firm) -> None:
    bring(firm, 1, firm.today)
    paid_out(firm, firm.today)
    firm.pass_days(12)
    bring(firm, 2, firm.today)
    answers.reject(firm.deps, told(firm)[0].id, "ann")
    firm.pass_days(5)
    assert told(firm) == []


@pytest.mark.either_ledger
def test_while_the_bank_told_of_nothing_since_it_waits_for_the_months_file(firm: Firm) -> None:
    bring(firm, 1, firm.today)
    paid_out(firm, firm.today)
    firm.pass_days(UNTOLD.days - 1)
    assert told(firm) == []
    firm.pass_days(1)
    assert len(told(firm)) == 1


@pytest.mark.either_ledger
def test_what_the_banks_files_do_not_reach_back_to_is_not_told_of(firm: Firm) -> None:
    paid_out(firm, firm.today - timedelta(days=20))
    assert told(firm) == []
    bring(firm, 1, firm.today)
    firm.pass_days(2)
    assert told(firm) == []


@pytest.mark.either_ledger
def test_without_any_file_of_the_bank_one_stands_for_all_once(firm: Firm) -> None:
    paid_out(firm, *(firm.today + timedelta(days=it) for it in range(5)))
    firm.pass_days(UNTOLD.days - 1)
    assert told(firm) == []
    firm.pass_days(3)
    (one,) = told(firm)
    assert "no file of the bank has come yet" in one.summary
    firm.pass_days(LOOKED_FOR.days - UNTOLD.days)
    assert [it.id for it in told(firm)] == [one.id], "also when it is no longer the oldest"
    answers.reject(firm.deps, one.id, "ann")
    firm.pass_days(2)
    assert told(firm) == []


def test_what_is_told_of_is_looked_for_until_a_years_books_are_brought(firm: Firm) -> None:
    day = firm.today
    paid_out(firm, day)
    firm.pass_days(UNTOLD.days)
    firm.pass_days(TOLD_FOR.days - UNTOLD.days + 1, every=30)
    assert len(told(firm)) == 1
    bring(firm, 1, day, "1293.10", "STRIPE")
    assert listed(firm.deps, firm.connection_id)["po_02101"] == ("waiting", "")


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.SHADOW])
def test_nobody_is_told_where_cash_is_not_ours(open_firm: Opens, mode: Mode) -> None:
    firm = open_firm("xero", modes={"cash": mode})
    paid_out(firm, firm.today)
    firm.pass_days(UNTOLD.days + 1)
    assert told(firm) == []
