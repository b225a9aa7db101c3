"""Digits with no word before them that may be something else than the number of an invoice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from matching.facts.sums import Entry
from matching.facts.vocabulary import INVOICE_WORDS, LEGAL_FORMS, PAYING
from matching.payer_names.names import full_words
from matching.references.explanations import Desk
from matching.references.mentions import Mention

DIGITS_MIN = 6
"""So many digits are nobody's invoice number by accident."""
NEAR = timedelta(days=45)
"""Dates that are written with money are about this near to it."""


def doubt_of(desk: Desk, mention: Mention, entries: Sequence[Entry], *, alone: bool) -> str:
    """Why digits are not simply taken for an invoice's, as a kind of edit; empty if they are.
    `alone` tells that the text names no other."""
    if not mention.bare:
        return ""
    if _is_amount(desk, mention.digits):
        return "amount"
    if any(abs(day - desk.case.cash.received) <= NEAR for day in _days(mention.digits)):
        return "date"
    if alone and _is_of_a_word(desk, mention, entries):
        return "word"
    owners = {entry.item.customer_id for entry in entries}
    known = desk.payers.union(desk.relatives)
    return "stranger" if desk.owes_just_that and not owners & known else ""


def _is_of_a_word(desk: Desk, mention: Mention, entries: Sequence[Entry]) -> bool:
    """Whether they may be what the word before them counts: few digits, of one of several invoices
    of a customer with the same amount, and a word that is neither for paying nor of a name."""
    if len(mention.digits) >= DIGITS_MIN or not any(desk.has_equal(entry) for entry in entries):
        return False
    names = (desk.case.cash.payer, *(entry.item.customer_name for entry in entries))
    known = PAYING.union(INVOICE_WORDS, LEGAL_FORMS, *map(full_words, names))
    return bool(mention.behind) and mention.behind not in known


def _is_amount(desk: Desk, digits: str) -> bool:
    """Whether they are the money's amount, in its main unit or its smallest."""
    return Decimal(digits) in {desk.case.cash.amount.amount, Decimal(desk.target)}


def _days(digits: str) -> Iterator[date]:
    """The days that these digits may write without signs: 260210, 10022026."""
    width = len(digits) - len("MMDD")
    if width not in {2, 4}:
        return
    century = "20" if width == len("YY") else ""
    for year, month, day in (
        (digits[:width], digits[width : width + 2], digits[width + 2 :]),
        (digits[4:], digits[2:4], digits[:2]),
        (digits[4:], digits[:2], digits[2:4]),
    ):
        with suppress(ValueError):
            yield date.fromisoformat(f"{century}{year}-{month}-{day}")
