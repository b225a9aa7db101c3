"""Lockbox files in the fixed records of BAI: batches of cheques and the invoices they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from providers.bank import amounts
from providers.bank.refusal import BadStatement
from providers.bank.text import tidy
from providers.money import Money
from providers.receipts import Entry, Statement

SHAPE = re.compile(r"1[\d ]{2}.{10,}", re.ASCII)
RECORDS = frozenset("12456789")
CHECK_FROM = 36
NAMED = re.compile(r"(\d{10})(\d{6})(.*)", re.ASCII)
"""Cheque number, date of the cheque and the remitter's name, where a bank writes them."""
NAME_LENGTH = 30
CURRENCY = "USD"
"""The format is American and names no currency."""
CHECK = re.compile(r"([\d ]{10}(?!\d)|[\d ]{9})(.*)", re.ASCII)


@dataclass(slots=True)
class Item:
    """One cheque; `words` are the advice of its record and of its overflow records."""

    line: int
    batch: str
    number: str
    amount: Money
    payer: str
    payer_account: str
    check: str
    words: list[str]


@dataclass(slots=True)
class Box:
    """A lockbox and day; `open_` are the items of the batch under way, and `is_proved` tells that
    its own total agrees with all that it holds."""

    number: str
    day: date
    items: list[Item] = field(default_factory=list)
    open_: list[Item] = field(default_factory=list)
    is_proved: bool = False


def is_lockbox(text: str) -> bool:
    """Whether each line begins like a record, the first with 1, and there is a detail."""
    lines = [line for line in text.split("\n") if line.strip()]
    return (
        len(lines) > 1
        and SHAPE.match(lines[0]) is not None
        and all(line[0] in RECORDS and line[1:4].strip().isalnum() for line in lines[1:])
        and any(line[0] in "5678" for line in lines)
        and "," not in lines[0]
    )


def read(text: str, home: str = "") -> list[Statement]:
    """Every lockbox of the file, in US dollars. `home` is the company's own currency: a file for a
    company that keeps its books in another is refused. Raises BadStatement."""
    currency = _currency(home)
    boxes: dict[tuple[str, date], Box] = {}
    box: Box | None = None
    is_ended = False
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    for count, (number, line) in enumerate(lines, 1):
        if is_ended:
            raise BadStatement(f"line {number}: stands after the end of the file (9)")
        kind, where = line[0], f"line {number}, record {line[0]}"
        if kind == "5":
            box = _box(boxes, line, where)
        elif kind == "9":
            is_ended = True
            _count(line[1:7], count, where)
        elif kind in "4678":
            if box is None:
                raise BadStatement(f"{where}: no lockbox (5) was begun")
            _take(box, kind, line, number, currency)
    if not is_ended:
        raise BadStatement("the file has no end (9); it is cut short: ask the bank for the whole")
    return [_statement(box, currency) for box in boxes.values()]


def _currency(home: str) -> str:
    if home not in {"", CURRENCY}:
        raise BadStatement(
            "a lockbox file names no currency and its format is American, but the company's own"
            f" currency is {home}; ask the bank for CAMT.053, BAI2 or CSV, which name theirs"
        )
    return CURRENCY


def _box(boxes: dict[tuple[str, date], Box], line: str, where: str) -> Box:
    number, day = line[7:14].strip(), amounts.short_day(line[14:20], where)
    if not number:
        raise BadStatement(f"{where}: it names no lockbox")
    return boxes.setdefault((number, day), Box(number, day))


def _take(box: Box, kind: str, line: str, number: int, currency: str) -> None:
    where = f"line {number}, record {kind}"
    if kind == "6":
        box.is_proved = False
        box.open_.append(_item(line, number, currency))
    elif kind == "4":
        batch, item = line[1:4], line[4:7]
        if not box.open_ or (box.open_[-1].batch, box.open_[-1].number) != (batch, item):
            raise BadStatement(f"{where}: it goes on with no cheque of batch {batch}, item {item}")
        box.open_[-1].words.append(line[11:])
    elif kind == "7":
        _prove(box.open_, line[20:23], line[23:33], currency, where)
        box.items += box.open_
        box.open_ = []
    else:
        if box.open_:
            raise BadStatement(f"{where}: a batch has no total (7)")
        _prove(box.items, line[20:24], line[24:34], currency, where)
        box.is_proved = True


def _item(line: str, number: int, currency: str) -> Item:
    where = f"line {number}, record 6"
    amount = amounts.minor_money(line[7:17], currency, where)
    rest = line[CHECK_FROM:]
    payer, check, words = "", "", rest
    if named := NAMED.match(rest):
        check, payer, words = named[1], named[3][:NAME_LENGTH], named[3][NAME_LENGTH:]
    elif plain := CHECK.match(rest):
        check, words = plain[1], plain[2]
    routing, account = line[17:26].strip(), line[26:36].strip()
    return Item(
        line=number, batch=line[1:4], number=line[4:7], amount=amount, payer=tidy(payer),
        payer_account=f"{routing} {account}".strip(), check=check.strip().lstrip("0"),
        words=[words],
    )  # fmt: skip


def _prove(items: list[Item], told: str, total: str, currency: str, where: str) -> None:
    """The total of a batch or box; its count is checked where it is a count of cheques."""
    expected = amounts.minor_money(total, currency, where)
    found = Money.total((item.amount for item in items), currency)
    if found != expected:
        raise BadStatement(
            f"{where}: the total is {expected}, but the cheques make {found}; ask the bank for the"
            " file again"
        )
    if not told.strip().isdigit():
        raise BadStatement(f"{where}: {told!r} is no count")


def _count(told: str, count: int, where: str) -> None:
    if told.strip() and told.strip().lstrip("0") != str(count):
        raise BadStatement(
            f"{where}: the file should have {told.strip()} records, but it has {count}; ask the"
            " bank for the file again"
        )


def _statement(box: Box, currency: str) -> Statement:
    if box.open_:
        raise BadStatement(f"lockbox {box.number} of {box.day}: a batch has no total (7)")
    if not box.is_proved:
        raise BadStatement(f"lockbox {box.number} of {box.day}: it has no total (8)")
    entries = [
        Entry(
            day=box.day, amount=item.amount, payer=item.payer, payer_account=item.payer_account,
            reference=tidy(" ".join(item.words)),
            bank_reference=f"batch {item.batch} item {item.number} check {item.check}",
            end_to_end_id=item.check,
        )
        for item in box.items
    ]  # fmt: skip
    return Statement(
        format="BAI lockbox", account=f"LOCKBOX {box.number}", currency=currency,
        entries=tuple(entries), closed=box.day, number=f"{box.day}",
        unchecked="a lockbox deposit has no balances; the totals of its batches agree",
    )  # fmt: skip
