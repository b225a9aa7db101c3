"""What is planned for the days to come is what then happens, if nothing new happens."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from connector.account import collection_rules
from connector.answering import answers
from connector.correspondence import messages
from connector.next_step import course
from connector.next_step.course import Ahead, How
from connector.recipients import contacts
from connector.recipients.contacts import Contact, Role
from connector.rules.modes import Mode
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

DAYS = 12
Line = tuple[datetime, str, str, str]
"""(moment, customer, currency, step)"""


def planned(firm: Firm, days: int = DAYS) -> list[Ahead]:
    now = firm.world.clock.now()
    with firm.deps.reading() as tx:
        rules = collection_rules.of(tx, firm.connection, now)
        return course.of(tx, rules, now + timedelta(days=days))


def lines(found: list[Ahead], *hows: How) -> list[Line]:
    return sorted((it.at, it.customer_id, it.currency, it.step) for it in found if it.how in hows)


def sent(firm: Firm, since: datetime) -> list[Line]:
    with firm.deps.reading() as tx:
        found = messages.sent(tx, firm.connection_id)
    return sorted(
        (it.sent_at, it.customer_id, it.currency, it.step) for it in found if it.sent_at > since
    )


def live(firm: Firm, days: int = DAYS) -> None:
    """Time goes from one look to the next, and the books stay as they are."""
    end = firm.world.clock.now() + timedelta(days=days)
    while (now := firm.world.clock.now()) < end:
        ahead = [it.look_at for it in firm.plan().values() if it.look_at and it.look_at > now]
        firm.universe.pass_time(min([*ahead, end, now + timedelta(hours=12)]) - now)


def behind_one_address(firm: Firm, customers: list[str]) -> None:
    for customer in customers:
        with firm.deps.writing() as tx:
            shared = Contact(customer, Role.DUNNING, "Ann", "ann@group.example")
            contacts.add(tx, firm.connection_id, shared, by="tests", at=firm.deps.now())


def frozen_book(firm: Firm, seed: int) -> None:
    """Customers late by all sorts of days, in two currencies, some behind one address; with
    credits, pauses that end and disputes. What was written before is part of it."""
    dice = random.Random(seed)
    customers = [firm.books.customer(f"Buyer{n}") for n in range(10)]
    for number in range(24):
        customer = dice.choice(customers)
        late = dice.randint(-25, 20)
        firm.owe(customer, f"INV-{number}", f"{dice.randint(40, 900)}.10", late_days=late)
    behind_one_address(firm, customers[:2])
    firm.books.credit(customers[2], Decimal("75.00"), firm.today)
    firm.pass_days(4)
    until = firm.world.clock.now() + timedelta(days=dice.randint(1, 6), hours=3)
    answers.pause(firm.deps, firm.connection_id, by="ann", reason="on holiday", until=until,
                  customer_id=customers[3])  # fmt: skip
    firm.settle()


@pytest.mark.parametrize("seed", range(1))
def test_what_is_planned_goes_out_to_the_minute(open_firm: Opens, ledger: str, seed: int) -> None:
    rules = {"ramp_per_day": 3, "remind_at_most": {"USD": "1500"}, "track_opens": bool(seed % 2)}
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT}, dunning=rules)
    frozen_book(firm, seed)
    start, ahead = firm.world.clock.now(), planned(firm)
    live(firm)
    wanted = lines(ahead, How.BY_ITSELF)
    assert sent(firm, start) == wanted
    assert len(wanted) > 3
    asked = {it.customer_id for it in ahead if it.how is How.ASKED}
    assert {it.subject.split(":")[1].split("/")[0] for it in firm.asked()} <= asked


def test_the_ramp_of_a_day_counts_what_is_planned_earlier_that_day(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.AUTOPILOT}, dunning={"ramp_per_day": 1})
    early, noon = firm.books.customer("Ash"), firm.books.customer("Birch")
    firm.owe(early, "INV-1", late_days=-10)
    firm.owe(noon, "INV-2", late_days=-10)
    until = firm.world.clock.now() + timedelta(days=7, hours=2)
    answers.pause(firm.deps, firm.connection_id, by="ann", reason="on holiday", until=until,
                  customer_id=noon)  # fmt: skip
    firm.settle()
    start, ahead = firm.world.clock.now(), planned(firm)
    live(firm)
    assert sent(firm, start) == lines(ahead, How.BY_ITSELF)
    first, second = sent(firm, start)[:2]
    assert (first[1], second[1]) == (early, noon)
    assert second[0] - first[0] == timedelta(days=1), "its pause ended at noon of the first day"


def test_one_person_behind_two_customers_is_planned_for_once(open_firm: Opens) -> None:
    rules = {
        "budget": {"contacts_per_7_days": 1, "contacts_per_30_days": 9},
        "min_days_between_messages": 1,
    }
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning=rules)
    customers = [firm.books.customer("Ash"), firm.books.customer("Birch")]
    behind_one_address(firm, customers)
    for number, customer in enumerate(customers):
        firm.owe(customer, f"INV-{number}", late_days=-10 - number)
    firm.settle()
    start, ahead = firm.world.clock.now(), planned(firm, 20)
    live(firm, 20)
    found = sent(firm, start)
    assert found == lines(ahead, How.BY_ITSELF)
    moments = [at for at, *_ in found]
    assert all(later - at >= timedelta(days=6) for at, later in pairwise(moments))
    assert len(found) >= 2


def test_a_draft_waits_for_a_person_and_what_comes_after_it_is_not_foretold(firm: Firm) -> None:
    firm.switch(remind=Mode.COPILOT)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "100.00", late_days=-1)
    firm.settle()
    (only,) = planned(firm, 60)
    assert (only.how, only.step, only.customer_id) == (How.APPROVED, "upcoming", customer)
    assert str(only.total) == "USD 100.00"
    assert only.invoices == ("INV-1",)
    firm.pass_days(7)
    (waiting,) = planned(firm, 60)
    assert (waiting.how, waiting.step, waiting.at) == (How.APPROVED, "friendly", firm.deps.now())
    assert not firm.mails()


def test_in_shadow_the_whole_sequence_is_noted_only(firm: Firm) -> None:
    firm.switch(remind=Mode.SHADOW)
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-1)
    firm.settle()
    found = planned(firm, 60)
    assert [it.step for it in found if it.how is How.NOTED] == [
        "friendly", "reminder", "direct", "final",
    ]  # fmt: skip
    assert found[-1].how is How.ASKED
    assert "no step is left" in found[-1].why[0]


def test_with_reminders_off_nothing_is_planned(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=30)
    firm.settle()
    assert planned(firm) == []


def test_looking_ahead_stores_nothing_and_sends_nothing(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    before = firm.log(), firm.intents(), firm.plan(), len(firm.requests())
    assert planned(firm, 60)
    assert (firm.log(), firm.intents(), firm.plan(), len(firm.requests())) == before
    assert not firm.mails()
