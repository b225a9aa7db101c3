"""The firm's daily mails: what happened, and what is to come; each day once, whatever happens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from connector import audit
from connector.clients import tenants
from connector.clients.tenants import State
from connector.decided import decisions, holds
from connector.firm_news import notice_rounds, notices
from connector.firm_news.notices import Notice
from connector.mirroring import mirror
from connector.notifications import digest
from connector.outgoing.effects import SendNotice, SendReminder
from connector.rules.modes import Mode
from connector.undoing import undo
from providers.simulated.faults import Fault
from tests.connector.collecting.reading import Opens
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.notified import at_once, open_notified, switch_on, text, to_customers, told

pytestmark = pytest.mark.either_ledger
REMIND = {"remind": Mode.AUTOPILOT}
DIGEST = "what happened on"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """It is nine o'clock on a Monday in New York."""
    return open_notified(open_firm, ledger, modes=REMIND)


def owing(firm: Firm, name: str = "Ash", number: str = "INV-1", **how: Any) -> str:
    customer = firm.books.customer(name)
    firm.owe(customer, number, "120.00", **{"late_days": 4, **how})
    return customer


def rounds(firm: Firm) -> list[notice_rounds.Due]:
    later = firm.deps.now() + timedelta(days=2)
    with firm.deps.reading() as tx:
        return notice_rounds.due(tx, firm.connection_id, later)


def test_nobody_is_told_anything_before_it_is_switched_on(firm: Firm) -> None:
    owing(firm)
    firm.pass_days(4)
    assert len(to_customers(firm)) == 1
    assert told(firm) == []
    assert rounds(firm) == []


def test_the_day_is_told_in_the_morning_after_it_and_once(firm: Firm) -> None:
    owing(firm)
    switch_on(firm, daily_digest=True)
    firm.pass_time(hours=20)
    assert told(firm) == []
    firm.pass_time(hours=3)
    (mail,) = told(firm)
    assert f"{DIGEST} 02 March 2026" in mail["subject"]
    assert "Ash: Sent the friendly message about USD 120.00: invoice INV-1" in text(mail)
    assert re.search(r"http://ledgerhand\.test/why/\d+\n", text(mail))
    firm.pass_time(hours=1)
    firm.restart()
    firm.pass_time(hours=1)
    assert len(told(firm)) == 1


def test_a_digest_is_sent_once_by_two_workers_and_by_a_clock_that_was_moved(firm: Firm) -> None:
    owing(firm)
    switch_on(firm, daily_digest=True)
    firm.pass_time(hours=20)
    firm.world.clock.advance(timedelta(hours=3))
    at_once(firm, "decide", "deliver")
    assert len(told(firm)) == 1
    firm.world.clock.advance(-timedelta(hours=4))
    switch_on(firm, daily_digest=True, digest_hour=6)
    firm.pass_time(hours=1)
    firm.pass_time(hours=4)
    assert len(told(firm)) == 1


def test_who_dies_before_the_mail_went_out_sends_it_later_and_once(firm: Firm) -> None:
    owing(firm)
    switch_on(firm, daily_digest=True)
    firm.pass_time(hours=20)

    def die(point: str) -> None:
        if point == "handover.sending":
            raise KeyboardInterrupt

    alive = firm.deps
    firm.reached(die)
    with pytest.raises(KeyboardInterrupt):
        firm.pass_time(hours=3)
    firm.universe.deps = alive
    firm.pass_time(minutes=5)
    assert len([i for i in firm.intents() if isinstance(i.effect, SendNotice)]) == 1
    assert len(told(firm)) == 0  # it may have been handed over: a person looks, nobody repeats it


def test_a_day_without_anything_is_not_told(firm: Firm) -> None:
    switch_on(firm, daily_digest=True)
    firm.pass_days(3)
    assert told(firm) == []
    assert [one.kind for one in rounds(firm)] == ["digest"]


