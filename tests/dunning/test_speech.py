"""What is texted and said: short enough, in five languages, with a way out, and never a verb."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.decide import next_step
from dunning.decision import Send
from dunning.policy import Brand, DunningPolicy
from dunning.sms_segments import segments, septets
from dunning.speech import (
    LANGUAGES,
    TEXT_CHARACTERS_MAX,
    Facts,
    facts_of,
    links_message,
    person_script,
    say,
    text_message,
    with_pages,
)
from tests.dunning.accounts import account, at, invoice, message

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "pl_PL")
FACTS = Facts(
    locale="en_US", company="Cedar Joinery", customer="Maple LLC", total="$100.00", count=1,
    number="INV-1", due="March 2, 2026", late=True,
)  # fmt: skip
AUTOMATIC = {"en": "automated", "de": "automatisch", "fr": "automatique", "es": "automátic",
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
    assert (found.total, found.due, found.late) == ("$150.50", "March 2, 2026", True)
    assert "2 invoices for $150.50" in text_message(found)


def test_a_language_that_nobody_wrote_is_spoken_in_english_throughout() -> None:
    found = decided(locale="pl_PL")
    assert (found.language, found.due) == ("en", "2 March 2026")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("late", [True, False])
def test_a_text_says_who_what_and_how_to_stop_in_two_segments_at_most(
    locale: str, count: int, late: bool
) -> None:
    text = text_message(facts(locale, count=count, late=late))
    for word in ("Cedar Joinery", "$100.00", "March 2, 2026", "STOP"):
        assert word in text
    assert ("INV-1" in text) is (count == 1)
    assert septets(text) is not None, "no accent makes a text three times as dear"
    assert segments(text) <= 2


@settings(deadline=None)
@given(
    st.sampled_from(LOCALES),
    st.text(max_size=400),
    st.text(max_size=200),
    st.booleans(),
    st.sampled_from([1, 12]),
)
def test_whatever_names_are_like_a_text_is_short_enough_and_says_how_to_stop(
    locale: str, company: str, number: str, late: bool, count: int
) -> None:
    said = facts(locale, company=company, number=number, late=late, count=count)
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
