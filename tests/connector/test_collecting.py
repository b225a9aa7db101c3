"""Collecting: every account has a next step or a reason, and nobody is written to twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector import agenda, answers, jobs, messages, tenants
from connector.effects import SendReminder
from connector.intents import Step
from connector.modes import Mode
from connector.tenants import State
from providers.simulated.store import Doc
from tests.connector.firm import Firm
from tests.simulation import universe as one

Opens = Callable[..., Firm]
REMIND = {"remind": Mode.AUTOPILOT}
HOURS = {"business_start": "09:00", "business_end": "17:00"}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Reminders are on autopilot; cash and notes are off."""
    return open_firm(ledger, modes=REMIND)


@pytest.fixture
def one_firm(open_firm: Opens) -> Firm:
    """The same in one ledger, for what does not depend on which it is."""
    return open_firm("quickbooks", modes=REMIND)


def steps(firm: Firm) -> list[tuple[str, str]]:
    """(step, first recipient) of every message, oldest first."""
    with firm.deps.reading() as tx:
        found = messages.sent(tx, firm.connection_id)
    return [(sent.step, sent.recipients[0]) for sent in reversed(found)]


def reason(firm: Firm, customer: str) -> str:
    return firm.plan()[customer].reason


def header(mail: Doc, name: str) -> str:
    return str(dict(mail["headers"])[name])


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
    if firm.ledger == "quickbooks":
        firm.hand.update("Invoice", {"Id": invoice, "DueDate": later.isoformat()})
    else:
        firm.hand.update("Invoices", invoice, {"DueDate": later.isoformat()})
    firm.pass_time(minutes=2)
    planned = firm.plan()[customer].look_at
    assert planned is not None
    assert (later - planned.date()).days in (3, 4, 5)
    firm.pass_days(19)
    assert [step for step, _ in steps(firm)] == ["upcoming", "upcoming"]
    firm.pass_days(42, every=3)
    rest = [step for step, _ in steps(firm)][2:]
    assert rest[-1] == "final"
    assert [step for step in ("friendly", "reminder", "direct", "final") if step in rest] == rest


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
    assert "nothing is due before" in told.what["reason"]


def draft(firm: Firm, customer: str) -> str:
    if firm.ledger == "quickbooks":
        pytest.skip("QuickBooks has no drafts")
    return str(firm.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "DRAFT", "Contact": {"ContactID": customer},
        "InvoiceNumber": "INV-1", "Date": "2026-01-01", "DueDate": "2026-02-01",
        "LineItems": [{"Description": "W", "Quantity": 1, "UnitAmount": 9, "AccountCode": "200"}],
    })["InvoiceID"])  # fmt: skip


def void(firm: Firm, customer: str) -> None:
    firm.books.void(firm.owe(customer, "INV-1"))


def paid(firm: Firm, customer: str) -> None:
    invoice = firm.owe(customer, "INV-1")
    firm.books.pay_by_hand(customer, invoice, Decimal(100), firm.today)


def credited(firm: Firm, customer: str) -> None:
    firm.owe(customer, "INV-1")
    firm.books.credit(customer, Decimal(100), firm.today)


def paid_on_account(firm: Firm, customer: str) -> None:
    firm.owe(customer, "INV-1")
    firm.pay(customer, "100.00", "")


def paused(firm: Firm, customer: str) -> None:
    firm.owe(customer, "INV-1")
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="their boss called", customer_id=customer
    )


def paused_invoice(firm: Firm, customer: str) -> None:
    invoice = firm.owe(customer, "INV-1")
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="their boss called", invoice_id=invoice
    )


