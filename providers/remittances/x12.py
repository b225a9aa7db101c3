"""EDI X12 820 (payment order and remittance advice), versions 4010 and 5010, commercial use.

BPR the payment, TRN its trace, N1*PR the payer, RMR an open item, ADX an adjustment. Sources:
https://www.stedi.com/edi/x12-004010/820 and the segment pages beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from babel.numbers import list_currencies

from providers.figures import Unreadable, day, exact
from providers.money import Money
from providers.receipts import Remittance, RemittanceLine
from providers.remittances.advice import assembled
from providers.remittances.errors import BadRemittance

ISA_CHARACTERS = 106
SEGMENTS_MAX = 100_000
LINES_MAX = 5_000
CREDITS = ("CM", "CN")
"""RMR01 of credit memos."""
Segment = list[str]
_AMOUNT = re.compile(r"-?\d{0,15}\.?\d{0,6}")


@dataclass
class _Item:
    """One RMR, or an ADX that belongs to none, with what follows it."""

    number: str
    kind: str = ""
    paid: Decimal | None = None
    gross: Decimal | None = None
    discount: Decimal = Decimal(0)
    adjusted: Decimal = Decimal(0)
    reasons: list[str] = field(default_factory=list)


@dataclass
class _Order:
    """One transaction set under way."""

    amount: Decimal
    day: date | None
    currency: str
    trace: str = ""
    payer: str = ""
    items: list[_Item] = field(default_factory=list)


def is_x12(raw: bytes) -> bool:
    return raw.lstrip()[:4] in (b"ISA*", b"ISA|") or bool(re.match(rb"\s*(?:ISA|ST).820", raw)) \
        or raw.lstrip()[:3] == b"ISA"  # fmt: skip


def remittances(raw: bytes, *, home: str = "") -> list[Remittance]:
    """One advice for each transaction set. `home` is the currency where CUR names none. Raises
    BadRemittance."""
    found: list[Remittance] = []
    body: list[Segment] = []
    for segment in _segments(raw):
        if segment[0] == "ST":
            body = [segment]
        elif body:
            body.append(segment)
            if segment[0] == "SE":
                found.append(_remittance(body, home))
                body = []
    if body:
        raise BadRemittance("the last transaction set has no end (SE); the file was cut")
    if not found:
        raise BadRemittance("no transaction set 820 is in the file")
    return found


def _segments(raw: bytes) -> Iterator[Segment]:
    text = raw.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text.startswith("ISA"):
        if len(text) < ISA_CHARACTERS:
            raise BadRemittance("the interchange header (ISA) is cut")
        element, end = text[3], text[ISA_CHARACTERS - 1]
    else:
        element, end = text[2:3], "~" if "~" in text else "\n"
    if not element or element.isalnum() or element == end or end.isalnum():
        raise BadRemittance("the interchange header (ISA) does not say how segments are parted")
    pieces = text.split(end)
    if len(pieces) > SEGMENTS_MAX:
        raise BadRemittance(f"more than {SEGMENTS_MAX:,} segments; send several files")
    for piece in pieces:
        if piece.strip():
            yield [part.strip() for part in piece.strip().split(element)]


def _remittance(body: Sequence[Segment], home: str) -> Remittance:
    start, end = body[0], body[-1]
    name = f"transaction set {_at(start, 2) or '?'}"
    if _at(start, 1) != "820":
        raise BadRemittance(f"{name} is a {_at(start, 1) or 'nameless one'}, not an 820")
    if _at(end, 1) != str(len(body)):
        raise BadRemittance(
            f"{name}: {_at(end, 1)} segments are announced, {len(body)} are there; it was cut"
        )
    try:
        return _assembled(_order(body[1:-1], home))
    except Unreadable as error:
        raise BadRemittance(f"{name}: {error}") from None


def _order(segments: Sequence[Segment], home: str) -> _Order:
    order: _Order | None = None
    for number, segment in enumerate(segments, start=2):
        if segment[0] == "BPR":
            sign = -1 if _at(segment, 3) == "D" else 1
            order = _Order(sign * _number(segment, 2), _day(_at(segment, 16)), home)
        elif order is None:
            raise Unreadable(f"segment {number}, {segment[0]}, comes before the payment (BPR)")
        else:
            _read(order, segment)
    if order is None:
        raise Unreadable("there is no payment (BPR)")
    if order.currency not in list_currencies():
        raise Unreadable(f"{order.currency!r} is no currency; CUR names it")
    if not order.items:
        raise Unreadable("no open item (RMR) is in it")
    return order


def _read(order: _Order, segment: Segment) -> None:
    last = order.items[-1] if order.items else None
    match segment[0]:
        case "TRN":
            order.trace = order.trace or _at(segment, 2)
        case "CUR":
            order.currency = _at(segment, 2).upper()
        case "N1" if _at(segment, 1) == "PR":
            order.payer = _at(segment, 2)
        case "RMR":
            order.items.append(_open_item(segment))
        case "ADX":
            _adjust(order, last, segment)
        case "NTE" | "REF" if last:
            last.reasons.append(_at(segment, 2 if segment[0] == "NTE" else 3))
    if len(order.items) > LINES_MAX:
        raise Unreadable(f"more than {LINES_MAX:,} open items; send several advices")


def _open_item(segment: Segment) -> _Item:
    item = _Item(_at(segment, 2), _at(segment, 1))
    item.paid = _number(segment, 4) if _at(segment, 4) else None
    item.gross = _number(segment, 5) if _at(segment, 5) else None
    item.discount = _number(segment, 6) if _at(segment, 6) else Decimal(0)
    if _at(segment, 8):
        item.adjusted = _number(segment, 8)
        item.reasons.append(_at(segment, 7))
    return item


def _adjust(order: _Order, last: _Item | None, segment: Segment) -> None:
    """An ADX belongs to the open item before it, unless it comes with a number of its own."""
    if last is None or (_at(segment, 4) and _at(segment, 4) != last.number):
        amount = _number(segment, 1)
        order.items.append(_Item(_at(segment, 4), "ADX", paid=amount, gross=amount,
                                 reasons=[_at(segment, 2)]))  # fmt: skip
        return
    last.adjusted += _number(segment, 1)
    last.reasons.append(_at(segment, 2))


def _assembled(order: _Order) -> Remittance:
    """RMR04 is what is paid; some payers write it before adjustments. A line says by itself which
    it is if it has the invoice's amount, else the total does."""
    total = exact(order.amount, order.currency)
    lines = [_line(order, item, includes=True) for item in order.items]
    if Money.total((line.net for line in lines), order.currency) != total:
        others = [_line(order, item, includes=False) for item in order.items]
        if Money.total((line.net for line in others), order.currency) == total:
            lines = others
    return assembled(
        lines, [item.kind in CREDITS for item in order.items], total=total, payer=order.payer,
        reference=order.trace, day=order.day,
    )  # fmt: skip


