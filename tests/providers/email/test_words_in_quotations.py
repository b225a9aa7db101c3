"""Words that were typed into what a mail quotes of ours are the sender's own, wherever a mail
program broke our lines; what it quotes of a mail that we do not know is left out as before."""

from __future__ import annotations

import random
import textwrap
from collections import Counter

import pytest

from providers.email.bodies import plain
from providers.email.own_words import own_words
from tests.providers.email.programs import OUTLOOK, SENT, WROTE, quoted
from tests.providers.email.test_own_words import DISPUTE, MIA, TRICKY

GMAIL = WROTE["Gmail en"]
SEE = "Please see my comments below."
NO = "NO - the goods never arrived."


def marked(*lines: str) -> str:
    return f"{SEE}\n\n{GMAIL}\n\n" + "\n".join(f"> {line}".rstrip() for line in lines)


@pytest.mark.parametrize("heading", WROTE.values())
@pytest.mark.parametrize("width", [30, 55, 72, 200])
def test_a_line_typed_into_our_quoted_words_is_kept(heading: str, width: int) -> None:
    lines = [row for it in SENT.split("\n") for row in textwrap.wrap(it, width) or [""]]
    for place in range(1, len(lines) + 1):
        text = "\n".join([*lines[:place], NO, *lines[place:]])
        found = own_words(f"{SEE}\n\n{heading}\n\n{quoted(text)}", sender=MIA, ours=[SENT])
        assert found.text == f"{SEE}\n\n> {NO}"


@pytest.mark.parametrize("width", [40, 72, 200])
def test_words_typed_behind_ours_on_a_line_are_kept_with_them(width: int) -> None:
    lines = [row for it in SENT.split("\n") for row in textwrap.wrap(it, width) or [""]]
    place = next(at for at, line in enumerate(lines) if "INV-1" in line)
    told = f"{lines[place]}  {NO}"
    text = "\n".join([*lines[:place], told, *lines[place + 1 :]])
    assert own_words(marked(*text.split("\n")), ours=[SENT]).text == f"{SEE}\n\n> {told}"


@pytest.mark.parametrize("told", ["{line} {no}", "{no} {line}"])
def test_our_words_go_on_behind_a_line_with_others(told: str) -> None:
    ours = "Hello Ash,\n\nInvoice INV-1 of March 1 for $100.00 is open.\nINV-1\n$100.00\n\nCedar"
    line = "Invoice INV-1 of March 1 for $100.00 is open."
    said = told.format(line=line, no=NO)
    text = own_words(marked("Hello Ash,", "", said, "INV-1", "$100.00", "", "Cedar"), ours=[ours])
    assert text.text == f"{SEE}\n\n> {said}"


def test_words_typed_into_a_blockquote_are_kept() -> None:
    body = "".join(f"<div>{it}</div>" for it in [*SENT.split("\n"), NO])
    page = (
        f'<div>{SEE}</div><blockquote type="cite"><div>On 2 Mar 2026, at 14:00, Cedar Books'
        ' &lt;ar@cedar.example&gt; wrote:</div><br></blockquote><blockquote type="cite">'
        f"{body}</blockquote>"
    )
    assert own_words(plain(page), ours=[SENT]).text == f"{SEE}\n\n> {NO}"


def test_the_heads_of_our_table_are_known_in_a_quotation() -> None:
    sent = plain(
        "<p>We have not yet received these:</p><table><tr><th>Invoice</th><th>Due</th></tr>"
        "<tr><td>INV-1</td><td>Mar 1</td></tr></table><p>Cedar</p>"
    )
    rows = ("We have not yet received these:", "Invoice Due", "INV-1 Mar 1", "Cedar")
    assert own_words(marked(*rows), ours=[sent]).text == SEE


@pytest.mark.parametrize("link", [
    "https://pay.example/1", "<https://pay.example/1>",
    "https://safe.example/?url=https%3A%2F%2Fpay.example%2F1&data=5",
])  # fmt: skip
def test_a_link_of_ours_is_known_and_one_of_theirs_is_kept(link: str) -> None:
    ours, theirs = (
        SENT.replace("\n\nKind", "\nhttps://pay.example/1\n\nKind"),
        "https://x.example/9",
    )
    text = SENT.replace("\n\nKind", f"\n{link}\n{theirs}\n\nKind")
    assert own_words(marked(*text.split("\n")), ours=[ours]).text == f"{SEE}\n\n> {theirs}"


