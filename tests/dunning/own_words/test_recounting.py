"""A person's words on a later day: the count of days overdue is that day's, all else is theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dunning.letter.letters import drafted, in_words
from dunning.message.draft import Draft
from dunning.own_words import editing
from dunning.own_words.editing import Wording
from dunning.own_words.recounting import recounted
from dunning.rules.own_template import read
from dunning.rules.steps import Tone
from tests.dunning.letter_accounts import HEAD, TODAY, decided, manners, owing, policy

LOCALES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL")


def letter(locale: str = "en_US", days: int = 0) -> Draft:
    """Of an invoice that is eleven days overdue, so many days after today."""
    one = owing(1)
    step = replace(decided(one, Tone.DIRECT), on=TODAY + timedelta(days=days))
    return drafted(one, step, policy(locale), HEAD, {})


def mine(words: Wording) -> Wording:
    return replace(words, text=words.text.replace("\n\n", "\n\nMia, a word in person. ", 1))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_letter_of_any_manner_is_the_one_of_a_later_day(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        one = owing(count, tone)
        step = decided(one, tone, purpose, payer)
        then, now = (
            drafted(one, replace(step, on=TODAY + timedelta(days=it)), policy(locale), HEAD, {})
            for it in (0, 1)
        )
        said = recounted(editing.wording(then), then, now)
        assert said == editing.wording(now), (tone, purpose, payer)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_words_of_a_person_say_the_count_of_the_day(locale: str) -> None:
    then, now = letter(locale), letter(locale, days=1)
    assert then.counts != now.counts
    (before,), (after,) = then.counts, now.counts
    wanted = mine(editing.wording(then))
    assert before in wanted.text
    said = recounted(wanted, then, now)
    assert said is not None
    assert said == mine(editing.wording(now))
    assert after in said.text
    assert before not in said.text
    assert editing.objections(now, said) == ()


def test_one_day_becomes_two() -> None:
    then, now = letter(days=-13), letter(days=-12)
    said = recounted(mine(editing.wording(then)), then, now)
    assert said is not None
    assert "now 2 days overdue" in said.text
    assert "1 day overdue" not in said.text


def test_what_was_due_today_is_no_count() -> None:
    then, now = letter(days=-14), letter(days=-13)
    assert then.counts[0] in editing.wording(then).text
    assert recounted(editing.wording(then), then, now) is None
    free = replace(editing.wording(then), text="Nothing of days.")
    assert recounted(free, then, now) == free


def test_a_bare_count_of_the_clients_own_template_is_that_of_the_day() -> None:
    own = read(
        "Hello {{ customer }},\n\n{{ days_overdue }} days, {{ total }}.\n\n{{ table }}\n",
        name="a.txt", step="reminder", language="en",
    )  # fmt: skip
    one = owing(1)
    step = decided(one)
    then, now = (
        in_words(
            one, replace(step, on=TODAY + timedelta(days=it)), policy(templates=(own,)), HEAD, {}
        )
        for it in (0, 1)
    )
    said = recounted(editing.wording(then), then, now)
    assert said is not None
    assert "15 days, $1,234.50." in said.text
