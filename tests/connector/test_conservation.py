"""The report of where all money is: it adds up by evidence, and each way to lose some is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from connector import (
    answers,
    approvals,
    cash,
    conservation,
    decisions,
    digest,
    discrepancies,
    doctor,
    proving,
)
from connector.answers import CannotAnswer
from connector.cash import BANK, Standing, cash_table
from connector.conservation import Receipt
from connector.effects import SendNotice
from connector.intents import Step, intent_table
from connector.mirror import mirror_table
from connector.modes import Mode
from connector.proving import CannotExplain
from providers.ledger import ApplyUnapplied, RecordPayment
from tests.connector.firm import Firm
from tests.connector.notified import open_notified
from tests.connector.test_applying import (
    banked,
    cash_intents,
    conserved,
    settle_by,
    two_customers,
    usd,
)
from tests.connector.test_placing import match_by_hand

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_notified(open_firm, ledger, modes={"cash": Mode.COPILOT})


def broken(firm: Firm, *changes: Any) -> list[Receipt]:
    """What the report names once the database is changed by hand; nothing of it is kept."""
    with firm.deps.engine.connect() as tx:
        for change in changes:
            assert tx.execute(change).rowcount == 1
        lines = conservation.conservation(tx, firm.connection_id)
        tx.rollback()
    return [receipt for line in lines for receipt in line.broken]


def left(firm: Firm, subject: str, minor: int) -> Any:
    kind, _, id_ = subject.partition(":")
    c = cash_table.c
    here = (c.connection_id == firm.connection_id, c.kind == kind, c.id == id_)
    return sa.update(cash_table).where(*here).values(left_minor=minor)


def twice(firm: Firm, effect: type) -> Any:
    """The same intent confirmed once more."""
    t = intent_table.c
    done = next(it for it in cash_intents(firm) if isinstance(it.effect, effect))
    names = [column.name for column in t if column.name not in ("id", "key")]
    row = sa.select(sa.literal("again"), *(t[name] for name in names)).where(
        t.connection_id == firm.connection_id, t.id == done.id
    )
    return sa.insert(intent_table).from_select(["key", *names], row)


def mirrored(firm: Firm, place: str, change: Callable[[dict[str, Any]], None]) -> Any:
    """The mirror's record of some money, changed."""
    kind, _, id_ = place.partition(":")
    m = mirror_table.c
    here = (m.connection_id == firm.connection_id, m.kind == kind, m.id == id_)
    with firm.deps.reading() as tx:
        body = json.loads(tx.execute(sa.select(m.body).where(*here)).scalar_one())
    change(body)
    return sa.update(mirror_table).where(*here).values(body=json.dumps(body))


def without_allocations(body: dict[str, Any]) -> None:
    body["allocations"] = []


def on_account(firm: Firm) -> str:
    """120.00 of which 100.00 is applied by us; returns what it is called."""
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    firm.pay(customer, "120.00", "thank you")
    firm.pass_time(minutes=20)
    (item,) = firm.all_money()
    settle_by(firm, item, (invoice, "100"))
    return item.subject


def test_money_lost_from_a_bank_line_is_named(firm: Firm) -> None:
    banked(firm, "100.00")
    assert broken(firm) == []
    (lost,) = broken(firm, left(firm, "bank:main:b1", 40_00))
    assert (lost.subject, lost.missing) == ("bank:main:b1", usd("60"))
    assert "USD 60.00 is missing" in lost.fault
    (made,) = broken(firm, left(firm, "bank:main:b1", 140_00))
    assert (made.subject, made.missing) == ("bank:main:b1", usd("-40"))
    assert "USD 40.00 is there twice" in made.fault


def test_what_became_of_a_bank_line_in_the_ledger_is_looked_for_there(firm: Firm) -> None:
    first, second = two_customers(firm)
    item = banked(firm, "170.00")
    settle_by(firm, item, (first, "100"), (second, "60"))
    assert conserved(firm).parts.unapplied == usd("10")
    assert broken(firm) == []
    (again,) = broken(firm, twice(firm, RecordPayment))
    assert (again.subject, again.missing.amount < 0) == ("bank:main:b1", True)
    (rest,) = [it for it in firm.all_money() if it.left]
    (short,) = broken(firm, left(firm, rest.subject, 4_00))
    assert (short.subject, short.missing) == ("bank:main:b1", usd("6"))
    place = short.places[0]
    (removed,) = broken(firm, mirrored(firm, place, without_allocations))
    assert removed.subject == "bank:main:b1"
    assert removed.missing == usd({"quickbooks": "100", "xero": "160"}[firm.ledger])
    assert f"{place}: " in removed.fault


