"""What a customer wrote reaches the person who reads it, whole; a STOP above a signature or a
quotation stops."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from connector.decided import customer_answers, holds
from connector.inbound import replies
from connector.recipients import consents
from providers.simulated.store import Doc
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.inbound.test_known_senders import ASH, is_stopped, reminded, unread
from tests.providers.email.programs import OUTLOOK, PHONES, WROTE, quoted

BY_HAND = "Hello Ash,\n\nas agreed you will pay on Friday.\nA person reads every answer.\nPat"
ANSWERS = Path("tests/fixtures/mail/answers")


def answer(firm: Firm, mail: Doc, text: str) -> None:
    raw = (
        f"From: Mia Lee <{ASH}>\r\nTo: ar@localhost\r\nSubject: Re: {mail['subject']}\r\n"
        f"Message-ID: <a1@buyer.example>\r\nIn-Reply-To: {mail['message_id']}\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    replies.accept(firm.deps, raw.encode())
    firm.settle()


@pytest.mark.parametrize("text", [
    "On 3 March I wrote to you about INV-1:\n\nTwo pallets were broken. We will not pay.\n\nMia",
    "FYI\n\n" + "_" * 32 + "\nFrom: boss\nSent: x\nTo: y\nSubject: z\n\nWe dispute INV-1, broken",
    "Hello Ann\n" + "_" * 29 + "\nINV-1 is disputed: the goods came broken.",
    "From: Ash Ltd\nDate: 3 March 2026\nTo: Cedar Books\nWe paid INV-1 yesterday by wire",
])  # fmt: skip
def test_no_word_of_an_answer_is_hidden_from_who_reads_it(open_firm: Opens, text: str) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    answer(firm, mail, text)
    (one,) = unread(firm.deps, firm.connection_id)
    assert (one.answer.text, one.answer.whole) == (text, "")


@pytest.mark.parametrize("heading", [WROTE["Gmail en"], OUTLOOK["en"]])
def test_our_message_below_is_left_out_and_at_hand(open_firm: Opens, heading: str) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    text = f"We dispute INV-1.\n\n{heading}\n\n{mail['text']}\n\nIt came broken."
    answer(firm, mail, text)
    (one,) = unread(firm.deps, firm.connection_id)
    assert one.answer.text == "We dispute INV-1.\n\nIt came broken."
    assert one.answer.whole.split() == text.split()


def test_an_answer_from_a_program_is_kept_as_it_was_written(open_firm: Opens) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    for name in ("gmail_de", "apple_es", "thunderbird_nl", "outlook_desktop_fr", "outlook_web_en"):
        raw = (ANSWERS / f"{name}.eml").read_bytes()
        named = raw.replace(b"<lh-1@cedar.example>", mail["message_id"].encode())
        replies.accept(firm.deps, named)
    told = [one.answer.text for one in unread(firm.deps, firm.connection_id)]
    words = (
        "wir zahlen INV-1 nicht", "No vamos a pagar INV-1", "die betalen we niet",
        "nous contestons la facture INV-1", "two pallets were broken",
    )  # fmt: skip
    assert [word in text for word, text in zip(words, told, strict=True)] == [True] * len(words)


@pytest.mark.parametrize("below", [
    f"\n{WROTE['Apple de']}\n{quoted('Hello')}", f"\n{OUTLOOK['en']}\n\nHello", f"\n{PHONES[0]}",
    "-- \nMia Lee\nAsh Ltd\nBuilding better homes since 1985",
    "\nKind regards,\nMia Lee\n\nThis mail was scanned for viruses. Please delete it if not yours.",
    "\nThanks,\nwe returned the goods, please keep mailing us.",
    f"\n{WROTE['Gmail en']}\n{quoted(BY_HAND)}", f"\n{OUTLOOK['en']}\n\n{BY_HAND}",
])  # fmt: skip
def test_stop_above_a_signature_or_a_quotation_stops(open_firm: Opens, below: str) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    answer(firm, mail, f"Stop\n{below}")
    assert is_stopped(firm)
    (one,) = unread(firm.deps, firm.connection_id)
    place = firm.connection_id, one.answer.customer_id
    with firm.deps.reading() as tx:
        (hold,) = holds.in_force(tx, place[0], firm.deps.now(), [place[1]])
    assert hold.kind == holds.REPLY, "a person reads it all the same"


@pytest.mark.parametrize("text", [
    "please stop charging me", "Please stop.\n\nMia Lee", "Stop\n\nWe have paid INV-1 twice.",
    "I wrote:\n> stop", "Die Lieferung bitte stoppen.", "cancelar",
])  # fmt: skip
def test_other_words_are_no_stop(open_firm: Opens, text: str) -> None:
    firm, mail = reminded(open_firm, "quickbooks")
    answer(firm, mail, text)
    assert not is_stopped(firm)
    assert len(unread(firm.deps, firm.connection_id)) == 1


@pytest.mark.parametrize("word", [
    "STOP!", "unsubscribe me", "Stopp", "abmelden", "Abbestellen.", "désabonner", "DÉSABONNER",
    "Arrêt", "me désinscrire", "baja", "Darme de baja", "afmelden", "uitschrijven", "Stoppen",
])  # fmt: skip
def test_a_no_is_known_in_each_language(word: str) -> None:
    assert consents.is_no(word)


@pytest.mark.parametrize("ledger", ["xero"], indirect=True)
def test_the_whole_message_is_kept_with_the_answer(open_firm: Opens, ledger: str) -> None:
    firm, mail = reminded(open_firm, ledger)
    below = f"{WROTE['Gmail en']}\n{quoted('Hello')}"
    answer(firm, mail, f"Paid yesterday.\n\n{below}")
    (one,) = unread(firm.deps, firm.connection_id)
    assert one.answer.text == "Paid yesterday."
    assert one.answer.whole == f"Paid yesterday.\n\n{below}"
    with firm.deps.reading() as tx:
        kept = customer_answers.of_customer(tx, firm.connection_id, one.answer.customer_id)
    assert kept == [one.answer]


@pytest.mark.either_ledger
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_words_typed_into_our_quoted_mail_are_shown(
    open_firm: Opens, ledger: str, kind: str
) -> None:
    firm, mail = reminded(open_firm, ledger)
    no = "NO - disputed, the goods never arrived. We will not pay INV-1."
    typed = EmailMessage()
    typed["From"], typed["To"] = ASH, "ar@localhost"
    typed["Subject"], typed["In-Reply-To"] = f"Re: {mail['subject']}", mail["message_id"]
    if kind == "plain":
        before, kind_regards, after = mail["text"].partition("Kind regards")
        ours = quoted(f"{before}{no}\n\n{kind_regards}{after}")
        typed.set_content(f"Please see below.\n\n{WROTE['Gmail en']}\n\n{ours}")
    else:
        page = mail["html"].replace("Kind regards,", f"<div>{no}</div>Kind regards,")
        heading = f"<div>{WROTE['Apple en'].replace('<', '&lt;')}</div>"
        typed.set_content(
            f'<div>Please see below.</div><blockquote type="cite">{heading}<br></blockquote>'
            f'<blockquote type="cite">{page}</blockquote>',
            subtype="html",
        )
    replies.accept(firm.deps, typed.as_bytes())
    firm.settle()
    (one,) = unread(firm.deps, firm.connection_id)
    assert one.answer.text.split("\n") == ["Please see below.", "", f"> {no}"]
    assert no in one.answer.whole


OUTLOOK_PAGE = (
    '<div>Stop</div><hr><div dir="ltr"><b>From:</b> Cedar &lt;ar@cedar.example&gt;<br>'
    "<b>Sent:</b> Monday, March 2, 2026 2:00 PM<br><b>To:</b> Mia Lee<br><b>Subject:</b> Reminder"
    "</div><div>CAUTION: This email came from outside of the organization.</div>{page}"
)
GMAIL_PAGE = (
    '<div>Stop</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Mar 2, 2026 at 2:00 PM'
    ' Cedar &lt;ar@cedar.example&gt; wrote:<br></div><blockquote class="gmail_quote">{page}'
    "</blockquote></div>"
)


@pytest.mark.either_ledger
@pytest.mark.parametrize("around", [OUTLOOK_PAGE, GMAIL_PAGE], ids=["outlook", "gmail"])
@pytest.mark.parametrize("is_hidden_quoted", [True, False])
def test_stop_above_our_own_page_stops(
    open_firm: Opens, ledger: str, around: str, is_hidden_quoted: bool
) -> None:
    """Servers lead links by way of their own, and programs leave out our hidden first line."""
    firm, mail = reminded(open_firm, ledger)
    page = mail["html"].partition("<body")[2].partition(">")[2].partition("</body>")[0]
    page = page.replace("https://", "https://safe.example/?url=https%3A%2F%2F")
    if not is_hidden_quoted:
        page = re.sub(r"<div[^>]*display:none.*?</div>", "", page, count=1)
    typed = EmailMessage()
    typed["From"], typed["To"] = ASH, "ar@localhost"
    typed["Subject"], typed["In-Reply-To"] = f"Re: {mail['subject']}", mail["message_id"]
    typed.set_content(around.format(page=page), subtype="html")
    replies.accept(firm.deps, typed.as_bytes())
    firm.settle()
    assert is_stopped(firm)
    (one,) = unread(firm.deps, firm.connection_id)
    caution = "CAUTION: This email came from outside of the organization."
    assert one.answer.text.split("\n\n") == ["Stop", *[caution] * (around == OUTLOOK_PAGE)]
