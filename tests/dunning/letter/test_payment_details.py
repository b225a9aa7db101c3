"""Where to pay to, as a person wrote it: in mails, as text and HTML, and on paper."""

from __future__ import annotations

import html
import json
from dataclasses import replace
from datetime import date

import pytest

from dunning.letter import paper
from dunning.letter.letters import compose, drafted, laid_out
from dunning.own_words import editing, rewording
from dunning.rules.own_template import read
from dunning.rules.policy import DunningPolicy
from dunning.words.placeholders import MissingData
from providers.letters.documents import Party
from tests.dunning.letter.test_paper import BOTH, FRAME, demanded, stated, step_of, texts
from tests.dunning.letter_accounts import BRAND, HEAD, decided, owing

DETAILS = (
    "First Bank & Sons, account 12 3456 789", "IBAN DE02 1203 0000 0000 2020 51",
    "Checks to: Cedar & Pine, 1 Mill Lane, Portland, OR 97201",
)  # fmt: skip
PAID_AT = BRAND.model_copy(update={"payment_details": DETAILS})
HEADINGS = {
    "en_US": "Payment details", "de_DE": "Zahlungsangaben", "fr_FR": "Coordonnées de paiement",
    "es_ES": "Datos para el pago", "nl_NL": "Betaalgegevens",
}  # fmt: skip


def rules(locale: str = "en_US", **more: object) -> DunningPolicy:
    return DunningPolicy(locale=locale, brand=PAID_AT, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("links", [{}, {"id:INV-1": "https://pay.example/1"}])
@pytest.mark.parametrize("locale", HEADINGS)
def test_a_mail_says_them_word_for_word_with_a_pay_link_and_without(
    locale: str, links: dict[str, str]
) -> None:
    one = owing(1)
    letter = compose(one, decided(one), rules(locale), HEAD, links)

    block = "\n".join((HEADINGS[locale], *DETAILS))
    assert f"\n\n{block}\n\n" in letter.text
    for line in (HEADINGS[locale], *DETAILS):
        assert html.escape(line) in letter.html
    assert all(link in letter.text for link in links.values())


def test_a_letter_on_paper_and_a_demand_say_them_too() -> None:
    step = step_of(BOTH)
    reminder = paper.reminder(BOTH, step, rules(), FRAME)
    demand = paper.demand(
        BOTH, step, rules(), FRAME, statement=stated(), pay_by=date(2026, 4, 6)
    )  # fmt: skip

    for letter in (reminder, demand):
        assert "\n".join(("Payment details", *DETAILS)) in letter.parts
    assert "Payment details" not in texts(demanded(BOTH))


def test_nobody_who_puts_the_letter_into_other_words_sees_or_changes_them() -> None:
    one = owing(1)
    draft = drafted(one, decided(one), rules(), HEAD, {})
    asked = rewording.masked(draft)
    shown = editing.wording(draft)

    assert "Bank" not in json.dumps(asked.paragraphs) + shown.text
    for changed in (
        rewording.reworded(draft, asked, asked.paragraphs),
        editing.edited(draft, replace(shown, text=shown.text.replace("Please", "Kindly"))),
    ):
        assert "\n".join(DETAILS) in laid_out(changed).text


@pytest.mark.parametrize("name", ["own.txt", "own.html"])
def test_a_clients_own_template_says_where_they_stand(name: str) -> None:
    one = owing(1)
    bare = read("<p>Dear</p> {{ table }}", name=name, step="reminder", language="en")
    placed = read(
        "<p>Dear</p>\n\n{{ table }}\n\n{{ payment_details }}", name=name, step="reminder",
        language="en",
    )  # fmt: skip

    without = compose(one, decided(one), rules(templates=(bare,)), HEAD, {})
    letter = compose(one, decided(one), rules(templates=(placed,)), HEAD, {})

    assert DETAILS[0] not in without.text
    assert "\n".join(DETAILS) in letter.text
    assert html.escape(DETAILS[0]) in letter.html
    assert letter.html.count("<br") > without.html.count("<br")
    nothing = DunningPolicy(brand=BRAND, templates=(placed,), locale="en_US")
    with pytest.raises(MissingData, match="where to pay to"):
        compose(one, decided(one), nothing, HEAD, {})


@pytest.mark.parametrize(
    ("brand", "lines", "answerable"),
    [
        ({"payment_details": DETAILS}, (), True),
        ({"reply_to": "accounts@cedar.example"}, (), True),
        ({}, ("1 Mill Lane",), True),
        ({"signature": "Ann"}, (), False),
    ],
)
def test_a_letter_is_answerable_if_it_says_where_to_pay_or_whom_to_write_to(
    brand: dict[str, object], lines: tuple[str, ...], answerable: bool
) -> None:
    frame = replace(FRAME, sender=Party("Cedar & Pine Joinery Ltd", lines))
    policy = DunningPolicy.model_validate({"brand": brand})

    assert paper.is_answerable(BOTH, step_of(BOTH), policy, frame) is answerable
