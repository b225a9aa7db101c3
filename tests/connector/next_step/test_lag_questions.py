"""Books that may be behind the bank hold the reminders, and a person is asked whether they are: a
client to whom nobody pays is not silent for ever."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from connector import agenda
from connector.answering import answers
from connector.decided import approvals, decisions
from connector.decided.approvals import Approval
from connector.next_step.lag_questions import AGAIN
from connector.notifications import digest
from connector.past.bank_files import SILENT
from connector.past.booked import RECEIPT, STATEMENT, SUBJECT, WORD, Booked, known
from connector.receiving import receipts
from connector.rules.modes import Capability, Mode
from dunning.checking import shipped
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.simulation.universe import save_policy

LAG = 10
STEPS = [
    {"name": f"step {day}", "offset_days": day, "tone": "reminder"} for day in range(1, 100, 9)
]  # fmt: skip
ON = {"remind": Mode.AUTOPILOT}


def behind(open_firm: Opens, ledger: str, **dunning: object) -> Firm:
    """The last receipt is of today; two owe, and are reminded the first time today."""
    rules = {"steps": STEPS, "bank_lag_days_max": LAG, **dunning}
    firm = open_firm(ledger, modes=ON, dunning=rules)
    pays(firm)
    for name in ("Ash", "Birch"):
        firm.owe(firm.books.customer(name), f"INV-{name}", late_days=1)
    firm.pass_time(minutes=20)
    assert len(firm.mails()) == 2
    return firm


def pays(firm: Firm) -> None:
    """Somebody who owes nothing else pays today."""
    customer = firm.books.customer(f"Cash {firm.today}")
    invoice = firm.owe(customer, f"C-{firm.today}", late_days=-20)
    firm.settle()
    firm.books.pay_by_hand(customer, invoice, Decimal("100.00"), firm.today)
    firm.sweep()


def asked(firm: Firm) -> Approval | None:
    with firm.deps.reading() as tx:
        return approvals.is_waiting(tx, firm.connection_id, SUBJECT)


def evidence(firm: Firm) -> Booked:
    with firm.deps.reading() as tx:
        return known(tx, firm.connection, firm.deps.now())


def answer(firm: Firm, *, yes: bool) -> date:
    """Returns the day of the answer."""
    waits = asked(firm)
    assert waits is not None
    if yes:
        answers.approve(firm.deps, waits.id, 0, "ann")
    else:
        answers.reject(firm.deps, waits.id, "ann")
    return firm.today


def statement(firm: Firm, *, closed: date, account: bytes = b"ACC") -> None:
    """One without any credit, of the days up to this one."""
    day = f"{closed:%y%m%d}".encode()
    lines = b":20:S\n:25:%b\n:28C:1\n:60F:C%bUSD1,00\n:62F:C%bUSD1,00\n-\n"
    text = lines % (account, day, day)
    receipts.import_statement(firm.deps, firm.connection_id, text, by="tests")
    firm.settle()


def quiet(firm: Firm, days: int) -> int:
    """How many mails go out in so many days."""
    before = len(firm.mails())
    firm.pass_days(days, past=True)
    return len(firm.mails()) - before


@pytest.mark.either_ledger
def test_nobody_is_reminded_while_the_question_is_open_and_a_yes_lifts_it(
    open_firm: Opens, ledger: str
) -> None:
    firm = behind(open_firm, ledger)
    last = firm.today
    assert quiet(firm, LAG) == 2, "the books may be so many days old"
    assert asked(firm) is None
    assert quiet(firm, 20) == 0
    waits = asked(firm)
    assert waits is not None
    assert waits.summary.startswith(
        f"{firm.connection.name}: {RECEIPT} is of {last}, so money may be at the bank and not"
        " booked; reminders to 2 customers with open invoices are held until you say"
    )
    assert firm.asked() == [waits], "one for the company, and none anew each day"
    held = [item.reason for item in firm.plan().values() if item.reason != "nothing is owed"]
    assert len(held) == 2
    assert all(f"{RECEIPT} is of {last}" in why for why in held)
    day = answer(firm, yes=True)
    assert evidence(firm) == Booked(day, WORD)
    assert asked(firm) is None
    assert quiet(firm, 2) == 2
    assert firm.log("books.confirmed")[0].actor == "ann"
    assert quiet(firm, 30) == 2, "the next step, before the books lag again from that day on"
    waits = asked(firm)
    assert waits is not None
    assert f"{WORD} is of {day}" in waits.summary
    assert sum(f"{WORD} is of {day}" in item.reason for item in firm.plan().values()) == 2


@pytest.mark.either_ledger
def test_a_client_to_whom_nobody_pays_is_not_silent_for_ever(open_firm: Opens, ledger: str) -> None:
    """By a policy as it is shipped, over two months."""
    firm = open_firm(ledger, modes=ON, dunning=shipped.body("services"))
    pays(firm)
    for name in ("Ash", "Birch"):
        firm.owe(firm.books.customer(name), f"INV-{name}", late_days=1)
    mailed = []
    for _ in range(60):
        before = len(firm.mails())
        firm.pass_days(1, past=True)
        mailed += [firm.today] * (len(firm.mails()) - before)
        if asked(firm) is not None:
            answer(firm, yes=True)
    assert len(firm.log("books.confirmed")) == 2
    assert len(mailed) == 2 * 4, "every step up to the demand letter"
    assert max(after - before for before, after in pairwise(mailed)) < timedelta(days=21)
    assert all("demand letter" in one.summary for one in firm.asked())
    assert len(firm.asked()) == 2


def test_a_no_goes_on_holding_and_is_asked_again(open_firm: Opens) -> None:
    firm = behind(open_firm, "quickbooks")
    firm.pass_days(LAG + 10, past=True)
    answer(firm, yes=False)
    assert quiet(firm, AGAIN.days - 1) == 0
    assert asked(firm) is None
    assert quiet(firm, 2) == 0
    assert asked(firm) is not None


@pytest.mark.either_ledger
def test_a_statement_that_covers_the_days_lifts_it_by_itself(open_firm: Opens, ledger: str) -> None:
    firm = behind(open_firm, ledger)
    firm.pass_days(LAG + 10, past=True)
    statement(firm, closed=firm.today - timedelta(days=LAG + 1))
    assert evidence(firm).by == STATEMENT
    assert asked(firm) is not None, "it ends before the days that count"
    covered = firm.today - timedelta(days=1)
    statement(firm, closed=covered)
    assert evidence(firm) == Booked(covered, STATEMENT)
    assert asked(firm) is None
    assert quiet(firm, 1) == 2


def test_no_statement_covers_days_that_are_still_to_come(open_firm: Opens) -> None:
    firm = behind(open_firm, "quickbooks")
    firm.pass_days(LAG + 10, past=True)
    statement(firm, closed=firm.today + timedelta(days=300))
    assert asked(firm) is not None
    assert quiet(firm, 5) == 0


@pytest.mark.either_ledger
def test_a_receipt_lifts_it_and_the_question_lapses(open_firm: Opens, ledger: str) -> None:
    firm = behind(open_firm, ledger)
    firm.pass_days(LAG + 10, past=True)
    waits = asked(firm)
    assert waits is not None
    day = firm.today
    pays(firm)
    firm.pass_days(1, past=True)
    assert asked(firm) is None
    with firm.deps.reading() as tx:
        over = approvals.find(tx, waits.id)
    assert over is not None
    assert over.state == "lapsed"
    assert evidence(firm) == Booked(day, RECEIPT)
    firm.pass_time(minutes=20)
    assert len(firm.mails()) == 6


@pytest.mark.parametrize(("mode", "owes"), [(Mode.OFF, True), (Mode.AUTOPILOT, False)])
def test_nobody_is_asked_where_nothing_is_held(open_firm: Opens, mode: Mode, owes: bool) -> None:
    rules = {"steps": STEPS, "bank_lag_days_max": LAG}
    firm = open_firm("quickbooks", modes={"remind": mode}, dunning=rules)
    pays(firm)
    if owes:
        firm.owe(firm.books.customer("Ash"), "INV-1", late_days=1)
    firm.pass_days(LAG + 5, past=True)
    with firm.deps.writing() as tx:
        agenda.mark_all(tx, firm.connection_id)
    firm.settle()
    assert asked(firm) is None


def test_a_limit_that_is_taken_away_ends_the_question(open_firm: Opens) -> None:
    firm = behind(open_firm, "xero")
    firm.pass_days(LAG + 10, past=True)
    save_policy(firm.universe, firm.ledger, steps=STEPS)
    with firm.deps.writing() as tx:
        agenda.mark_all(tx, firm.connection_id)
    firm.settle()
    assert asked(firm) is None


def test_it_is_told_in_the_digest_and_its_decision(open_firm: Opens) -> None:
    firm = behind(open_firm, "quickbooks")
    firm.pass_days(LAG + 10, past=True)
    waits = asked(firm)
    assert waits is not None
    with firm.deps.reading() as tx:
        told = digest.of(tx, firm.deps.config, firm.connection, firm.today)
        made = decisions.find(tx, waits.decision_id)
    assert [line.text for line in told.asked] == [waits.summary]
    assert made is not None
    assert (made.capability, made.rule, made.action) == (Capability.REMIND, "bank_lag", "review")
    answer(firm, yes=True)
    firm.pass_days(1, past=True)
    with firm.deps.reading() as tx:
        sent = max(
            (decisions.find(tx, one.decision_id) for one in firm.intents()),
            key=lambda one: one.id if one else 0,
        )
    assert sent is not None
    assert sent.inputs["account"]["booked_by"] == WORD


def test_a_statement_of_one_account_says_nothing_of_another(open_firm: Opens) -> None:
    firm = behind(open_firm, "quickbooks")
    for account in (b"CHECKING", b"SAVINGS"):
        statement(firm, closed=firm.today, account=account)
    assert quiet(firm, 20) == 2
    statement(firm, closed=firm.today, account=b"SAVINGS")
    assert asked(firm) is not None
    assert quiet(firm, 3) == 0
    statement(firm, closed=firm.today, account=b"CHECKING")
    assert asked(firm) is None


@pytest.mark.parametrize(("days", "is_closed"), [(SILENT.days, False), (SILENT.days + 1, True)])
def test_an_account_that_is_silent_for_long_is_not_waited_for(
    open_firm: Opens, days: int, is_closed: bool
) -> None:
    firm = behind(open_firm, "quickbooks")
    firm.pass_days(LAG + 10, past=True)
    statement(firm, closed=firm.today - timedelta(days=days), account=b"SAVINGS")
    statement(firm, closed=firm.today, account=b"CHECKING")
    assert (asked(firm) is None) is is_closed
    assert (evidence(firm) == Booked(firm.today, STATEMENT)) is is_closed


@pytest.mark.either_ledger
def test_money_of_a_day_to_come_says_nothing_of_the_books(open_firm: Opens, ledger: str) -> None:
    firm = behind(open_firm, ledger)
    customer, to_come = firm.books.customer("Later"), firm.today + timedelta(days=300)
    invoice = firm.owe(customer, "C-L", late_days=-20)
    firm.settle()
    firm.books.pay_by_hand(customer, invoice, Decimal("100.00"), to_come)
    firm.sweep()
    assert quiet(firm, 20) == 2
    assert asked(firm) is not None


def test_nobody_is_asked_where_the_limit_is_of_a_segment_without_members(
    open_firm: Opens, ledger: str
) -> None:
    strict = {"name": "chronic", "when": {"payer": ["chronic"]}, "change": {"bank_lag_days_max": 2}}
    firm = behind(open_firm, ledger, bank_lag_days_max=None, segments=[strict])
    assert quiet(firm, 30) > 2
    assert asked(firm) is None


def test_the_question_names_how_many_are_held_and_lapses_when_none_is(
    open_firm: Opens, ledger: str
) -> None:
    firm = behind(open_firm, ledger, bank_lag_days_max=None)
    owes = [id_ for id_, item in firm.plan().items() if item.reason != "nothing is owed"]
    save_policy(
        firm.universe, firm.ledger, steps=STEPS, customers={owes[0]: {"bank_lag_days_max": LAG}}
    )
    assert quiet(firm, 30) > 2
    waits = asked(firm)
    assert waits is not None
    assert "reminders to 1 customer with open invoices are held" in waits.summary
    answers.pause(firm.deps, firm.connection_id, by="ann", reason="a talk", customer_id=owes[0])
    firm.pass_days(1, past=True)
    assert asked(firm) is None, "another thing holds that one"
