"""What letters say: true, and fit for the customer they go to."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.customer.account import Account
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.letter.letters import Letter, compose
from dunning.rules.steps import Do, Step, Tone
from providers.money import Money
from tests.dunning.accounts import account, at, invoice, message
from tests.dunning.letter_accounts import (
    BAD,
    GOOD,
    HEAD,
    decided,
    owing,
    policy,
)


def letter(one: Account, step: Send, locale: str = "en_US", **changes: object) -> Letter:
    return compose(one, step, policy(locale, **changes), HEAD, {})


@pytest.mark.parametrize("tone", Tone)
def test_a_reliable_payer_and_a_chronic_one_are_written_to_differently(tone: Tone) -> None:
    one = owing(1, tone)
    clean = letter(one, decided(one, tone, payer=Payer.RELIABLE))
    chronic = letter(one, decided(one, tone, payer=Payer.CHRONIC))

    assert clean.subject != chronic.subject
    assert clean.text != chronic.text
    assert "5 years" in clean.text
    assert "years" not in chronic.text


@pytest.mark.parametrize(("locale", "words"), [
    ("en_US", "You have been with us for more than 5 years and pay reliably."),
    ("de_DE", "Seit mehr als 5 Jahren arbeiten wir nun zusammen, und Sie zahlen"),
    ("fr_FR", "Nous travaillons ensemble depuis plus de 5 ans et vos"),
    ("es_ES", "Trabajamos juntos desde hace más de 5 años y sus"),
    ("nl_NL", "Wij werken al meer dan 5 jaar samen en u"),
])  # fmt: skip
def test_years_of_which_the_first_is_not_known_are_said_to_be_more(locale: str, words: str) -> None:
    one = owing(1, Tone.REMINDER)
    step = decided(one, payer=Payer.RELIABLE)
    told = " ".join(letter(one, step, locale).text.split())
    assert words not in told
    longer = replace(step, manner=replace(step.manner, is_longer=True))
    assert words in " ".join(letter(one, longer, locale).text.split())


def test_that_somebody_pays_on_time_is_said_once() -> None:
    one = owing(1, Tone.DIRECT)
    told = " ".join(letter(one, decided(one, Tone.DIRECT, payer=Payer.RELIABLE)).text.split())
    assert "We know you as somebody who pays on time" in told
    assert "You have been with us for 5 years. Thank you for that." in told
    assert "pay reliably" not in told


def test_the_decision_itself_gives_two_customers_two_letters_for_one_stage() -> None:
    told = []
    for standing in (GOOD, BAD):
        one = account(invoice(), standing=standing, sent=(message("x", "2026-03-05", "INV-1"),))
        step = next_step(one, policy(), at("2026-03-16"))
        assert isinstance(step, Send)
        told.append((step.step, letter(one, step)))

    (clean_step, clean), (chronic_step, chronic) = told
    assert clean_step == chronic_step == "direct"
    assert clean.subject.startswith("Can we help with invoice INV-1?")
    assert chronic.subject.startswith("Payment date needed: invoice INV-1, 14 days overdue")


def test_a_disputed_part_is_left_out_and_named_with_its_case() -> None:
    part = replace(invoice("INV-1", "1000", disputed="200"), case="17")
    one = account(part)
    written = letter(one, decided(one))

    said = "We have left out $200.00, which is still being clarified as case 17."
    assert said in " ".join(written.text.split())
    assert re.search(r"Total to pay +\$800\.00", written.text)


def test_two_cases_are_cases() -> None:
    part = replace(invoice("INV-1", "1000", disputed="200"), case="17, 18")
    one = account(part)

    assert "as cases 17, 18" in " ".join(letter(one, decided(one)).text.split())


def test_a_broken_promise_is_named_with_its_amount_and_day() -> None:
    one = owing(1)
    written = letter(one, decided(one, purpose=Purpose.PROMISE_BROKEN))

    assert "You told us that $60.00 would be paid by March 12, 2026." in " ".join(
        written.text.split()
    )
    assert written.subject.startswith("The payment promised for March 12, 2026")


def test_nothing_is_said_of_earlier_messages_where_there_was_none() -> None:
    one = owing(1, Tone.FINAL)

    for tone in Tone:
        told = letter(one, decided(one, tone, heard=False)).text
        assert not re.search(r"wrote|written|message of", told), told


def test_a_message_that_shadow_noted_only_was_never_sent() -> None:
    noted = replace(message("x", "2026-03-05", "INV-1"), noted_only=True)
    one = account(invoice(), sent=(noted,))
    step = next_step(one, policy(), at("2026-03-16"))

    assert isinstance(step, Send)
    assert step.manner.last_on is None


def test_nothing_overdue_is_spoken_of_as_if_it_fell_due() -> None:
    one = owing(1, Tone.DIRECT)

    told = letter(one, decided(one, Tone.UPCOMING)).text
    assert "was due on March 2, 2026" in " ".join(told.split())


def test_a_partly_paid_invoice_is_not_called_unpaid() -> None:
    partly = replace(invoice("INV-1", "1000"), open=Money.of("150", "USD"))
    one = account(partly)

    for tone in (Tone.FRIENDLY, Tone.REMINDER, Tone.DIRECT, Tone.FINAL):
        for payer in Payer:
            told = " ".join(letter(one, decided(one, tone, payer=payer)).text.split())
            assert "$150.00" in told
            assert "of $1,000.00" in told
            assert "not received payment" not in told
            assert "neither" not in told


STEPS = (
    Step(name="reminder", offset_days=14, tone=Tone.REMINDER),
    Step(name="direct", offset_days=21, tone=Tone.DIRECT),
)


def following(do: Do, tone: Tone = Tone.DIRECT) -> tuple[Step, ...]:
    return (STEPS[0], Step(name="next", offset_days=21, tone=tone, do=do))


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (STEPS, "If this is still open on March 23, 2026, we will write to you again."),
        (following(Do.CALL), "If this is still open on March 23, 2026, we will call you."),
        (following(Do.LETTER), "we will send you a letter by post."),
        (STEPS[:1], "one of us will look at your account in person."),
        (following(Do.REFERRAL, Tone.FINAL), "one of us will look at your account in person."),
        (following(Do.CREDIT_HOLD, Tone.FINAL), "one of us will look at your account in person."),
    ],
    ids=["message", "call", "letter", "end", "referral", "credit hold"],
)
def test_what_comes_next_is_what_the_policy_does(steps: tuple[Step, ...], said: str) -> None:
    rules = policy(steps=steps)
    one = account(invoice(), sent=(message("x", "2026-03-05", "INV-1"),))
    step = next_step(one, rules, at("2026-03-16"))
    assert isinstance(step, Send)

    told = " ".join(compose(one, step, rules, HEAD, {}).text.split())
    assert said in told
    for word in ("referral", "credit hold", "hold", "demand"):
        assert word not in told


def test_a_customer_is_written_to_in_its_own_language_and_brand() -> None:
    own = {"maple": {"locale": "de_DE", "brand": {"sender_name": "Zeder & Kiefer"}}}
    one = owing(1)
    written = compose(one, decided(one), policy(customers=own), HEAD, {})

    assert written.subject.endswith(" - Zeder & Kiefer")
    assert "Mit freundlichen Grüßen\nZeder & Kiefer" in written.text
    assert '<html lang="de"' in written.html


def test_only_an_e_mail_can_be_replied_to() -> None:
    one = owing(1)
    told = letter(one, replace(decided(one), channel=Channel.LETTER)).text

    assert "reply to this e-mail" not in told
    assert "You can reach us at accounts@cedar.example" in " ".join(told.split())


AMOUNT = re.compile(r"\$[\d,]+\.\d\d")


@st.composite
def accounts(draw: Any) -> Account:
    cents = st.integers(1, 10_000_000)
    bills = []
    for n in range(draw(st.integers(1, 4))):
        open_ = draw(cents)
        total = Money.of(Decimal(open_ + draw(st.integers(0, 500_000))) / 100, "USD")
        disputed = draw(st.one_of(st.none(), st.integers(1, open_ - 1))) if open_ > 1 else None
        bills.append(
            replace(
                invoice(f"N{n}"),
                total=total,
                open=Money.of(Decimal(open_) / 100, "USD"),
                disputed=Money.of(Decimal(disputed) / 100, "USD") if disputed else None,
            )
        )
    asked = Money.total((i.asked for i in bills), "USD")
    credit = draw(st.integers(0, int(asked.amount * 100) - 1))
    return account(*bills, credits=str(Decimal(credit) / 100))


@settings(max_examples=60, deadline=None)
@given(one=accounts(), tone=st.sampled_from(Tone), purpose=st.sampled_from(Purpose))
def test_no_amount_is_offered_that_is_not_in_the_account(
    one: Account, tone: Tone, purpose: Purpose
) -> None:
    step = decided(one, tone, purpose)
    written = letter(one, step)
    owed = Money.total((i.open for i in one.invoices), "USD")
    parts = (step.total, step.credits, owed, step.manner.disputed)
    allowed = {money.shown("en_US") for money in parts if money}
    allowed |= {money.shown("en_US") for i in one.invoices for money in (i.open, i.total)}
    if step.manner.promise:
        allowed.add(step.manner.promise.amount.shown("en_US"))

    for part in (written.subject, written.text, written.html):
        assert set(AMOUNT.findall(part)) <= allowed
    last = re.search(r"Total to pay +(\S+)", written.text)
    assert last
    assert last[1] == (owed - (step.manner.disputed or Money.zero("USD")) - one.credits).shown(
        "en_US"
    )
