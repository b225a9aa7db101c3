"""Any bank's CSV, read by a mapping of its columns: all of it or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from providers.bank import (
    amounts,
    cells,
    days,
    denomination,
    running,
    surroundings,
    table,
    unlabelled,
    unnamed,
)
from providers.bank.header_words import is_in
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


@dataclass(frozen=True, slots=True)
class Way:
    """One reading of the columns; `fee` is the sign by which a fee moves the balance besides, 0
    where the amount holds it already."""

    name: str
    sides: Sign
    fee: int = 0


SIDES = (
    Way("credit less debit", lambda credit, debit: abs(credit) - abs(debit)),
    Way("credit less debit, as signed", lambda credit, debit: credit - debit),
    Way("credit and signed debit", lambda credit, debit: credit + debit),
    Way("debit less credit", lambda credit, debit: abs(debit) - abs(credit)),
)
"""Ways to make one amount of two columns; a running balance says which of them is right."""
FEES = ((-1, "less fee"), (1, "and signed fee"))


def read(text: str, mapping: Mapping) -> list[Statement]:
    """One statement for each account in the file. Raises BadStatement."""
    if mapping.doubts:
        questions = "; ".join(doubt.question for doubt in mapping.doubts)
        raise BadStatement(f"the columns are not clear: {questions}")
    found = table.rows(text, mapping.delimiter)
    parts = surroundings.parted(found, mapping, is_ended=text.endswith("\n"))
    if len(parts.lines) > LINES_MAX:
        raise BadStatement(f"the file has more than {LINES_MAX:,} lines; split it by month")
    _refuse_what_turned(parts.lines, mapping)
    notes = unnamed.telling_notes(mapping.columns, parts.lines)
    mapping = replace(mapping, columns={**mapping.columns, "note": notes})
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
    ends = _unlabelled(rows, mapping, parts)
    moving = [row for row in rows if row.line not in parts.standing]
    held = denomination.currencies(moving, mapping)
    currency = held[0] if len(set(held)) == 1 else mapping.currency
    opening = closing = None
    remarks: tuple[str, ...] = ()
    way = SIDES[0]
    if len(set(held)) <= 1 and currency and any(one(row, mapping, "balance") for row in rows):
        way, opening, closing = _by_balance(rows, mapping, parts, currency)
        is_proof = sum(bool(one(row, mapping, "balance")) for row in rows) > 1
        remarks = (f"the running balance proves: {way.name}",) if is_proof else ()
    if ends and currency:
        opening, closing = (amounts.money(it, currency, "balance") for it in ends)
    if set(parts.edges) == {"opening", "closing"} and currency:
        opening = amounts.money(parts.edges["opening"][0], currency, parts.edges["opening"][1])
        closing = amounts.money(parts.edges["closing"][0], currency, parts.edges["closing"][1])
    entries = [
        entry
        for row, code in zip(moving, held, strict=True)
        for entry in _entries(row, mapping, code, way)
    ]
    is_whole = opening is not None and closing is not None
    listed = sorted(entry.day for entry in entries)
    return Statement(
        format="CSV", account=account, currency=currency, entries=tuple(entries),
        opening=opening, closing=closing, opened=listed[0] if listed else None,
        closed=listed[-1] if listed else None, unchecked="" if is_whole else UNCHECKED,
        remarks=remarks,
    )  # fmt: skip


def _unlabelled(
    rows: Sequence[Row], mapping: Mapping, parts: Parts
) -> tuple[Decimal, Decimal] | None:
    """Takes out what only tells a balance, without saying so. Returns the opening and the closing
    balance where only such lines tell them. Raises BadStatement for what may be either."""
    found = unlabelled.standing(
        rows, mapping, _moved(rows, mapping, parts, SIDES[0]),
        [_balance(row, mapping) for row in rows],
    )  # fmt: skip
    parts.standing |= found.lines
    parts.footer += [row for row in rows if row.line in found.lines]
    return found.ends


def _entries(row: Row, mapping: Mapping, currency: str, way: Way) -> Iterator[Entry]:
    """The movement, and what the bank took for it where that is none of the amount."""
    moved = _entry(row, mapping, currency, way)
    yield moved
    if fee := _fee(row, mapping, way):
        told = amounts.money(fee, currency, f"line {row.line}")
        yield Entry(moved.day, told, reference=f"{mapping.name('fee')}: {moved.reference}")


def _entry(row: Row, mapping: Mapping, currency: str, way: Way) -> Entry:
    where = f"line {row.line}"
    texts = [row.cell(place) for place in mapping.columns.get("reference", ())]
    notes = (row.cell(place) for place in mapping.columns.get("note", ()))
    own = one(row, mapping, "bank_id")
    return Entry(
        day=days.day(one(row, mapping, "date"), mapping.date_order, where),
        amount=amounts.money(_amount(row, mapping, way.sides), currency, where),
        payer=joined(*(row.cell(place) for place in mapping.columns.get("payer", ()))),
        payer_account="".join(one(row, mapping, "payer_account").split()),
        reference=joined(*texts), bank_reference=own if is_reference(own) else "",
        note=joined(*(note for note in notes if note not in texts)),
    )  # fmt: skip


def _amount(row: Row, mapping: Mapping, sides: Sign) -> Decimal:
    where = f"line {row.line}"
    width = max((place for places in mapping.columns.values() for place in places), default=0)
    if len(row.cells) <= min(width, max(surroundings.must(mapping))):
        raise BadStatement(f"{where}: not as many fields as there are columns")
    if mapping.columns.get("amount"):
        has_direction = bool(mapping.columns.get("direction"))
        direction = one(row, mapping, "direction") if has_direction else None
        found = _signed(one(row, mapping, "amount"), mapping.decimal, where, direction)
    else:
        credit, debit = (
            cells.amount(one(row, mapping, role) or "0", mapping.decimal, where)
            for role in ("credit", "debit")
        )
        found = sides(credit, debit)
    return -found if mapping.sign == "turned" else found


def _refuse_what_turned(rows: Sequence[Row], mapping: Mapping) -> None:
    """Raises BadStatement where credits stand above and below zero: what is below may be money
    that was taken back."""
    if not mapping.columns.get("direction") or not mapping.columns.get("amount"):
        return
    below: dict[bool, Row] = {}
    for row in rows:
        where, text = f"line {row.line}", one(row, mapping, "amount")
        if text and (side := one(row, mapping, "direction")) and _is_in(side, where):
            found = _signed(text, mapping.decimal, where)
            if found:
                below.setdefault(found < 0, row)
    if len(below) > 1:
        raise BadStatement(
            f"line {below[True].line}: the amount is below zero, but {mapping.name('direction')}"
            " says credit, and other credits are above; set direction= if the sign is right"
        )


def _signed(text: str, decimal: str, where: str, direction: str | None = None) -> Decimal:
    """An amount by its sign, or by the word for credit or debit after it or in `direction`."""
    suffix = re.search(r"\s*\b(CR|DR|C|D)$", text)
    found = cells.amount(text[: suffix.start()] if suffix else text, decimal, where)
    if direction is None and suffix is None:
        return found
    told = direction or (suffix[1] if suffix else "")
    return abs(found) if _is_in(told, where) else -abs(found)


def _is_in(direction: str, where: str) -> bool:
    told = is_in(direction, is_unsigned=True)
    if told is not None:
        return told
    raise BadStatement(f"{where}: {direction[:40]!r} says neither credit nor debit")


def _by_balance(
    rows: Sequence[Row], mapping: Mapping, parts: Parts, currency: str
) -> tuple[Way, Money, Money]:
    """The reading that the running balance proves, from either end of the list.

    Raises BadStatement where no reading fits, which is how a missing or changed line shows.
    """
    balances = [_balance(row, mapping) for row in rows]
    ways = _ways(mapping)
    for way in ways:
        if found := running.proved(balances, _moved(rows, mapping, parts, way)):
            where = f"line {rows[0].line}, balance"
            opening, closing = (amounts.money(it, currency, where) for it in found)
            return way, opening, closing
    moved = _moved(rows, mapping, parts, ways[0])
    place, expected, told = running.broken(balances, moved)
    raise BadStatement(
        f"line {rows[place].line}: the running balance is {told}, but by the line before and the"
        f" amount it should be {expected}; a line is missing or changed: export the file again"
    )


def _ways(mapping: Mapping) -> list[Way]:
    """The readings without a fee go first."""
    plain = [replace(SIDES[0], name="amount")] if mapping.columns.get("amount") else list(SIDES)
    if not mapping.columns.get("fee"):
        return plain
    return plain + [
        replace(way, name=f"{way.name} {said}", fee=sign) for sign, said in FEES for way in plain
    ]


def _balance(row: Row, mapping: Mapping) -> Decimal | None:
    text, decimal = one(row, mapping, "balance"), mapping.balance_decimal or mapping.decimal
    return _signed(text, decimal, f"line {row.line}") if text else None


def _moved(rows: Sequence[Row], mapping: Mapping, parts: Parts, way: Way) -> list[Decimal]:
    return [
        Decimal(0) if row.line in parts.standing
        else _amount(row, mapping, way.sides) + _fee(row, mapping, way)
        for row in rows
    ]  # fmt: skip


def _fee(row: Row, mapping: Mapping, way: Way) -> Decimal:
    text = one(row, mapping, "fee") if way.fee else ""
    return way.fee * cells.amount(text or "0", mapping.decimal, f"line {row.line}")


def with_defaults(mapping: Mapping, *, account: str, currency: str) -> Mapping:
    """What the caller knows, where neither the file nor the mapping says it."""
    return replace(
        mapping, account=account or mapping.account, currency=mapping.currency or currency
    )