STATES: dict[Callable[[Firm, str], object], str] = {
    void: "nothing is owed", paid: "nothing is owed", credited: "apply credit",
    paid_on_account: "apply credit", paused: "paused by ann: their boss called",
    paused_invoice: "a person paused it", draft: "it is draft",
}  # fmt: skip


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_what_is_not_to_be_asked_for_is_not_and_the_reason_stands_there(
    firm: Firm, state: Callable[[Firm, str], object]
) -> None:
    customer = firm.books.customer("Ash")
    state(firm, customer)
    firm.pass_days(32, every=8)
    assert firm.mails() == []
    assert [i for i in firm.intents() if isinstance(i.effect, SendReminder)] == []
    assert STATES[state] in reason(firm, customer)


def test_an_invoice_without_a_due_date_is_not_asked_for(open_firm: Opens) -> None:
    firm = open_firm("xero", modes=REMIND)
    customer = firm.books.customer("Ash")
    made = firm.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "SUBMITTED", "Contact": {"ContactID": customer},
        "InvoiceNumber": "INV-1", "Date": "2026-01-01",
        "LineItems": [{"Description": "W", "Quantity": 1, "UnitAmount": 9, "AccountCode": "200"}],
    })  # fmt: skip
    assert made["Status"] == "SUBMITTED"
    firm.pass_days(3)
    assert firm.mails() == []
    assert reason(firm, customer)


def test_fifty_invoices_of_one_customer_are_one_message_with_one_total(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    for number in range(50):
        one_firm.owe(customer, f"INV-{number:02}", "10.00", late_days=3 + number % 20)
    one_firm.pass_time(minutes=20)
    (mail,) = one_firm.mails()
    assert "500.00" in mail["text"]
    assert all(f"INV-{number:02}" in mail["text"] for number in range(50))
    with one_firm.deps.reading() as tx:
        (sent,) = messages.sent(tx, one_firm.connection_id)
    assert (sent.step, len(sent.invoice_ids)) == ("final", 50)


def test_currencies_are_never_added_up(open_firm: Opens) -> None:
    firm = open_firm("xero", modes=REMIND)
    customer = firm.books.customer("Ash")
    for currency, amount in (("USD", 100), ("EUR", 70), ("EUR", 7)):
        firm.hand.create("Invoices", {
            "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
            "InvoiceNumber": f"INV-{amount}", "Date": "2026-02-01", "DueDate": "2026-02-20",
            "CurrencyCode": currency, "LineAmountTypes": "NoTax", "LineItems": [{
                "Description": "W", "Quantity": 1, "UnitAmount": amount, "AccountCode": "200",
            }],
        })  # fmt: skip
    firm.pass_time(minutes=20)
    totals = sorted(
        str(i.effect.total) for i in firm.intents() if isinstance(i.effect, SendReminder)
    )
    assert totals == ["EUR 77.00", "USD 100.00"]
    texts = [mail["text"] for mail in firm.mails()]
    assert len(texts) == 2
    assert not any("INV-100" in text and "INV-70" in text for text in texts)


def test_money_on_account_is_taken_off_and_said(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.books.credit(customer, Decimal(40), firm.today)
    firm.switch(cash=Mode.COPILOT)
    firm.pass_time(minutes=20)
    (mail,) = firm.mails()
    assert "60.00" in mail["text"]
    assert "40.00" in mail["text"]


def test_a_pause_holds_what_is_on_its_way_already(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=4)
    one_firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](one_firm.deps, one_firm.connection_id)
    assert len(one_firm.intents(Step.INTENDED)) == 1
    answers.pause(
        one_firm.deps, one_firm.connection_id, by="ann", reason="wait", customer_id=customer
    )
    one_firm.pass_time(seconds=10)
    one_firm.pass_time(seconds=10)
    assert one_firm.mails() == []
    (told,) = one_firm.log("send_reminder.not sent")
    assert "paused by ann: wait" in told.what["reason"]
    answers.resume(one_firm.deps, one_firm.connection_id, by="ann", customer_id=customer)
    one_firm.settle()
    assert len(one_firm.mails()) == 1


@pytest.mark.parametrize("place", ["the client", "the customer", "the invoice"])
def test_a_pause_ends_by_itself_on_its_day(one_firm: Firm, place: str) -> None:
    customer = one_firm.books.customer("Ash")
    invoice = one_firm.owe(customer, "INV-1", late_days=1)
    one_firm.settle()
    named = {"the customer": {"customer_id": customer}, "the invoice": {"invoice_id": invoice}}
    until = one_firm.world.clock.now() + timedelta(days=8)
    answers.pause(
        one_firm.deps, one_firm.connection_id, by="ann", reason="fair", until=until,
        **named.get(place, {}),
    )  # fmt: skip
    one_firm.pass_days(7)
    assert one_firm.mails() == []
    one_firm.pass_days(2)
    assert len(one_firm.mails()) == 1


def test_the_mode_is_asked_once_more_when_the_message_goes_out(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=4)
    one_firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](one_firm.deps, one_firm.connection_id)
    one_firm.switch(remind=Mode.OFF)
    one_firm.pass_time(seconds=10)
    one_firm.pass_time(seconds=10)
    assert one_firm.mails() == []
    assert "mode off" in one_firm.log("send_reminder.not sent")[0].what["reason"]