def _line(order: _Order, item: _Item, *, includes: bool) -> RemittanceLine:
    """`includes` tells whether the amount paid is meant with the adjustments already in it."""
    gross, paid = item.gross, item.paid
    if paid is None and gross is None:
        raise Unreadable(f"open item {item.number!r} has no amount")
    if gross is not None and (paid is None or gross - item.discount == paid):
        paid = gross - item.discount + item.adjusted
    elif paid is not None and not includes and gross is None:
        paid += item.adjusted
    assert paid is not None, "one of the two amounts is there, and makes the other"
    if gross is None:
        gross = paid + item.discount - item.adjusted
    unexplained = gross - item.discount + item.adjusted - paid if not item.adjusted else Decimal(0)
    amounts = (gross, item.discount, unexplained - item.adjusted, paid)
    gross_, discount, deduction, net = (exact(a, order.currency) for a in amounts)
    return RemittanceLine(
        number=item.number, gross=gross_, discount=discount, deduction=deduction, net=net,
        reason=" ".join(word for word in item.reasons if word),
    )  # fmt: skip


def _at(segment: Segment, place: int) -> str:
    return segment[place] if len(segment) > place else ""


def _number(segment: Segment, place: int) -> Decimal:
    text = _at(segment, place)
    if not _AMOUNT.fullmatch(text) or not re.search(r"\d", text):
        raise Unreadable(f"{segment[0]}{place:02} {text!r} is no amount")
    return Decimal(text)


def _day(text: str) -> date | None:
    return day(text) if text else None
