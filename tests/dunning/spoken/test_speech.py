"""What is texted and said: short enough, in five languages, with a way out, and never a verb."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.customer.account import Promise
from dunning.customer.channels import Channel
from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.deciding.decide import next_step
from dunning.deciding.decision import Send
from dunning.rules.brand import Brand
from dunning.rules.policy import DunningPolicy
from dunning.rules.steps import Step, Tone
from dunning.spoken.sms_segments import plainer, segments, septets
from dunning.spoken.speech import (
    TEXT_CHARACTERS_MAX,
    Facts,
    brief,
    facts_of,
    links_message,
    person_script,
    say,
    text_message,
    with_pages,
)
from dunning.words.banned import banned
from dunning.words.phrases import LANGUAGES
from tests.dunning import letter_accounts
from tests.dunning.accounts import account, at, invoice, message
from tests.dunning.letter.test_letters import golden
from tests.dunning.letter_accounts import manners

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "pl_PL")
FACTS = Facts(
    locale="en_US", company="Cedar Joinery", customer="Maple LLC", total="$100.00", count=1,
    number="INV-1", due="March 2, 2026",
)  # fmt: skip
PAID_AT = "https://pay.example/i/7f3c2a90b1d84e5"
AUTOMATIC = {"en": "automated", "de": "automatisch", "fr": "automatique", "es": "autom",
             "nl": "automatisch"}  # fmt: skip


def facts(locale: str, **changes: object) -> Facts:
    return replace(FACTS, locale=locale if locale != "pl_PL" else "en_GB", **changes)


def decided(day: str = "2026-03-09", *invoices: object, locale: str = "en_US") -> Facts:
    one = account(invoice(), invoice("INV-2", "50.5"))
    policy = DunningPolicy(locale=locale, brand=Brand(sender_name="Cedar & Pine <Ltd>"))
    step = next_step(one, policy, at(day))
    assert isinstance(step, Send)
    return facts_of(one, step, policy, "Cedar & Pine Holdings")


def test_a_reminder_speaks_of_the_oldest_invoice_and_the_total_under_the_brands_name() -> None:
    found = decided()
    assert (found.company, found.number, found.count) == ("Cedar & Pine <Ltd>", "INV-1", 2)
    assert (found.total, found.due) == ("$150.50", "March 2, 2026")
    assert "$150.50 for 2 invoices" in text_message(found)


def test_a_language_that_nobody_wrote_is_spoken_in_english_throughout() -> None:
    found = decided(locale="pl_PL")
    assert (found.language, found.due) == ("en", "2 March 2026")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_says_who_what_and_how_to_stop_in_two_segments_with_its_link(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        said, text = texted(locale, tone, purpose, payer, count)
        case = f"{locale} {tone} {purpose} {payer} {count}: {text}"
        assert text.startswith("Cedar & Pine Joinery"), case
        for fact in (said.total, "STOP", PAID_AT):
            assert fact in text, case
        assert said.due in text or purpose is Purpose.PROMISE_BROKEN, case
        promised = (said.promised, said.promised_on)
        assert not any(promised) or all(plainer(fact) in text for fact in promised), case
        by_plan = purpose is Purpose.INSTALMENT
        names_one = count == 1 or purpose in (Purpose.PAYMENT_STARTED, Purpose.RETURNED)
        assert ("INV-1" in text) is (names_one and not by_plan), case
        assert septets(text) is not None, f"no accent makes a text three times as dear: {case}"
        assert segments(text) <= 2, case
        assert banned(text, said.language, facts=(said.company, "STOP", "SMS", "INV-1")) == (), case
        assert not re.search(r"[{}]|None|  ", text), case


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL"])
def test_texts_and_what_calls_say_read_as_their_golden_file(locale: str) -> None:
    plain = [(tone, Purpose.REMIND, it, n) for tone in Tone for it in Payer for n in (1, 3)]
    purposes = [it for it in Purpose if it is not Purpose.REMIND]
    other = [(Tone.REMINDER, it, Payer.MIXED, count) for it in purposes for count in (1, 3)]
    told = []
    for tone, purpose, payer, count in (*plain, *other):
        said, text = texted(locale, tone, purpose, payer, count)
        title = f"==== {tone}, {purpose}, {payer}, {count}: {segments(text)} SMS ===="
        told.append(f"{title}\n{text}\nSaid: {brief(said)}\n")
    assert "\n".join(told) == golden(f"texts-{locale}.txt")


def texted(
    locale: str, tone: Tone, purpose: Purpose, payer: Payer, count: int
) -> tuple[Facts, str]:
    """The text of a step in a manner of one's choice, with its link."""
    one = letter_accounts.for_purpose(letter_accounts.owing(count, tone), purpose)
    step = letter_accounts.decided(one, tone, purpose, payer)
    said = facts_of(one, step, letter_accounts.policy(locale), "Cedar")
    return said, with_pages(text_message(said), said, pay=PAID_AT, account="")


