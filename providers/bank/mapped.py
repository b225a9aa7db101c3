"""Any bank's CSV, read by a mapping of its columns: all of it or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from providers.bank import amounts, cells, days, denomination, running, surroundings, table
from providers.bank.header_words import IN, OUT, folded
from providers.bank.identity import is_reference
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.bank.surroundings import Parts, one
from providers.bank.table import Row
from providers.bank.text import joined
from providers.money import Money
from providers.receipts import Entry, Statement

UNCHECKED = "the CSV has neither opening and closing balance nor a running balance"
LINES_MAX = 200_000
Sign = Callable[[Decimal, Decimal], Decimal]
SIDES: tuple[tuple[str, Sign], ...] = (
    ("credit less debit", lambda credit, debit: abs(credit) - abs(debit)),
    ("credit less debit, as signed", lambda credit, debit: credit - debit),
    ("credit and signed debit", lambda credit, debit: credit + debit),
    ("debit less credit", lambda credit, debit: abs(debit) - abs(credit)),
)
"""Ways to make one amount of two columns; a running balance says which of them is right."""


def read(text: str, mapping: Mapping) -> list[Statement]:
    """One statement for each account in the file. Raises BadStatement."""
    if mapping.doubts:
        questions = "; ".join(doubt.question for doubt in mapping.doubts)
        raise BadStatement(f"the columns are not clear: {questions}")
    found = table.rows(text, mapping.delimiter)
    parts = surroundings.parted(found, mapping, is_ended=text.endswith("\n"))
    if len(parts.lines) > LINES_MAX:
        raise BadStatement(f"the file has more than {LINES_MAX:,} lines; split it by month")
    by_account: dict[str, list[Row]] = {}
    announced = {row.line for row in parts.announced}
    for row in (*parts.lines, *parts.announced):
        account = one(row, mapping, "account").lstrip("'") or mapping.account
        if not account:
            raise BadStatement(
                f"line {row.line}: no column and no setting names the account; name it (--account)"
            )
        of_account = by_account.setdefault(account, [])
        if row.line not in announced:
            of_account.append(row)
    if not by_account and mapping.account:
        by_account[mapping.account] = []
    made = [_statement(account, rows, mapping, parts) for account, rows in by_account.items()]
    surroundings.prove_totals(parts, made, mapping)
    told = tuple(parts.remarks(mapping))
    return [replace(made[0], remarks=(*made[0].remarks, *told)), *made[1:]] if made else []


def _statement(account: str, rows: Sequence[Row], mapping: Mapping, parts: Parts) -> Statement:
    moving = [row for row in rows if row.line not in parts.standing]
    held = denomination.currencies(moving, mapping)
    currency = held[0] if len(set(held)) == 1 else mapping.currency
    opening = closing = None
    remarks: tuple[str, ...] = ()
    sides = SIDES[0][1]
    if len(set(held)) <= 1 and currency and any(one(row, mapping, "balance") for row in rows):
        way, sides, opening, closing = _by_balance(rows, mapping, parts, currency)
        remarks = (way,) if way else ()
    if set(parts.edges) == {"opening", "closing"} and currency:
        opening = amounts.money(parts.edges["opening"][0], currency, parts.edges["opening"][1])
        closing = amounts.money(parts.edges["closing"][0], currency, parts.edges["closing"][1])
    entries = [
        _entry(row, mapping, code, sides) for row, code in zip(moving, held, strict=True)
    ]  # fmt: skip
    is_whole = opening is not None and closing is not None
    listed = sorted(entry.day for entry in entries)
    return Statement(
        format="CSV", account=account, currency=currency, entries=tuple(entries),
        opening=opening, closing=closing, opened=listed[0] if listed else None,
        closed=listed[-1] if listed else None, unchecked="" if is_whole else UNCHECKED,
        remarks=remarks,
    )  # fmt: skip


def _entry(row: Row, mapping: Mapping, currency: str, sides: Sign) -> Entry:
    where = f"line {row.line}"
    reference = joined(*(row.cell(place) for place in mapping.columns.get("reference", ())))
    own = one(row, mapping, "bank_id")
    return Entry(
        day=days.day(one(row, mapping, "date"), mapping.date_order, where),
        amount=amounts.money(_amount(row, mapping, sides), currency, where),
        payer=joined(*(row.cell(place) for place in mapping.columns.get("payer", ()))),
        payer_account="".join(one(row, mapping, "payer_account").split()),
        reference=reference, bank_reference=own if is_reference(own) else "",
    )  # fmt: skip


def _amount(row: Row, mapping: Mapping, sides: Sign) -> Decimal:
    where = f"line {row.line}"
    width = max((place for places in mapping.columns.values() for place in places), default=0)
    if len(row.cells) <= min(width, max(surroundings.must(mapping))):
        raise BadStatement(f"{where}: not as many fields as there are columns")
    if mapping.columns.get("amount"):
        has_direction = bool(mapping.columns.get("direction"))
        direction = one(row, mapping, "direction") if has_direction else None
        found = _signed(one(row, mapping, "amount"), mapping, where, direction)
    else:
        credit, debit = (
            cells.amount(one(row, mapping, role) or "0", mapping.decimal, where)
            for role in ("credit", "debit")
        )
        found = sides(credit, debit)
    return -found if mapping.sign == "turned" else found


def _signed(text: str, mapping: Mapping, where: str, direction: str | None = None) -> Decimal:
    """An amount by its sign, or by the word for credit or debit after it or in `direction`."""
    suffix = re.search(r"\s*\b(CR|DR|C|D)$", text)
    found = cells.amount(text[: suffix.start()] if suffix else text, mapping.decimal, where)
    if direction is None and suffix is None:
        return found
    told = direction or (suffix[1] if suffix else "")
    return abs(found) if _is_in(told, where) else -abs(found)


def _is_in(direction: str, where: str) -> bool:
    told = folded(direction) or direction.strip()
    if told in IN:
        return True
    if told in OUT:
        return False
    raise BadStatement(f"{where}: {direction[:40]!r} says neither credit nor debit")


def _by_balance(
    rows: Sequence[Row], mapping: Mapping, parts: Parts, currency: str
) -> tuple[str, Sign, Money, Money]:
    """The reading that the running balance proves, from either end of the list.

    Raises BadStatement where no reading fits, which is how a missing or changed line shows.
    """
    balances = [_balance(row, mapping) for row in rows]
    ways = SIDES if not mapping.columns.get("amount") else (("amount", SIDES[0][1]),)
    for name, sides in ways:
        moved = _moved(rows, mapping, parts, sides)
        if found := running.proved(balances, moved):
            where = f"line {rows[0].line}, balance"
            opening, closing = (amounts.money(it, currency, where) for it in found)
            is_proof = sum(balance is not None for balance in balances) > 1
            way = f"the running balance proves: {name}" if is_proof else ""
            return way, sides, opening, closing
    moved = _moved(rows, mapping, parts, ways[0][1])
    place, expected, told = running.broken(balances, moved)
    raise BadStatement(
        f"line {rows[place].line}: the running balance is {told}, but by the line before and the"
        f" amount it should be {expected}; a line is missing or changed: export the file again"
    )


def _balance(row: Row, mapping: Mapping) -> Decimal | None:
    text = one(row, mapping, "balance")
    return _signed(text, mapping, f"line {row.line}") if text else None


def _moved(rows: Sequence[Row], mapping: Mapping, parts: Parts, sides: Sign) -> list[Decimal]:
    return [
        Decimal(0) if row.line in parts.standing else _amount(row, mapping, sides) for row in rows
    ]


def with_defaults(mapping: Mapping, *, account: str, currency: str) -> Mapping:
    """What the caller knows, where neither the file nor the mapping says it."""
    return replace(
        mapping, account=account or mapping.account, currency=mapping.currency or currency
    )
