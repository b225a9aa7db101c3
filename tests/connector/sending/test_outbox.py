"""The one door: whatever the ledger answers, or does not, cash and notes are written once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import jobs
from connector.clients import meter
from connector.decided import notes
from connector.money.cash import Standing
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from providers.errors import TryLater
from providers.ledger import AddNote, Kind
from providers.registry import LEDGERS
from providers.simulated.faults import Fault
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
CASH = {"cash": Mode.AUTOPILOT}
BOTH = CASH | {"note": Mode.AUTOPILOT}
DONE = ("timeout_after_commit", "reset_after_commit", "cut_body")
NOT_DONE = ("500", "503", "html", "429")
NOTES = r".*\.(history|attachable)\..*|.*\.customer\.write"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes=CASH)


def paid_in(firm: Firm) -> tuple[str, str]:
    """An invoice, and the money for it on account."""
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", late_days=-9)
    return invoice, firm.pay(customer, "100.00", "INV-1")


def on_writes(firm: Firm, fault: str, *, times: int = 1, seconds: float = 0.0) -> None:
    on = rf"{firm.ledger}\.(?!oauth)(?!query).*(write|create|update)"
    firm.fail(Fault(fault, on=on, times=times, seconds=seconds))


def let_time_pass(firm: Firm, minutes: int = 12) -> None:
    for _ in range(minutes):
        firm.pass_time(minutes=1)


@pytest.mark.parametrize("fault", [*DONE, *NOT_DONE, "late_commit"])
def test_a_write_that_is_not_answered_well_happens_once(firm: Firm, fault: str) -> None:
    invoice, money = paid_in(firm)
    on_writes(firm, fault, seconds=70)
    let_time_pass(firm)
    assert firm.books.applied(money) == [(invoice, Decimal(100))]
    assert [item.state for item in firm.all_money()] == [Standing.APPLIED]
    (intent,) = firm.intents()
    assert intent.state is Step.CONFIRMED
    keys = {row["idempotency_key"] for row in firm.writes()}
    assert "" not in keys
    assert len(firm.writes()) <= 3


@pytest.mark.parametrize("fault", ["reset_after_commit", "500"])
def test_a_ledger_that_fails_for_long_is_not_hammered_and_ends_well(firm: Firm, fault: str) -> None:
    invoice, money = paid_in(firm)
    on_writes(firm, fault, times=4)
    for _ in range(12):
        firm.pass_time(minutes=4)
    assert firm.books.applied(money) == [(invoice, Decimal(100))]
    assert len(firm.writes()) <= 6


def test_a_repeat_carries_the_same_key_and_after_its_window_it_is_looked_for_first(
    firm: Firm,
) -> None:
    invoice, money = paid_in(firm)
    on_writes(firm, "reset_after_commit")
    firm.pass_time(minutes=2)
    assert [i.state for i in firm.intents()] == [Step.UNKNOWN]
    firm.world.clock.advance(timedelta(minutes=10))
    before = len(firm.writes())
    firm.settle()
    firm.pass_time(minutes=3)
    assert len(firm.writes()) == before == 1, "it was found, and not written again"
    assert [i.state for i in firm.intents()] == [Step.CONFIRMED]
    assert firm.books.applied(money) == [(invoice, Decimal(100))]


def test_money_and_its_note_go_together_the_note_behind_the_money(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=BOTH)
    invoice, _ = paid_in(firm)
    firm.pass_time(minutes=2)
    cash, note = firm.intents()
    assert isinstance(note.effect, AddNote)
    assert (note.effect.record_id, note.decision_id) == (invoice, cash.decision_id)
    assert f"Decision {cash.decision_id}." in note.effect.text
    assert "USD 100.00" in note.effect.text
    assert firm.books.notes_with(note.marker) == 1
    assert cash.ended_at
    assert note.ended_at
    assert cash.ended_at <= note.ended_at


@pytest.mark.parametrize("fault", [*DONE, "503", "late_commit"])
def test_a_note_stands_there_once_whatever_happens(
    open_firm: Opens, ledger: str, fault: str
) -> None:
    firm = open_firm(ledger, modes=BOTH)
    paid_in(firm)
    firm.fail(Fault(fault, on=NOTES, seconds=70))
    let_time_pass(firm)
    (note,) = [i for i in firm.intents() if isinstance(i.effect, AddNote)]
    assert note.state is Step.CONFIRMED
    assert firm.books.notes_with(note.marker) == 1


@pytest.mark.parametrize("fault", ["none", "reset_after_commit", "503"])
def test_notes_on_one_record_that_are_due_together_are_one_write(
    open_firm: Opens, ledger: str, fault: str
) -> None:
    firm = open_firm(ledger, modes=BOTH)
    places = [(Kind.CUSTOMER, firm.books.customer("Ash"))]
    places += [(Kind.INVOICE, firm.owe(places[0][1], "INV-1", late_days=-9))]
    firm.settle()
    if fault != "none":
        firm.fail(Fault(fault, on=NOTES))
    with firm.deps.writing() as tx:
        for kind, record in places:
            for text in ("Called Ash.", "They pay on Friday.", 240 * "o"):
                notes.intend(tx, firm.connection, kind, record, text, told_by=(kind, record, text),
                             decision_id=1, now=firm.deps.now())  # fmt: skip
    let_time_pass(firm)
    told = firm.intents()
    assert [(i.state, firm.books.notes_with(i.marker)) for i in told] == [(Step.CONFIRMED, 1)] * 6
    delivered = [row for row in firm.writes() if row["status"] == "200"]
    assert len({row["idempotency_key"] for row in delivered}) == (
        2 if ledger == "quickbooks" else 4
    )


def test_the_note_of_money_that_could_not_be_applied_is_not_written(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=BOTH)
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", late_days=-9)
    firm.pay(customer, "100.00", "INV-1")
    firm.world.clock.advance(timedelta(minutes=20))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    firm.books.void(invoice)
    firm.settle()
    cash, note = firm.intents()
    assert (cash.state, note.state) == (Step.REFUSED, Step.REFUSED)
    assert note.error.startswith("not needed")
    assert firm.writes() == []


def test_others_text_among_a_customers_notes_survives_a_change_in_the_same_moment(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT})
    customer = firm.books.customer("Ash")
    firm.hand.update("Customer", {"Id": customer, "Notes": "Prefers calls."})
    firm.owe(customer, "INV-1", late_days=4)
    raced: list[str] = []

    def somebody_types(point: str) -> None:
        notes = firm.hand.get("Customer", customer)["Notes"]
        if point == "outbox.sending" and "Tom" not in notes:
            raced.append(notes)
            firm.hand.update("Customer", {"Id": customer, "Notes": f"{notes}\nAsk for Tom."})

    firm.reached(somebody_types)
    firm.pass_time(minutes=20)
    let_time_pass(firm, 3)
    assert raced == ["Prefers calls."]
    notes = firm.hand.get("Customer", customer)["Notes"]
    assert notes.startswith("Prefers calls.\nAsk for Tom.\n")
    (ours,) = [
        i for i in firm.intents()
        if isinstance(i.effect, AddNote) and i.effect.kind == "customer" and
        i.state is Step.CONFIRMED
    ]  # fmt: skip
    assert notes.count(ours.marker) == 1
    assert "friendly" in notes


def test_what_is_refused_for_good_is_left_to_a_person_and_not_tried_again(firm: Firm) -> None:
    _, money = paid_in(firm)
    close_books(firm)
    firm.pass_time(minutes=2)
    let_time_pass(firm, 10)
    tried = len(firm.writes())
    assert firm.books.applied(money) == []
    if tried == 0 or firm.intents()[0].state is Step.CONFIRMED:
        pytest.fail("a closed period must refuse what is dated in it")
    assert {i.state for i in firm.intents()} == {Step.REFUSED}
    assert [item.state for item in firm.all_money()] == [Standing.REVIEW]
    assert tried == 1
    assert any("not done" in entry.event for entry in firm.log())


def close_books(firm: Firm) -> None:
    if firm.ledger == "quickbooks":
        firm.hand.close_books(firm.today + timedelta(days=1))
        return
    later = (firm.today + timedelta(days=1)).isoformat()
    firm.hand.set_organisation(PeriodLockDate=later)


def test_a_ledger_that_asks_to_wait_is_left_alone_for_that_long(firm: Firm) -> None:
    invoice, _ = paid_in(firm)
    firm.fail(Fault("429", on=rf"{firm.ledger}\..*", times=1, seconds=50))
    firm.pass_time(minutes=2)
    asked = len(firm.requests())
    for _ in range(4):
        firm.pass_time(seconds=10)
    assert len(firm.requests()) == asked, "no call goes out while it asks us to wait"
    spend = meter.spender(firm.deps, firm.connection_id, meter.Limits(60), meter.Purpose.WRITE)
    with pytest.raises(TryLater):
        spend("any.call.read")
    let_time_pass(firm, 4)
    assert firm.books.balance(invoice) == 0


@pytest.mark.parametrize("left", range(5))
def test_a_call_that_our_own_budget_holds_back_is_no_try(firm: Firm, left: int) -> None:
    invoice, _ = paid_in(firm)
    firm.world.clock.advance(timedelta(minutes=20))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    limits = meter.Limits(LEDGERS[firm.ledger].calls_per_minute - left)
    spend = meter.spender(firm.deps, firm.connection_id, limits, meter.Purpose.WRITE)
    with suppress(TryLater):
        for _ in range(limits.per_minute):
            spend("any.call.read")
    jobs.RUN["deliver"](firm.deps, firm.connection_id)
    sent = len(firm.writes())
    assert [i.attempts for i in firm.intents() if i.attempts] == [1] * sent
    let_time_pass(firm, 4)
    assert firm.books.balance(invoice) == 0
    assert all(i.attempts == 1 for i in firm.intents(Step.CONFIRMED))
