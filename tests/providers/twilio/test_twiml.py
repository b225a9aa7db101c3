"""TwiML: names become words and never verbs; where silence leads is always said."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from providers.twilio import twiml

NASTY = '</Say><Dial>+19005550100</Dial> & "Co" <é>'
THEN = "https://ar.example/1?a=1&b=2"


def read(document: bytes) -> Element:
    root: Element = fromstring(document)
    assert root.tag == "Response"
    return root


@pytest.mark.parametrize("document", [
    twiml.ask([NASTY], voice="en-US", digits=1, then=THEN),
    twiml.hang_up([NASTY], voice="en-US"),
    twiml.forward([NASTY], voice="en-US", number="+14155550100", then=THEN),
])  # fmt: skip
def test_whatever_a_name_holds_it_is_only_said(document: bytes) -> None:
    root = read(document)
    assert [say.text for say in root.iter("Say")] == [NASTY]
    dialled = [number.text for dial in root.iter("Dial") for number in dial]
    assert dialled in ([], ["+14155550100"])


def test_keys_and_silence_lead_to_the_same_turn() -> None:
    gather, redirect = read(twiml.ask(["a", "b"], voice="de-DE", digits=4, then=THEN))
    assert gather.attrib == {
        "input": "dtmf", "numDigits": "4", "action": THEN, "method": "POST", "timeout": "8",
    }  # fmt: skip
    assert [say.get("language") for say in gather] == ["de-DE", "de-DE"]
    assert (redirect.tag, redirect.text) == ("Redirect", THEN)


def test_a_text_is_answered_by_one_message_or_by_none() -> None:
    assert [node.text for node in read(twiml.reply(NASTY))] == [NASTY]
    assert list(read(twiml.reply())) == []


@pytest.mark.parametrize(("locale", "voice"), [
    ("en_US", "en-US"), ("en_GB", "en-GB"), ("en_NZ", "en-US"), ("de_AT", "de-DE"),
    ("fr_CA", "fr-CA"), ("nl_BE", "nl-NL"), ("pl_PL", "en-US"),
])  # fmt: skip
def test_a_locale_has_a_voice(locale: str, voice: str) -> None:
    assert twiml.voice_of(locale) == voice