def test_money_of_the_ledger_is_held_against_the_ledgers_own_record(firm: Firm) -> None:
    money = on_account(firm)
    line = conserved(firm)
    assert (line.parts.applied, line.parts.unapplied) == (usd("100"), usd("20"))
    found = {
        "less is left": broken(firm, left(firm, money, 5_00)),
        "more is left": broken(firm, left(firm, money, 30_00)),
        "applied twice": broken(firm, twice(firm, ApplyUnapplied)),
        "no allocation": broken(firm, mirrored(firm, money, without_allocations)),
    }
    assert {why: [it.subject for it in them] for why, them in found.items()} == {
        why: [money] for why in found
    }
    assert {why: them[0].missing for why, them in found.items()} == {
        "less is left": usd("15"), "more is left": usd("-10"),
        "applied twice": usd("-100"), "no allocation": usd("100"),
    }  # fmt: skip


def test_money_that_is_in_no_list_any_more_is_named(firm: Firm) -> None:
    money = on_account(firm)
    kind, _, id_ = money.partition(":")
    c = cash_table.c
    gone = sa.delete(cash_table).where(
        c.connection_id == firm.connection_id, c.kind == kind, c.id == id_
    )
    (unlisted,) = broken(firm, gone)
    assert (unlisted.subject, unlisted.missing) == (money, usd("-100"))


def test_what_people_place_in_the_ledger_is_counted_from_its_record(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "70.00")
    money = firm.pay(customer, "100.00", "thank you")
    firm.pass_time(minutes=20)
    match_by_hand(firm, money, invoice, "70.00")
    firm.pass_time(minutes=20)
    line = conserved(firm)
    assert (line.parts.placed_by_others, line.parts.unapplied) == (usd("70"), usd("30"))
    (item,) = firm.all_money()
    (removed,) = broken(firm, mirrored(firm, item.subject, without_allocations))
    assert (removed.subject, removed.missing) == (item.subject, usd("70"))


def test_a_bank_line_that_a_person_leaves_alone_waits_and_adds_up(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "100.00")
    firm.pass_time(minutes=20)
    assert conserved(firm).parts.waiting == usd("100")
    with firm.deps.writing() as tx:
        c = cash_table.c
        here = (c.connection_id == firm.connection_id, c.kind == BANK)
        tx.execute(sa.update(cash_table).where(*here).values(state=Standing.IGNORED))
    line = conserved(firm)
    assert (line.parts.waiting, line.parts.ignored) == (usd("0"), usd("100"))


def test_a_receipt_that_people_change_and_then_delete_waits_at_the_bank_again(
    open_firm: Opens,
) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    customer = firm.books.customer("Ash")
    first, second = firm.owe(customer, "INV-1"), firm.owe(customer, "INV-2", late_days=4)
    settle_by(firm, banked(firm, "100.00"), (first, "100"))
    (payment,) = firm.hand.find("Payment")
    firm.hand.update("Payment", {"Id": payment["Id"], "Line": []})
    firm.hand.apply_payment(payment["Id"], {second: usd("100").amount})
    firm.pass_time(minutes=20)
    line = conserved(firm)
    assert (line.parts.applied, line.parts.placed_by_others) == (usd("0"), usd("100"))
    firm.hand.delete("Payment", payment["Id"])
    firm.pass_time(minutes=20)
    firm.pass_days(1)
    assert [it.state for it in cash_intents(firm)] == [Step.REVERSED]
    assert conserved(firm).parts.waiting == usd("100")


def lose(firm: Firm, minor: int = 40_00, subject: str = "bank:main:b1") -> None:
    with firm.deps.writing() as tx:
        tx.execute(left(firm, subject, minor))


def notices_of(firm: Firm) -> list[str]:
    return [it.effect.text for it in firm.intents() if isinstance(it.effect, SendNotice)]


