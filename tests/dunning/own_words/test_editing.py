"""A person's words for a letter: what may go out, what is refused, no figure changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.customer.purpose import Purpose
from dunning.customer.standing import Payer
from dunning.letter.letters import drafted, in_words, laid_out
from dunning.message.draft import Draft
from dunning.own_words import editing
from dunning.own_words.editing import TABLE, Wording
from dunning.rules.own_template import read
from tests.dunning.accounts import account, invoice
from tests.dunning.letter_accounts import HEAD, LOCALES, decided, manners, owing, policy

Change = Callable[[Wording], Wording]


def letter(locale: str = "en_US", payer: Payer = Payer.MIXED, count: int = 1) -> Draft:
    one = owing(count)
    return drafted(one, decided(one, payer=payer), policy(locale), HEAD, {})


def text(change: Callable[[str], str]) -> Change:
    return lambda wanted: replace(wanted, text=change(wanted.text))


def add(words: str) -> Change:
    return text(lambda it: it.replace("Please arrange", f"{words} Please arrange"))


def subject(words: str) -> Change:
    return lambda wanted: replace(wanted, subject=words)


def judged(change: Change, draft: Draft | None = None) -> tuple[str, ...]:
    made = draft or letter()
    return editing.objections(made, change(editing.wording(made)))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_letter_as_it_is_may_go_out_whatever_it_says(locale: str) -> None:
    for tone, purpose, payer, count in manners():
        one = owing(count, tone)
        draft = drafted(one, decided(one, tone, purpose, payer), policy(locale), HEAD, {})
        words = editing.wording(draft)
        assert editing.objections(draft, words) == (), (tone, purpose, payer)
        assert laid_out(editing.edited(draft, words)) == laid_out(draft)


def test_other_words_stand_in_both_parts_and_the_figures_and_the_sign_off_stay() -> None:
    draft = letter(count=3)
    words = editing.wording(draft)
    wanted = replace(
        words, subject=words.subject.replace("Reminder", "A friendly word"),
        text=words.text.replace("Please arrange the payment", "Mia, could you see to it"),
    )  # fmt: skip
    assert editing.objections(draft, wanted) == ()
    sent = laid_out(editing.edited(draft, wanted))
    assert sent.subject == "A friendly word: 3 open invoices - Cedar & Pine Joinery"
    for part in (sent.text, sent.html):
        plain = " ".join(part.split())
        assert "Mia, could you see to it this week" in plain
        assert "$3,706.50" in plain
        assert "Ann Alder" in plain
        assert TABLE not in plain


@pytest.mark.parametrize(("change", "why"), [
    (text(lambda t: t.replace("$1,234.50", "the rest")), "the text must still say $1,234.50"),
    (text(lambda t: t.replace("$1,234.50", "$1,000.00")), "the text must still say $1,234.50"),
    (text(lambda t: t.replace("$1,234.50", "$1,000.00")), "the text says 1,000.00"),
    (text(lambda t: t.replace("INV-1", "INV-7", 1)), "the text must still say INV-1"),
    (text(lambda t: t.replace("March 2, 2026", "last month")), "must still say March 2, 2026"),
    (add("Pay 50.00 and we are even."), "the text says 50.00, which the letter does not"),
    (add("Pay \u00bd of it."), "the text says \u00bd"),
    (add("Pay half of it."), "what no reminder may say: concession: half"),
    (add("We waive the rest."), "what no reminder may say: concession"),
    (add("You may deduct ten percent."), "what no reminder may say: concession: deduct"),
    (add("Pay a third now and we are even."), "what no reminder may say: concession: we are even"),
    (add("Please pay into our new account at Second Bank."), "payee: into our new account"),
    (subject("INV-1: our bank details have changed"), "the subject says what no reminder may say"),
    (add("Or we sue you."), "threat: sue you"),
    (add("PLEASE ANSWER."), "capitals: PLEASE ANSWER"),
    (add("See https://evil.example/x"), "holds a link that was not there"),
    (add("{{ total }}"), "write no { and no }"),
    (add("in\u202evoice"), "signs in it that cannot be seen"),
    (add("in\u200bvoice"), "signs in it that cannot be seen"),
    (add("word " * 1000), "characters; "),
    (text(lambda t: t.replace(TABLE, "")), f"the line {TABLE} must stand there once"),
    (text(lambda t: f"{t}\n\n{TABLE}"), f"the line {TABLE} must stand there once"),
    (text(lambda t: t.replace(TABLE, f"See {TABLE} here")), f"the line {TABLE} must stand"),
    (text(lambda t: t.replace("tell us which part and why", "bad luck")), "must stay as it is"),
    (text(lambda t: t.replace("a person reads every answer", "")), "must stay as it is"),
    (text(lambda t: t.replace("on March 23, 2026, we", "we")), "must stay as it is"),
    (text(lambda _: ""), "must stay as it is"),
    (subject(""), "the subject is empty"),
    (subject("x" * 151), "the subject has 151 characters"),
    (subject("About your account"), "the subject must still say INV-1"),
    (subject("Invoice INV-1 of March 2, 2026: 20 due"), "the subject says 20"),
])  # fmt: skip
def test_words_that_may_not_go_out_are_refused_with_the_reason(change: Change, why: str) -> None:
    assert any(why in objection for objection in judged(change)), judged(change)


def test_a_figure_of_the_letter_may_be_said_again_but_no_lower_amount_in_its_place() -> None:
    part = replace(invoice("INV-1", "1000", disputed="200"), case="17")
    one = account(part, name="Maple Landscaping LLC")
    draft = drafted(one, decided(one), policy(), HEAD, {})
    assert judged(add("INV-1 is what we ask for."), draft) == ()
    assert judged(add("$800.00 is what is left."), draft) == ()
    assert any("$200.00" in it for it in judged(add("$200.00 would do."), draft))


def test_a_greeting_and_a_name_are_free_and_a_sentence_may_go() -> None:
    def friendlier(wanted: Wording) -> Wording:
        told = wanted.text.replace("Hello Maple Landscaping LLC,", "Dear Mia,")
        return replace(wanted, text=told.replace(" We last wrote to you about this on March 9,"
                                                 " 2026.", ""))  # fmt: skip

    assert judged(friendlier) == ()


def test_a_broken_promise_is_still_named() -> None:
    one = owing(1)
    draft = drafted(one, decided(one, purpose=Purpose.PROMISE_BROKEN), policy(), HEAD, {})
    gone = text(lambda t: t.replace("March 12, 2026", "recently"))
    assert any("must still say March 12, 2026" in it for it in judged(gone, draft))


def test_a_name_from_right_to_left_is_known_without_its_marks() -> None:
    one = owing(1, name="\u05d0\u05d1\u05d2 7")
    draft = drafted(one, decided(one), policy(), HEAD, {})
    plain = text(lambda t: t.replace("\u2068", "").replace("\u2069", ""))
    assert "\u2068" in editing.wording(draft).text
    assert judged(plain, draft) == ()


def test_the_clients_own_text_is_free_but_for_its_figures() -> None:
    own = read(
        "Hello {{ customer }},\n\n{{ total }} is open.\n\n{{ table }}\n\nAs ever,\nAnn\n",
        name="a.txt", step="reminder", language="en",
    )  # fmt: skip
    one = owing(1)
    draft = in_words(one, decided(one), policy(templates=(own,)), HEAD, {})
    assert judged(text(lambda t: t.replace("As ever,", "Best,")), draft) == ()
    assert judged(text(lambda t: t.replace("is open", "are open, 3 times")), draft)
    assert judged(text(lambda t: t.replace("$1,234.50", "It")), draft)


def test_the_change_is_a_unified_diff() -> None:
    before = editing.wording(letter())
    after = editing.typed(before.subject, before.text.replace("\n", "\r\n"))
    assert after == before
    assert editing.difference(before, after) == ""
    told = editing.difference(before, replace(before, subject="Other")).splitlines()
    assert told[:2] == ["--- as drafted", "+++ as edited"]
    assert f"-Subject: {before.subject}" in told
    assert "+Subject: Other" in told


DRAFT = letter(count=3)


@given(st.decimals("0.01", "3706.49", places=2), st.sampled_from(["$", "£", "€", "USD"]))
def test_no_amount_below_the_balance_gets_through(amount: object, sign: str) -> None:
    rows = {row.amount for row in DRAFT.rows}
    said = f"{sign}{amount:,}"
    found = judged(add(f"Send {said} today."), DRAFT)
    assert found or said in rows
