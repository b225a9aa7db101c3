"""Money of which nothing is to be applied: a person says why, and takes it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.cash import BANK, Standing
from connector.money.set_aside import As, CannotSetAside
from connector.proof import conservation
from connector.proof.conservation import Conservation
from connector.rules.modes import Mode
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
LINE = "bank:main:b1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.COPILOT})


def refund(firm: Firm) -> None:
    firm.bank("b1", "500.00", "TAX REFUND 2025", payer="IRS TREAS 310")
    firm.settle()
    firm.sweep()


def total(firm: Firm) -> Conservation:
    with firm.deps.reading() as tx:
        (line,) = conservation.conservation(tx, firm.connection_id)
    assert line.faults == ()
    return line


def put(firm: Firm, as_: As = As.NO_CUSTOMER, reason: str = "tax office") -> None:
    set_aside.by_person(firm.deps, firm.connection_id, LINE, as_, reason=reason, by="ann")


@pytest.mark.either_ledger
def test_in_copilot_a_refund_of_taxes_is_set_aside_by_one_answer(firm: Firm) -> None:
    refund(firm)
    (asked,) = firm.asked()
    assert [it["text"] for it in asked.options] == ["set it aside: no customer sent it"]
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    firm.pass_days(1)
    assert firm.money(BANK, "main:b1").state is Standing.IGNORED
    assert str(total(firm).parts.ignored) == "USD 500.00"
    assert firm.asked() == []
    (entry,) = firm.log("cash.set_aside")
    assert (entry.actor, entry.about) == ("ann", LINE)


@pytest.mark.either_ledger
def test_what_was_turned_down_is_set_aside_later_and_brought_back(firm: Firm) -> None:
    refund(firm)
    answers.reject(firm.deps, firm.asked()[0].id, "ann")
    firm.settle()
    put(firm)
    assert firm.money(BANK, "main:b1").state is Standing.IGNORED
    set_aside.take_back(firm.deps, firm.connection_id, LINE, reason="a mistake", by="ann")
    firm.settle()
    firm.switch(cash=Mode.AUTOPILOT)
    firm.sweep()
    item = firm.money(BANK, "main:b1")
    assert (item.state, str(item.left)) == (Standing.REVIEW, "USD 500.00")
    with firm.deps.reading() as tx:
        (before,) = set_aside.history(tx, firm.connection_id, LINE)
    assert before.words == "no customer's money: tax office"
    assert before.ended_at


@pytest.mark.either_ledger
def test_autopilot_sets_it_aside_itself_and_a_person_brings_it_back(firm: Firm) -> None:
    firm.switch(cash=Mode.AUTOPILOT)
    refund(firm)
    assert firm.money(BANK, "main:b1").state is Standing.IGNORED
    set_aside.take_back(firm.deps, firm.connection_id, LINE, reason="ours", by="ann")
    firm.settle()
    firm.sweep()
    assert firm.money(BANK, "main:b1").state is Standing.REVIEW
    assert len(firm.asked()) == 1


@pytest.mark.either_ledger
def test_what_the_bank_took_back_is_closed_and_counted_so(firm: Firm) -> None:
    refund(firm)
    put(firm, As.RETURNED, "bounced")
    assert firm.money(BANK, "main:b1").state is Standing.CLOSED
    assert str(total(firm).parts.returned) == "USD 500.00"
    assert firm.asked() == [], "nobody is asked about it any more"


@pytest.mark.either_ledger
def test_without_a_reason_and_twice_it_is_refused(firm: Firm) -> None:
    refund(firm)
    with pytest.raises(CannotSetAside, match="say why"):
        put(firm, reason=" ")
    with pytest.raises(CannotSetAside, match="is not set aside"):
        set_aside.take_back(firm.deps, firm.connection_id, LINE, reason="", by="ann")
    put(firm)
    with pytest.raises(CannotSetAside, match="is ignored"):
        put(firm)
    with pytest.raises(CannotSetAside, match="there is no money 'bank:x'"):
        set_aside.by_person(firm.deps, firm.connection_id, "bank:x", As.RETURNED, reason="so",
                            by="ann")  # fmt: skip


@pytest.mark.either_ledger
def test_applied_money_is_undone_before_it_is_set_aside(firm: Firm) -> None:
    firm.switch(cash=Mode.AUTOPILOT)
    firm.owe(firm.books.customer("Ash"), "INV-1")
    firm.sweep()
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.settle()
    with pytest.raises(CannotSetAside, match="is applied; what was applied is undone"):
        put(firm)


@pytest.mark.either_ledger
def test_money_that_the_ledger_holds_stays_set_aside_until_it_changes(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1", "60.00")
    money = firm.pay(ash, "100.00", "deposit")
    firm.sweep()
    (item,) = firm.all_money()
    set_aside.by_person(firm.deps, firm.connection_id, item.subject, As.NO_CUSTOMER,
                        reason="a deposit", by="ann")  # fmt: skip
    firm.pass_days(2)
    assert [it.state for it in firm.all_money()] == [Standing.IGNORED]
    assert str(total(firm).parts.unapplied) == "USD 100.00"
    set_aside.take_back(firm.deps, firm.connection_id, item.subject, reason="", by="ann")
    with pytest.raises(CannotSetAside, match="delete or void it there"):
        set_aside.by_person(firm.deps, firm.connection_id, item.subject, As.RETURNED,
                            reason="bounced", by="ann")  # fmt: skip
    firm.match_by_hand(money, invoice, "60.00")
    firm.sweep()
    assert [str(it.left) for it in firm.all_money()] == ["USD 40.00"]


def test_what_is_gone_from_the_ledger_is_not_brought_back(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.COPILOT})
    money = firm.pay(firm.books.customer("Ash"), "100.00", "deposit")
    firm.sweep()
    (item,) = firm.all_money()
    set_aside.by_person(firm.deps, firm.connection_id, item.subject, As.NO_CUSTOMER,
                        reason="a deposit", by="ann")  # fmt: skip
    firm.hand.delete("Payment", money)
    firm.sweep()
    with pytest.raises(CannotSetAside, match="is placed or gone in the ledger"):
        set_aside.take_back(firm.deps, firm.connection_id, item.subject, reason="", by="ann")


@pytest.mark.either_ledger
def test_a_question_lapses_once_a_person_has_placed_the_money(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1")
    money = firm.pay(ash, "100.00", "on account")
    firm.sweep()
    assert len(firm.asked()) == 1
    firm.match_by_hand(money, invoice, "100.00")
    firm.sweep()
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert firm.asked() == []
