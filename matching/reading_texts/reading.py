"""What a remittance text holds: runs of digits that may be invoice numbers, amounts, and months."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from matching.facts.vocabulary import ANNOUNCING, MONTHS, NUMBER_WORDS, OTHER_WORDS
from matching.reading_texts.cleaning import Readable, readable, with_digits_seen
from matching.reading_texts.kinds import elsewhere, inside_telephones, is_of_address

WORD_CHARACTERS_MAX, GAP_MAX = 24, 5
CENTURY = 2000
BANK_WIDTHS = (18, 27, 35, 70, 140)
"""Where banks cut a text off."""
_RUN = re.compile(r"[0-9]+")
_BEFORE = re.compile(rf"((?<!\w)a/c|[^\W\d_]{{1,{WORD_CHARACTERS_MAX}}}|)([\W_]{{0,{GAP_MAX}}})$")
_LISTING = re.compile("[,;|&+-]")
_AMOUNT = re.compile(
    r"(?<![\w.,/-])(?:[$€£¥]\s?|(?:usd|eur|gbp|cad|aud|nzd|chf|jpy)\s?)?"
    r"(\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d{2})?|\d+[.,]\d{2})(?![\w/-]|[.,]\d)"
)
_MARKED_AMOUNT = re.compile(
    r"(?:[$€£¥]|\b(?:usd|eur|gbp|cad|aud|nzd|chf|jpy))\s?(\d[\d.,']*)"
    r"|(?<![\w.,'/-])(\d[\d.,']*)\s?[$€£](?!\s?\d)"
)
_DATE = re.compile(
    r"(?<![\w/.-])(?:(?:19|20)\d{2}([-/.])[01]?\d\1[0-3]?\d"
    r"|[0-3]?\d([-/.])[0-3]?\d\2(?:(?:19|20)\d{2}|\d{2}))(?![\w/-])"
    r"|(?<![\w/.-])(?:[0-3]?\d/[01]?\d)(?![\w/.-])"
)
_SHARE = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)?\s?%")
_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_DAY_IN_WORDS = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:{_NAMES})\b\.?(?:,?\s(?:19|20)\d{{2}})?\b"
    rf"|\b(?:{_NAMES})\.?\s\d{{1,2}}(?:st|nd|rd|th)?,\s(?:19|20)\d{{2}}\b"
)
_PERIOD = re.compile(
    rf"\b({_NAMES})\.?[\s/'-]{{0,2}}((?:19|20)?\d{{2}})\b|\b({_NAMES})\b"
    r"|(?<![\w/.-])(0?[1-9]|1[0-2])[/.-](20\d{2})(?![\w/.-])"
    r"|(?<![\w/.-])(20\d{2})[/.-](0[1-9]|1[0-2])(?![\w/.-])"
)
_NUMBER_TOO = re.compile(r"\d{4,},\d{2}\b|\d{1,3}(?: \d{3})+(?![.,]?\d)")
_CUT_END = re.compile(r"[,;&+/-]\s*$")


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive digits from `start` to `end`.

    `letters` stand right before them, with `gap` between; `word` tells that they are a word of
    their own, and `other` that this word announces another kind of number. `behind` is the
    word that they stand behind, with no sign of a list between.
    """

    digits: str
    start: int
    end: int
    letters: str
    gap: str
    other: bool
    behind: str = ""

    @property
    def attached(self) -> bool:
        """Whether letters and digits are written as one."""
        return bool(self.letters) and not re.search(r"[\s/:]", self.gap)


@dataclass(frozen=True, slots=True)
class Period:
    """A month of a year; the year is 0 where the text does not say it."""

    year: int
    month: int


@dataclass(frozen=True, slots=True)
class Reading:
    """`runs` leave out what reads as an amount, a share, a date, an account or a telephone number.
    `amounts` are (value, start, end).

    `cut` tells that the text seems to end before its end.
    """

    source: Readable
    runs: tuple[Run, ...]
    amounts: tuple[tuple[Decimal, int, int], ...]
    periods: tuple[Period, ...]
    cut: bool

    @property
    def text(self) -> str:
        return self.source.text


def read(text: str, *, seen: bool = False) -> Reading:
    """Take a text apart. `seen` reads the letters O, I and l between digits as digits."""
    source = readable(text)
    if seen:
        source = Readable(with_digits_seen(source.text), source.origin)
    amounts = tuple(_amounts(source.text))
    masked = [(start, end) for _, start, end in amounts if not _may_be_number(source.text, start)]
    masked += [m.span() for p in (_DATE, _DAY_IN_WORDS, _SHARE) for m in p.finditer(source.text)]
    masked += elsewhere(source.text)
    return Reading(
        source=source,
        runs=tuple(_runs(source.text, masked)),
        amounts=amounts,
        periods=tuple(_periods(source.text)),
        cut=bool(_CUT_END.search(source.text)) or len(text) in BANK_WIDTHS,
    )


def _runs(text: str, masked: list[tuple[int, int]]) -> Iterator[Run]:
    hidden = {place for start, end in masked for place in range(start, end)}
    inside = inside_telephones(text)
    for match in _RUN.finditer(text):
        if match.start() in hidden:
            continue
        letters, gap = _word_before(text, match.start())
        kind = letters
        if letters in NUMBER_WORDS:
            kind, _ = _word_before(text, match.start() - len(letters) - len(gap))
        other = kind in OTHER_WORDS or "*" in gap or match.start() in inside
        other |= letters not in ANNOUNCING and is_of_address(text, *match.span())
        behind = "" if _LISTING.search(gap) else letters
        yield Run(match.group(), match.start(), match.end(), letters, gap, other, behind)


def _word_before(text: str, end: int) -> tuple[str, str]:
    """The word that ends before a place, and what stands between."""
    found = _BEFORE.search(text[max(0, end - WORD_CHARACTERS_MAX - GAP_MAX - 1) : end])
    assert found is not None, "nothing is found where there is nothing"
    return found[1], found[2]


def _may_be_number(text: str, start: int) -> bool:
    """Whether what reads as an amount may be a number and a short one behind it: 251561,62, or a
    number with blanks within: 10 418."""
    return bool(_NUMBER_TOO.match(text[start : start + WORD_CHARACTERS_MAX]))


def _amounts(text: str) -> Iterator[tuple[Decimal, int, int]]:
    found: dict[tuple[int, int], Decimal] = {}
    for pattern in (_MARKED_AMOUNT, _AMOUNT):
        for match in pattern.finditer(text):
            value = _value(next(group for group in match.groups() if group))
            if value is not None:
                found.setdefault(match.span(), value)
    for (start, end), value in sorted(found.items()):
        yield value, start, end


def _value(text: str) -> Decimal | None:
    text = text.rstrip(".,'").replace("'", "").replace(" ", "")
    last = max(text.rfind("."), text.rfind(","))
    if last >= 0 and len(text) - last - 1 in {1, 2}:
        text = re.sub("[.,]", "", text[:last]) + "." + text[last + 1 :]
    else:
        text = re.sub("[.,]", "", text)
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _periods(text: str) -> Iterator[Period]:
    for match in _PERIOD.finditer(text):
        name, year, alone, month, of_year, first_year, second_month = match.groups()
        if name or alone:
            yield Period(_full(year) if year else 0, MONTHS[name or alone])
        elif month:
            yield Period(int(of_year), int(month))
        else:
            yield Period(int(first_year), int(second_month))


def _full(year: str) -> int:
    return int(year) + CENTURY if len(year) < len("2000") else int(year)
