"""MT940 statements and MT942 interim reports (SWIFT), as banks really write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from providers.bank import amounts, mt940_line, mt940_ns, mt940_text
from providers.bank.refusal import BadStatement
from providers.bank.text import joined
from providers.money import Money
from providers.receipts import Entry, Statement

TAG = re.compile(r":(?P<tag>20|21|25P?|28C?|60[FM]|61|62[FM]|64|65|86|13D?|34F|90[CD]|NS|940|942):")
TIME = re.compile(r":\d\d:\d\d(?!\d)", re.ASCII)
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})?([\d,.]+)", re.ASCII)
LIMIT = re.compile(r"([A-Z]{3})", re.ASCII)
SUM = re.compile(r"(\d{1,6})([A-Z]{3})?([\d,.]+)", re.ASCII)
ENVELOPE = re.compile(r"\{\d:.*|-|-\}.*|-XXX")
HEADER = frozenset({"20", "21", "25", "25P", "28", "28C"})
STARTS = re.compile(r"^[ \t]*:(20|25P?|28C?|60[FM]|61|62[FM]|64|86|NS):", re.MULTILINE)


@dataclass(slots=True)
class Tagged:
    """One field: its tag, its line number in the file, its lines."""

    tag: str
    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def where(self) -> str:
        return f"line {self.line}"


@dataclass(slots=True)
class Open:
    """A message that is being read."""

    line: int
    reference: str
    account: str = ""
    number: str = ""
    currency: str = ""
    is_interim: bool = False
    opening: tuple[Money, date] | None = None
    closing: tuple[Money, date] | None = None
    entries: list[Entry] = field(default_factory=list)
    sums: dict[str, tuple[int, Money]] = field(default_factory=dict)
    last: Tagged | None = None
    about: list[Tagged] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"line {self.line}, statement {self.number or self.reference}"


def is_mt940(text: str) -> bool:
    return STARTS.search(text) is not None


def read(text: str) -> list[Statement]:
    """Every message in the file. Raises BadStatement."""
    found: list[Statement] = []
    message: Open | None = None
    for field_ in _fields(text):
        if field_.tag == "20":
            if message is not None:
                found.append(_closed(message))
            message = Open(field_.line, field_.text.strip())
        elif field_.tag not in {"940", "942"}:
            if message is None:
                raise BadStatement(
                    f"{field_.where}: :{field_.tag}: stands before any :20:, which begins a"
                    " statement; this is a piece of a file: ask the bank for the whole"
                )
            _take(message, field_)
    if message is None:
        raise BadStatement("no :20: begins a statement; ask the bank for the whole file")
    found.append(_closed(message))
    return found


def _fields(text: str) -> Iterator[Tagged]:
    """The fields in their order. A line without a tag goes on with the field before."""
    current: Tagged | None = None
    for number, line in enumerate(text.split("\n"), 1):
        parts = TAG.match(line)
        if parts and not (current and current.tag == "86" and TIME.match(line)):
            if current:
                yield current
            current = Tagged(parts["tag"], number, [line[parts.end() :]])
        elif ENVELOPE.fullmatch(line.strip()):
            if current:
                yield current
            current = None
        elif current and line.strip():
            current.lines.append(line)
    if current:
        yield current


def _take(message: Open, field_: Tagged) -> None:
    tag = field_.tag
    if tag in HEADER:
        _head(message, field_)
    elif tag.startswith("60"):
        _begin(message, field_)
    elif tag == "61":
        _movement(message, field_)
    elif tag in {"86", "NS"}:
        message.about.append(field_)
    elif tag.startswith("62"):
        _describe(message)
        message.closing = _balance(message, field_)
    elif tag == "34F":
        message.is_interim = True
        limit = LIMIT.match(field_.text.strip())
        message.currency = message.currency or (limit[1] if limit else "")
    elif tag.startswith("90"):
        _describe(message)
        message.is_interim = True
        message.sums[tag] = _sum(message, field_)


def _head(message: Open, field_: Tagged) -> None:
    if field_.tag.startswith("25"):
        if message.account or message.entries:
            raise BadStatement(f"{field_.where}: a second :25: within one statement")
        message.account = field_.lines[0].strip()
    elif field_.tag.startswith("28"):
        message.number = field_.text.strip()


def _begin(message: Open, field_: Tagged) -> None:
    if message.opening is not None:
        raise BadStatement(f"{field_.where}: a second opening balance within one statement")
    message.about.clear()
    message.opening = _balance(message, field_)


def _movement(message: Open, field_: Tagged) -> None:
    _describe(message)
    if message.closing is not None or (message.opening is None and not message.is_interim):
        raise BadStatement(
            f"{field_.where}: :61: stands outside of a statement, after its closing balance or"
            " before its opening one"
        )
    message.about.clear()
    message.last = field_


def _describe(message: Open) -> None:
    """Make an entry of the last :61: and of what was said about it."""
    if message.last is None:
        message.about.clear()
        return
    field_, message.last = message.last, None
    line = mt940_line.read(field_.text, field_.where)
    currency = amounts.currency_of(_currency(message), field_.where)
    told = mt940_text.read([line for about in message.about if about.tag == "86"
                            for line in about.lines])  # fmt: skip
    spare = mt940_ns.read([about.text for about in message.about if about.tag == "NS"])
    message.about.clear()
    message.entries.append(Entry(
        day=line.day, amount=amounts.money(line.amount, currency, field_.where),
        payer=told.payer or spare.payer, payer_account=told.payer_account or spare.payer_account,
        reference=joined(told.reference, spare.reference) or joined(line.extra),
        bank_reference=line.bank_reference,
        end_to_end_id=told.end_to_end_id or line.customer_reference,
        is_return=line.is_return or told.is_return,
    ))  # fmt: skip


def _currency(message: Open) -> str:
    if message.opening is not None:
        return message.opening[0].currency
    return message.currency or message.account[-3:]


def _balance(message: Open, field_: Tagged) -> tuple[Money, date]:
    """C or D, a day, the currency (some closing balances leave it out) and the amount."""
    parts = BALANCE.fullmatch(field_.lines[0].strip())
    currency = (parts[3] if parts else "") or (
        message.opening[0].currency if message.opening else ""
    )
    if parts is None or not currency:
        raise BadStatement(
            f"{field_.where}: :{field_.tag}:{field_.text[:40]!r} is no balance; it is C or D,"
            " YYMMDD, the currency and the amount"
        )
    currency = amounts.currency_of(currency, field_.where)
    amount = amounts.number(parts[4], field_.where)
    amount = amount if parts[1] == "C" else -amount
    return amounts.money(amount, currency, field_.where), amounts.short_day(parts[2], field_.where)


def _sum(message: Open, field_: Tagged) -> tuple[int, Money]:
    parts = SUM.fullmatch(field_.lines[0].strip())
    if parts is None:
        raise BadStatement(f"{field_.where}: {field_.text[:40]!r} is no count and sum of entries")
    currency = amounts.currency_of(parts[2] or _currency(message), field_.where)
    return int(parts[1]), amounts.money(amounts.number(parts[3], field_.where), currency,
                                        field_.where)  # fmt: skip


def _closed(message: Open) -> Statement:
    _describe(message)
    if not message.account:
        raise BadStatement(f"{message.where}: no :25: names the account")
    if message.is_interim:
        return _interim(message)
    for name, balance in (("opening", message.opening), ("closing", message.closing)):
        if balance is None:
            tag = ":60F:" if name == "opening" else ":62F:"
            raise BadStatement(
                f"{message.where}: no {name} balance ({tag}); the file is cut short: ask the bank"
                " for the whole"
            )
    assert message.opening is not None
    assert message.closing is not None
    return Statement(
        format="MT940", account=message.account, currency=message.opening[0].currency,
        entries=tuple(message.entries), opening=message.opening[0], closing=message.closing[0],
        opened=message.opening[1], closed=message.closing[1], number=message.number,
        marks_returns=True,
    )  # fmt: skip


def _interim(message: Open) -> Statement:
    """An interim report proves itself by the counts and sums of its debits and credits."""
    signs: Sequence[tuple[str, int]] = (("90C", 1), ("90D", -1))
    for tag, sign in signs:
        if tag not in message.sums:
            continue
        count, total = message.sums[tag]
        these = [entry.amount.amount * sign for entry in message.entries
                 if entry.amount.amount * sign > 0]  # fmt: skip
        if (len(these), sum(these)) != (count, total.amount):
            raise BadStatement(
                f"{message.where}: :{tag}: tells of {count} entries of {total}, but there are"
                f" {len(these)} of {total.currency} {sum(these):,}; ask the bank for the file again"
            )
    return Statement(
        format="MT942", account=message.account, currency=_currency(message),
        entries=tuple(message.entries), marks_returns=True, number=message.number,
        unchecked="an interim report has no opening and closing balance",
    )  # fmt: skip
