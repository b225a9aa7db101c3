"""A fault of ours about one customer is put before a person; it stops nobody else."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, MutableMapping
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from structlog.testing import capture_logs

from connector import agenda
from connector.answering import answers
from connector.clients import sweeps
from connector.commitments import promises
from connector.lease import LeaseLost, held, lease_table
from connector.mirroring import mirror
from connector.next_step import collecting
from connector.recipients.contacts import contact_table
from connector.rule_changes import preview
from connector.rules import policy
from connector.rules.modes import Mode
from dunning.customer.account import Promise
from providers.money import Money
from tests.connector.collecting.reading import Opens, steps
from tests.connector.faulty import make_unreadable
from tests.connector.firm import Firm

EVER = date(9999, 12, 31)
FAILED = "Ledgerhand could not decide on this customer by a fault of its own"


def ash_and_birch(firm: Firm) -> tuple[str, str]:
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    firm.owe(ash, "INV-1", late_days=2)
    firm.owe(birch, "INV-2", late_days=2)
    firm.sweep()
    return ash, birch


def promised_for_ever(firm: Firm, customer: str) -> None:
    """A day that no page takes: nothing can be reckoned from it."""
    with firm.deps.writing() as tx:
        (invoice,) = mirror.of_customers(tx, firm.connection_id, [customer])
        said = Promise((invoice.id,), usd(100), EVER, firm.today, usd(100))
        promises.add(
            tx, firm.connection_id, customer, said, source="person", words="", by="ann",
            at=firm.deps.now(),
        )  # fmt: skip


def asks_by_an_unknown_way(firm: Firm, customer: str) -> None:
    make_unreadable(firm.deps, firm.connection_id, customer)


def mended(firm: Firm) -> None:
    with firm.deps.writing() as tx:
        for table in (promises.promise_table, contact_table):
            tx.execute(sa.delete(table).where(table.c.connection_id == firm.connection_id))
    firm.pass_time(minutes=20)


def usd(amount: int) -> Money:
    return Money.of(amount, "USD")


FAULTS: list[Callable[[Firm, str], None]] = [promised_for_ever, asks_by_an_unknown_way]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: it.__name__)
@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.OFF])
def test_one_customer_that_cannot_be_decided_on_stops_no_other(
    open_firm: Opens, mode: Mode, fault: Callable[[Firm, str], None]
) -> None:
    firm = open_firm("quickbooks", modes={"remind": mode})
    ash, birch = ash_and_birch(firm)
    fault(firm, ash)
    firm.pass_days(2)
    (asked,) = firm.asked()
    assert asked.subject == f"fault:{ash}"
    assert asked.summary.startswith(f"Ash: {FAILED}")
    assert FAILED in firm.plan()[ash].reason
    assert FAILED not in firm.plan()[birch].reason
    assert [step for step, _ in steps(firm)] == (["friendly"] if mode is Mode.AUTOPILOT else [])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda it: it.__name__)
def test_it_is_tried_again_and_asked_about_once(
    one_firm: Firm, fault: Callable[[Firm, str], None]
) -> None:
    ash, _ = ash_and_birch(one_firm)
    fault(one_firm, ash)
    one_firm.pass_days(2)
    (asked,) = one_firm.asked()
    for _ in range(8):
        one_firm.pass_time(minutes=20)
    assert [it.id for it in one_firm.asked()] == [asked.id]

    mended(one_firm)
    assert one_firm.asked() == []
    assert sorted(to for _, to in steps(one_firm)) == ["pay@ash.example", "pay@birch.example"]


def test_who_said_that_they_saw_it_is_not_asked_the_same_again_on_that_day(one_firm: Firm) -> None:
    ash, _ = ash_and_birch(one_firm)
    promised_for_ever(one_firm, ash)
    one_firm.pass_days(2)
    (asked,) = one_firm.asked()
    answers.reject(one_firm.deps, asked.id, "ann")
    one_firm.pass_time(hours=3)
    assert one_firm.asked() == []
    one_firm.pass_days(2)
    assert [it.subject for it in one_firm.asked()] == [f"fault:{ash}"]


def test_what_reminders_would_do_is_told_all_the_same(one_firm: Firm) -> None:
    ash, _ = ash_and_birch(one_firm)
    promised_for_ever(one_firm, ash)
    with one_firm.deps.reading() as tx:
        rules = policy.current(tx, one_firm.connection.client_id).policy.dunning
    one_firm.pass_time(days=1)
    day = preview.first_day(one_firm.deps, one_firm.connection, rules)
    assert [(it.customer_id, FAILED in it.reason) for it in day.asks] == [(ash, True)]


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What is logged as an error, or worse."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with capture_logs() as entries:
        yield entries
    structlog.configure(**before)


def test_the_log_tells_where_it_failed_and_nothing_of_the_customer(
    one_firm: Firm, logged: list[MutableMapping[str, Any]]
) -> None:
    ash, _ = ash_and_birch(one_firm)
    asks_by_an_unknown_way(one_firm, ash)
    one_firm.pass_time(minutes=20)
    told = next(entry for entry in logged if entry["event"] == "a fault in one account")
    assert (told["customer_id"], told["fault"]) == (ash, "ValueError")
    assert any("contacts.py" in line for line in told["at"])
    assert not any(word in str(logged) for word in ("Ash", "ash.example", "pigeon", "INV-1"))


def test_a_database_that_fails_stops_the_round(one_firm: Firm) -> None:
    ash_and_birch(one_firm)
    before = one_firm.plan()
    with one_firm.deps.writing() as tx:
        tx.exec_driver_sql("DROP TABLE contact")
        agenda.mark_all(tx, one_firm.connection_id)
    with held(one_firm.deps, "decide", one_firm.connection_id) as fence:
        assert fence is not None
        with pytest.raises(sa.exc.OperationalError):
            collecting.run(one_firm.deps, one_firm.connection, fence)
    after = one_firm.plan()
    assert one_firm.asked() == []
    assert {id_: it.reason for id_, it in after.items()} == {
        id_: it.reason for id_, it in before.items()
    }


def test_a_lease_that_was_lost_stops_the_round(one_firm: Firm) -> None:
    ash, _ = ash_and_birch(one_firm)
    promised_for_ever(one_firm, ash)
    with one_firm.deps.writing() as tx:
        agenda.mark_all(tx, one_firm.connection_id)
    with held(one_firm.deps, "decide", one_firm.connection_id) as fence:
        assert fence is not None
        with one_firm.deps.writing() as tx:
            tx.execute(sa.update(lease_table).values(fence=fence.number + 1))
        with pytest.raises(LeaseLost):
            collecting.run(one_firm.deps, one_firm.connection, fence)
    assert one_firm.asked() == []


FEES = {
    "late_fees": {"percent": "1.5", "consumers": True}, "billing": {"accounts": {"": "1"}},
}  # fmt: skip


def test_the_others_fees_are_drafted_and_the_night_goes_on(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"remind": Mode.AUTOPILOT}, dunning=FEES)
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    asks_by_an_unknown_way(firm, ash)
    firm.owe(ash, "INV-1", late_days=40)
    firm.owe(birch, "INV-2", late_days=40)
    firm.sweep()
    firm.pass_days(2)
    fees = [it.summary for it in firm.asked() if it.subject.startswith("charge:")]
    assert len(fees) == 1
    assert "INV-2" in fees[0]
    with firm.deps.reading() as tx:
        progress = sweeps.progress(tx, firm.connection_id)
    assert progress.charged_at is not None
