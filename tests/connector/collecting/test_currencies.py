"""A customer that owes in two currencies: one message, a total for each, and never a sum of both.

In QuickBooks a customer has one currency; a Xero contact may be invoiced in any.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import cycle

import pytest

from connector import jobs
from connector.account import taking
from connector.answering import answers
from connector.correspondence import messages
from connector.decided import decisions
from connector.next_step import shadow
from connector.next_step.course import How
from connector.outcomes import facts
from connector.outgoing.effects import SendReminder
from connector.outgoing.intents import Step
from connector.rule_changes.membership import membership
from connector.rules import policy as policies
from connector.rules.modes import Mode
from dunning.deciding.decision import Send
from dunning.deciding.joint import next_step
from dunning.rules.policy import EVERYBODY
from tests.connector.firm import Firm
from tests.connector.next_step.test_course import planned

Opens = Callable[..., Firm]
LATE = (4, 9, 24)
"""Days, each of another stage."""


def owe(firm: Firm, customer: str, number: str, amount: str, currency: str, late: int = 4) -> str:
    due = firm.today - timedelta(days=late)
    made = firm.hand.create("Invoices", {
        "Type": "ACCREC", "Status": "AUTHORISED", "Contact": {"ContactID": customer},
        "InvoiceNumber": number, "Date": str(due - timedelta(days=30)), "DueDate": str(due),
        "CurrencyCode": currency, "LineAmountTypes": "NoTax", "LineItems": [{
            "Description": "W", "Quantity": 1, "UnitAmount": amount, "AccountCode": "200",
        }],
    })  # fmt: skip
    return str(made["InvoiceID"])


def owes_both(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    owe(firm, ash, "INV-1", "100.00", "USD")
    owe(firm, ash, "INV-2", "70.00", "EUR")


@pytest.fixture
def firm(open_firm: Opens) -> Firm:
    modes = {"remind": Mode.AUTOPILOT, "note": Mode.AUTOPILOT}
    return open_firm("xero", modes=modes, dunning={"bank_lag_days_max": None})


def sent(firm: Firm) -> list[SendReminder]:
    found = (one.effect for one in firm.intents(Step.CONFIRMED))
    return [effect for effect in found if isinstance(effect, SendReminder)]


def test_fifty_invoices_in_two_currencies_and_three_stages_are_one_mail(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    places = zip(range(50), cycle(LATE), cycle(("USD", "EUR")), strict=False)
    for number, late, currency in places:
        owe(firm, ash, f"INV-{number:02}", "10.00", currency, late)
    firm.pass_time(minutes=20)
    firm.pass_time(hours=2)
    (mail,) = firm.mails()
    assert all(f"INV-{number:02}" in mail["text"] for number in range(50))
    assert mail["text"].count("250.00") >= 2
    assert "500" not in mail["text"] + mail["html"]
    (effect,) = sent(firm)
    assert (effect.step, [one.total.currency for one in effect.besides]) == ("final", ["USD"])
    with firm.deps.reading() as tx:
        (kept,) = messages.sent(tx, firm.connection_id)
    assert len(kept.invoice_ids) == 50
    (said,) = firm.log("send_reminder.sent")
    assert said.decision_id
    firm.pass_days(3)
    assert len(firm.mails()) == 1, "neither currency is asked for again before its next stage"


def test_the_accountant_reads_of_both_in_one_note(firm: Firm) -> None:
    owes_both(firm)
    firm.pass_time(minutes=20)
    firm.pass_time(minutes=5)
    told = firm.books.notes_with("about EUR 70.00 and USD 100.00 to")
    assert told == 3, "one on the customer and one on each invoice"


def test_it_counts_as_one_contact_for_both(firm: Firm) -> None:
    owes_both(firm)
    firm.pass_time(minutes=20)
    firm.pass_days(30)
    both = [("INV-1" in mail["text"], "INV-2" in mail["text"]) for mail in firm.mails()]
    assert len(both) >= 3
    assert set(both) == {(True, True)}, "they go through the stages together"


def test_what_is_paid_before_it_goes_out_is_not_in_it(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    owe(firm, ash, "INV-1", "100.00", "USD")
    euros = owe(firm, ash, "INV-2", "70.00", "EUR")
    firm.world.clock.advance(timedelta(minutes=16))
    for job in ("sync", "decide"):
        jobs.RUN[job](firm.deps, firm.connection_id)
    firm.books.pay_by_hand(ash, euros, Decimal(70), firm.today)
    firm.pass_time(minutes=2)
    firm.pass_time(minutes=2)
    (mail,) = firm.mails()
    assert "INV-1" in mail["text"]
    assert "INV-2" not in mail["text"]
    (told,) = firm.log("send_reminder.not sent")
    assert told.what["reason"]


def test_in_copilot_it_is_one_question_and_one_mail(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.COPILOT}, dunning={"bank_lag_days_max": None})
    ash = firm.books.customer("Ash")
    owe(firm, ash, "INV-1", "100.00", "USD")
    firm.pass_time(minutes=20)
    (alone,) = firm.asked()
    owe(firm, ash, "INV-2", "70.00", "EUR")
    firm.pass_time(minutes=20)
    (both,) = firm.asked()
    assert "about EUR 70.00 and USD 100.00, invoices INV-2, INV-1" in both.summary
    assert both.id != alone.id
    answers.approve(firm.deps, both.id, 0, "ann")
    firm.settle()
    (mail,) = firm.mails()
    assert "INV-1" in mail["text"]
    assert "INV-2" in mail["text"]
    firm.pass_days(1)
    assert firm.asked() == []


def test_turned_down_it_is_turned_down_for_both(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.COPILOT}, dunning={"bank_lag_days_max": None})
    owes_both(firm)
    firm.pass_time(minutes=20)
    (asked,) = firm.asked()
    answers.reject(firm.deps, asked.id, "ann")
    firm.pass_days(2)
    assert (firm.asked(), firm.mails()) == ([], [])


def test_the_plan_shows_the_one_message_that_then_goes_out(firm: Firm) -> None:
    ash = firm.books.customer("Ash")
    owe(firm, ash, "INV-1", "100.00", "USD", late=2)
    owe(firm, ash, "INV-2", "70.00", "EUR", late=2)
    firm.pass_time(minutes=20)
    ahead = planned(firm, days=20)
    firm.pass_days(20)
    shown = [(one.step, str(one.total), tuple(map(str, one.besides))) for one in ahead
             if one.how is How.BY_ITSELF]  # fmt: skip
    went = [(one.step, str(one.total), tuple(str(it.total) for it in one.besides))
            for one in sent(firm)]  # fmt: skip
    assert shown == went
    assert all(besides for _, _, besides in went)


LARGE = {
    "name": "large", "when": {"year_at_least": {"EUR": "50000"}},
    "change": {"with_a_person": "a large client"},
}  # fmt: skip


def test_who_is_large_in_one_currency_is_written_to_by_a_person_in_all(open_firm: Opens) -> None:
    def a_past(firm: Firm) -> None:
        ash = firm.books.customer("Ash")
        paid = owe(firm, ash, "P-1", "60000.00", "EUR", late=90)
        firm.books.pay_by_hand(ash, paid, Decimal(60000), firm.today - timedelta(days=90))
        owe(firm, ash, "INV-1", "200.00", "USD")

    rules = {"bank_lag_days_max": None, "segments": [LARGE]}
    firm = open_firm("xero", modes={"remind": Mode.AUTOPILOT}, dunning=rules, fill=a_past)
    firm.pass_time(minutes=20)
    assert firm.mails() == []
    (asked,) = firm.asked()
    assert "Ash: a large client" in asked.summary
    now = firm.deps.now()
    with firm.deps.reading() as tx:
        policy = policies.current(tx, firm.connection.client_id).policy.dunning
        found = membership(tx, firm.connection, policy, policy, now).members
    assert {name: names.count for name, names in found.items()} == {"large": 1, EVERYBODY: 0}


def test_shadow_tells_of_both(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.SHADOW}, dunning={"bank_lag_days_max": None})
    owes_both(firm)
    firm.pass_time(minutes=20)
    with firm.deps.reading() as tx:
        (would,) = shadow.report(tx, firm.connection, firm.deps.now()).sent
    assert (would.count, sorted(map(str, would.amounts))) == (1, ["EUR 70.00", "USD 100.00"])


def test_an_answer_counts_as_help_in_both(open_firm: Opens) -> None:
    firm = open_firm("xero", modes={"remind": Mode.COPILOT}, dunning={"bank_lag_days_max": None})
    owes_both(firm)
    firm.pass_time(minutes=20)
    firm.approve()
    with firm.deps.reading() as tx:
        found = facts.read(tx, firm.connection, firm.deps.now())
    assert [one.currency for one in found.answers] == ["EUR", "USD"]


def test_a_question_about_both_is_looked_at_again(open_firm: Opens) -> None:
    limits = {"bank_lag_days_max": None, "remind_at_most": {"EUR": "160"}}
    firm = open_firm("xero", modes={"remind": Mode.AUTOPILOT}, currency="EUR", dunning=limits)
    ash = firm.books.customer("Ash")
    owe(firm, ash, "INV-1", "100.00", "USD")
    owe(firm, ash, "INV-2", "150.00", "EUR")
    firm.pass_time(minutes=20)
    (asked,) = firm.asked()
    assert "together at the recorded rate" in asked.summary
    assert firm.plan()[ash].look_at is not None
    firm.approve()
    (mail,) = firm.mails()
    assert "INV-1" in mail["text"]
    assert "INV-2" in mail["text"]


def test_what_is_kept_of_the_decision_gives_it_again(firm: Firm) -> None:
    owes_both(firm)
    firm.pass_time(minutes=20)
    (said,) = firm.log("send_reminder.sent")
    with firm.deps.reading() as tx:
        made = decisions.find(tx, said.decision_id)
        rules = policies.current(tx, firm.connection.client_id).policy.dunning
    assert made
    account = taking.ACCOUNT.validate_python(made.inputs["account"])
    step = taking.STEPS[Send].validate_python(made.outcome)
    assert len(step.besides) == 1
    assert next_step(account, rules, made.at) == step
