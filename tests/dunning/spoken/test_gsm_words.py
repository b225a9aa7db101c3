"""Texts are written in letters that telephones have, and say all that they must in two messages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dunning.customer.purpose import Purpose
from dunning.letter.letters import drafted
from dunning.rules.steps import Tone
from dunning.spoken import speech
from dunning.spoken.sms_segments import plainer, segments, septets
from dunning.spoken.speech import facts_of, text_message, with_pages
from dunning.words.phrases import LANGUAGES
from tests.dunning.letter_accounts import HEAD, decided, manners, owing, policy, promise, returned

TEMPLATES = Path(speech.__file__).parents[1] / "templates"
PAID_AT = "https://pay.example/i/7f3c2a90b1d84e5"
TEXTED = r"\{% block (?:text|opt_out|pay|account|links|no_links|stopped) %\}(.*)"


def texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    else:
        for value in tree.values():
            yield from texts(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_words_lose_no_accent_in_a_text(language: str) -> None:
    words = tomllib.loads((TEMPLATES / "brief" / f"{language}.toml").read_text("utf-8"))
    said = [*texts(words["told"]), *texts(words["ask"])]
    said += re.findall(TEXTED, (TEMPLATES / "speech" / f"{language}.txt").read_text("utf-8"))
    assert [text for text in said if plainer(text) != text] == []
    assert not [text for text in said if septets(text) is None]


@pytest.mark.parametrize("locale", ["en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL"])
def test_a_promise_among_others_is_told_in_two_messages(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        if purpose is not Purpose.REMIND:
            continue
        one = owing(count, tone)
        broken = promise(one)
        one = replace(one, promises=(broken,))
        step = decided(one, tone, payer=payer)
        step = replace(step, stages=(f"promise {broken.on}", *step.stages[1:]))
        said = facts_of(one, step, policy(locale), "Cedar")
        text = with_pages(text_message(said), said, pay=PAID_AT, account="")
        for fact in (said.total, said.promised, said.promised_on, "STOP"):
            assert plainer(fact) in text, text
        assert PAID_AT in text or tone is Tone.FINAL, "which has one day more to tell"
        assert segments(text) <= 2, text
        letter = drafted(one, step, policy(locale), HEAD, {})
        assert said.promised in " ".join(letter.before).replace("\u00a0", " ")


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "es_ES", "nl_NL"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_returned_payments_are_told_in_two_messages_with_the_link(locale: str, count: int) -> None:
    one = returned(owing(3), count)
    said = facts_of(one, decided(one, purpose=Purpose.RETURNED), policy(locale), "Cedar")
    text = with_pages(text_message(said), said, pay=PAID_AT, account="")
    assert segments(text) <= 2
    assert PAID_AT in text
    assert ("INV-1" in text) is (count == 1)