def test_a_quoted_mail_that_is_not_known_is_left_out() -> None:
    text = marked("Dear Mia,", "shall we talk about it?", NO, "Pat of Cedar")
    assert own_words(text, sender=MIA, ours=[SENT]).text == SEE


@pytest.mark.parametrize("shared", [
    "Hello Northwind Trading Company,", "Kind regards\nCedar Accounting Services Ltd",
    "We have not yet received full payment.",
])  # fmt: skip
def test_a_mail_by_hand_that_shares_a_line_with_ours_is_left_out(shared: str) -> None:
    ours = SENT.replace("Hello Ash", "Hello Northwind Trading Company")
    ours = ours.replace("Cedar Books", "Cedar Accounting Services Ltd")
    text = marked(shared, "You told me that you will pay INV-1 by Friday, March 13.", "Pat")
    text = text.replace("\nCedar", "\n> Cedar")
    assert own_words(text, sender=MIA, ours=[ours]).text == SEE


def test_more_words_than_ours_that_were_typed_into_ours_are_kept() -> None:
    said = ["Two pallets came broken and one was never sent, as our warehouse wrote on day 3."] * 3
    kept = own_words(marked(*said, *SENT.split("\n"), *said), sender=MIA, ours=[SENT]).text
    assert kept.count(said[0]) == 6


PAGE = (
    "{hidden}<p>Hello Ash,</p><p>We have not yet received full payment for invoice INV-1.</p>"
    "<table><tr><td>INV-1</td><td>1 day overdue</td></tr><tr><td>Total to pay</td></tr></table>"
    "<p>Please arrange the payment this week, or reply with a date.</p>"
)


@pytest.mark.parametrize("heading", [GMAIL, OUTLOOK["en"]])
@pytest.mark.parametrize("begin", [0, 1, 2, 3])
def test_cells_and_hidden_lines_of_our_page_are_ours(heading: str, begin: int) -> None:
    """Programs leave out the hidden first line, and our text has the cells in another order."""
    ours = plain(PAGE.format(hidden="<div>We have not yet received full payment for INV-1</div>"))
    rows = [line for line in plain(PAGE.format(hidden="")).split("\n") if line.strip()][begin:]
    below = "\n".join(rows) if heading != GMAIL else quoted("\n".join(rows))
    kept = own_words(f"{SEE}\n\n{heading}\n\n{below}", sender=MIA, ours=[ours])
    assert kept.text == SEE


def test_a_cell_that_stands_once_more_than_in_ours_was_typed() -> None:
    rows = [line for line in plain(PAGE.format(hidden="")).split("\n") if line.strip()]
    text = marked(*rows, "We will not pay:", "INV-1")
    kept = own_words(text, sender=MIA, ours=[plain(PAGE.format(hidden=""))]).text
    assert kept == f"{SEE}\n\n> We will not pay:\n> INV-1"


def test_of_several_quoted_mails_only_ours_is_searched_for_words() -> None:
    """Somebody of the client's answered by hand what the customer had answered to ours."""
    typed = quoted(f"{SENT}\n{NO}")
    theirs = f"Hello,\n{DISPUTE}\n\n{GMAIL}\n\n{typed}"
    hand = (
        f"Which pallets?\nPat\n\nOn Tue, Mar 3, 2026 at 9:00 Mia <{MIA}> wrote:\n{quoted(theirs)}"
    )
    text = f"{SEE}\n\nOn Wed, Mar 4, 2026 at 9:00 Pat <pat@cedar.example> wrote:\n{quoted(hand)}"
    assert own_words(text, sender=MIA, ours=[SENT]).text == f"{SEE}\n\n> > > {NO}"


def test_no_marked_line_that_was_put_into_ours_is_lost() -> None:
    for seed in range(300):
        dice = random.Random(seed)
        lines = SENT.split("\n")
        said = [dice.choice(TRICKY) for _ in range(dice.randint(1, 6))]
        for one in said:
            lines.insert(dice.randint(0, len(lines)), one)
        kept = own_words(marked(*lines), sender=MIA, ours=[SENT]).text
        assert not Counter(said) - Counter(line.lstrip("> ") for line in kept.split("\n")), seed
