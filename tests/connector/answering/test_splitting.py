"""Money that a person splits by hand, in each ledger's own constructs, and taken back again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from connector.answering import answers, splitting
from connector.answering.splitting import CannotSplit, Wish
from connector.decided import approvals
from connector.money.cash import BANK, Standing
from connector.proof import conservation
from connector.rules.modes import Mode
from connector.undoing import undo
from matching.deciding.by_hand import Laid
from providers.ledger import RecordPayment
from providers.money import Money
from tests.connector.by_post import customer_at
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
LINE = f"{BANK}:main:b1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT})


@pytest.fixture
def one(open_firm: Opens) -> Firm:
    """A company of which the ledger makes no difference."""
    return open_firm("quickbooks", modes={"cash": Mode.COPILOT})


def split(firm: Firm, subject: str, amounts: dict[str, str], **how: str) -> Laid:
    wish = Wish(amounts, **how)  # type: ignore[arg-type]
    laid = splitting.split(firm.deps, firm.connection, subject, wish, by="ann")
    firm.settle()
    firm.pass_time(minutes=20)
    return laid


def refused(firm: Firm, subject: str, amounts: dict[str, str], **how: str) -> tuple[str, ...]:
    """The faults; nothing was written, and the money waits as before."""
    with pytest.raises(CannotSplit) as error:
        split(firm, subject, amounts, **how)
    assert firm.writes() == []
    assert [item.state for item in firm.all_money()] == [Standing.REVIEW]
    return error.value.faults


def bank(firm: Firm, amount: str) -> None:
    firm.settle()
    firm.bank("b1", amount, "thank you")
    firm.settle()


def two_customers(firm: Firm) -> tuple[str, str, str, str]:
    ash, birch = firm.books.customer("Ash"), firm.books.customer("Birch")
    return ash, birch, firm.owe(ash, "INV-1"), firm.owe(birch, "INV-2", "60.00")


def conserved(firm: Firm) -> conservation.Conservation:
    with firm.deps.reading() as tx:
        (line,) = conservation.conservation(tx, firm.connection_id)
    assert line.faults == ()
    return line


@pytest.mark.either_ledger
def test_a_bank_line_is_split_over_two_customers_and_a_credit_and_taken_back_whole(
    firm: Firm,
) -> None:
    _, birch, first, second = two_customers(firm)
    credit = firm.books.credit(birch, Decimal(10), firm.today)
    bank(firm, "130.00")
    laid = split(firm, LINE, {first: "80", second: "60.00", credit: "10"}, remark="by phone")
    assert laid.rest == Money.of(0, "USD")
    assert (firm.books.balance(first), firm.books.balance(second)) == (Decimal(20), Decimal(0))
    assert firm.books.credit_left(credit) == 0
    assert firm.asked() == []
    (said,) = firm.log("cash.split")
    assert (said.actor, said.what["reason"]) == ("ann", "by phone")
    assert conserved(firm).parts.applied == Money.of(130, "USD")
    undo.begin(firm.deps, firm.connection_id, money=LINE, by="ann")
    firm.settle()
    firm.pass_time(minutes=20)
    assert (firm.books.balance(first), firm.books.balance(second)) == (Decimal(100), Decimal(60))
    assert firm.books.credit_left(credit) == 10
    assert [item.state for item in firm.all_money()] == [Standing.REVIEW]
    assert conserved(firm).parts.applied == Money.of(0, "USD")


@pytest.mark.either_ledger
def test_the_rest_goes_on_the_account_of_the_customer_who_was_chosen(firm: Firm) -> None:
    ash, birch, first, _ = two_customers(firm)
    bank(firm, "130.00")
    assert split(firm, LINE, {first: "100"}, rest_for=birch).rest == Money.of(30, "USD")
    assert firm.books.balance(first) == 0
    paid = [it.effect for it in firm.intents() if isinstance(it.effect, RecordPayment)]
    assert {it.customer_id: it.total.amount for it in paid} == {ash: 100, birch: 30}
    on_account = [it for it in firm.all_money() if it.kind != BANK]
    assert [(it.customer_id, it.left.amount) for it in on_account] == [(birch, Decimal(30))]
    assert conserved(firm).parts.unapplied == Money.of(30, "USD")


@pytest.mark.either_ledger
def test_money_on_account_is_split_over_its_own_customers_invoices(firm: Firm) -> None:
    ash, _, first, _ = two_customers(firm)
    third = firm.owe(ash, "INV-3", "50.00")
    firm.pay(ash, "90.00", "thank you")
    firm.sweep()
    (item,) = firm.all_money()
    split(firm, item.subject, {first: "60", third: "20"})
    assert (firm.books.balance(first), firm.books.balance(third)) == (Decimal(40), Decimal(30))
    (item,) = firm.all_money()
    assert item.left.amount == 10
    undo.begin(firm.deps, firm.connection_id, money=item.subject, by="ann")
    firm.settle()
    firm.pass_time(minutes=20)
    assert (firm.books.balance(first), firm.books.balance(third)) == (Decimal(100), Decimal(50))


def test_what_was_turned_down_can_still_be_split(one: Firm) -> None:
    ash, _, first, _ = two_customers(one)
    one.pay(ash, "40.00", "thank you")
    one.sweep()
    (asked,) = one.asked()
    answers.reject(one.deps, asked.id, "ann")
    split(one, asked.subject, {first: "40"})
    assert one.books.balance(first) == 60
    with one.deps.reading() as tx:
        found = approvals.find(tx, asked.id)
    assert found is not None
    assert (found.state, found.by) == ("approved", "ann")
    assert found.options[found.chosen or 0]["allocations"]


def test_the_first_suggestion_typed_by_hand_is_that_suggestion(one: Firm) -> None:
    ash, _, first, _ = two_customers(one)
    one.pay(ash, "100.00", "INV-1")
    one.sweep()
    (asked,) = one.asked()
    split(one, asked.subject, {first: "100.00"})
    with one.deps.reading() as tx:
        found = approvals.find(tx, asked.id)
    assert found is not None
    assert (found.chosen, len(found.options)) == (0, 1)
    assert [entry.actor for entry in one.log("cash.approved")] == ["ann"]


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(one: Firm) -> None:
    _, birch, first, second = two_customers(one)
    credit = one.books.credit(birch, Decimal(90), one.today)
    bank(one, "130.00")
    faults = refused(one, LINE, {first: "100.01", second: "sixty", "no such": "1"})
    assert len(faults) == 2
    assert "INV-2: 'sixty' is no amount in USD; write it as 120.50" in faults
    (over,) = refused(one, LINE, {first: "100.01"})
    assert over.startswith("INV-1: USD 100.01 is more than the USD 100.00 open")
    (over,) = refused(one, LINE, {first: "100", second: "60"})
    assert "USD 160.00 is placed, and USD 130.00 is there: USD 30.00 too much" in over
    (over,) = refused(one, LINE, {first: "100", credit: "10"})
    assert "the credits of Birch are USD 10.00 more than its invoices take" in over
    (none,) = refused(one, LINE, {credit: "10", first: " "})
    assert "nothing is placed on an invoice" in none
    (nobody,) = refused(one, LINE, {first: "100"}, rest_for="99999")
    assert "no customer 99999" in nobody


@pytest.mark.either_ledger
def test_money_of_one_customer_is_not_laid_on_anothers_invoice(firm: Firm) -> None:
    ash, _, _, second = two_customers(firm)
    firm.pay(ash, "60.00", "thank you")
    firm.sweep()
    (item,) = firm.all_money()
    (fault,) = refused(firm, item.subject, {second: "60"})
    assert fault.startswith("INV-2 is Birch's, and the ledger holds this money for another")
    assert "move the payment to that customer in the ledger first" in fault


def test_what_is_not_as_it_was_shown_is_not_split(one: Firm) -> None:
    _, _, first, _ = two_customers(one)
    bank(one, "130.00")
    faults = splitting_faults(one, first)
    assert "USD 150.00 was there when this was shown, and USD 130.00 is now; look again" in faults
    assert "INV-1 had 120.00 open when this was shown, and has 100.00 now; look again" in faults
    split(one, LINE, {first: "100"}, left="USD 130.00")
    with pytest.raises(CannotSplit, match="does not wait for a person"):
        split(one, LINE, {first: "100"})
    assert one.books.balance(first) == 0
    assert conserved(one).received == Money.of(130, "USD")


def splitting_faults(firm: Firm, invoice: str) -> tuple[str, ...]:
    wish = Wish({invoice: "100"}, {invoice: "120.00"}, "USD 150.00")
    with pytest.raises(CannotSplit) as error:
        splitting.split(firm.deps, firm.connection, LINE, wish, by="ann")
    return error.value.faults


def test_another_company_of_the_same_office_has_no_part_in_it(one: Firm) -> None:
    _, _, first, _ = two_customers(one)
    bank(one, "130.00")
    other = replace(one.connection, id=one.connection_id + 1)
    with pytest.raises(CannotSplit, match="does not wait"):
        splitting.split(one.deps, other, LINE, Wish({first: "100"}), by="ann")
    assert one.writes() == []


def test_a_parents_money_is_split_over_its_sub_customers_invoices_and_no_other(one: Firm) -> None:
    acme = customer_at(one, "Acme", None)
    berlin, stranger = customer_at(one, "Berlin Tiles", None, acme), one.books.customer("Birch")
    mine, below = one.owe(acme, "INV-1", "40.00"), one.owe(berlin, "INV-2", "90.00")
    other = one.owe(stranger, "INV-3", "50.00")
    one.pay(acme, "150.00", "thank you")
    one.sweep()
    (item,) = one.all_money()
    (fault,) = refused(one, item.subject, {below: "90", other: "50"})
    assert fault.startswith("INV-3 is Birch's")
    laid = split(one, item.subject, {mine: "40", below: "70"})
    assert laid.rest == Money.of(40, "USD")
    assert [one.books.balance(id_) for id_ in (mine, below, other)] == [0, 20, 50]
