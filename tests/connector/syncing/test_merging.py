"""Customers that were merged: what was agreed and said before holds for the one that lives on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector import audit
from connector.answering import answers
from connector.commitments import disputing, payment_plans, promises
from connector.correspondence import messages
from connector.decided import holds
from connector.deps import Deps
from connector.evidence import aliases
from connector.recipients import consents, contacts
from connector.rule_changes import allowing, own_rules
from connector.rules.modes import Mode
from connector.rules.policy import Policy
from connector.syncing import merging
from dunning.customer.account import Promise
from dunning.customer.channels import Channel
from dunning.deciding.instalments import Instalment
from providers.money import Money
from tests.connector.answering.test_orders_made import ordered, told
from tests.connector.by_post import customer_at
from tests.connector.charging import Opens
from tests.connector.firm import Firm
from tests.connector.office import connect
from tests.connector.remembered import JANE, OTHER, company, everything

OWED = Money.of("100.00", "USD")


def promised(firm: Firm, customer: str, invoice: str) -> None:
    on = firm.today + timedelta(days=20)
    with firm.deps.writing() as tx:
        promises.add(
            tx, firm.connection_id, customer, Promise((invoice,), OWED, on, firm.today, OWED),
            source="person", words="", by="ann", at=firm.deps.now(),
        )  # fmt: skip


def planned(firm: Firm, _customer: str, invoice: str) -> None:
    half = Money.of("50.00", "USD")
    parts = [Instalment(firm.today + timedelta(days=days), half) for days in (30, 60)]
    with firm.deps.writing() as tx:
        about = disputing.invoice_of(tx, firm.connection_id, invoice)
        payment_plans.agree(
            tx, firm.connection, [about], parts, words="", by="ann", at=firm.deps.now()
        )


def paused(firm: Firm, customer: str, _invoice: str) -> None:
    answers.pause(
        firm.deps, firm.connection_id, by="ann", reason="a lawyer talks to them",
        customer_id=customer,
    )  # fmt: skip


def answered(firm: Firm, customer: str, _invoice: str) -> None:
    with firm.deps.writing() as tx:
        holds.set_hold(
            tx, firm.connection_id, customer_id=customer, kind=holds.REPLY, by="ledgerhand",
            reason="an answer that nobody has read", at=firm.deps.now(),
        )  # fmt: skip


def left_to_people(firm: Firm, customer: str, _invoice: str) -> None:
    own_rules.keep_for_people(firm.deps, firm.connection, customer, "a friend", by="ann")


def in_a_segment(firm: Firm, customer: str, _invoice: str) -> None:
    key = {"name": "key", "when": {"customers": [customer]}, "change": {"with_a_person": "large"}}
    rules = Policy.model_validate({"dunning": {"segments": [key]}})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")


@pytest.mark.parametrize("agree", [
    promised, planned, paused, answered, left_to_people, in_a_segment,
])  # fmt: skip
def test_nobody_is_reminded_of_what_was_agreed_before_the_merge(
    open_firm: Opens, ledger: str, agree: Callable[[Firm, str, str], None]
) -> None:
    firm = open_firm(ledger)
    ash, oak = firm.books.customer("Ash"), firm.books.customer("Oak")
    invoice = firm.owe(ash, "INV-1", "100.00", late_days=4)
    firm.settle()
    agree(firm, ash, invoice)
    firm.switch(remind=Mode.AUTOPILOT)
    firm.pass_time(minutes=20)
    assert firm.mails() == []
    firm.merge(ash, oak)
    firm.sweep()
    firm.pass_days(2)
    assert firm.mails() == []
    (told,) = firm.log("customer.merged")
    assert (told.about, told.what["gone"]) == (f"customer:{oak}", ash)


def test_steps_taken_before_a_merge_are_not_decided_on_again(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.AUTOPILOT})
    ash, oak = firm.books.customer("Ash"), firm.books.customer("Oak")
    invoice = firm.owe(ash, "INV-1", "100.00", late_days=4)
    firm.sweep()
    assert len(firm.mails()) == 1
    firm.merge(ash, oak)
    firm.sweep()
    decided = len(firm.log("remind.decided"))
    for _ in range(10):
        firm.pass_time(minutes=2)
    assert len(firm.log("remind.decided")) == decided
    with firm.deps.reading() as tx:
        (steps,) = messages.asked(tx, firm.connection_id, [oak]).values()
    assert [one.invoice_id for one in steps] == [invoice]
    firm.pass_days(12)
    assert len(firm.mails()) == 2


def test_a_question_about_the_customer_that_is_gone_lapses(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.COPILOT})
    ash, oak = firm.books.customer("Ash"), firm.books.customer("Oak")
    firm.owe(ash, "INV-1", "100.00", late_days=4)
    firm.sweep()
    assert [one.subject for one in firm.asked()] == [f"customer:{ash}/USD"]
    firm.merge(ash, oak)
    firm.sweep()
    assert [one.subject for one in firm.asked()] == [f"customer:{oak}/USD"]


def test_nothing_that_names_a_customer_stays_behind(both: Deps) -> None:
    connection_id = company(both)
    before = everything(both)
    with both.writing() as tx:
        merging.follow(tx, connection_id, JANE.customer_id, OTHER.customer_id, now=both.now())
    after = everything(both)
    named = [name for name, rows in before.items() if any("customer_id" in row for row in rows)]
    assert len(set(named) - merging.STAY) > 10
    for name in set(named) - merging.STAY:
        assert {row["customer_id"] for row in after[name]} <= {OTHER.customer_id, ""}, name
        assert len(after[name]) == len(before[name])
    with both.reading() as tx:
        known = contacts.of_customers(tx, connection_id, [OTHER.customer_id])
        assert len(known[OTHER.customer_id]) == 2
        assert consents.given(tx, connection_id, Channel.TEXT, JANE.phone, OTHER.customer_id)
        assert list(audit.broken_links(tx)) == []


def test_what_both_customers_have_is_not_had_twice(both: Deps) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        for customer_id in ("c1", "c2"):
            aliases.observe(
                tx, connection_id, payer="The Parent", account=f"A-{customer_id}",
                customer_id=customer_id, subject=f"bank:{customer_id}", at=both.now(),
            )  # fmt: skip
        merging.follow(tx, connection_id, "c1", "c2", now=both.now())
    with both.reading() as tx:
        found = aliases.listed(tx, connection_id, tuple(aliases.State))
    assert sorted((one.name, one.customer_id) for one in found) == [
        ("A-c1", "c2"), ("A-c2", "c2"), ("parent", "c1"), ("parent", "c2"),
    ]  # fmt: skip


@pytest.mark.either_ledger
def test_what_an_order_came_to_is_told_no_longer_of_who_is_gone(
    open_firm: Opens, ledger: str
) -> None:
    firm, gone, owed = ordered(open_firm, ledger)
    firm.books.pay_by_hand(gone, owed, Decimal("250.00"), firm.today)
    firm.sweep()
    firm.pass_days(1)
    assert len(told(firm)) == 1
    firm.merge(gone, customer_at(firm, "Birch"))
    firm.sweep()
    firm.pass_days(1)
    assert told(firm) == []
