"""What no reminder says, found in every language."""

from __future__ import annotations

import pytest

from dunning.banned import banned


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We will take legal action."),
        ("en", "Your account is DELINQUENT ACCOUNT"),
        ("en", "This is urgent"),
        ("en", "Act now and get a discount"),
        ("en", "Shame on you"),
        ("en", "Pay!"),
        ("en", "We ask you: PLEASE ANSWER this letter soon."),
        ("de", "Dann schalten wir unseren Anwalt ein."),
        ("de", "Zahlen Sie umgehend."),
        ("fr", "Nous engagerons des poursuites."),
        ("fr", "Réglez immédiatement."),
        ("es", "Iniciaremos acciones legales."),
        ("es", "Pague de forma inmediata."),
        ("nl", "Wij schakelen een incassobureau in."),
        ("nl", "Betaal onmiddellijk."),
    ],
)
def test_what_is_banned_is_found(language: str, text: str) -> None:
    assert banned(text, language)


def test_names_are_no_offence() -> None:
    text = "Hello Court Street ATTORNEYS AND SONS, as a courtesy we write to you."

    assert banned(text, "en", facts=("Court Street ATTORNEYS AND SONS",)) == ()
    assert banned(text, "en")


def test_offers_are_the_clients_own_to_make() -> None:
    text = "Half of it is enough for us."

    assert banned(text, "en") == ("concession: half",)
    assert banned(text, "en", offers=True) == ()