def test_on_the_due_day_a_text_says_today() -> None:
    one = account(invoice())
    day = Step(name="day", offset_days=0, tone=Tone.UPCOMING, channels=(Channel.TEXT,))
    policy = DunningPolicy(steps=(day,))
    step = next_step(replace(one, text_to="+12125550123"), policy, at("2026-03-02"))
    assert isinstance(step, Send)
    text = text_message(facts_of(one, step, policy, "Cedar"))
    assert text == (
        "Cedar: $100.00 on invoice INV-1 is due today, March 2, 2026."
        " If it is on its way, thank you. Reply STOP to opt out."
    )


SINGULAR = {
    "en_US": "that day", "de_DE": "die Zahlung ein", "fr_FR": "le règlement", "es_ES": "el pago",
    "nl_NL": "de betaling ",
}  # fmt: skip


@pytest.mark.parametrize("locale", SINGULAR)
def test_several_invoices_that_fall_due_on_different_days_are_not_planned_for_one(
    locale: str,
) -> None:
    one = facts(locale, matter=Tone.UPCOMING, register="firm", count=1)
    several = replace(one, count=3)
    asked = [text_message(it) for it in (one, several)]
    assert SINGULAR[locale] in asked[0]
    assert SINGULAR[locale] not in asked[1]


def test_a_broken_promise_is_spoken_of_in_a_text_and_on_the_telephone() -> None:
    bill = invoice()
    promised = Promise((bill.id,), bill.open, date(2026, 3, 10), date(2026, 3, 4), bill.open)
    one = account(bill, promises=(promised,), sent=(message("friendly", "2026-03-04", "INV-1"),))
    step = next_step(one, DunningPolicy(), at("2026-03-12"))
    assert isinstance(step, Send)
    said = facts_of(one, step, DunningPolicy(), "Cedar")
    told = "You told us that $100.00 would be paid by March 10, 2026."
    assert told in text_message(said)
    assert told in person_script(one, step, DunningPolicy(), "Cedar")


def test_texts_and_scripts_are_in_the_customers_language_under_its_brand() -> None:
    one = account(invoice())
    own = {"locale": "de_DE", "brand": {"sender_name": "Zeder"}}
    policy = DunningPolicy(customers={one.customer_id: own})
    step = next_step(one, policy, at("2026-03-09"))
    assert isinstance(step, Send)
    assert text_message(facts_of(one, step, policy, "Cedar")).startswith("Zeder: 100,00 $ aus")
    assert "Maple Landscaping LLC anrufen" in person_script(one, step, policy, "Cedar")


@settings(deadline=None)
@given(
    st.sampled_from(LOCALES),
    st.text(max_size=400),
    st.text(max_size=200),
    st.sampled_from([*Tone, "promise_broken", "returned", "due_today"]),
    st.sampled_from([1, 12]),
)
def test_whatever_names_are_like_a_text_is_short_enough_and_says_how_to_stop(
    locale: str, company: str, number: str, matter: str, count: int
) -> None:
    said = facts(
        locale, company=company, number=number, matter=matter, count=count,
        promised="$1,234,567.89", promised_on="September 30, 2026", last_on="September 20, 2026",
    )  # fmt: skip
    text = with_pages(text_message(said), said, pay="https://pay.example/" + "a" * 60, account="")
    assert len(text) <= TEXT_CHARACTERS_MAX
    assert "STOP" in text
    length = septets(text)
    assert length is None or length <= 306