def test_of_the_days_on_which_nobody_worked_only_the_last_is_told(firm: Firm) -> None:
    owing(firm)
    switch_on(firm, daily_digest=True)
    firm.world.clock.advance(timedelta(days=4))
    owing(firm, "Birch", "INV-2")
    firm.settle()
    firm.pass_time(days=1)
    firm.pass_time(minutes=5)
    days = [mail["subject"][-13:] for mail in told(firm)]
    assert days == ["06 March 2026"]


def test_the_hour_is_that_of_the_clients_own_zone_on_the_day_the_clocks_change(
    firm: Firm,
) -> None:
    switch_on(firm, daily_digest=True, digest_hour=7)
    firm.pass_days(5)
    (one,) = rounds(firm)
    assert one.at.isoformat() == "2026-03-08T11:00:00+00:00"


def test_what_waits_what_failed_and_what_was_undone_have_their_lines(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_notified(open_firm, ledger, modes=AUTOPILOT)
    ash = owing(firm, late_days=-20)
    firm.owe(firm.books.customer("Birch"), "INV-2", "90.00", late_days=-20)
    firm.pass_time(minutes=20)
    firm.pay(ash, "120.00", "INV-1")
    firm.bank("line-1", "55.00", "no idea")
    firm.sweep()
    applied = next(
        i for i in firm.intents() if i.subject.startswith(("payment:", "overpayment:"))
    )  # fmt: skip
    switch_on(firm, daily_digest=True)
    undo.begin(firm.deps, firm.connection_id, money=applied.subject, by="ann")
    firm.pass_time(minutes=5)
    firm.pass_time(hours=23)
    (mail,) = told(firm)
    assert "Undone\n* Ash: Undid USD 120.00 to invoice INV-1" in text(mail)
    assert "Waiting for you\n* " in text(mail)
    assert "Done\n" in text(mail)
    assert "notes in the ledger" in text(mail)


def test_what_was_taken_out_of_the_ledger_is_told_however_busy_the_day_was(
    open_firm: Opens,
) -> None:
    firm = open_notified(open_firm, "quickbooks", modes={"cash": Mode.SHADOW})
    money = firm.pay(firm.books.customer("Ash"), "100.00", "thanks")
    firm.sweep()
    with firm.deps.writing() as tx:
        decision_id = decisions.record(
            tx, firm.connection_id, at=firm.deps.now(), capability="cash",
            subject=f"payment:{money}", mode=Mode.AUTOPILOT, action="apply", rule="exact",
            policy_version=0, inputs={}, outcome={},
        )  # fmt: skip
        audit.add(
            tx, firm.connection_id, at=firm.deps.now(), actor="ledger", about=f"payment:{money}",
            event="record_payment.reversed", decision_id=decision_id,
            reason="deleted in the ledger",
        )  # fmt: skip
        for _ in range(5_001):
            audit.add(tx, firm.connection_id, at=firm.deps.now(), actor="ann", event="looked")
    with firm.deps.reading() as tx:
        told_ = digest.of(tx, firm.deps.config, firm.connection, firm.today)
    assert [line.text for line in told_.undone] == ["USD 100.00 from Ash: deleted in the ledger"]


def test_who_paid_is_told_by_name(open_firm: Opens, ledger: str) -> None:
    firm = open_notified(open_firm, ledger, modes={"cash": Mode.AUTOPILOT})
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1")
    firm.sweep()
    firm.pay(customer, "70.00", "INV-1")
    firm.pass_time(minutes=2)
    switch_on(firm, daily_digest=True)
    firm.pass_time(hours=23)
    assert "* USD 70.00 from Ash, 'INV-1" in text(told(firm)[0])


def test_a_message_that_may_not_have_arrived_is_told(firm: Firm) -> None:
    firm.fail(Fault("timeout_after_commit", on=r"mail\.message\.send"))
    owing(firm)
    switch_on(firm, daily_digest=True)
    firm.pass_time(minutes=5)
    firm.fail()
    firm.pass_time(hours=23)
    assert "Could not be done\n* Ash: Send the friendly message" in text(told(firm)[0])


def test_a_company_that_must_be_reconnected_is_told_of_each_day(firm: Firm) -> None:
    switch_on(firm, daily_digest=True)
    with firm.deps.writing() as tx:
        tenants.set_state(tx, firm.connection_id, State.RECONNECT, "revoked")
    firm.pass_time(hours=23)
    firm.pass_time(hours=24)
    mails = told(firm, DIGEST)
    assert len(mails) == 2
    assert all("until somebody reconnects" in text(mail) for mail in mails)
    assert "/clients/1/connections" in text(mails[0])


def test_the_same_notice_is_intended_once(firm: Firm) -> None:
    notice = Notice("a subject", "a text", ("digest", "2026-03-01"))
    for _ in range(2):
        with firm.deps.writing() as tx:
            notices.tell_firm(tx, firm.connection, notice, at=firm.deps.now())
    firm.settle()
    assert len(told(firm)) == 1


def crowd(firm: Firm) -> None:
    """Twelve are due on Tuesday, of whom eight may be written to; one has paid, one is paused."""
    for number in range(12):
        owing(firm, f"Old{number}", f"INV-{number}", late_days=2)
    paid = owing(firm, "Paid", "INV-P", late_days=2)
    firm.pay(paid, "120.00", "")
    owing(firm, "Paused", "INV-H", late_days=2)
    owing(firm, "Later", "INV-L", late_days=-30)


@pytest.mark.parametrize("mode", [Mode.AUTOPILOT, Mode.COPILOT])
def test_what_is_forewarned_is_what_goes_out_on_the_next_day(
    open_firm: Opens, ledger: str, mode: Mode
) -> None:
    firm = open_notified(
        open_firm, ledger, fill=crowd, dunning={"ramp_per_day": 8}, modes={"remind": mode}
    )
    (paused,) = [c for c, item in firm.plan().items() if _name(firm, c) == "Paused"]
    with firm.deps.writing() as tx:
        holds.set_hold(tx, firm.connection_id, customer_id=paused, reason="r", by="ann",
                       at=firm.deps.now())  # fmt: skip
    switch_on(firm, forewarning=True)
    firm.pass_time(hours=8)
    (mail,) = told(firm)
    assert "8 messages on 03 March 2026" in mail["subject"]
    said = re.findall(r"^\* (\w+): friendly, by e-mail, USD 120.00$", text(mail), re.MULTILINE)
    assert len(said) == 8
    assert to_customers(firm) == []
    firm.pass_time(hours=15)
    for _ in range(8):
        firm.pass_time(hours=1)
    if mode is Mode.COPILOT:
        assert "These are put before you first" in text(mail)
        asked = [a.summary.partition(":")[0] for a in firm.asked() if a.options]
        assert sorted(asked) == sorted(said)
    else:
        sent = [
            _name(firm, i.effect.customer_id)
            for i in firm.intents()
            if isinstance(i.effect, SendReminder)
        ]
        assert sorted(sent) == sorted(said)
        assert len(to_customers(firm)) == 8


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.SHADOW])
def test_where_no_message_goes_out_none_is_forewarned(
    open_firm: Opens, ledger: str, mode: Mode
) -> None:
    firm = open_notified(open_firm, ledger, fill=crowd, modes={"remind": mode})
    switch_on(firm, forewarning=True)
    firm.pass_time(hours=8)
    assert told(firm) == []


def test_a_forewarning_that_comes_too_late_is_left_out(open_firm: Opens) -> None:
    firm = open_notified(open_firm, "xero", fill=crowd, modes=REMIND)
    switch_on(firm, forewarning=True)
    firm.world.clock.advance(timedelta(hours=16))
    firm.settle()
    assert told(firm) == []


def test_what_is_switched_off_again_is_sent_no_more(firm: Firm) -> None:
    owing(firm)
    switch_on(firm, daily_digest=True)
    switch_on(firm)
    firm.pass_days(2)
    assert told(firm) == []


def _name(firm: Firm, customer_id: str) -> str:
    with firm.deps.reading() as tx:
        return mirror.names(tx, firm.connection_id, [customer_id])[customer_id]
