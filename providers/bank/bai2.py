"""BAI2 cash management files: groups, accounts, movements, and control totals at each level."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from providers.bank import amounts
from providers.bank.bai2_levels import Level, prove
from providers.bank.bai2_records import Record, after_funds, records
from providers.bank.refusal import BadStatement
from providers.bank.text import joined, tidy
from providers.money import Money, minor_unit
from providers.receipts import Entry, Statement

DEFAULT_CURRENCY = "USD"
OPENING, CLOSING = "010", "015"
RETURNS = frozenset({"252", "255", "257", "258", "261", "266", "268", "555", "557", "558"})
"""Type codes of items that came back and of reversals."""
TAGS = re.compile(r"(?:^|\n)(EREF|CREF|REMI|DBNM|CRNM|DACT|CACT|DABA|CABA|DBIC|CBIC|IDNM|CHKN):")
DELETED, CORRECTED, TEST = "2", "3", "4"
TRAILERS = {"49": "account", "98": "group", "99": "file"}


@dataclass(slots=True)
class Group:
    day: date
    currency: str
    status: str
    level: Level = field(default_factory=Level)


@dataclass(slots=True)
class Account:
    """An account that is being read; `balances` are by type code."""

    number: str
    currency: str
    day: date
    where: str
    level: Level = field(default_factory=Level)
    balances: dict[str, Money] = field(default_factory=dict)
    totals: dict[str, tuple[Money, str]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """A file that is being read, with what is open in it."""

    level: Level = field(default_factory=lambda: Level(records=0))
    group: Group | None = None
    account: Account | None = None
    is_ended: bool = False
    found: list[Statement] = field(default_factory=list)


def read(text: str) -> list[Statement]:
    """Every account of every group in the file. Raises BadStatement."""
    file = File()
    for record in records(text):
        if file.is_ended:
            raise BadStatement(f"{record.where}: stands after the end of the file (99)")
        file.level.records += record.physical
        TAKE[record.code](file, record)
    if not file.is_ended:
        raise BadStatement("the file has no end (99); it is cut short: ask the bank for the whole")
    return file.found


def _begin_file(file: File, record: Record) -> None:
    if file.level.records != record.physical:
        raise BadStatement(f"{record.where}: a second file begins; import each by itself")


def _end_file(file: File, record: Record) -> None:
    _must_not(file.group, record)
    prove(record, file.level, "file")
    file.is_ended = True


def _begin_group(file: File, record: Record) -> None:
    _must_not(file.group, record)
    file.group = _group(record)


def _end_group(file: File, record: Record) -> None:
    group = _inside(file.group, record, "a group (02)")
    _must_not(file.account, record)
    group.level.records += record.physical
    prove(record, group.level, "group")
    file.level.total += group.level.total
    file.level.parts += 1
    file.group = None


def _begin_account(file: File, record: Record) -> None:
    group = _inside(file.group, record, "a group (02)")
    _must_not(file.account, record)
    file.account = _account(record, group)


def _end_account(file: File, record: Record) -> None:
    group = _inside(file.group, record, "a group (02)")
    account = _inside(file.account, record, "an account (03)")
    account.level.records += record.physical
    prove(record, account.level, f"account {account.number}")
    file.found.append(_statement(account))
    group.level.total += account.level.total
    group.level.parts += 1
    group.level.records += account.level.records
    file.account = None


def _add_movement(file: File, record: Record) -> None:
    group = _inside(file.group, record, "a group (02)")
    _movement(_inside(file.account, record, "an account (03)"), record, group)


Part = TypeVar("Part", Group, Account)


def _inside(open_: Part | None, record: Record, what: str) -> Part:
    if open_ is None:
        raise BadStatement(f"{record.where}: stands outside of {what}")
    return open_


TAKE: dict[str, Callable[[File, Record], None]] = {
    "01": _begin_file, "02": _begin_group, "03": _begin_account, "16": _add_movement,
    "49": _end_account, "98": _end_group, "99": _end_file,
}  # fmt: skip


def _must_not(open_: Group | Account | None, record: Record) -> None:
    if open_ is not None:
        missing = "98" if isinstance(open_, Group) else "49"
        raise BadStatement(
            f"{record.where}: {missing}, the end of the {TRAILERS[missing]} before, is missing"
        )


def _group(record: Record) -> Group:
    fields = record.fields + [""] * 8
    status = fields[2]
    if status in {DELETED, TEST}:
        what = "takes back an earlier one" if status == DELETED else "is only a test"
        raise BadStatement(f"{record.where}: the group {what}; it is not imported")
    currency = amounts.currency_of(fields[5] or DEFAULT_CURRENCY, record.where)
    group = Group(amounts.short_day(fields[3], record.where), currency, status)
    group.level.records = record.physical
    return group


def _account(record: Record, group: Group) -> Account:
    fields = record.fields
    if not fields[1:] or not fields[0]:
        raise BadStatement(f"{record.where}: it names no account")
    currency = amounts.currency_of(fields[1] or group.currency, record.where)
    account = Account(fields[0], currency, group.day, record.where)
    account.level.records = record.physical
    for code, amount, count in _summaries(fields[2:], record.where):
        if not amount:
            continue
        money = amounts.minor_money(amount, currency, f"{record.where}, type {code}")
        account.level.total += int(amount)
        if code in {OPENING, CLOSING}:
            account.balances[code] = money
        elif code in {"100", "400"}:
            account.totals[code] = (money, count)
    return account


def _summaries(fields: list[str], where: str) -> Iterator[tuple[str, str, str]]:
    """Type code, amount and count of each status or summary."""
    while any(fields):
        fields = fields + [""] * 4
        code, amount, count = fields[:3]
        if code and not re.fullmatch(r"\d{3}", code, re.ASCII):
            raise BadStatement(f"{where}: {code[:40]!r} is no type code")
        yield code, amount, count
        fields = after_funds(fields[3:], where)


def _movement(account: Account, record: Record, group: Group) -> None:
    if group.status == CORRECTED:
        raise BadStatement(
            f"{record.where}: the group corrects lines that were reported before; a person must"
            " look, because what is already imported would count twice"
        )
    account.level.records += record.physical
    pieces = record.pieces
    fields = pieces[0].split(",")
    code, amount = (fields + [""] * 2)[:2]
    code = code.strip()
    if not re.fullmatch(r"\d{3}", code, re.ASCII):
        raise BadStatement(f"{record.where}: {code[:40]!r} is no type code")
    if not amount.strip():
        return
    account.level.total += int(amounts.minor_money(amount, account.currency, record.where).amount
                               / minor_unit(account.currency))  # fmt: skip
    sign = _sign(int(code))
    if not sign:
        return
    money = amounts.minor_money(amount, account.currency, record.where)
    rest = after_funds([one.strip() for one in fields[2:]], record.where) + [""] * 2
    words = [",".join(rest[2:]).rstrip(","), *pieces[1:]]
    account.entries.append(_entry(account, code, money if sign > 0 else -money, rest, words))


def _sign(code: int) -> int:
    """101 to 399 and 920 to 959 are credits, 401 to 699 and 960 to 999 debits."""
    if 101 <= code <= 399 or 920 <= code <= 959:  # noqa: PLR2004
        return 1
    return -1 if 401 <= code <= 699 or 960 <= code <= 999 else 0  # noqa: PLR2004


def _entry(
    account: Account, code: str, amount: Money, rest: Sequence[str], words: Sequence[str]
) -> Entry:
    said = _tagged(words)
    side = "DB" if amount.amount > 0 else "CR"
    return Entry(
        day=account.day, amount=amount, payer=said.get(f"{side}NM", ""),
        payer_account=said.get("DACT" if side == "DB" else "CACT", ""),
        reference=joined(said.get("REMI", ""), said[""]),
        bank_reference=rest[0].strip(),
        end_to_end_id=said.get("EREF", "") or rest[1].strip(),
        is_return=code in RETURNS,
    )  # fmt: skip


def _tagged(words: Sequence[str]) -> dict[str, str]:
    """Continuations that open with a tag, as some banks write them; the rest is under ""."""
    pieces = TAGS.split("\n".join(word.strip() for word in words))
    said = {"": tidy(pieces[0])}
    for tag, value in zip(pieces[1::2], pieces[2::2], strict=True):
        said.setdefault(tag, tidy(value))
    return said


def _statement(account: Account) -> Statement:
    opening, closing = account.balances.get(OPENING), account.balances.get(CLOSING)
    is_whole = opening is not None and closing is not None
    if not is_whole:
        _prove_totals(account)
    return Statement(
        format="BAI2", account=account.number, currency=account.currency,
        entries=tuple(account.entries), opening=opening, closing=closing, closed=account.day,
        number=f"{account.day}", marks_returns=True,
        unchecked="" if is_whole else
        "the account has no opening (010) and closing (015) ledger balance",
    )  # fmt: skip


def _prove_totals(account: Account) -> None:
    """Without balances, total credits (100) and debits (400) stand in where they are counted."""
    for code, sign in (("100", 1), ("400", -1)):
        total, count = account.totals.get(code, (None, ""))
        these = [entry.amount.amount * sign for entry in account.entries
                 if entry.amount.amount * sign > 0]  # fmt: skip
        if total is None or not count.isdigit() or int(count) != len(these):
            continue
        if sum(these) != total.amount:
            raise BadStatement(
                f"{account.where}: type {code} tells of {count} movements of {total}, but these"
                f" make {total.currency} {sum(these):,}; ask the bank for the file again"
            )
