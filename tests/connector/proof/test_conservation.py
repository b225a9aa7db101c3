"""The report of where all money is: it adds up by evidence, and each way to lose some is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from connector.mirroring.mirror import mirror_table
from connector.money.cash import BANK, Standing, cash_table
from connector.outgoing.intents import Step, intent_table
from connector.proof import conservation
from connector.proof.conservation import Receipt
from connector.rules.modes import Mode
from providers.ledger import ApplyUnapplied, RecordPayment
from tests.connector.firm import Firm
from tests.connector.writing_back.test_applying import (
    banked,
    cash_intents,
    conserved,
    settle_by,
    two_customers,
    usd,
)

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.COPILOT})


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


@pytest.mark.either_ledger
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


@pytest.mark.either_ledger
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


@pytest.mark.either_ledger
def test_money_that_is_in_no_list_any_more_is_named(firm: Firm) -> None:
    money = on_account(firm)
    kind, _, id_ = money.partition(":")
    c = cash_table.c
    gone = sa.delete(cash_table).where(
        c.connection_id == firm.connection_id, c.kind == kind, c.id == id_
    )
    (unlisted,) = broken(firm, gone)
    assert (unlisted.subject, unlisted.missing) == (money, usd("-100"))


@pytest.mark.either_ledger
def test_what_people_place_in_the_ledger_is_counted_from_its_record(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "70.00")
    money = firm.pay(customer, "100.00", "thank you")
    firm.pass_time(minutes=20)
    firm.match_by_hand(money, invoice, "70.00")
    firm.pass_time(minutes=20)
    line = conserved(firm)
    assert (line.parts.placed_by_others, line.parts.unapplied) == (usd("70"), usd("30"))
    (item,) = firm.all_money()
    (removed,) = broken(firm, mirrored(firm, item.subject, without_allocations))
    assert (removed.subject, removed.missing) == (item.subject, usd("70"))


@pytest.mark.either_ledger
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
