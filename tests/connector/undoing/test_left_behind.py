"""A payment that somebody takes out of the ledger: what was booked with it is undone behind it, in
either ledger, and never over somebody else's change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.answering import answers
from connector.money import set_aside
from connector.money.cash import Standing
from connector.money.set_aside import As
from connector.outgoing.intents import Step
from connector.receiving import receipts
from connector.rules.modes import Mode
from connector.taken_back import reversals
from providers.ledger import AddNote, CreditDifference, RecordPayment, Undo
from tests.connector.cash_application.test_conversion import allow
from tests.connector.firm import Firm
from tests.connector.undoing.test_bounced import total
from tests.connector.undoing.test_undo import ledger_state
from tests.connector.writing_back.test_applying import conserved, usd

Opens = Callable[..., Firm]
STATEMENT = """:20:S{n}
:25:12345678/999
:28C:{n}/1
:60F:{opening}
:61:{day}{mark}98,00NTRFNONREF//R{n}
:86:166?00X?20{text}?32ASH
:62F:{closing}
-
"""
PAID = "INV-1 less 2% skonto"


def bring(firm: Firm, number: int, mark: str, text: str) -> None:
    """A statement of one line of 98: C for money that came, RC for what was taken back."""
    day = f"{firm.today:%y%m%d}"
    full, empty = f"C{day}USD98,00", f"C{day}USD0,00"
    opening, closing = (empty, full) if mark == "C" else (full, empty)
    receipts.import_statement(firm.deps, firm.connection_id, STATEMENT.format(
        n=number, opening=opening, closing=closing, day=f"{day}{day[2:]}", mark=mark, text=text,
    ).encode(), by="tests")  # fmt: skip
    firm.settle()
    firm.pass_time(minutes=20)


def account(firm: Firm) -> str:
    return firm.books.account("Discounts" if firm.ledger == "quickbooks" else "Sales")


class Paid:
    """98 of 100 came for an invoice, and the discount of 2 is booked."""

    def __init__(self, firm: Firm) -> None:
        self.firm, self.account = firm, account(firm)
        self.invoice = firm.owe(firm.books.customer("Ash"), "INV-1", "100.00")
        allow(firm, {"account": self.account, "kinds": ["discount"], "at_most": {"USD": "25.00"}})
        firm.pass_time(minutes=20)
        self.before = ledger_state(firm)
        bring(firm, 1, "C", PAID)
        firm.pass_time(minutes=20)
        assert self.standing == (0, 2)

    @property
    def standing(self) -> tuple[Decimal, Decimal]:
        """What is open on the invoice, and what is booked to the account."""
        return self.firm.books.balance(self.invoice), self.firm.books.booked(self.account)

    def remove(self, *, and_spoil: bool = False) -> None:
        """The bookkeeper deletes the payment; with `and_spoil` the credit may not be undone then:
        somebody changed it, or closed the period."""
        (written,) = [i for i in self.firm.intents() if isinstance(i.effect, RecordPayment)]
        self.firm.books.remove(written.receipt)
        if and_spoil and self.firm.ledger == "quickbooks":
            (memo,) = self.firm.hand.find("CreditMemo")
            self.firm.hand.update("CreditMemo", {"Id": memo["Id"], "Line": [
                {"Amount": Decimal(3), "DetailType": "SalesItemLineDetail",
                 "SalesItemLineDetail": {"ItemRef": {"value": "1"}}},
            ]})  # fmt: skip
        elif and_spoil:
            self.firm.hand.set_organisation(PeriodLockDate=self.firm.today.isoformat())
        self.firm.pass_time(minutes=60)
        self.firm.pass_nights(1)


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, modes={"cash": Mode.AUTOPILOT, "note": Mode.AUTOPILOT})


def credits_of(firm: Firm) -> list[Step]:
    return [it.state for it in firm.intents() if isinstance(it.effect, CreditDifference)]


def about_difference(firm: Firm) -> list[str]:
    return [it.summary for it in firm.asked() if it.subject.startswith("difference:")]


def test_what_was_booked_with_a_deleted_payment_is_undone_behind_it(firm: Firm) -> None:
    paid = Paid(firm)
    paid.remove()
    assert paid.standing == (100, 0)
    assert ledger_state(firm) == paid.before
    assert credits_of(firm) == [Step.UNDONE]
    (item,) = firm.all_money()
    assert (item.state, item.left) == (Standing.REVIEW, usd("98"))
    (asked,) = firm.asked()
    assert asked.subject == item.subject, "what becomes of the money is a person's to say"
    said = [i.effect.text for i in firm.intents(Step.CONFIRMED) if isinstance(i.effect, AddNote)]
    assert any(text.startswith("Undone by ledgerhand: USD 2.00") for text in said)
    assert conserved(firm).parts.waiting == usd("98")
    firm.pass_nights(2)
    assert len([it for it in firm.intents() if isinstance(it.effect, Undo)]) == 2


def test_money_that_is_gone_was_not_matched_wrongly(firm: Firm) -> None:
    paid = Paid(firm)
    paid.remove()
    since = firm.deps.now() - timedelta(days=30)
    with firm.deps.reading() as tx:
        assert reversals.corrected(tx, firm.connection_id, since=since) == set()


def test_a_bounce_closes_its_line_once_nothing_booked_with_it_stands(firm: Firm) -> None:
    paid = Paid(firm)
    paid.remove()
    bring(firm, 2, "RC", f"RETURNED {PAID}")
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert paid.standing == (100, 0)
    assert firm.asked() == []
    assert total(firm).taken_back.amount == 0


def test_a_line_does_not_close_itself_while_something_booked_with_it_stands(firm: Firm) -> None:
    paid = Paid(firm)
    paid.remove(and_spoil=True)
    assert credits_of(firm) == [Step.CONFIRMED]
    (why,) = about_difference(firm)
    assert "USD 2.00 booked to account" in why
    assert "on INV-1" in why
    assert ("changed or used" if firm.ledger == "quickbooks" else "the period is locked") in why
    bring(firm, 2, "RC", f"RETURNED {PAID}")
    assert [it.state for it in firm.all_money()] == [Standing.REVIEW]
    firm.pass_nights(2)
    assert len(about_difference(firm)) == 1, "it is asked once"
    (mine,) = [it for it in firm.asked() if it.subject.startswith("difference:")]
    answers.reject(firm.deps, mine.id, "ann")
    firm.sweep()
    assert about_difference(firm) == []
    (back,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    answers.approve(firm.deps, back.id, 0, "ann")
    firm.settle()
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]


def test_once_the_period_is_open_again_an_approval_undoes_it(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"cash": Mode.AUTOPILOT})
    paid = Paid(firm)
    paid.remove(and_spoil=True)
    assert paid.standing[1] == 2
    firm.hand.set_organisation(PeriodLockDate=None)
    (mine,) = [it for it in firm.asked() if it.subject.startswith("difference:")]
    answers.approve(firm.deps, mine.id, 0, "ann")
    firm.settle()
    firm.pass_time(minutes=20)
    assert paid.standing == (100, 0)
    assert about_difference(firm) == []
    assert [it.actor for it in firm.log("difference.approved")] == ["ann"]


def test_in_copilot_a_person_agrees_first(firm: Firm) -> None:
    paid = Paid(firm)
    firm.switch(cash=Mode.COPILOT)
    paid.remove()
    assert paid.standing == (98, 2)
    (mine,) = [it for it in firm.asked() if it.subject.startswith("difference:")]
    answers.approve(firm.deps, mine.id, 0, "ann")
    firm.settle()
    firm.pass_time(minutes=20)
    assert paid.standing == (100, 0)
    assert about_difference(firm) == []


def test_an_agreed_bounce_undoes_it_too(firm: Firm) -> None:
    paid = Paid(firm)
    firm.switch(cash=Mode.COPILOT)
    paid.remove()
    bring(firm, 2, "RC", f"RETURNED {PAID}")
    (back,) = [it for it in firm.asked() if it.subject.startswith("return:")]
    answers.approve(firm.deps, back.id, 0, "ann")
    firm.settle()
    firm.pass_time(minutes=40)
    assert paid.standing == (100, 0)
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert about_difference(firm) == []


def test_where_the_credit_was_taken_out_as_well_nothing_is_asked_about_it(firm: Firm) -> None:
    paid = Paid(firm)
    firm.switch(cash=Mode.COPILOT)
    paid.remove()
    assert len(about_difference(firm)) == 1
    take_out_credit(firm)
    firm.pass_time(minutes=60)
    firm.pass_nights(1)
    assert paid.standing == (100, 0)
    assert credits_of(firm) == [Step.REVERSED]
    assert [it.actor for it in firm.log("difference.gone")] == ["ledger"]
    assert about_difference(firm) == []


def test_a_line_that_was_set_aside_as_returned_stays_so(firm: Firm) -> None:
    paid = Paid(firm)
    firm.switch(cash=Mode.COPILOT)
    paid.remove()
    (item,) = firm.all_money()
    set_aside.by_person(
        firm.deps, firm.connection_id, item.subject, As.RETURNED, reason="bounced", by="ann"
    )
    firm.switch(cash=Mode.AUTOPILOT)
    firm.pass_nights(1)
    assert paid.standing == (100, 0)
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert total(firm).parts.returned == usd("98")


def test_what_a_person_moved_to_another_invoice_is_asked_about(open_firm: Opens) -> None:
    firm = open_firm("quickbooks", modes={"cash": Mode.AUTOPILOT})
    paid = Paid(firm)
    payment = next(p for p in firm.hand.find("Payment") if p["TotalAmt"])
    firm.hand.update("Payment", {"Id": payment["Id"], "Line": []})
    firm.pass_time(minutes=60)
    assert paid.standing == (98, 2)
    (why,) = about_difference(firm)
    assert "changed in the ledger by somebody" in why


def take_out_credit(firm: Firm) -> None:
    if firm.ledger == "quickbooks":
        for payment in firm.hand.find("Payment"):
            firm.hand.delete("Payment", payment["Id"])
        (memo,) = firm.hand.find("CreditMemo")
        firm.hand.delete("CreditMemo", memo["Id"])
        return
    (note,) = firm.hand.all("CreditNotes")
    (row,) = note["Allocations"]
    firm.hand.take_back("CreditNotes", note["CreditNoteID"], row["AllocationID"])
    firm.hand.update("CreditNotes", note["CreditNoteID"], {"Status": "VOIDED"})


def test_it_is_undone_on_the_day_after(firm: Firm) -> None:
    paid = Paid(firm)
    firm.pass_days(1)
    (ours,) = [one for one in firm.intents() if isinstance(one.effect, RecordPayment)]
    firm.books.remove(ours.receipt)
    firm.pass_time(minutes=60)
    bring(firm, 2, "RC", f"RETURNED {PAID}")
    assert paid.standing == (98, 2)
    assert about_difference(firm) == []
    assert not [it for it in firm.asked() if it.subject.startswith("return:")]
    firm.pass_nights(1)
    assert paid.standing == (100, 0)
    assert [it.state for it in firm.all_money()] == [Standing.CLOSED]
    assert firm.asked() == []


@pytest.mark.parametrize("minutes", [0, 2, 240])
def test_what_was_booked_stays_where_the_money_is_entered_again(
    firm: Firm, minutes: int
) -> None:  # fmt: skip
    """By the bookkeeper's own hand, on the same day: nothing is open, and the discount belongs to
    it."""
    paid = Paid(firm)
    (ours,) = [one for one in firm.intents() if isinstance(one.effect, RecordPayment)]
    firm.books.remove(ours.receipt)
    if minutes:
        firm.settle()
        firm.pass_time(minutes=minutes)
        assert paid.standing == (98, 2), "until the day is over"
    firm.books.pay_by_hand(ours.effect.customer_id, paid.invoice, Decimal("98.00"), firm.today)
    firm.pass_time(minutes=60)
    firm.pass_nights(1)
    firm.sweep()
    assert paid.standing == (0, 2)
    assert firm.asked() == []
    assert not any(isinstance(it.effect, Undo) for it in firm.intents())
