"""The same money from two sources: counted once where that is certain, else asked about."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.cash import BANK, Standing
from connector.money.set_aside import As, CannotSetAside
from connector.proof import conservation
from connector.proof.conservation import Conservation
from connector.rules.modes import Mode
from matching.facts.rules import EVERY_FAMILY
from tests.connector.firm import Firm
from tests.simulation import universe as one

Opens = Callable[..., Firm]
SUM, LINE = "99.37", "main:b1"


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    """Every rule is allowed, so that nothing but the twin keeps money from being applied."""
    return bold(open_firm(ledger, modes={"cash": Mode.AUTOPILOT}))


@pytest.fixture
def quickbooks(open_firm: Opens) -> Firm:
    return bold(open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT}))


def bold(firm: Firm) -> Firm:
    one.save_policy(firm.universe, firm.ledger, matching={"apply_by": sorted(EVERY_FAMILY)})
    return firm


def two_invoices(firm: Firm, other: str = SUM) -> tuple[str, str, str]:
    """A customer that owes the sum twice, or once and another sum; its id and theirs."""
    ash = firm.books.customer("Ash Ltd")
    first, second = firm.owe(ash, "INV-1", SUM), firm.owe(ash, "INV-2", other, late_days=-20)
    firm.sweep()
    return ash, first, second


def comes(firm: Firm, text: str, *, line: str = "b1", payer: str = "Ash Ltd") -> None:
    firm.bank(line, SUM, text, payer=payer)
    firm.settle()
    firm.sweep()
    firm.sweep()


def entered_by_hand(firm: Firm, customer: str, invoice: str, *, days_ago: int = 0) -> None:
    day = firm.today.fromordinal(firm.today.toordinal() - days_ago)
    firm.books.pay_by_hand(customer, invoice, Decimal(SUM), day)
    firm.sweep()


def total(firm: Firm) -> Conservation:
    with firm.deps.reading() as tx:
        (line,) = conservation.conservation(tx, firm.connection_id)
    assert line.faults == ()
    return line


def owed(firm: Firm, *invoices: str) -> list[str]:
    return [str(firm.books.balance(invoice)) for invoice in invoices]


def test_a_line_of_a_payment_that_the_bookkeeper_entered_is_that_payment(firm: Firm) -> None:
    ash, first, second = two_invoices(firm, "60.00")
    entered_by_hand(firm, ash, first)
    comes(firm, "thank you")
    assert owed(firm, first, second) == ["0.00", "60.00"]
    assert firm.money(BANK, LINE).state is Standing.CLOSED
    line = total(firm)
    assert (str(line.received), str(line.parts.placed_by_others)) == (f"USD {SUM}",) * 2
    (once,) = line.once
    assert once.startswith("bank:main:b1 is payment:")
    assert firm.asked() == []


def test_a_line_of_money_that_the_ledger_fed_in_counts_with_it(firm: Firm) -> None:
    ash, first, second = two_invoices(firm, "60.00")
    firm.pay(ash, SUM, "INV-1")
    firm.sweep()
    comes(firm, "thank you")
    assert owed(firm, first, second) == ["0.00", "60.00"]
    line = total(firm)
    assert (str(line.received), str(line.parts.applied)) == (f"USD {SUM}",) * 2


def test_where_the_line_explains_what_is_still_open_a_person_tells(firm: Firm) -> None:
    ash, first, second = two_invoices(firm)
    entered_by_hand(firm, ash, first)
    comes(firm, "thank you")
    assert owed(firm, first, second) == ["0.00", SUM]
    assert firm.money(BANK, LINE).state is Standing.REVIEW
    (asked,) = firm.asked()
    assert "it may be the same money" in asked.summary


def test_a_twin_that_the_bookkeeper_places_does_not_let_the_line_go(firm: Firm) -> None:
    ash, first, second = two_invoices(firm)
    money = firm.pay(ash, SUM, "on account")
    firm.sweep()
    comes(firm, "")
    firm.match_by_hand(money, first, SUM)
    firm.sweep()
    firm.pass_days(2)
    assert owed(firm, first, second) == ["0.00", SUM]
    line = total(firm)
    assert (str(line.received), str(line.parts.placed_by_others)) == (f"USD {SUM}",) * 2
    assert firm.asked() == [], "what a person placed is asked about no more"


def test_what_the_bank_says_of_it_helps_to_place_the_ledgers_record(firm: Firm) -> None:
    ash, first, second = two_invoices(firm)
    firm.pay(ash, SUM, "on account")
    firm.sweep()
    comes(firm, "INV-2")
    firm.sweep()
    assert owed(firm, first, second) == [SUM, "0.00"]
    assert str(total(firm).received) == f"USD {SUM}"


def test_money_of_several_customers_is_compared_with_that_of_each(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    ash, birch = firm.books.customer("Ash Ltd"), firm.books.customer("Birch GmbH")
    first, second = firm.owe(ash, "INV-1001", "60.00"), firm.owe(birch, "INV-1002", "39.37")
    firm.sweep()
    firm.pay(birch, SUM, "for both")
    firm.sweep()
    comes(firm, "INV-1001 INV-1002", payer="Birch GmbH")
    assert owed(firm, first, second) == ["60.00", "39.37"]
    assert firm.money(BANK, LINE).state is Standing.CLOSED
    assert str(total(firm).received) == f"USD {SUM}"


def test_a_second_record_of_what_was_entered_from_the_bank_is_asked_about(firm: Firm) -> None:
    ash, first, second = two_invoices(firm)
    comes(firm, "INV-1")
    assert owed(firm, first, second) == ["0.00", SUM]
    firm.pay(ash, SUM, "on account")
    firm.sweep()
    firm.sweep()
    assert owed(firm, first, second) == ["0.00", SUM], "nothing is applied twice"
    (asked,) = firm.asked()
    assert "was entered from the bank already" in asked.summary
    assert asked.options[0]["text"].startswith("count it once: it is main:b1")
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    line = total(firm)
    assert str(line.received) == f"USD {SUM}"
    assert line.once == (f"{asked.subject} is bank:main:b1",)
    assert firm.asked() == []


def test_a_line_that_names_another_invoice_is_other_money(firm: Firm) -> None:
    ash, first, second = two_invoices(firm)
    entered_by_hand(firm, ash, first)
    comes(firm, "INV-2")
    assert owed(firm, first, second) == ["0.00", "0.00"]
    assert total(firm).once == ()


@pytest.mark.parametrize(("days_ago", "applied", "asked"), [
    (2, False, True), (5, False, True), (7, True, False), (30, True, False),
])  # fmt: skip
def test_only_money_of_the_same_days_is_compared(
    firm: Firm, days_ago: int, *, applied: bool, asked: bool
) -> None:
    ash, first, second = two_invoices(firm)
    entered_by_hand(firm, ash, first, days_ago=days_ago)
    comes(firm, "thank you")
    assert owed(firm, first, second) == ["0.00", "0.00" if applied else SUM]
    assert bool(firm.asked()) is asked


def test_of_two_lines_that_may_be_one_record_a_person_tells_which(firm: Firm) -> None:
    ash, first, second = two_invoices(firm)
    entered_by_hand(firm, ash, first)
    firm.bank("b1", SUM, "thank you", payer="Ash Ltd")
    comes(firm, "thanks", line="b2")
    assert owed(firm, first, second) == ["0.00", SUM]
    assert [asked.subject for asked in firm.asked()] == ["bank:main:b1", "bank:main:b2"]
    answers.approve(firm.deps, firm.asked()[0].id, 0, "ann")
    firm.settle()
    firm.sweep()
    assert owed(firm, first, second) == ["0.00", "0.00"], "the other line is other money then"
    line = total(firm)
    assert (str(line.received), str(line.parts.applied)) == ("USD 198.74", f"USD {SUM}")


def test_another_payer_has_nothing_to_do_with_it(firm: Firm) -> None:
    _, first, second = two_invoices(firm)
    birch = firm.books.customer("Birch GmbH")
    third = firm.owe(birch, "INV-3", SUM)
    firm.sweep()
    entered_by_hand(firm, birch, third)
    comes(firm, "INV-1")
    assert owed(firm, first, second) == ["0.00", SUM]


def test_a_part_of_a_receipt_that_we_entered_ourselves_is_no_twin(firm: Firm) -> None:
    """Xero shows a batch on each of its invoices, under ids of its own."""
    ash, first, second = two_invoices(firm)
    firm.bank("b1", "198.74", "INV-1 INV-2", payer="Ash Ltd")
    firm.settle()
    third = firm.owe(ash, "INV-3", SUM, late_days=-20)
    firm.sweep()
    comes(firm, "thank you", line="b2")
    assert owed(firm, first, second, third) == ["0.00"] * 3


def test_in_copilot_a_person_agrees_and_in_shadow_nothing_happens(open_firm: Opens) -> None:
    firm = bold(open_firm("quickbooks", modes={"cash": Mode.SHADOW}))
    ash, first, _ = two_invoices(firm)
    entered_by_hand(firm, ash, first)
    comes(firm, "thank you")
    assert firm.money(BANK, LINE).state is Standing.SHADOW
    firm.switch(cash=Mode.COPILOT)
    firm.sweep()
    (asked,) = firm.asked()
    assert firm.money(BANK, LINE).state is Standing.REVIEW
    answers.approve(firm.deps, asked.id, 0, "ann")
    assert firm.money(BANK, LINE).state is Standing.CLOSED
    assert total(firm).once != ()


def test_where_the_record_goes_the_line_is_money_of_its_own_and_waits_for_a_person(
    quickbooks: Firm,
) -> None:
    firm = quickbooks
    ash, first, second = two_invoices(firm)
    entered_by_hand(firm, ash, first)
    comes(firm, "thank you")
    (payment,) = firm.hand.find("Payment")
    firm.hand.delete("Payment", payment["Id"])
    firm.pass_time(minutes=5)
    firm.sweep()
    item = firm.money(BANK, LINE)
    assert (item.state, str(item.left)) == (Standing.REVIEW, f"USD {SUM}")
    assert len(firm.asked()) == 1
    assert owed(firm, first, second) == [SUM, SUM]
    assert str(total(firm).parts.waiting) == f"USD {SUM}"


def test_two_records_of_one_money_that_are_both_deleted_stop_nothing(quickbooks: Firm) -> None:
    firm = quickbooks
    ash, *_ = two_invoices(firm)
    first, second = (firm.pay(ash, "12.34", text) for text in ("a", "b"))
    firm.sweep()
    set_aside.by_person(
        firm.deps, firm.connection_id, f"payment:{second}", As.SAME, of=f"payment:{first}",
        reason="entered twice", by="ann",
    )  # fmt: skip
    for id_ in (second, first):
        firm.hand.delete("Payment", id_)
    firm.pass_time(minutes=5)
    firm.sweep()
    assert {item.state for item in firm.all_money()} == {Standing.CLOSED}
    with firm.deps.reading() as tx:
        assert set_aside.in_force(tx, firm.connection_id) == {}


def test_who_says_that_it_is_other_money_is_not_asked_again(quickbooks: Firm) -> None:
    firm = quickbooks
    ash, first, second = two_invoices(firm)
    entered_by_hand(firm, ash, first)
    comes(firm, "thank you")
    (asked,) = firm.asked()
    same = next(n for n, option in enumerate(asked.options) if "aside" in option)
    answers.approve(firm.deps, asked.id, same, "ann")
    set_aside.take_back(firm.deps, firm.connection_id, f"bank:{LINE}", reason="cash", by="ann")
    firm.settle()
    firm.sweep()
    (asked,) = firm.asked()
    assert "set aside and brought back" in asked.summary
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()
    assert owed(firm, first, second) == ["0.00", "0.00"]
    assert total(firm).once == ()


@pytest.mark.parametrize(("of", "why"), [
    ("payment:99", "there is no money"), ("bank:main:b1", "does not count itself"),
    ("bank:main:b2", "is USD 12.00"),
])  # fmt: skip
def test_what_cannot_be_the_same_money_is_refused(quickbooks: Firm, of: str, why: str) -> None:
    quickbooks.bank("b2", "12.00", "", payer="Nobody")
    comes(quickbooks, "", payer="Nobody")
    with pytest.raises(CannotSetAside, match=why):
        set_aside.by_person(
            quickbooks.deps, quickbooks.connection_id, f"bank:{LINE}", As.SAME, of=of,
            reason="so", by="ann",
        )  # fmt: skip
