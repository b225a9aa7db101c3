"""No message says what is not so: of earlier messages, and of how the customer pays."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.customer.account import Account, DueInvoice, SentMessage, side_by_side
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.decision import Send
from dunning.deciding.joint import next_step
from dunning.letter.letters import drafted
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from dunning.spoken.speech import brief, facts_of
from dunning.words.phrases import phrases_of
from providers.money import Money
from tests.dunning.accounts import account, at, invoice, message, pays, promise
from tests.dunning.letter_accounts import HEAD, LOCALES, decided, owing, policy

EVERY = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL")
USUAL = policy()
A, B = invoice("A", "100"), invoice("B", "200")


def step_of(one: Account, day: str, rules: DunningPolicy = USUAL) -> Send:
    step = next_step(one, rules, at(day))
    assert isinstance(step, Send), step
    return step


def told(one: Account, step: Send, rules: DunningPolicy = USUAL) -> str:
    """Subject and paragraphs of the letter, without its table."""
    parts = drafted(one, step, rules, HEAD, {})
    return " ".join((parts.subject, *parts.before, *parts.after))


def texted(one: Account, step: Send, rules: DunningPolicy = USUAL) -> str:
    return brief(facts_of(one, step, rules, "Cedar"))


def test_of_two_invoices_one_was_never_written_about() -> None:
    heard = (message("direct", "2026-03-16", "A"),)
    one = account(replace(A), invoice("B", "200"), sent=heard)
    step = step_of(one, "2026-03-25")

    assert len(step.invoice_ids) == 2
    assert step.tone is Tone.FINAL
    assert step.manner.last_on is None
    assert "wrote" not in told(one, step) + texted(one, step)
    both = replace(one, sent=(*heard, message("friendly", "2026-03-16", "B")))
    step = step_of(both, "2026-03-25")
    assert "although we wrote to you about them on March 16, 2026" in told(both, step)
    assert "although we wrote on March 16, 2026" in texted(both, step)


def test_days_on_which_each_was_written_about_alone_are_no_day_for_both() -> None:
    apart = (message("friendly", "2026-03-05", "A"), message("friendly", "2026-03-10", "B"))
    one = account(A, B, sent=apart)
    assert step_of(one, "2026-03-16").manner.last_on is None
    together = (message("friendly", "2026-03-05", "A", "B"), apart[1])
    one = account(A, B, sent=together)
    step = step_of(one, "2026-03-16")
    assert step.manner.last_on == date(2026, 3, 5)
    assert "We wrote to you about these invoices on March 5, 2026." in told(one, step)


JANUARY = [date(2026, 1, day) for day in range(5, 29)]
STEPS = (
    Step(name="friendly", offset_days=3, tone=Tone.FRIENDLY),
    Step(name="reminder", offset_days=10, tone=Tone.REMINDER),
    Step(name="direct", offset_days=20, tone=Tone.DIRECT),
    Step(name="final", offset_days=30, tone=Tone.FINAL),
)


@st.composite
def accounts(draw: Any) -> list[Account]:
    """Accounts in one currency or two, due in March, with messages of all kinds in January."""
    found = []
    for currency in draw(st.sampled_from([("USD",), ("EUR", "USD")])):
        bills = [
            replace(
                invoice(f"{currency}-{n}", currency=currency,
                        due=date(2026, 3, 2) + timedelta(days=draw(st.integers(0, 6)))),
                reopened=draw(st.booleans()),
            )
            for n in range(draw(st.integers(1, 3)))
        ]  # fmt: skip
        sent = [
            SentMessage(
                "earlier", at(draw(st.sampled_from(JANUARY)).isoformat()),
                tuple(draw(st.sets(st.sampled_from([i.id for i in bills]), min_size=1))),
                noted_only=draw(st.booleans()), is_written=draw(st.booleans()),
            )
            for _ in range(draw(st.integers(0, 4)))
        ]  # fmt: skip
        paid = draw(st.sampled_from([pays(1), pays(30), pays(6, on_time_share=Decimal("0.6"))]))
        standing = replace(paid, year=Money.zero(currency))
        one = account(*(bills if currency == "USD" else ()), sent=tuple(sent), standing=standing)
        if currency != "USD":
            one = replace(one, currency=currency, credits=Money.zero(currency),
                          invoices=tuple(bills))  # fmt: skip
        found.append(one)
    return side_by_side(found)


@settings(max_examples=120, deadline=None)
@given(
    accounts(), st.sampled_from(EVERY), st.dates(date(2026, 3, 12), date(2026, 4, 10)),
)  # fmt: skip
def test_no_message_names_a_day_on_which_one_of_its_invoices_was_not_written_about(
    found: list[Account], locale: str, day: date
) -> None:
    rules = policy(locale, steps=STEPS)
    phrases = phrases_of(locale)
    for one in found:
        step = next_step(one, rules, at(day.isoformat()))
        if not isinstance(step, Send):
            continue
        said = told(one, step, rules) + texted(one, step, rules)
        everything = [*one.sent, *(m for beside in one.beside for m in beside.sent)]
        ids = {id_ for part in (step, *step.besides) for id_ in part.invoice_ids}
        for named in (it for it in JANUARY if re.search(rf"(?<!\d){phrases.day(it)}", said)):
            about = {
                id_
                for m in everything
                if m.at.date() == named and m.is_written and not m.noted_only
                for id_ in m.invoice_ids
            }
            assert ids <= about, said


def elsewhere(late_days: int, standing: Any, *, owed: str = "9000") -> Account:
    """The customer's account in Canadian dollars."""
    due = date(2026, 3, 16) - timedelta(days=late_days)
    bill: DueInvoice = invoice("C-1", owed, currency="CAD", due=due)
    zero = Money.zero("CAD")
    return replace(account(), currency="CAD", credits=zero, invoices=(bill,),
                   standing=replace(standing, year=zero))  # fmt: skip