def test_in_copilot_a_person_reads_first_and_what_is_approved_goes_out_once(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "100.00", late_days=4)
    firm.pass_time(hours=2)
    assert firm.mails() == []
    (asked,) = firm.asked()
    assert "Ash: friendly about USD 100.00, invoices INV-1" in asked.summary
    firm.approve()
    assert len(firm.mails()) == 1
    firm.pass_time(hours=2)
    assert firm.asked() == []
    assert len(firm.mails()) == 1


def test_a_message_that_a_person_turned_down_is_not_offered_again(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=4)
    firm.pass_time(hours=2)
    answers.reject(firm.deps, firm.asked()[0].id, "ann")
    firm.pass_days(2)
    assert (firm.asked(), firm.mails()) == ([], [])
    firm.pass_days(5)
    assert "reminder about" in firm.asked()[0].summary, "the next stage is a new question"


def test_in_shadow_the_steps_are_noted_and_nothing_is_sent(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.SHADOW})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", late_days=-6)
    firm.pass_days(42, every=3)
    assert (firm.mails(), firm.intents(), firm.asked()[1:]) == ([], [], [])
    with firm.deps.reading() as tx:
        taken = messages.asked(tx, firm.connection_id, customer, currency="USD")
    assert [row.step for row in taken] == ["upcoming", "friendly", "reminder", "direct", "final"]
    assert {row.mode for row in taken} == {"shadow"}


def test_on_a_mirror_that_may_be_old_nothing_is_decided(one_firm: Firm) -> None:
    customer = one_firm.books.customer("Ash")
    one_firm.owe(customer, "INV-1", late_days=1)
    one_firm.settle()
    one_firm.restart()
    before = len(one_firm.log("remind.decided"))
    one_firm.world.clock.advance(timedelta(days=3))
    jobs.RUN["decide"](one_firm.deps, one_firm.connection_id)
    assert len(one_firm.log("remind.decided")) == before
    assert one_firm.mails() == []


def test_fresh_from_installation_nothing_is_on_and_ninety_days_do_nothing(
    open_firm: Opens, ledger: str
) -> None:
    def book(firm: Firm) -> None:
        for number in range(6):
            customer = firm.books.customer(f"Buyer{number}")
            firm.owe(customer, f"INV-{number}", late_days=number * 9 - 20)
            firm.pay(customer, "100.00", f"INV-{number}")

    firm = open_firm(ledger, fill=book)
    with firm.deps.reading() as tx:
        client = tenants.client(tx, firm.connection.client_id)
        assert client
    for number in range(15):
        firm.bank(f"b{number}", "100.00", "INV-1")
        firm.pass_time(days=6)
    assert firm.mails() == []
    assert firm.writes() == []
    assert firm.intents() == []
    assert firm.asked() == []
    assert firm.connection.state is State.LIVE
    assert one.OURS not in {mail["from"] for mail in firm.mails()}