def test_a_pay_page_that_does_not_fit_is_left_out() -> None:
    text = text_message(FACTS)
    pay, account = "https://pay.example/1", "https://ar.example/account/2"
    assert with_pages(text, FACTS, pay=pay, account="").endswith(f" Pay: {pay}")
    assert with_pages(text, FACTS, pay=pay, account=account).endswith(
        f" Pay: {pay} Your account: {account}"
    )
    assert with_pages(text, FACTS, pay=f"{pay}{'x' * 250}", account=account).endswith(account)
    assert with_pages(text, FACTS, pay="", account="") == text


def test_what_is_asked_gives_way_to_a_pay_page_but_no_persons_words_do() -> None:
    text, pay = text_message(FACTS), f"https://pay.example/{'x' * 170}"
    assert "Please pay this week" in text
    told = with_pages(text, FACTS, pay=pay, account="")
    assert told == f"Cedar Joinery: {brief(FACTS)} Reply STOP to opt out. Pay: {pay}"
    edited = text.replace("Please pay this week", "Would you kindly pay this week")
    assert with_pages(edited, FACTS, pay=pay, account="") == edited


def test_as_many_pay_pages_are_texted_as_fit() -> None:
    urls = [f"https://pay.example/{n}{'x' * 60}" for n in range(9)]
    text = links_message(FACTS, urls)
    assert urls[0] in text
    assert urls[-1] not in text
    assert "none" in links_message(FACTS, [])


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", ["links", "no_links", "stopped"])
def test_every_automatic_answer_says_at_once_that_it_is_one(locale: str, name: str) -> None:
    said = facts(locale)
    first = say(name, said, url="https://pay.example").partition(":")[0].lower()
    assert AUTOMATIC[said.language] in first


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_gets_whom_why_what_was_said_and_what_to_ask(language: str) -> None:
    one = account(invoice(), sent=(message("friendly", "2026-03-05", "INV-1"),))
    policy = DunningPolicy(locale=f"{language}_XX" if language == "xx" else language)
    step = next_step(one, policy, at("2026-03-12"))
    assert isinstance(step, Send)
    script = person_script(one, step, policy, "Cedar Joinery", phone="+12125550123")
    for word in (
        "Maple Landscaping LLC", "+12125550123", "Cedar Joinery", "INV-1", "2026-03-05: friendly",
        step.reasons[0],
    ):  # fmt: skip
        assert word in script
    assert script.count("?") >= 3
    assert "{" not in script


@pytest.mark.parametrize(("text", "length", "count"), [
    ("", 0, 1), ("a" * 160, 160, 1), ("a" * 161, 161, 2), ("a" * 306, 306, 2),
    ("a" * 307, 307, 3), ("€" * 80, 160, 1), ("€" * 81, 162, 2), ("ñ" * 160, 160, 1),
    ("ó" * 70, None, 1), ("ó" * 71, None, 2), ("😀" * 35, None, 1), ("😀" * 36, None, 2),
])  # fmt: skip
def test_segments_are_counted_as_networks_count(text: str, length: int | None, count: int) -> None:
    assert septets(text) == length
    assert segments(text) == count


def test_a_script_tells_only_what_reached_the_customer_by_the_clients_own_days() -> None:
    evening = replace(message("reminder", "2026-03-11", "INV-1"), at=at("2026-03-11", "03:30"))
    shadow = replace(message("friendly", "2026-03-05", "INV-1"), noted_only=True)
    held_back = replace(message("friendly", "2026-03-06", "INV-1"), is_written=False)
    rang = replace(message("call", "2026-03-07", "INV-1"), is_written=False, channel=Channel.CALL)
    one = account(invoice(), sent=(shadow, held_back, rang, evening))
    step = next_step(one, DunningPolicy(), at("2026-03-16"))
    assert isinstance(step, Send)
    script = person_script(one, step, DunningPolicy(), "Cedar")
    assert "What was said before:\n  2026-03-07: call\n  2026-03-10: reminder\n\n" in script
