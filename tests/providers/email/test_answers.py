"""Answers as mail programs write them: all that their sender wrote is read, not what is quoted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

import pytest

from providers.email.own_words import own_words
from providers.email.parse import reply
from providers.messages import Reply

FOLDER = Path("tests/fixtures/mail/answers")
GERMAN = (
    "Guten Tag,\n\nam 1. März schrieb ich Ihnen bereits:\nDie Ware ist defekt, wir zahlen INV-1"
    " nicht.\n\n--\nMia Lee"
)
SPANISH = (
    "Hola, aquí está el albarán:\n\nFalta la mitad. No vamos a pagar INV-1.\nMia\n\n"
    "[Attached: albaran.pdf]"
)
DUTCH = (
    "INV-1 is gisteren betaald.\n\nVan INV-2 is de helft kapot aangekomen, die betalen we niet.\n\n"
    "--\nMia Lee\nAsh BV"
)
FRENCH = (
    "Bonjour,\n\nLa moitié de la marchandise manque, nous contestons la facture INV-1.\n\n"
    "Cordialement,\nMia Lee"
)
OUR_FRENCH = (
    "Bonjour Ash,\n\nLa facture INV-1, échue le 1 mars 2026, n’est pas encore réglée.\n\n"
    "Le bon de livraison est joint.\n\nPayer maintenant: https://pay.example/1"
)


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def html_alone(name: str) -> bytes:
    """The same mail as its program writes it without a text part."""
    mail = message_from_bytes(raw(name))
    head = "".join(f"{key}: {mail[key]}\r\n" for key in ("From", "To", "Subject", "In-Reply-To"))
    page = next(it for it in mail.walk() if it.get_content_type() == "text/html")
    return head.encode() + page.as_bytes()


def read(content: bytes) -> Reply:
    return reply(content, received_at=datetime(2026, 3, 3, 9, tzinfo=UTC))


@pytest.mark.parametrize(("name", "text"), [
    ("gmail_de", GERMAN),
    ("apple_es", SPANISH),
    ("thunderbird_nl", DUTCH),
])  # fmt: skip
def test_what_a_program_marks_is_left_out(name: str, text: str) -> None:
    found = read(raw(name))
    assert found.text == text
    assert "Ash" in found.whole
    assert set(text.split()) <= set(found.whole.split())


def test_an_indented_paragraph_is_no_quotation() -> None:
    found = read(html_alone("gmail_de"))
    assert [it for it in found.text.split("\n") if it] == [it for it in GERMAN.split("\n") if it]
    assert "> die Rechnung INV-1 ist noch offen." in found.whole


@pytest.mark.parametrize("of", [raw, html_alone])
def test_an_unmarked_quotation_is_left_out_where_it_is_ours(of: Callable[[str], bytes]) -> None:
    found = read(of("outlook_desktop_fr"))
    assert found.text.startswith("Bonjour,\n\nLa moitié")
    assert "Le bon de livraison est joint." in found.text, "in doubt all is shown"
    words = own_words(found.whole or found.text, sender=found.sender, ours=[OUR_FRENCH])
    assert words.text.split() == FRENCH.split()
    assert "Le bon de livraison est joint." in words.whole


def test_what_a_colleague_wrote_is_shown() -> None:
    found = read(raw("outlook_web_en"))
    assert found.text.endswith("We dispute INV-1: two pallets were broken.")
    assert found.text.startswith("FYI, from our warehouse.")
