"""Sentences and lists of a mail as an advice: numbers with amounts that make the stated total."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from providers.figures import CURRENCIES, Figures, Unreadable, currency_in, day
from providers.remittances import prose_words as said
from providers.remittances.document import Cell, Document, Grid

LINES_MAX, LINE_CHARACTERS_MAX = 500, 500
WORDS_MAX = 8
"""So many words before a number or an amount say what it is."""
SHORT = 40
DIGITS_MIN = 3
HEADING = ["Invoice", "Gross amount", "Discount", "Deduction", "Reason"]

_DAY = re.compile(
    r"(?<![\w/.-])(?:\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}(?:st|nd|rd|th|er|º)?\.? (?:de )?"
    r"[^\W\d_]{3,10}\.?,? (?:de )?\d{4}|[^\W\d_]{3,10} \d{1,2}(?:st|nd|rd|th)?,? \d{4})(?![\w/-])"
)
_SHARE = re.compile(r"\d{1,3}(?:[.,]\d{1,3})?\s?%")
_CODE = rf"(?:(?:US|NZ|[CA])?\$|[€£¥]|(?:{'|'.join(sorted(CURRENCIES))})(?![^\W\d_]))"
_SPACED = re.compile(rf"(?<![\w.,/#-])\d{{1,3}}(?: \d{{3}})+(?:[.,]\d{{2}})?(?=\s?{_CODE})")
_TOKEN = re.compile(
    rf"(?<![\w.,/#$-])(?P<minus>[-\u2212](?=\S))?(?P<before>{_CODE})?\s?(?P<inner>[-\u2212])?"
    r"(?P<digits>\d{1,3}(?:[.,'’]\d{3})+(?:[.,]\d{1,3})?|\d+[.,]\d{1,3}|\d+)"
    rf"(?P<after>-|\s?(?:{_CODE}|CR\b)(?!\s?\d))?(?![\w/-]|[.,]\d)"
    r"|(?P<word>[^\s:;,()=|]+)"
)
_NUMBER = re.compile(r"[A-Za-z0-9][\w./#-]{0,29}")


@dataclass(slots=True)
class Line:
    """One invoice or credit note, as far as it was read; `at` is the line of its number and
    `paid_at` the one of its amount; an empty line ends what is said of it."""

    number: str
    at: int
    is_credit: bool
    amount: str = ""
    paid_at: int = -1
    discount: str = ""
    deduction: str = ""
    reason: str = ""
    net: str = ""
    is_ended: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """The line of an amount, the words before it, the same as written, and what follows it."""

    at: int
    words: Sequence[str]
    between: str
    after: str


@dataclass(slots=True)
class Reading:
    """What was found so far; `told` are the lines with amounts of invoices. `is_clear` ends with
    the first amount that nothing accounts for."""

    lines: list[Line] = field(default_factory=list)
    totals: list[str] = field(default_factory=list)
    shapes: set[str] = field(default_factory=set)
    told: set[int] = field(default_factory=set)
    is_clear: bool = True


def document(text: str, *, home: str = "", is_answer: bool = False) -> Document | None:
    """The advice in what a person wrote, where every amount has its place and all lines together
    are the total that is stated; else None. `home` is the currency where none is written. An answer
    to something else must also speak of a payment."""
    lines = list(_own(text))
    if is_answer and not said.says_paid("\n".join(lines)):
        return None
    reading = Reading()
    words: list[str] = []
    for at, line in enumerate(lines):
        if not line.strip():
            words.clear()
            for one in reading.lines[-1:]:
                one.is_ended = True
        _read(reading, at, line, words)
        if not reading.is_clear:
            return None
    grid = _proved(reading, home)
    if not grid:
        return None
    rest = (line for at, line in enumerate(lines) if at not in reading.told)
    return Document((grid,), "\n".join(rest))


def _own(text: str) -> Iterator[str]:
    """The lines above the signature, without those that are quoted."""
    for line in text.splitlines()[:LINES_MAX]:
        plain = line.replace("\xa0", " ").strip()
        if plain == "--" or (len(plain) < SHORT and said.is_greeting(plain)):
            return
        if not plain.startswith(">"):
            yield plain[:LINE_CHARACTERS_MAX]


def _read(reading: Reading, at: int, line: str, words: list[str]) -> None:
    line = _SHARE.sub(" ", _DAY.sub(lambda it: " " if _is_day(it[0]) else it[0], line))
    line = _SPACED.sub(lambda it: it[0].replace(" ", ""), line)
    tokens = list(_TOKEN.finditer(line))
    begun = 0
    for place, token in enumerate(tokens):
        if _is_money(token):
            following = next((it for it in tokens[place + 1 :] if it["digits"]), None)
            after = line[token.end() : following.start() if following else None]
            near = Near(at, words[-WORDS_MAX:], line[begun : token.start()], after)
            _take(reading, _shown(token), near)
        elif _names(reading, tokens, place, words[-WORDS_MAX:]):
            number = _number(token)
            credit = said.credit_in(words[-WORDS_MAX:])
            is_credit = bool(credit) or said.is_less(words[-WORDS_MAX:])
            reading.lines.append(Line(f"{credit}{number}", at, is_credit))
            reading.shapes.add(_shape(number))
        else:
            words += said.plain(token[0]).split()
            continue
        words.clear()
        begun = token.end()
    if said.is_open(line) and (begun or said.is_paid(said.plain(line).split())):
        reading.is_clear = False


def _names(
    reading: Reading, tokens: Sequence[re.Match[str]], place: int, words: Sequence[str]
) -> bool:
    """Whether a token is the number of an invoice or a credit note."""
    text = _number(tokens[place])
    if not _NUMBER.fullmatch(text) or not re.search(r"\d", text) or said.is_other(words):
        return False
    if said.is_invoice(words):
        return True
    if _shape(text) in reading.shapes and (not text.isdigit() or said.goes_on(words)):
        return True
    following = (it for it in tokens[place + 1 :] if not said.is_between(it[0]))
    is_paid_next = any(_is_money(it) for it in islice(following, 1))
    is_first = not any(re.search(r"\w", it[0]) for it in tokens[:place])
    is_numeral = text.isdigit() and len(text) >= DIGITS_MIN
    return (is_paid_next and not text.isdigit()) or (
        is_first and (is_numeral or not text.isdigit()) and any(map(_is_money, tokens[place + 1 :]))
    )


def _take(reading: Reading, text: str, near: Near) -> None:
    """Give an amount its place, by the words before it and, of a payment, after it."""
    last = reading.lines[-1] if reading.lines else None
    if said.is_subtotal(near.words):
        return
    if last and _is_of_line(last, text, near):
        reading.told.add(near.at)
    elif _is_payment(near) or (last is None and said.is_amount(near.words)):
        reading.totals.append(text)
    else:
        reading.is_clear = False


def _is_payment(near: Near) -> bool:
    around = [*near.words, *said.plain(near.after).split()]
    return said.is_total(around) or said.is_paid(around)


def _is_of_line(last: Line, text: str, near: Near) -> bool:
    """Whether an amount belongs to the invoice before it, which then has it."""
    is_total = said.is_total(near.words)
    if not last.amount and not is_total:
        last.amount, last.paid_at = text, near.at
        return True
    if is_total or not _is_beside(last, near.at):
        return False
    is_less = bool(last.discount or last.deduction)
    if said.is_less(near.words) and not is_less:
        if said.is_discount(near.words):
            last.discount = text
        else:
            last.deduction, last.reason = text, near.between.strip(" \t:;,.()-=")
        return True
    if last.net or not (is_less or (near.at != last.paid_at and said.is_paid(near.words))):
        return False
    last.net = text
    return True


def _is_beside(last: Line, at: int) -> bool:
    """On the line of the amount, or in a block of lines about one invoice."""
    return at == last.paid_at or (last.at != last.paid_at and not last.is_ended)


def _proved(reading: Reading, home: str) -> Grid:
    """The lines as a table, where they make the total; else nothing."""
    lines = reading.lines
    if len(lines) == 1 and not lines[0].amount and len(reading.totals) == 1:
        lines[0].amount = reading.totals[0]
    if not lines or not reading.totals or not all(line.amount for line in lines):
        return []
    written = [text for it in lines
               for text in (it.amount, it.discount, it.deduction, it.net) if text]  # fmt: skip
    codes = {currency_in(text, home=home) for text in (*written, *reading.totals)} - {""}
    if len(codes) > 1:
        return []
    code = next(iter(codes), home)
    try:
        figures = Figures.of([*written, *reading.totals], code or "USD")
        rows = [_row(line, figures) for line in lines]
        totals = {figures.read(text) for text in reading.totals}
    except Unreadable:
        return []
    made = sum((net for _, net in rows), Decimal(0))
    if totals != {made}:
        return []
    heading: list[Cell] = [f"{name} ({code})" if code and name == HEADING[1] else name
                           for name in HEADING]  # fmt: skip
    return [heading, *(cells for cells, _ in rows), ["Total", made, "", "", ""]]


def _row(line: Line, figures: Figures) -> tuple[list[Cell], Decimal]:
    """The cells of a line, and what is paid. Raises Unreadable where its parts do not agree."""
    gross = figures.read(line.amount)
    discount, deduction = (
        abs(figures.read(text)) if text else Decimal(0) for text in (line.discount, line.deduction)
    )
    sign = -1 if line.is_credit or gross < 0 else 1
    net = sign * (abs(gross) - discount - deduction)
    if line.net and figures.read(line.net) != net:
        raise Unreadable(f"{line.net} is not what is left")
    return [line.number, sign * abs(gross), discount, deduction, line.reason], net


def _is_money(token: re.Match[str]) -> bool:
    """Digits with a currency, or with decimals."""
    if not (digits := token["digits"]):
        return False
    has_mark = token["before"] or (token["after"] or "").strip() not in {"", "-", "CR"}
    return bool(has_mark or re.search(r"[.,]\d{2,3}$", digits))


def _shown(token: re.Match[str]) -> str:
    """The amount as it is written, with its sign and its currency only."""
    before, after = token["before"] or "", (token["after"] or "").strip()
    minus = "-" if token["minus"] or token["inner"] or after in {"-", "CR"} else ""
    code = before or (after if after not in {"-", "CR"} else "")
    return f"{minus}{code} {token['digits']}" if code else f"{minus}{token['digits']}"


def _number(token: re.Match[str]) -> str:
    return token[0].strip().lstrip("#").rstrip(".,")


def _is_day(text: str) -> bool:
    try:
        day(text, "dmy")
    except Unreadable:
        return False
    return True


def _shape(number: str) -> str:
    return re.sub(r"\d+", "0", number) if not number.isdigit() else str(len(number))
