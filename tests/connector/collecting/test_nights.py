"""Nothing is sent while it is night where the customer is, whenever it was decided or approved."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from connector import jobs
from connector.outgoing.intents import Step
from connector.rules.modes import Mode
from tests.connector.by_post import customer_at, move_to
from tests.connector.collecting.reading import Opens, steps
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

HONOLULU = ("1 Quay Street", "Honolulu", "HI", "96801", "US")
NEW_YORK, HAWAII = ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")


def at_clock(firm: Firm, hour: int, minute: int = 0) -> None:
    """The next time that it is so late in New York, with nothing done on the way."""
    now = firm.world.clock.now()
    then = now.astimezone(NEW_YORK).replace(hour=hour, minute=minute, second=0)
    if then <= now:
        then += timedelta(days=1)
    firm.world.clock.advance(then - now)


def sent_at(firm: Firm) -> list[datetime]:
    return [
        entry.at.astimezone(HAWAII) for entry in firm.log("send_reminder.sent")
    ]  # fmt: skip


def test_what_is_approved_at_night_goes_out_in_the_morning_of_the_customer(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.COPILOT})
    firm.owe(customer_at(firm, "Ash", HONOLULU), "INV-1", late_days=4)
    at_clock(firm, 13)
    firm.settle()
    at_clock(firm, 9, 30)
    firm.approve()
    assert firm.mails() == []
    (held,) = firm.intents()
    assert "04:30 in Pacific/Honolulu; mail goes out from 7:00 to 21:00" in held.error
    firm.pass_time(minutes=90)
    assert firm.mails() == []
    firm.pass_time(minutes=90)
    assert [step for step, _ in steps(firm)] == ["friendly"]
    assert [at.hour for at in sent_at(firm)] == [7]
    assert firm.asked() == [], "approved once is enough"


def test_what_is_approved_after_hours_goes_out_when_business_opens(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.COPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=4)
    firm.pass_time(minutes=20)
    at_clock(firm, 18)
    firm.approve()
    (held,) = firm.intents()
    assert "business is closed; nothing goes out before" in held.error
    at_clock(firm, 9, 1)
    firm.settle()
    assert len(firm.mails()) == 1


def test_what_is_paid_while_it_waits_for_the_morning_ends_at_once(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", late_days=4)
    firm.pass_time(minutes=20)
    at_clock(firm, 18)
    firm.books.pay_by_hand(customer, invoice, Decimal(100), firm.today)
    firm.approve()
    firm.pass_time(seconds=10)
    assert [intent.state for intent in firm.intents()] == [Step.REFUSED]


def test_what_falls_into_the_night_because_nobody_worked_is_decided_on_in_the_morning(
    firm: Firm,
) -> None:
    firm.owe(customer_at(firm, "Ash", HONOLULU), "INV-1", late_days=4)
    at_clock(firm, 14)
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    assert [intent.state for intent in firm.intents()] == [Step.INTENDED]
    at_clock(firm, 9, 30)
    jobs.RUN["deliver"](firm.deps, firm.connection_id)
    assert firm.mails() == []
    (told,) = firm.log("send_reminder.not sent")
    assert "it is Tuesday 2026-03-03 04:30 in Pacific/Honolulu" in told.what["reason"]
    firm.pass_time(hours=2, minutes=40)
    firm.pass_time(seconds=10)
    assert [at.hour for at in sent_at(firm)] == [7]


def test_a_customer_who_moves_is_written_to_by_the_new_clock(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT})
    customer = customer_at(firm, "Ash", None)
    firm.owe(customer, "INV-1", late_days=4)
    at_clock(firm, 9, 30)
    move_to(firm, customer, HONOLULU)
    firm.pass_time(minutes=20)
    assert firm.mails() == []
    assert "in Pacific/Honolulu; mail goes out" in firm.plan()[customer].reason
    firm.pass_time(hours=2, minutes=20)
    assert [at.hour for at in sent_at(firm)] == [7]
