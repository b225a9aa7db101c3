"""A client's own system is told of each change once, and signed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from connector.commitments import promises
from connector.mirroring import mirror
from connector.notifications import hooks
from connector.rules.modes import Mode
from dunning.customer.account import Promise
from providers.money import Money
from providers.standard_webhooks import signing
from tests.connector.firm import Firm
from tests.connector.hooked import (
    CLIENT,
    REMIND,
    deliveries,
    endpoints,
    firm,
    named,
    pause,
    published_rule,
    resume,
    system,
)
from tests.connector.listener import Listener
from tests.connector.notified import Opens, at_once

pytestmark = pytest.mark.either_ledger

__all__ = ["firm", "system"]


def test_no_system_is_told_anything_before_one_is_named(firm: Firm, system: Listener) -> None:
    firm.owe(firm.books.customer("Birch"), "INV-2", late_days=9)
    firm.pass_days(2)
    assert deliveries(firm) == []
    assert system.heard == []


def test_where_each_customer_stands_is_told_at_once(firm: Firm, system: Listener) -> None:
    firm.books.customer("Owes Nothing")
    firm.pass_time(minutes=20)
    named(firm, system)
    (heard,) = system.heard
    told = dict(heard.data)
    link = told.pop("link")
    assert link == f"http://ledgerhand.test/connections/1/customers/{told.pop('customer_id')}"
    assert told == {
        "name": "Ash",
        "company": {"id": 1, "name": firm.connection.name, "ledger": firm.ledger},
        "accounts": [{
            "currency": "USD", "overdue": "120.00", "oldest_due": "2026-02-26", "stage": "",
            "promise": None, "disputed": "0.00", "payment_plan": "",
        }],
        "hold": "", "next_step_on": None, "change": 1,
    }  # fmt: skip
    assert heard.headers["content-type"] == "application/json"


def test_it_is_signed_by_the_published_rule(firm: Firm, system: Listener) -> None:
    secret = named(firm, system)
    (heard,) = system.heard
    assert heard.headers["webhook-signature"] == published_rule(heard, secret)
    assert signing.is_genuine(heard.raw, heard.headers, secret, now=firm.deps.now())
    assert not signing.is_genuine(heard.raw + b" ", heard.headers, secret, now=firm.deps.now())
    assert heard.headers["webhook-id"].startswith("msg_")


def test_while_a_secret_is_changed_both_sign_and_after_a_day_the_new_one_alone(
    firm: Firm, system: Listener
) -> None:
    before = named(firm, system)
    (endpoint,) = endpoints(firm)
    after = hooks.renew_secret(firm.deps, CLIENT, endpoint.id, by="ann")
    assert after != before
    pause(firm)
    both = system.heard[-1]
    assert both.headers["webhook-signature"].split() == [
        published_rule(both, after), published_rule(both, before),
    ]  # fmt: skip
    firm.pass_time(hours=25)
    resume(firm)
    assert system.heard[-1].headers["webhook-signature"] == published_rule(system.heard[-1], after)


def test_each_change_is_told_once_and_the_same_state_never_twice(
    open_firm: Opens, ledger: str, system: Listener
) -> None:
    firm = open_firm(ledger, modes=REMIND)
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1", "120.00", late_days=1)
    firm.sweep()
    named(firm, system)
    assert system.by_name()["Ash"]["accounts"][0]["stage"] == ""
    firm.pass_days(2)
    firm.pass_time(minutes=20)
    stages = [one.data["accounts"][0]["stage"] for one in system.heard]
    assert stages == ["", "friendly"]
    for _ in range(4):
        firm.sweep()
    firm.restart()
    firm.pass_time(hours=1)
    assert len(system.heard) == 2
    assert [one.data["change"] for one in system.heard] == [1, 2]


def test_what_falls_due_overnight_is_told_on_the_next_day(firm: Firm, system: Listener) -> None:
    firm.owe(firm.books.customer("Birch"), "INV-2", "90.00", late_days=0)
    firm.sweep()
    named(firm, system)
    assert "Birch" not in system.by_name()
    firm.pass_time(hours=14)
    assert "Birch" not in system.by_name()
    firm.pass_time(hours=2)
    (account,) = system.by_name()["Birch"]["accounts"]
    assert (account["overdue"], account["oldest_due"]) == ("90.00", "2026-03-02")


def test_promises_holds_and_payment_are_changes(firm: Firm, system: Listener) -> None:
    named(firm, system)
    customer = system.by_name()["Ash"]["customer_id"]
    with firm.deps.writing() as tx:
        (invoice,) = mirror.of_customers(tx, firm.connection_id, [customer])
        owed = Money.of("120.00", "USD")
        promises.add(
            tx, firm.connection_id, customer,
            Promise((invoice.id,), owed, date(2026, 3, 9), date(2026, 3, 2), owed),
            source="person", words="", by="ann", at=firm.deps.now(),
        )  # fmt: skip
    firm.pass_time(minutes=1)
    assert system.by_name()["Ash"]["accounts"][0]["promise"] == {
        "amount": "120.00", "on": "2026-03-09", "state": "open",
    }  # fmt: skip
    pause(firm, customer)
    assert system.by_name()["Ash"]["hold"] == "paused: they asked us to"
    resume(firm, customer)
    firm.switch(cash=Mode.AUTOPILOT)
    firm.pay(customer, "120.00", "INV-1")
    firm.sweep()
    account = system.by_name()["Ash"]["accounts"][0]
    assert (account["overdue"], account["promise"]["state"]) == ("0.00", "kept")
    changes = [one.data["change"] for one in system.heard]
    assert changes == sorted(set(changes))


def test_two_workers_tell_a_change_once(firm: Firm, system: Listener) -> None:
    named(firm, system)
    firm.owe(firm.books.customer("Birch"), "INV-2", late_days=9)
    firm.world.clock.advance(timedelta(minutes=20))
    at_once(firm, "sync", "decide", "deliver")
    names = [one.data["name"] for one in system.heard]
    assert sorted(names) == ["Ash", "Birch"]
