"""Previews: what they say is what happens afterwards, and asking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from connector import agenda, db, schema
from connector.answering import answers
from connector.correspondence import messages
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outgoing.effects import SendReminder
from connector.rule_changes import preview
from connector.rule_changes.preview import FirstDay
from connector.rules.modes import Mode
from dunning.checking import shipped
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import STEPS, Step, Tone
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm
from tests.connector.office import connect, invoice

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
RAMP = {"ramp_per_day": 8}
POLICY = DunningPolicy.model_validate(RAMP)


def old_book(firm: Firm) -> None:
    """20 customers are late, one has paid on account, one is not due, one has no address."""
    for number in range(20):
        customer = firm.books.customer(f"Old{number}")
        for part in range(1 + number % 2):
            firm.owe(customer, f"INV-{number}-{part}", "10.50", late_days=40 - number + part)
    firm.pay(firm.books.customer("Early"), "100.00", "")
    credited = firm.books.customer("Credited")
    firm.owe(credited, "INV-C", "10.00", late_days=9)
    firm.books.credit(credited, Decimal(50), firm.today)
    firm.owe(firm.books.customer("Later"), "INV-L", late_days=-30)


def first_day(firm: Firm, policy: DunningPolicy = POLICY) -> FirstDay:
    return preview.first_day(firm.deps, firm.connection, policy)


def written(firm: Firm) -> list[tuple[str, str, str]]:
    """(customer, step, amount asked for) of every message, oldest first."""
    with firm.deps.reading() as tx:
        found = messages.sent(tx, firm.connection_id)
    totals = {
        intent.decision_id: str(intent.effect.total)
        for intent in firm.intents()
        if isinstance(intent.effect, SendReminder)
    }
    return [(s.customer_id, s.step, totals[s.decision_id]) for s in reversed(found)]


def counts(firm: Firm) -> dict[str, int]:
    """The rows of every table."""
    with firm.deps.reading() as tx:
        return {
            table.name: int(
                tx.execute(
                    sa.select(sa.func.count()).select_from(table),
                    execution_options=db.across("every row is counted"),
                ).scalar_one()
            )
            for table in schema.metadata().sorted_tables
        }


@pytest.mark.parametrize("hours_before", [0, 3, 4 * 24 + 9], ids=["open", "same day", "Friday"])
def test_what_the_first_day_is_said_to_bring_is_exactly_what_it_brings(
    open_firm: Opens, ledger: str, hours_before: int
) -> None:
    firm = open_firm(ledger, fill=old_book, dunning=RAMP)
    firm.pass_time(hours=hours_before)
    said = first_day(firm)
    assert (said.customers, said.rest_waits, said.due, said.per_day) == (8, 12, 20, 8)
    assert [question.name for question in said.asks] == ["Credited"]
    firm.switch(remind=Mode.AUTOPILOT)
    firm.settle()
    ahead = said.at - firm.world.clock.now()
    if ahead > timedelta(0):
        assert firm.mails() == []
        firm.pass_time(seconds=ahead.total_seconds())
    assert sorted(written(firm)) == sorted(
        (letter.customer_id, letter.step, str(letter.total)) for letter in said.letters
    )
    for total in (8, 16, 20, 20):
        assert len(firm.mails()) == total
        firm.pass_days(3 if firm.world.clock.now().weekday() == 4 else 1)
    assert len(firm.asked()) == 1


def test_a_preview_stores_nothing_sends_nothing_and_asks_no_ledger(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, fill=old_book, dunning=RAMP)
    before, requests = counts(firm), len(firm.requests())
    assert first_day(firm).customers == 8
    assert counts(firm) == before
    assert len(firm.requests()) == requests
    assert firm.universe.rung == []


def test_whoever_has_a_later_morning_belongs_to_the_first_day_too(open_firm: Opens) -> None:
    honolulu = ("1 Quay Street", "Honolulu", "HI", "96801", "US")

    def fill(firm: Firm) -> None:
        firm.owe(firm.books.customer("Near"), "INV-1")
        firm.owe(customer_at(firm, "Far", honolulu), "INV-2")

    firm = open_firm("xero", fill=fill)
    firm.pass_time(hours=23)
    said = first_day(firm)
    assert [letter.name for letter in said.letters] == ["Near", "Far"]
    firm.switch(remind=Mode.AUTOPILOT)
    firm.pass_time(hours=1)
    assert len(firm.mails()) == 1, "it is four in Honolulu"
    firm.pass_time(hours=3, minutes=5)
    assert len(firm.mails()) == 2


def test_another_policy_is_another_first_day(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", fill=old_book)
    assert first_day(firm, DunningPolicy()).customers == 20
    late = DunningPolicy(steps=(Step(name="late", offset_days=35, tone=Tone.FINAL),))
    said = first_day(firm, late)
    assert 0 < said.customers < 10
    assert {letter.step for letter in said.letters} == {"late"}
    assert str(said.totals[0]).startswith("USD ")


def test_what_was_written_today_already_takes_its_part_of_the_ramp(open_firm: Opens) -> None:
    firm = open_firm("xero", fill=old_book, dunning=RAMP, modes={"remind": Mode.AUTOPILOT})
    firm.settle()
    assert len(firm.mails()) == 8
    said = first_day(firm, DunningPolicy(ramp_per_day=10))
    assert (said.customers, said.rest_waits) == (2, 10)


def test_whoever_is_paused_is_not_counted(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", fill=old_book, dunning=RAMP)
    with firm.deps.reading() as tx:
        everybody = agenda.everybody(tx, firm.connection_id)
    for customer in everybody[:5]:
        answers.pause(firm.deps, firm.connection_id, by="ann", reason="wait", customer_id=customer)
    assert first_day(firm).due < 20


def test_what_waits_for_a_person_is_not_counted_once_more(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", fill=old_book, modes={"remind": Mode.COPILOT})
    firm.settle()
    assert len(firm.asked()) == 21
    assert first_day(firm, DunningPolicy()).customers == 0


def test_the_dates_are_those_of_the_messages_that_are_sent(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-20)
    firm.settle()
    with firm.deps.reading() as tx:
        invoice = preview.newest_invoice(tx, firm.connection_id)
    assert invoice is not None
    assert invoice.due is not None
    zone = firm.connection.time_zone
    said = preview.dates(DunningPolicy(), invoice.due, zone, issued=invoice.issued)
    firm.pass_days(60)
    with firm.deps.reading() as tx:
        sent = messages.sent(tx, firm.connection_id)
    assert [(s.step, s.sent_at.date()) for s in reversed(sent)] == [
        (step, at.date()) for step, at in said
    ]


def test_dates_are_local_moments_of_business_hours_and_leave_out_what_has_no_day() -> None:
    due = date(2026, 3, 6)
    said = preview.dates(DunningPolicy(), due, "Europe/Paris")
    assert [(step, f"{at:%a %Y-%m-%d %H:%M %Z}") for step, at in said] == [
        ("upcoming", "Mon 2026-03-02 09:00 CET"), ("friendly", "Mon 2026-03-09 09:00 CET"),
        ("reminder", "Mon 2026-03-16 09:00 CET"), ("direct", "Mon 2026-03-23 09:00 CET"),
        ("final", "Mon 2026-03-30 09:00 CEST"),
    ]  # fmt: skip
    late = preview.dates(DunningPolicy(), due, "Europe/Paris", issued=date(2026, 3, 4))
    assert [step for step, _ in late] == [step.name for step in STEPS[1:]]


def test_what_a_person_decides_has_its_day_and_hides_nothing_after_it() -> None:
    said = preview.dates(shipped.policy("services"), date(2026, 3, 6), "America/New_York")
    assert [(step, at.date()) for step, at in said[-4:]] == [
        ("call", date(2026, 3, 30)), ("final", date(2026, 4, 6)),
        ("demand letter", date(2026, 4, 20)), ("referral", date(2026, 5, 20)),
    ]  # fmt: skip


def test_limits_on_amounts_do_not_hide_the_dates() -> None:
    limited = DunningPolicy.model_validate({"minimum": {"USD": "500"}})
    assert preview.dates(limited, date(2026, 3, 6), "UTC") == preview.dates(
        DunningPolicy(), date(2026, 3, 6), "UTC"
    )


def test_the_newest_invoice_is_found_without_reading_them_all(both: Deps) -> None:
    company, first = connect(both), date(2026, 1, 1)
    days = [first + timedelta(days=number) for number in range(preview.DUE_LAST_MAX + 20)]
    made = [
        invoice(f"i{day}", issued=day, due=day + timedelta(days=30), customer_id="c1")
        for day in days
    ]
    mistyped = invoice("typo", issued=first, due=date(2062, 1, 1))
    undated = invoice("undated", issued=date(2027, 1, 1), due=None)
    paid = invoice("paid", issued=date(2027, 1, 1), due=date(2027, 2, 1), left="0")
    with both.writing() as tx:
        mirror.store(tx, company, [*made, mistyped, undated, paid], read_at=both.now())
        of_old = mirror.mirror_table.c.due < days[20] + timedelta(days=30)
        table = sa.update(mirror.mirror_table)
        tx.execute(
            table.where(mirror.mirror_table.c.connection_id == company, of_old).values(body="?")
        )
    with both.reading() as tx:
        assert preview.newest_invoice(tx, company) == made[-1]


def test_an_unknown_time_zone_is_named() -> None:
    with pytest.raises(ValueError, match="'Mars' is no time zone"):
        preview.dates(DunningPolicy(), date(2026, 3, 6), "Mars")
