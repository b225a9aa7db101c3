"""Other words for a letter: what a model is shown, and what of its answer may be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.letter.letters import drafted, laid_out
from dunning.message.draft import Draft
from dunning.own_words import rewording
from dunning.own_words.rewording import Masked
from dunning.rules.steps import Tone
from tests.dunning.accounts import account, invoice
from tests.dunning.letter_accounts import HEAD, LOCALES, decided, owing, policy

Change = Callable[[list[str]], list[str]]


def drafted_letter(locale: str = "en_US", payer: Payer = Payer.MIXED, count: int = 1) -> Draft:
    one = owing(count)
    return drafted(one, decided(one, payer=payer), policy(locale), HEAD, {})


def judged(change: Change, draft: Draft | None = None) -> tuple[str, ...]:
    asked = rewording.masked(draft or drafted_letter())
    answered = rewording.read(json.dumps(change(list(asked.paragraphs))))
    assert answered is not None
    return rewording.objections(asked, answered, "en")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("purpose", [Purpose.REMIND, Purpose.PROMISE_BROKEN])
def test_a_model_sees_no_name_no_amount_no_date_and_no_number(
    locale: str, purpose: Purpose
) -> None:
    part = replace(invoice("INV-1", "1000", disputed="200"), case="17")
    one = account(part, invoice("INV-2", "80"), name="Geheim GmbH", credits="5")
    draft = drafted(one, decided(one, Tone.FINAL, purpose), policy(locale), HEAD, {})
    asked = rewording.masked(draft)

    shown = asked.question()
    for secret in ("INV", "1000", "1,000", "200", "Geheim", "2026", "17", "Cedar"):
        assert secret not in shown
    assert asked.restored(asked.paragraphs) == (*draft.before, draft.after[0])


def test_an_answer_that_says_the_same_is_used_in_both_parts() -> None:
    draft = drafted_letter()
    asked = rewording.masked(draft)
    answered = tuple(text.replace("Please", "Kindly") for text in asked.paragraphs)

    assert rewording.objections(asked, answered, "en") == ()
    letter = laid_out(rewording.reworded(draft, asked, answered))
    for part in (letter.text, letter.html):
        plain = " ".join(part.split())
        assert "Kindly arrange the payment this week" in plain
        assert "INV-1" in plain
        assert "$1,234.50" in plain
        assert "[[" not in plain
        assert "a person reads every answer" in plain


def first(text: Callable[[str], str]) -> Change:
    return lambda paragraphs: [text(paragraphs[0]), *paragraphs[1:]]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda p: p[:-1], "1 paragraphs instead of 2"),
        (lambda p: [*p, "More."], "3 paragraphs instead of 2"),
        (first(lambda t: t.replace("[[1]]", "it")), '"it" instead of "[[1]]"'),
        (first(lambda t: f"{t} [[1]]"), '"[[1]]" instead of ""'),
        (first(lambda t: t.replace("[[1]]", "[[9]]")), '"[[9]]" instead of "[[1]]"'),
        (first(lambda t: f"{t} Pay 500."), '"pay 500 ." instead of ""'),
        (first(lambda t: f"{t} See https://evil.example/x"), "evil . example / x"),
        (first(lambda t: f"{t} See evil.com"), "see evil . com"),
        (first(lambda t: f"{t} Write to x@evil.example"), "x @ evil"),
        (first(lambda t: f"{t} <b>now</b>"), "< b > now"),
        (first(lambda t: f"{t} {{{{ total }}}}"), "{ { total } }"),
        (first(lambda t: t * 2), "characters instead of"),
        (first(lambda t: t + " Really." * 30), "characters instead of"),
        (lambda p: [p[0], "Pay."], "paragraph 2: 4 characters instead of"),
        (first(lambda t: f"{t} Or we sue you."), "threat: sue you"),
        (first(lambda t: f"{t} Half is enough."), "concession: half"),
        (first(lambda t: f"{t} You may deduct ten percent."), "concession: deduct"),
        (first(lambda t: f"{t} Pay a third now and we are even."), "concession: pay a third"),
        (first(lambda t: f"{t} Pay into our new account at Second Bank."), "payee: into our new"),
        (first(lambda t: f"{t} This is urgent."), "urgency: urgent"),
        (first(lambda t: f"{t} Pay now!"), "capitals: !"),
        (first(lambda t: f"{t} PLEASE ANSWER"), "capitals: PLEASE ANSWER"),
    ],
)
def test_an_answer_that_is_another_letter_is_not_used(change: Change, why: str) -> None:
    assert any(why in objection for objection in judged(change)), judged(change)


def test_the_same_words_are_no_objection_whatever_the_letter() -> None:
    for payer in Payer:
        for count in (1, 3):
            assert judged(lambda p: p, drafted_letter(payer=payer, count=count)) == ()


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ('["a", "b"]', ("a", "b")),
        ('```json\n["a\\n b"]\n```', ("a b",)),
        ("Here you are: [1]", None),
        ('{"a": 1}', None),
        ("[1, 2]", None),
        ("[" * 100_000, None),
        ("", None),
    ],
)
def test_an_answer_is_read_as_a_list_of_texts_or_not_at_all(
    answer: str, read: tuple[str, ...] | None
) -> None:
    assert rewording.read(answer) == read


def test_a_token_that_stands_for_nothing_stays_as_it_is() -> None:
    assert Masked(("x",), ()).restored(["[[4]]"]) == ("[[4]]",)
