"""What a thank-you says beside the thanks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dunning.letter.thanks import compose
from dunning.message.draft import Letterhead
from dunning.rules.policy import DunningPolicy
from dunning.words.phrases import phrases_of
from providers.money import Money
from tests.dunning.accounts import account, invoice

LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL")
IN_EUROS = replace(
    account(), currency="EUR", credits=Money.of("0", "EUR"),
    invoices=(invoice("INV-3", "5", currency="EUR"),),
)  # fmt: skip
OWES = {
    "nothing": account(),
    "what is paid": account(invoice(amount="0")),
    "another": account(invoice("INV-2", "5")),
    "in another currency": replace(account(), beside=(IN_EUROS,)),
}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(("owes", "is_said"), [
    ("nothing", True), ("what is paid", True), ("another", False), ("in another currency", False),
])  # fmt: skip
def test_that_nothing_more_is_to_be_done_is_said_to_who_owes_nothing_else(
    locale: str, owes: str, is_said: bool
) -> None:
    policy = DunningPolicy(locale=locale)
    letter = compose(
        OWES[owes], Money.of("120", "USD"), ["INV-1"], policy, Letterhead("Cedar Books")
    )
    said = phrases_of(locale).say("thanks", "nothing")
    assert (said in " ".join(letter.text.split())) is is_said
