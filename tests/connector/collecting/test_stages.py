"""Collecting: every account has a next step or a reason, and nobody is written to twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector import agenda, jobs
from connector.answering import answers
from connector.correspondence import messages
from connector.outgoing.intents import Step
from tests.connector.collecting.reading import REMIND, Opens, reason, steps
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger


def test_a_late_invoice_is_asked_for_once_in_each_stage_until_a_person_takes_over(
    firm: Firm,
) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=-20)
    firm.pass_days(60, every=3)
    assert [step for step, _ in steps(firm)] == [
        "upcoming", "friendly", "reminder", "direct", "final",
    ]  # fmt: skip
    assert "no step is left" in reason(firm, customer)
    assert len(firm.asked()) == 1
    assert len(firm.mails()) == 5


def test_the_notice_before_the_due_date_comes_five_local_days_before_it(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=-18)
    firm.books.credit(firm.books.customer("Credited"), Decimal(50), firm.today)
    due = firm.today + timedelta(days=18)
    firm.pass_time(days=12)
    for _ in range(10):
        firm.pass_time(hours=12)
    (mail,) = firm.mails()
    zone = ZoneInfo("America/New_York")
    with firm.deps.reading() as tx:
        (sent,) = messages.sent(tx, firm.connection_id)
    at = sent.sent_at.astimezone(zone)
    assert at.date() == due - timedelta(days=4), "Sunday waits for Monday"
    assert at.weekday() == 0
    assert sent.step == "upcoming"
    assert mail["recipients"] == ["pay@ash.example"]


def test_no_account_falls_silent(one_firm: Firm) -> None:
    """Every customer with something overdue has a time for the next look, or a named reason."""
    late = [(one_firm.books.customer(f"Buyer{n}"), n) for n in range(12)]
    for customer, number in late:
        one_firm.owe(customer, f"INV-{number}", late_days=number * 3 - 4)
    answers.pause(one_firm.deps, one_firm.connection_id, by="ann", reason="asked us to",
                  customer_id=late[3][0])  # fmt: skip
    one_firm.books.credit(late[4][0], Decimal(500), one_firm.today)
    one_firm.pass_days(12, every=3)
    plan = one_firm.plan()
    for customer, number in late:
        item = plan[customer]
        assert item.reason, f"nothing is said about customer {number}"
        if item.look_at is None:
            named = ("paused by ann", "apply credit", "no step is left")
            assert any(why in item.reason for why in named), item.reason
        else:
            assert item.look_at > one_firm.world.clock.now()
    counted = Counter(recipient for _, recipient in steps(one_firm))
    assert all(counted.values())
    assert "pay@buyer3.example" not in counted


def test_a_first_connection_to_an_old_book_writes_once_to_each_and_not_to_all_on_one_day(
    open_firm: Opens,
) -> None:
    def old_book(firm: Firm) -> None:
        for number in range(45):
            customer = firm.books.customer(f"Old{number}")
            for part in range(5 if number < 25 else 4):
                firm.owe(customer, f"INV-{number}-{part}", late_days=30 + number + part)

    firm = open_firm("xero", modes=REMIND, fill=old_book, dunning={"ramp_per_day": 15})
    so_far = []
    for _ in range(4):
        firm.settle()
        for _ in range(4):
            firm.pass_time(minutes=45)
        so_far.append(len(firm.mails()))
        firm.pass_time(hours=21)
    assert so_far == [15, 30, 45, 45]
    assert set(Counter(mail["recipients"][0] for mail in firm.mails()).values()) == {1}
    assert {step for step, _ in steps(firm)} == {"final"}
    with firm.deps.reading() as tx:
        first = messages.sent(tx, firm.connection_id)[-1]
    assert "FINAL" not in first.subject.upper(), "a first message is not the firmest"


@pytest.mark.parametrize("paid", ["in full", "in part", "by void", "by credit"])
def test_what_is_settled_between_plan_and_sending_is_not_asked_for(firm: Firm, paid: str) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    (intent,) = firm.intents(Step.INTENDED)
    firm.universe.rung.clear()
    if paid == "by void":
        firm.books.void(invoice)
    elif paid == "by credit":
        firm.books.credit(customer, Decimal(100), firm.today)
    else:
        part = Decimal(100) if paid == "in full" else Decimal(30)
        firm.books.pay_by_hand(customer, invoice, part, firm.today)
    firm.world.clock.advance(timedelta(seconds=61))
    jobs.RUN["deliver"](firm.deps, firm.connection_id)
    assert firm.mails() == []
    (told,) = firm.log("send_reminder.not sent")
    clock = firm.world.clock.now()
    assert told.what["reason"].startswith("not sent: ")
    assert f"at re-read {clock:%H:%M:%S}" in told.what["reason"]
    if paid == "in full":
        assert "balance USD 0.00" in told.what["reason"]
    assert (told.decision_id, told.about) == (intent.decision_id, intent.subject)
    firm.settle()
    firm.pass_time(hours=1)
    assert len(firm.mails()) == (1 if paid == "in part" else 0)
    assert all("70.00" in mail["text"] for mail in firm.mails())


def test_a_planner_that_runs_five_hundred_times_writes_one_message(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=4)
    one_firm.world.clock.advance(timedelta(minutes=16))
    jobs.RUN["sync"](one_firm.deps, one_firm.connection_id)
    for _ in range(500):
        with one_firm.deps.writing() as tx:
            agenda.mark_all(tx, one_firm.connection_id)
        jobs.RUN["decide"](one_firm.deps, one_firm.connection_id)
    for _ in range(5):
        jobs.RUN["deliver"](one_firm.deps, one_firm.connection_id)
    assert len(one_firm.intents()) == 1
    assert len(one_firm.mails()) == 1


def test_two_workers_and_four_threads_each_write_one_message(one_firm: Firm) -> None:
    customers = [one_firm.books.customer(f"Buyer{n}") for n in range(4)]
    for number, customer in enumerate(customers):
        one_firm.owe(customer, f"INV-{number}", late_days=4)
    one_firm.world.clock.advance(timedelta(minutes=16))

    def work(_: int) -> None:
        for job in ("sync", "decide", "deliver") * 3:
            jobs.RUN[job](one_firm.deps, one_firm.connection_id)

    with ThreadPoolExecutor(8) as many:
        list(many.map(work, range(8)))
    one_firm.settle()
    assert Counter(recipient for _, recipient in steps(one_firm)) == {
        f"pay@buyer{n}.example": 1 for n in range(4)
    }
    assert len(one_firm.mails()) == 4


def test_after_five_days_without_a_worker_each_gets_the_stage_that_is_due_now(
    one_firm: Firm,
) -> None:
    customers = {name: one_firm.books.customer(name) for name in ("Ash", "Birch", "Cedar")}
    for late_days, name in ((1, "Ash"), (5, "Birch"), (12, "Cedar")):
        one_firm.owe(customers[name], f"INV-{name}", late_days=late_days)
    one_firm.restart()
    one_firm.world.clock.advance(timedelta(days=7))
    one_firm.settle()
    assert sorted(steps(one_firm)) == [
        ("direct", "pay@cedar.example"), ("reminder", "pay@ash.example"),
        ("reminder", "pay@birch.example"),
    ]  # fmt: skip
    decided = [e for e in one_firm.log("remind.decided") if e.what["action"] == "send"]
    missed = {e.about.partition("/")[0]: " ".join(e.what["reasons"]) for e in decided}
    assert "friendly" in missed[f"customer:{customers['Ash']}"]
    assert "friendly, reminder" in missed[f"customer:{customers['Cedar']}"]
    one_firm.pass_time(hours=2)
    assert len(one_firm.mails()) == 3, "no second message follows to make up for it"


def test_a_due_date_that_moves_starts_the_sequence_anew(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", late_days=-12)
    firm.pass_days(9)
    assert [step for step, _ in steps(firm)] == ["upcoming"]
    later = firm.today + timedelta(days=20)
    move(firm, invoice, later)
    planned = firm.plan()[customer].look_at
    assert planned is not None
    assert (later - planned.date()).days in (3, 4, 5)
    firm.pass_days(19)
    assert [step for step, _ in steps(firm)] == ["upcoming", "upcoming"]
    firm.pass_days(42, every=3)
    rest = [step for step, _ in steps(firm)][2:]
    assert rest[-1] == "final"
    assert [step for step in ("friendly", "reminder", "direct", "final") if step in rest] == rest


def move(firm: Firm, invoice: str, due: date) -> None:
    if firm.ledger == "quickbooks":
        firm.hand.update("Invoice", {"Id": invoice, "DueDate": due.isoformat()})
    else:
        firm.hand.update("Invoices", invoice, {"DueDate": due.isoformat()})
    firm.pass_time(minutes=2)


@pytest.mark.parametrize("days", [-2, 1, 6])
def test_a_due_date_that_is_corrected_by_days_repeats_nothing(firm: Firm, days: int) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.pass_time(minutes=20)
    assert [step for step, _ in steps(firm)] == ["friendly"]
    move(firm, invoice, firm.today - timedelta(days=4 - days))
    firm.pass_days(40)
    taken = [step for step, _ in steps(firm)]
    assert len(taken) == len(set(taken)), "each stage once"
    assert taken[-1] == "final"


def test_an_intended_message_ends_when_the_due_date_moves_before_it_goes_out(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", late_days=4)
    firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    later = (firm.today + timedelta(days=30)).isoformat()
    if firm.ledger == "quickbooks":
        firm.hand.update("Invoice", {"Id": invoice, "DueDate": later})
    else:
        firm.hand.update("Invoices", invoice, {"DueDate": later})
    firm.pass_time(seconds=10)
    firm.pass_time(seconds=10)
    assert firm.mails() == []
    (told,) = firm.log("send_reminder.not sent")
    assert "the next step, 'upcoming' about INV-1" in told.what["reason"]
