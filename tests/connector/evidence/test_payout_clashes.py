"""A payout that the ledger holds in one sum as well: neither that nor its charges count twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.answering import answers
from connector.decided.approvals import Approval
from connector.evidence import payout_pairs
from connector.money.cash import Standing
from connector.rules.modes import Mode
from providers.money import Money
from providers.receipts import PartKind, Payout, PayoutPart
from tests.connector.evidence.test_payouts import listed, money, report
from tests.connector.firm import Firm

Opens = Callable[..., Firm]
SUM, TEXT = "1293.10", "STRIPE TRANSFER ST-K1"
CHARGES = {"stripe:ch_1", "stripe:ch_2"}


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Cedar Works Ltd"), "INV-1001", "1200.00")
    firm.sweep()
    return firm


def tell(firm: Firm) -> None:
    report(firm.deps, firm.connection_id)
    firm.settle()
    firm.sweep()


def arrive(firm: Firm) -> None:
    firm.bank("7", SUM, TEXT, payer="STRIPE")
    firm.settle()
    firm.sweep()


def enter(firm: Firm) -> str:
    """A bookkeeper enters the payout in one sum."""
    id_ = firm.pay(firm.books.customer("Stripe"), SUM, TEXT)
    firm.sweep()
    return id_


def asked(firm: Firm) -> Approval | None:
    return next((it for it in firm.asked() if it.subject.startswith("payout_clash:")), None)


@pytest.mark.either_ledger
@pytest.mark.parametrize("has_line", [True, False])
def test_what_the_ledger_holds_already_is_not_entered_charge_by_charge(
    firm: Firm, *, has_line: bool
) -> None:
    enter(firm)
    if has_line:
        arrive(firm)
    tell(firm)
    found = asked(firm)
    assert found is not None
    assert "its charges are not counted" in found.summary
    assert listed(firm.deps, firm.connection_id)["po_2101"][0] == "review"
    assert not CHARGES & set(money(firm.deps, firm.connection_id))
    assert firm.intents() == []
    if not has_line:
        arrive(firm)
    line = money(firm.deps, firm.connection_id)["main:7"]
    assert line == (Standing.CLOSED, "USD 0.00"), "it counts with the record, and with that alone"
    assert firm.intents() == []


@pytest.mark.either_ledger
def test_said_to_be_other_money_the_charges_count_and_the_line_is_the_payout(firm: Firm) -> None:
    enter(firm)
    arrive(firm)
    tell(firm)
    found = asked(firm)
    assert found is not None
    answers.approve(firm.deps, found.id, 0, "ann")
    firm.settle()
    firm.sweep()
    firm.sweep()
    assert listed(firm.deps, firm.connection_id)["po_2101"] == ("paired", "main:7")
    assert money(firm.deps, firm.connection_id)["stripe:ch_1"][0] is Standing.APPLIED
    assert asked(firm) is None


def test_once_the_record_is_gone_the_charges_count(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    id_ = enter(firm)
    arrive(firm)
    tell(firm)
    assert not CHARGES & set(money(firm.deps, firm.connection_id))
    firm.hand.delete("Payment", id_)
    firm.sweep()
    firm.sweep()
    assert listed(firm.deps, firm.connection_id)["po_2101"] == ("paired", "main:7")
    assert set(money(firm.deps, firm.connection_id)) >= CHARGES
    assert asked(firm) is None


@pytest.mark.either_ledger
def test_a_record_that_comes_after_the_charges_is_asked_about_and_not_applied(firm: Firm) -> None:
    tell(firm)
    arrive(firm)
    enter(firm)
    found = asked(firm)
    assert found is not None
    assert "delete or void it there if it is; its charges are counted one by one" in found.summary
    (record,) = [it for it in firm.all_money() if it.kind != "bank"]
    assert record.state is Standing.REVIEW
    number = len(firm.intents())
    firm.owe(record.customer_id, "Z-9", SUM)
    firm.pass_days(2)
    assert len(firm.intents()) == number
    assert [it.state for it in firm.all_money() if it.kind != "bank"] == [Standing.REVIEW]


def test_a_clash_and_what_was_taken_back_are_asked_side_by_side(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Cedar"), "INV-1001", "70.00")
    firm.sweep()
    firm.bank("7", "70.00", "INV-1001", payer="STRIPE")
    firm.settle()
    firm.sweep()

    def part(id_: str, kind: PartKind, gross: str, about: str = "") -> PayoutPart:
        amount = Money.of(gross, "USD")
        return PayoutPart(id_, kind, firm.today, amount, Money.of("0", "USD"), amount, about=about)

    payout = Payout("stripe", "po_1", firm.today, Money.of("70.00", "USD"), (
        part("ch_1", PartKind.CHARGE, "100.00"),
        part("re_1", PartKind.REFUND, "-30.00", about="ch_0"),
    ))  # fmt: skip
    with firm.deps.writing() as tx:
        payout_pairs.keep(tx, firm.connection, [payout], by="tests", at=firm.deps.now())
    firm.deps.ring("decide", firm.connection_id)
    firm.settle()
    said = " | ".join(it.summary for it in firm.asked())
    assert "took back USD 30.00 of an earlier charge" in said
    assert "was applied before the payout was known" in said
