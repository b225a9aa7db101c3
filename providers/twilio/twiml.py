"""TwiML: what Twilio is answered when it asks what to say, to ask for, or to send back.

Verbs and attributes: twilio.com/docs/voice/twiml and twilio.com/docs/messaging/twiml.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

CONTENT_TYPE = "text/xml; charset=utf-8"
KEY_SECONDS_MAX = 8
"""How long somebody may think before silence counts as no answer."""
DIAL_SECONDS_MAX = 25
VOICES = {
    "en": "en-US", "en_GB": "en-GB", "en_AU": "en-AU", "en_CA": "en-US", "de": "de-DE",
    "fr": "fr-FR", "fr_CA": "fr-CA", "es": "es-ES", "es_MX": "es-MX", "es_US": "es-US",
    "nl": "nl-NL",
}  # fmt: skip
"""Languages of <Say> that Twilio offers, by locale (twilio.com/docs/voice/twiml/say)."""


def voice_of(locale: str) -> str:
    """The tongue of <Say> for a locale such as en_GB; American English where there is none."""
    return VOICES.get(locale) or VOICES.get(locale.partition("_")[0]) or VOICES["en"]


def ask(words: Sequence[str], *, voice: str, digits: int, then: str) -> bytes:
    """Say something and wait for so many keys, then go to `then` with or without them.

    Where no key is pressed Twilio goes on in the document, so the redirect follows by itself
    (twilio.com/docs/voice/twiml/gather, "timeout").
    """
    response = Element("Response")
    gather = SubElement(
        response, "Gather", input="dtmf", numDigits=str(digits), action=then, method="POST",
        timeout=str(KEY_SECONDS_MAX),
    )  # fmt: skip
    _say(gather, words, voice)
    SubElement(response, "Redirect", method="POST").text = then
    return _document(response)


def hang_up(words: Sequence[str], *, voice: str) -> bytes:
    response = Element("Response")
    _say(response, words, voice)
    SubElement(response, "Hangup")
    return _document(response)


def forward(words: Sequence[str], *, voice: str, number: str, then: str) -> bytes:
    """Say something, connect the caller with `number` (E.164), and tell `then` how it ended."""
    response = Element("Response")
    _say(response, words, voice)
    dial = SubElement(response, "Dial", action=then, method="POST", timeout=str(DIAL_SECONDS_MAX))
    SubElement(dial, "Number").text = number
    return _document(response)


def reply(text: str = "") -> bytes:
    """Answer a text message with another, or with none."""
    response = Element("Response")
    if text:
        SubElement(response, "Message").text = text
    return _document(response)


def _say(parent: Element, words: Sequence[str], voice: str) -> None:
    for sentence in words:
        SubElement(parent, "Say", language=voice).text = sentence


def _document(response: Element) -> bytes:
    text: bytes = tostring(response, encoding="utf-8", xml_declaration=True)
    return text