def test_what_does_not_add_up_is_told_held_and_said_to_be_over(firm: Firm) -> None:
    invoice = firm.owe(firm.books.customer("Ash"), "INV-1")
    banked(firm, "100.00")
    lose(firm)
    firm.pass_days(2)
    (told,) = notices_of(firm)
    assert "from Somebody: of USD 100.00, USD 60.00 is missing" in told
    assert discrepancies.NEXT in told
    assert firm.log("conservation.broken")
    with firm.deps.reading() as tx:
        digested = digest.of(tx, firm.deps.config, firm.connection, firm.today)
    (found,) = doctor_on_money(firm)
    assert "USD 60.00 is missing" in digested.blocked[0].text
    assert found.state == "broken"
    offered = [
        {"text": "INV-1", "allocations": [
            {"invoice_id": invoice, "amount": {"amount": "40", "currency": "USD"}, "id": ""},
        ]},
    ]  # fmt: skip
    ask(firm, "bank:main:b1", offered)
    (asked,) = firm.asked()
    with pytest.raises(CannotAnswer, match="this money does not add up"):
        answers.approve(firm.deps, asked.id, 0, "ann")
    assert cash_intents(firm) == []
    lose(firm, 100_00)
    assert proving.again(firm.deps, firm.connection_id) == []
    assert "is accounted for again" in notices_of(firm)[-1]
    assert [it.state for it in doctor_on_money(firm)] == ["fine"]
    assert firm.log(proving.ADDS_UP)


def test_an_explanation_holds_while_all_is_as_it_was(firm: Firm) -> None:
    banked(firm, "100.00")
    lose(firm)
    proving.again(firm.deps, firm.connection_id)
    explain = partial(proving.explain, firm.deps, firm.connection_id, "bank:main:b1", by="ann")
    with pytest.raises(CannotExplain, match="write why"):
        explain(reason=" ")
    explain(reason="a charge of the bank")
    with pytest.raises(CannotExplain):
        explain(reason="again")
    assert proving.again(firm.deps, firm.connection_id) == []
    assert len(notices_of(firm)) == 1
    lose(firm, 30_00)
    (left_over,) = proving.again(firm.deps, firm.connection_id)
    assert "USD 70.00 is missing" in left_over.fault
    assert len(notices_of(firm)) == 2


def test_what_a_list_left_out_is_read_by_itself_before_anybody_is_told(firm: Firm) -> None:
    money = on_account(firm)
    with firm.deps.writing() as tx:
        tx.execute(mirrored(firm, money, without_allocations))
    firm.pass_days(2)
    assert notices_of(firm) == []
    assert conserved(firm).parts.applied == usd("100")


def test_money_that_does_not_add_up_is_not_applied_by_itself(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", "40.00")
    firm.pass_time(minutes=20)
    firm.bank("b1", "100.00", "INV-1")
    lose(firm)
    proving.again(firm.deps, firm.connection_id)
    firm.switch(cash=Mode.AUTOPILOT)
    firm.settle()
    firm.sweep()
    assert cash_intents(firm) == []
    (asked,) = firm.asked()
    assert "this money does not add up" in asked.summary


def doctor_on_money(firm: Firm) -> list[doctor.Finding]:
    return [it for it in doctor.examine(firm.deps) if it.part == "money"]


def ask(firm: Firm, subject: str, options: list[dict[str, Any]]) -> None:
    """What was asked before it was found that the money does not add up."""
    with firm.deps.writing() as tx:
        decision_id = decisions.record(
            tx, firm.connection_id, at=firm.deps.now(), capability="cash", subject=subject,
            mode="copilot", action="review", rule="none", policy_version=0, inputs={}, outcome={},
        )  # fmt: skip
        approvals.lapse(tx, firm.connection_id, subject, at=firm.deps.now())
        approvals.ask(
            tx, firm.connection_id, decision_id=decision_id, capability="cash", subject=subject,
            summary="asked", options=options, at=firm.deps.now(),
        )  # fmt: skip
        item = firm.money(BANK, "main:b1")
        cash.stand(tx, firm.connection_id, item, Standing.REVIEW, at=firm.deps.now())
