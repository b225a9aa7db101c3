"""How well a number in a text fits an invoice number, judged by the letters around the digits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from matching.digits import Group, groups_of

_LETTERS = r"[^\W\d_]+"
_BEFORE = re.compile(rf"({_LETTERS})([\W_]{{0,3}})$")
_AFTER = re.compile(rf"[-_/]?({_LETTERS})(?!{_LETTERS}|[-_/.#]*\d)")
_NEAR_CHARACTERS_MAX = 40
SURE_DIGITS_MIN = 3

INVOICE_WORDS = frozenset(
    re.findall(
        r"\w+",
        "bill fac factura facture in inv invoice invoices invs no nos nr num number numbers re "
        "rechnung rf",
    )
)
OTHER_WORDS = frozenset(
    re.findall(
        r"\w+",
        "acc account acct check cheque chk client cm cn credit cust customer estimate fax order "
        "phone po quote so tel unit zip",
    )
)


class Fit(IntEnum):
    """How a text's number and an invoice's number agree, from not at all to letter by letter."""

    NOT = 0
    UNSURE = 1
    DIGITS = 2
    PREFIX = 3
    EXACT = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """The letters around and between digit groups, casefolded.

    `attached` tells that no blank stands between the letters before and the first digit.
    """

    before: str
    attached: bool
    between: tuple[str, ...]
    after: str
    digits: tuple[str, ...]

    @property
    def vague(self) -> bool:
        """Few digits or a year, which texts hold for other reasons too."""
        year = len(self.digits) == 1 and re.fullmatch("20[1-4][0-9]", self.digits[0])
        count = sum(len(group.lstrip("0")) for group in self.digits)
        return bool(year) or count < SURE_DIGITS_MIN


def said(text: str, span: Sequence[Group]) -> Shape:
    """The shape of the digit groups `span` where they stand in `text`."""
    start, end = span[0].start, span[-1].end
    before = _BEFORE.search(text[max(0, start - _NEAR_CHARACTERS_MAX) : start])
    after = _AFTER.match(text[end : end + _NEAR_CHARACTERS_MAX])
    return Shape(
        before=before.group(1).casefold() if before else "",
        attached=before is not None and not re.search(r"\s", before.group(2)),
        between=tuple(_letters(text[one.end : two.start]) for one, two in pairwise(span)),
        after=after.group(1).casefold() if after else "",
        digits=tuple(group.digits for group in span),
    )


def numbered(number: str) -> Shape:
    """The shape of an invoice number, which must hold digits."""
    span = groups_of(number)
    return Shape(
        before=_letters(number[: span[0].start]),
        attached=True,
        between=tuple(_letters(number[one.end : two.start]) for one, two in pairwise(span)),
        after=_letters(number[span[-1].end :]),
        digits=tuple(group.digits for group in span),
    )


def fit(text: Shape, number: Shape) -> Fit:
    """How well what the text says fits the invoice number; the digits are known to agree."""
    if any(one and one != two for one, two in zip(text.between, number.between, strict=True)):
        return Fit.NOT
    if text.between != number.between or text.after != number.after:
        return Fit.UNSURE
    if text.before and text.before == number.before:
        return Fit.EXACT if text.digits == number.digits else Fit.PREFIX
    if text.before in INVOICE_WORDS:
        return Fit.DIGITS
    if text.vague or (text.before and (text.attached or text.before in OTHER_WORDS)):
        return Fit.UNSURE
    return Fit.DIGITS


def _letters(text: str) -> str:
    return "".join(re.findall(_LETTERS, text)).casefold()
