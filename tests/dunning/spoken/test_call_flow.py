"""A machine call, decided purely: it says first what it is, and keeps what it knows to itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.spoken.call_flow import (
    PROMISE_DAYS_MAX,
    Ground,
    Stage,
    Turn,
    Wish,
    begin,
    day_of,
    respond,
)
from dunning.words.phrases import LANGUAGES
from tests.dunning.spoken.test_speech import AUTOMATIC, FACTS

TODAY = date(2026, 3, 2)
GROUND = Ground(FACTS, TODAY, may_text=True, may_forward=False)


def ground(language: str) -> Ground:
    return replace(GROUND, facts=replace(FACTS, locale=language))


def call(*keys: str, on: Ground = GROUND) -> list[Turn]:
    turns = [begin(on, by_machine=False)]
    for key in keys:
        turns.append(respond(on, turns[-1], key))
    return turns


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by_machine", [True, False])
def test_the_first_sentence_of_every_call_discloses_the_machine(
    language: str, by_machine: bool
) -> None:
    first = begin(ground(language), by_machine=by_machine).say[0]
    assert AUTOMATIC[language] in first.lower()
    assert "Cedar Joinery" in first
    assert "Maple LLC" in first
    assert first.count(".") == 1, "it is one sentence"


@pytest.mark.parametrize("language", LANGUAGES)
@settings(deadline=None)
@given(keys=st.lists(st.sampled_from(["", "2", "3", "4", "7", "0309", "*", "9"]), max_size=4))
def test_before_key_1_nothing_of_the_debt_is_said(language: str, keys: list[str]) -> None:
    said = " ".join(s for turn in call(*keys, on=ground(language)) for s in turn.say)
    for secret in ("INV-1", "100.00", "March 2"):
        assert secret not in said


@given(st.lists(st.text("0123456789*#", max_size=6), max_size=20))
def test_any_keys_end_the_call_or_ask_for_more_and_a_finished_call_does_nothing(
    keys: list[str],
) -> None:
    turns = call(*keys)
    for turn in turns:
        assert turn.say
        assert (turn.digits == 0) is (turn.stage is Stage.OVER)
    over = [turn for turn in turns if turn.stage is Stage.OVER]
    assert all(turn.wish is Wish.NONE for turn in over[1:])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_wish_is_understood_in_each_language(language: str) -> None:
    on = ground(language)
    assert [turn.wish for turn in call("1", "1", on=on)] == ["", "identified", "link"]
    assert call("1", "3", on=on)[-1].wish is Wish.PERSON
    assert call("2", on=on)[-1].wish is Wish.WRONG_PERSON
    keys = ("1", "2", "0903" if language != "en" else "0309", "1")
    last = call(*keys, on=on)[-1]
    assert (last.wish, last.day) == (Wish.PROMISE, date(2026, 3, 9))


@pytest.mark.parametrize("before", [(), ("1",), ("1", "2"), ("1", "2", "0309")])
def test_key_9_is_heard_at_every_turn(before: tuple[str, ...]) -> None:
    last = call(*before, "9")[-1]
    assert (last.wish, last.stage) == (Wish.NEVER, Stage.OVER)


@pytest.mark.parametrize(("keys", "day"), [
    ("0302", TODAY), ("0501", date(2026, 5, 1)), ("0502", None), ("0301", None), ("0230", None),
    ("1301", None), ("0000", None), ("309", None), ("", None), ("03*9", None), ("٠٣٠٩", None),
])  # fmt: skip
def test_a_day_is_the_next_within_two_months(keys: str, day: date | None) -> None:
    assert PROMISE_DAYS_MAX == 60
    assert day_of(GROUND, keys) == day


def test_a_day_may_lie_in_the_next_year_and_in_february() -> None:
    assert day_of(replace(GROUND, today=date(2027, 12, 20)), "0115") == date(2028, 1, 15)
    assert day_of(replace(GROUND, today=date(2028, 2, 1)), "0229") == date(2028, 2, 29)
    assert day_of(replace(GROUND, today=date(2027, 2, 1)), "0229") is None


def test_silence_is_asked_once_more_and_then_the_call_ends() -> None:
    first, again, over = call("", "")
    assert again.say[-1] == first.say[-1]
    assert (again.stage, over.stage) == (Stage.IDENTIFY, Stage.OVER)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pay_page_is_offered_only_where_a_text_can_be_sent(language: str) -> None:
    def offered(may_text: bool) -> set[str]:
        on = replace(ground(language), may_text=may_text)
        menu, again = call("1", on=on)[-1].say[-1], call("1", "7", on=on)[-1].say[-1]
        assert menu == again
        return set(re.findall(r"[0-9]", menu))

    assert offered(True) == {"1", "2", "3", "9"}
    assert offered(False) == {"2", "3", "9"}


def test_a_person_is_promised_only_where_none_is_connected() -> None:
    assert "call you back" in call("1", "3")[-1].say[0]
    assert "connect" in call("1", "3", on=replace(GROUND, may_forward=True))[-1].say[0]
    assert "cannot" in call("1", "1", on=replace(GROUND, may_text=False))[-1].say[0]
