"""Nothing that a customer may have written is left out of what a person reads; only what is
certainly quoted is, and it stays at hand."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from providers.email.own_words import Words, bare, own_words
from tests.providers.email.programs import FORWARDS, OUTLOOK, PHONES, SENT, WROTE, quoted

MIA = "mia@ash.example"
DISPUTE = "We dispute INV-1, two pallets were broken."


@pytest.mark.parametrize("program", WROTE)
def test_what_is_marked_as_quoted_under_a_heading_is_left_out(program: str) -> None:
    below = f"{DISPUTE}\n\n{WROTE[program]}\n\n{quoted(SENT)}"
    assert own_words(below, sender=MIA) == Words(DISPUTE, below)
    above = f"{WROTE[program]}\n{quoted(SENT)}\n\n{DISPUTE}"
    assert own_words(above, sender=MIA) == Words(DISPUTE, above)


def test_a_heading_that_is_marked_itself_heads_a_quotation() -> None:
    text = "Paid.\n\nSent from my iPhone\n\n" + quoted(f"{WROTE['Apple nl']}\n\n{SENT}")
    assert own_words(text).text == "Paid.\n\nSent from my iPhone"


@pytest.mark.parametrize("program", WROTE)
def test_answers_between_quoted_lines_are_kept(program: str) -> None:
    first, second = SENT.split("\n\n", 1)
    text = f"{WROTE[program]}\n{quoted(first)}\nHello.\n{quoted(second)}\nINV-1 is paid.\n> --\nMia"
    assert own_words(text).text == "Hello.\nINV-1 is paid.\nMia"


@pytest.mark.parametrize("heading", [*WROTE.values(), *OUTLOOK.values()])
def test_our_own_message_is_left_out_where_nothing_marks_it(heading: str) -> None:
    text = f"{DISPUTE}\n\n{heading}\n\n{SENT}"
    assert own_words(text, sender=MIA, ours=[SENT]) == Words(DISPUTE, text)


@pytest.mark.parametrize("heading", [*WROTE.values(), *OUTLOOK.values()])
def test_words_between_and_below_an_unmarked_quotation_are_kept(heading: str) -> None:
    between = SENT.replace("\n\nKind", "\n\nINV-1 is paid.\n\nKind")
    text = f"{heading}\n\n{between}\n\nAntwort: Wir haben gestern bezahlt."
    found = own_words(text, ours=["Another message of ours, about something else.", SENT])
    assert found == Words("INV-1 is paid.\n\nAntwort: Wir haben gestern bezahlt.", text)


@pytest.mark.parametrize("heading", [*WROTE.values(), *OUTLOOK.values()])
def test_what_is_neither_marked_nor_ours_is_kept(heading: str) -> None:
    text = f"See below.\n\n{heading}\n\n{DISPUTE}"
    assert own_words(text, sender=MIA, ours=[SENT]) == Words(text)


def test_a_word_of_ours_that_stands_elsewhere_is_theirs() -> None:
    text = f"{OUTLOOK['en']}\n\n{SENT}\n\nfull payment\nINV-1\nis open"
    assert own_words(text, ours=[SENT]).text == "full payment\nINV-1\nis open"


def test_our_message_is_known_as_servers_change_it() -> None:
    sent = "Pay here: https://pay.example/1\n\n" + SENT
    changed = "Pay here<https://safe.example/?u=pay>:\r\n" + SENT.replace("\n", "\r\n")
    text = f"No.\n{OUTLOOK['web']}\n[EXTERNAL]\n{changed}"
    assert own_words(text, ours=[sent]).text == "No.\n[EXTERNAL]"


@pytest.mark.parametrize("program", FORWARDS)
def test_what_was_passed_on_is_kept(program: str) -> None:
    text = f"FYI\n\n{FORWARDS[program]}\n\n{DISPUTE}\n\n{WROTE['Gmail en']}\n{quoted(SENT)}"
    found = own_words(text, sender=MIA, ours=[SENT])
    assert DISPUTE in found.text
    assert found.text.startswith(f"FYI\n\n{FORWARDS[program]}")
    marked = "FYI\n\n" + quoted(f"{FORWARDS[program]}\n\n{DISPUTE}")
    assert own_words(marked, sender=MIA) == Words(marked)


def test_what_somebody_of_their_own_wrote_before_is_kept() -> None:
    heading = "On Mon, Mar 2, 2026 at 2:00 PM Boss <boss@ash.example> wrote:"
    text = f"See my boss.\n\n{heading}\n{quoted(DISPUTE)}"
    assert own_words(text, sender=MIA) == Words(text)


@pytest.mark.parametrize("program", WROTE)
def test_a_sentence_above_a_heading_is_no_part_of_it(program: str) -> None:
    said = "On 3 March we paid INV-1.\nOn 4 March, too."
    assert own_words(f"{said}\n{WROTE[program]}\n{quoted(SENT)}").text == said


@pytest.mark.parametrize("text", [
    "On 3 March I wrote to you about INV-1:\n\nTwo pallets were broken.\n\nMia",
    "Am 3. März schrieb ich Ihnen bereits:\nDie Ware ist defekt, wir zahlen INV-1 nicht.\nMia",
    "Le 3 mars je vous ai écrit :\n> la marchandise est cassée",
    "Hi,\n\nOn Monday my colleague wrote the following:\n\n1. INV-1 is wrong\n2. INV-2 is paid",
    "Hello Ann\n" + "_" * 29 + "\nINV-1 is disputed: the goods came broken.",
    "From: Ash Ltd\nDate: 3 March 2026\nTo: Cedar Books\nWe paid INV-1 yesterday by wire",
    "Hi Ann,\n> INV-1: disputed, goods broken\n> INV-2: paid yesterday\nMia",
    "-----Original Message-----\nWe dispute INV-1",
])  # fmt: skip
def test_what_only_looks_like_a_quotation_is_kept(text: str) -> None:
    assert own_words(text, sender=MIA, ours=[SENT]) == Words(text)


@pytest.mark.parametrize("text", [
    quoted(SENT), f"{WROTE['Gmail en']}\n{quoted(SENT)}", f"{OUTLOOK['de']}\n\n{SENT}",
])  # fmt: skip
def test_where_all_is_quoted_all_is_shown(text: str) -> None:
    assert own_words(text, ours=[SENT]) == Words(text)


def test_marked_lines_of_ours_are_left_out_without_a_heading() -> None:
    assert own_words(f"Paid.\n\n{quoted(SENT)}", ours=[SENT]).text == "Paid."


@pytest.mark.parametrize("below", [
    *(f"\n{heading}\n{quoted(SENT)}" for heading in WROTE.values()),
    *(f"\n{heading}\n\n{SENT}" for heading in OUTLOOK.values()),
    *(f"\n{it}\n\n" + quoted(f"{WROTE['Apple de']}\n{SENT}") for it in PHONES),
    *PHONES, "-- \nMia Lee\nAsh Ltd", "\nMia Lee\nAccounts Payable", "\nMia",
    "\nKind regards,\nMia Lee", "\nMit freundlichen Grüßen\nMia", "\nViele Grüße\nMia",
    "\nBien cordialement,\nMia", "\nUn saludo,\nMia", "\nMet vriendelijke groet,\nMia", "",
    "\nMfG\ni. A. Mia Lee\nLeiterin der Buchhaltung\nAsh GmbH, Sitz der Gesellschaft: Berlin",
    "\nRegards\nMia\n\nThis e-mail is confidential.\nIf it is not for you, please delete it.",
    "-- \nMia Lee\nAsh Homes Ltd\nBuilding better homes since 1985",
    "\nMia Lee\n\nThis email has been scanned for viruses and malware by Mimecast.",
    "\nCordialement,\nMia Lee\nNous suivre sur LinkedIn",
    "\nKind regards,\nMia Lee\nMy working days are Monday to Wednesday",
    "\nViele Grüße\nMia\n\nUnser Büro ist vom 1. bis 15. August geschlossen.",
])  # fmt: skip
def test_what_stands_above_a_signature_and_a_quotation_stands_alone(below: str) -> None:
    assert bare(f"STOP\n{below}", name="Mia Lee") == "STOP"


@pytest.mark.parametrize("text", [
    "Please stop charging me", "STOP\n\nWe have paid INV-1.", "Stop sending goods.\n\nMia Lee",
])  # fmt: skip
def test_other_words_do_not_stand_alone(text: str) -> None:
    assert bare(text, name="Mia Lee").casefold() != "stop"


TRICKY = (
    "On 3 March I wrote:", "Am 3. März schrieb ich:", "From: Ash Ltd", "Date: 3 March",
    "To: Cedar", "paid", "INV-1", "Cedar Books owes us money", "- - -", "Mia", "No!",
    "Payment for invoice INV-1, which was due on March 1, is disputed", "\N{THUMBS UP SIGN}", "--",
    "Subject: broken", "https://photos.example/broken", "was due",
)  # fmt: skip


def test_no_line_that_was_put_anywhere_is_lost() -> None:
    for seed in range(300):
        dice = random.Random(seed)
        heading = dice.choice([*WROTE.values(), *OUTLOOK.values()])
        above, below = [""], dice.choice([SENT, quoted(SENT)]).split("\n")
        said = [dice.choice(TRICKY) for _ in range(dice.randint(1, 6))]
        for one in said:
            lines = dice.choice([above, below, below])
            lines.insert(dice.randint(0, len(lines) - 1), one)
        text = "\n".join([*above, heading, *below])
        kept = own_words(text, sender=MIA, ours=[SENT] * dice.randint(0, 1)).text
        assert not Counter(said) - Counter(kept.split("\n")), seed