@pytest.mark.parametrize(("_case", "beside", "payer", "years"), [
    ("good everywhere", elsewhere(0, pays(1)), Payer.RELIABLE, 5),
    ("chronic elsewhere", elsewhere(0, pays(45)), Payer.CHRONIC, 0),
    ("much is late elsewhere", elsewhere(40, pays(1)), Payer.MIXED, 0),
    ("nothing is known elsewhere", elsewhere(0, pays(0, paid=1, on_time_share=None)),
     Payer.RELIABLE, 5),
    ("a longer relation elsewhere", elsewhere(0, pays(1, years=8)), Payer.RELIABLE, 8),
])  # fmt: skip
def test_nobody_is_thanked_for_one_currency_who_owes_in_another(
    _case: str, beside: Account, payer: Payer, years: int
) -> None:
    own = account(A, standing=pays(1), sent=(message("friendly", "2026-03-05", "A"),))
    own, _ = side_by_side([own, beside])
    step = next_step(own, USUAL, at("2026-03-16"))
    if not isinstance(step, Send):
        step = next_step(own.beside[0], USUAL, at("2026-03-16"))
        assert isinstance(step, Send)
        own = own.beside[0]
    assert {part.manner.payer for part in (step, *step.besides)} == {payer}
    assert step.manner.years == years
    assert ("You have been with us" in told(own, step)) is (payer is Payer.RELIABLE)


def test_nobody_is_thanked_for_paying_reliably_beside_a_promise_that_was_not_kept() -> None:
    one = account(A, B, promises=(promise("2026-03-12", "100", "A"),), standing=pays(1),
                  sent=(message("friendly", "2026-03-05", "A", "B"),))  # fmt: skip
    step = step_of(one, "2026-03-16")
    assert step.manner.years == 5
    assert "You have been with us" not in told(one, step)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_was_written_last_is_written_about_these_invoices(locale: str) -> None:
    """Whatever came after it: the sentence stays true after a returned payment or a promise."""
    for purpose in Purpose:
        for count in (1, 3):
            one = owing(count)
            said = told(one, decided(one, Tone.REMINDER, purpose), policy(locale))
            if locale.startswith("en"):
                which = "this invoice" if count == 1 else "these invoices"
                assert f"wrote to you about {which} on " in said
