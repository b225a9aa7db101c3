"""A formal step that a person ordered is taken, whatever else comes due before it may go out; or it
is told once why it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.answering import answers
from connector.correspondence import letters
from connector.decided.account_subjects import FORMAL, ORDER, order_subject_of
from connector.decided.approvals import Approval
from connector.mirroring import mirror
from connector.outgoing.effects import PrintLetter, Reminder, SendReminder
from connector.outgoing.intents import Intent, Step
from connector.paper import posting
from connector.rules.modes import Mode
from dunning.checking import shipped
from providers.ledger import Kind
from providers.money import Money
from tests.connector.by_post import customer_at, queued
from tests.connector.commitments.test_disputing import dispute
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
ON = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
FRIENDLY = {"name": "friendly", "offset_days": 3, "tone": "friendly"}
DEMAND = {"name": "demand", "offset_days": 17, "tone": "final", "do": "demand letter"}
HOLD = {"name": "hold", "offset_days": 33, "tone": "final", "do": "credit hold"}
FINAL = {"name": "final", "offset_days": 17, "tone": "final"}


def opened(open_firm: Opens, ledger: str, *steps: dict[str, Any], apart: int = 5) -> Firm:
    rules = {"steps": [FRIENDLY, *steps], "min_days_between_messages": apart}
    return open_firm(ledger, modes=ON, dunning=rules)


def ordered(open_firm: Opens, ledger: str, *steps: dict[str, Any]) -> tuple[Firm, str, str]:
    """A demand for INV-1 that waits for its distance from a reminder; with its customer."""
    firm = opened(open_firm, ledger, *(steps or (DEMAND,)))
    customer = customer_at(firm, "Ash")
    owed = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.owe(customer, "INV-2", "300.00", late_days=2)
    firm.owe(customer, "INV-3", "60.00", late_days=-11)
    firm.sweep()
    firm.pass_days(14)
    order(firm)
    assert waiting(firm) is not None
    return firm, customer, owed


def paid_in_part(open_firm: Opens, ledger: str) -> tuple[Firm, str, str]:
    """What was ordered is told not to be made, because a quarter of it was paid meanwhile."""
    firm, customer, owed = ordered(open_firm, ledger)
    firm.books.pay_by_hand(customer, owed, Decimal("250.00"), firm.today)
    firm.pass_days(1)
    assert len(told(firm)) == 1
    return firm, customer, owed


def bill_in_euro(firm: Firm, customer: str, number: str) -> None:
    firm.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
        "InvoiceNumber": number, "CurrencyCode": "EUR", "Date": firm.today.isoformat(),
        "DueDate": firm.today.isoformat(), "LineItems": [
            {"Description": "Work", "Quantity": 1, "UnitAmount": 50, "AccountCode": "200"},
        ],
    })  # fmt: skip


def formal(firm: Firm) -> list[Approval]:
    return [one for one in firm.asked() if one.subject.startswith(f"{FORMAL}:")]


def told(firm: Firm) -> list[str]:
    """That what was ordered is not done."""
    return [one.summary for one in firm.asked() if one.subject.startswith(f"{ORDER}:")]


def order(firm: Firm) -> None:
    (asked,) = formal(firm)
    answers.approve(firm.deps, asked.id, 0, "ann")
    firm.settle()


def about(firm: Firm, *states: Step) -> list[Intent]:
    """The formal steps that were ordered."""
    found = (one for one in firm.intents(*states) if isinstance(one.effect, Reminder))
    return [
        one
        for one in found
        if isinstance(one.effect, PrintLetter | SendReminder) and one.effect.ordered_by
    ]


def waiting(firm: Firm) -> Intent | None:
    return next(iter(about(firm, Step.INTENDED)), None)


def totals(firm: Firm) -> list[str]:
    return [str(letter.total) for letter in queued(firm)]


def test_a_newcomer_to_the_demand_waits_and_comes_next(open_firm: Opens, ledger: str) -> None:
    firm, *_ = ordered(open_firm, ledger)
    firm.pass_days(1)
    assert formal(firm) == [], "INV-2 has come to the demand, and no second question is asked"
    firm.pass_days(8)
    assert totals(firm) == ["USD 1,000.00"]
    assert about(firm, Step.REFUSED) == []
    order(firm)
    firm.pass_days(6)
    assert sorted(totals(firm)) == ["USD 1,000.00", "USD 300.00"]
    assert told(firm) == []


def test_an_invoice_that_comes_to_another_formal_step_takes_nothing_from_it(
    open_firm: Opens, ledger: str
) -> None:
    firm = opened(open_firm, ledger, DEMAND, HOLD)
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(14)
    order(firm)
    (letter,) = queued(firm)
    posting.confirm(firm.deps, letter, by="ann")
    firm.owe(customer, "INV-2", "300.00", late_days=6)
    firm.owe(customer, "INV-3", "60.00", late_days=-8)
    firm.sweep()
    firm.pass_days(14)
    order(firm)
    assert waiting(firm) is not None
    firm.pass_days(1)
    assert formal(firm) == [], "INV-1 has come to the hold, and is asked about next"
    firm.pass_days(8)
    assert "USD 300.00" in totals(firm)
    assert [one.options[0]["by_person"] for one in formal(firm)] == ["credit hold"]


@pytest.mark.parametrize("every", [2, 3])
def test_a_final_notice_during_a_dispute_that_is_ordered_goes_out(
    open_firm: Opens, ledger: str, every: int
) -> None:
    firm = opened(open_firm, ledger, FINAL, apart=3)
    customer = customer_at(firm, "Ash")
    old = firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    dispute(firm, old, "10.00")
    for day in range(30):
        if day % every == 0:
            firm.owe(customer, f"INV-{day + 2}", "60.00", late_days=0)
        firm.pass_days(1)
        if formal(firm):
            order(firm)
    sent = about(firm, Step.CONFIRMED)
    assert len(sent) >= 2
    assert old in sent[0].effect.invoice_ids  # type: ignore[union-attr]
    assert (about(firm, Step.REFUSED), told(firm)) == ([], [])


def test_a_part_that_is_paid_meanwhile_is_told_once_and_the_rest_asked_anew(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer, _ = paid_in_part(open_firm, ledger)
    (said,) = told(firm)
    assert said == (
        "Ash: the letter 'demand' about USD 1,000.00, ordered by ann, was not made: the account"
        " changed: USD 1,000.00 was decided on, USD 750.00 is due"
    )
    (asked,) = formal(firm)
    assert asked.options[0]["reminder"]["total"]["amount"] == "1050.00"
    (notice,) = [one for one in firm.asked() if one.subject == order_subject_of(customer, "USD")]
    answers.reject(firm.deps, notice.id, "ann")
    order(firm)
    firm.pass_days(8)
    assert (totals(firm), told(firm)) == (["USD 1,050.00"], [])


def test_what_was_told_of_an_order_lapses_where_nothing_is_owed_any_more(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer, _ = paid_in_part(open_firm, ledger)
    with firm.deps.reading() as tx:
        bills = mirror.open_ids(tx, firm.connection_id, Kind.INVOICE)
    for bill in bills:
        firm.books.pay_by_hand(customer, bill, firm.books.balance(bill), firm.today)
    firm.pass_days(1)
    assert told(firm) == []


def test_what_was_told_of_an_order_lapses_with_its_own_invoices(
    open_firm: Opens, ledger: str
) -> None:
    firm, customer, owed = paid_in_part(open_firm, ledger)
    firm.books.pay_by_hand(customer, owed, Decimal("750.00"), firm.today)
    firm.pass_days(1)
    with firm.deps.reading() as tx:
        assert mirror.open_ids(tx, firm.connection_id, Kind.INVOICE), "others are still owed"
    assert told(firm) == []


def test_a_dispute_that_is_opened_meanwhile_is_told_as_the_reason(
    open_firm: Opens, ledger: str
) -> None:
    firm, _, owed = ordered(open_firm, ledger)
    dispute(firm, owed, "1000.00")
    firm.pass_days(2)
    (said,) = told(firm)
    assert "was not made: INV-1: the customer disputes it" in said
    firm.pass_days(6)
    assert "USD 1,000.00" not in totals(firm)


def test_what_is_paid_needs_no_telling(open_firm: Opens, ledger: str) -> None:
    firm, customer, owed = ordered(open_firm, ledger)
    firm.books.pay_by_hand(customer, owed, Decimal("1000.00"), firm.today)
    firm.sweep()
    firm.pass_days(2)
    assert (told(firm), totals(firm)) == ([], [])


def test_what_is_ordered_gets_its_turn_before_another_currency(open_firm: Opens) -> None:
    """Each message takes from the budget of the person."""
    firm = open_firm("xero", modes=ON, dunning={
        "steps": [FRIENDLY, DEMAND | {"offset_days": 25}], "min_days_between_messages": 1,
        "budget": {"contacts_per_7_days": 1, "contacts_per_30_days": 30},
    })  # fmt: skip
    customer = customer_at(firm, "Ash")
    firm.owe(customer, "INV-1", "1000.00", late_days=4)
    firm.sweep()
    firm.pass_days(12)
    for day in range(0, 22, 2):
        bill_in_euro(firm, customer, f"EUR-{day}")
        firm.pass_days(2)
        if formal(firm):
            order(firm)
    assert totals(firm) == ["USD 1,000.00"]


def shipped_steps(name: str) -> dict[str, Any]:
    return shipped.body(name) | {"bank_lag_days_max": None}


SOAK_DAYS = {"consumer": 90}
"""Until enough demands are due; two months elsewhere."""


@pytest.mark.parametrize("name", sorted(shipped.NAMES))
def test_every_order_by_a_shipped_policy_is_carried_out(
    open_firm: Opens, ledger: str, name: str
) -> None:
    """A customer who is invoiced every three days and never pays."""
    firm = open_firm(ledger, modes=ON, dunning=shipped_steps(name))
    customer = customer_at(firm, "Ash")
    open_amounts = {firm.owe(customer, "INV-1", "1000.00", late_days=4): Decimal(1000)}
    firm.sweep()
    orders = 0
    for day in range(SOAK_DAYS.get(name, 60)):
        if day % 3 == 0:
            new = firm.owe(customer, f"INV-{day + 2}", "300.00", late_days=0)
            open_amounts[new] = Decimal(300)
        firm.pass_days(1)
        for asked in list(_orderable(firm)):
            who = "bob" if "ann agrees" in asked.summary else "ann"
            answers.approve(firm.deps, asked.id, 0, who)
            firm.settle()
            orders += "demand letter" in asked.summary
        for letter in queued(firm):
            if letter.state is letters.LetterState.QUEUED:
                posting.confirm(firm.deps, letter, by="ann")
        firm.settle()
    made = [one for one in about(firm, Step.CONFIRMED) if isinstance(one.effect, PrintLetter)]
    waits = [one for one in about(firm, Step.INTENDED) if isinstance(one.effect, PrintLetter)]
    assert orders == len(made) + len(waits) > 0
    assert len(waits) <= 1
    for one in made:
        assert isinstance(one.effect, PrintLetter)
        due = sum((open_amounts[id_] for id_ in one.effect.invoice_ids), Decimal(0))
        assert one.effect.total == Money.of(due, "USD")
    assert (about(firm, Step.REFUSED), told(firm)) == ([], [])


def _orderable(firm: Firm) -> Iterator[Approval]:
    """Questions whose first answer does what they propose."""
    for asked in firm.asked():
        if asked.options and asked.subject.startswith((f"{FORMAL}:", "customer:")):
            yield asked
