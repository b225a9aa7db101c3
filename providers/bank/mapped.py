"""Any bank's CSV, read by a mapping of its columns: all of it or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from providers.bank import amounts, cells, table
from providers.bank.header_words import BALANCES, CLOSING, IN, OPENING, OUT, folded
from providers.bank.identity import is_reference
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
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
    lines, edges = _parted(found, mapping)
    if len(lines) > LINES_MAX:
        raise BadStatement(f"the file has more than {LINES_MAX:,} lines; split it by month")
    by_account: dict[str, list[Row]] = {}
    for row in lines:
        account = _one(row, mapping, "account") or mapping.account
        if not account:
            raise BadStatement(
                f"line {row.line}: no column and no setting names the account; name it (--account)"
            )
        by_account.setdefault(account, []).append(row)
    if not by_account and mapping.account:
        by_account[mapping.account] = []
    return [_statement(account, rows, mapping, edges) for account, rows in by_account.items()]


def _parted(
    found: Sequence[Row], mapping: Mapping
) -> tuple[list[Row], list[tuple[str, Decimal, int]]]:
    """The lines of the table, and the balances that are told before and after it."""
    edges: list[tuple[str, Decimal, int]] = []
    lines: list[Row] = []
    for row in found:
        if row.line == mapping.header:
            continue
        if edge := _edge(row, mapping):
            edges.append(edge)
        elif row.line > mapping.header and any(row.cell(place) for place in _must(mapping)):
            lines.append(row)
    return lines, edges


def _edge(row: Row, mapping: Mapping) -> tuple[str, Decimal, int] | None:
    """A line that tells a balance, such as `Balance at end of period,,,,"+31070,11"`."""
    held = [cell.strip() for cell in row.cells if cell.strip()]
    label = set(folded(held[0]).split()) if held else set()
    if len(held) != 2 or not label & set(BALANCES):  # noqa: PLR2004
        return None
    for name, words in (("opening", OPENING), ("closing", CLOSING)):
        if label & set(words):
            return name, cells.amount(held[1], mapping.decimal, f"line {row.line}"), row.line
    return None


def _statement(
    account: str, rows: Sequence[Row], mapping: Mapping, edges: Sequence[tuple[str, Decimal, int]]
) -> Statement:
    entries = [_entry(row, mapping) for row in rows]
    opening = closing = None
    remarks: tuple[str, ...] = ()
    held = {entry.amount.currency for entry in entries}
    currency = held.pop() if len(held) == 1 else mapping.currency
    if mapping.columns.get("balance") and rows and len({e.amount.currency for e in entries}) == 1:
        entries, opening, closing, way = _by_balance(rows, entries, mapping, currency)
        remarks = (f"the running balance proves: {way}",)
    by_name = {name: (amount, f"line {line}") for name, amount, line in edges}
    if set(by_name) == {"opening", "closing"} and currency:
        opening = amounts.money(by_name["opening"][0], currency, by_name["opening"][1])
        closing = amounts.money(by_name["closing"][0], currency, by_name["closing"][1])
    is_whole = opening is not None and closing is not None
    days = sorted(entry.day for entry in entries)
    return Statement(
        format="CSV", account=account, currency=currency, entries=tuple(entries),
        opening=opening, closing=closing, opened=days[0] if days else None,
        closed=days[-1] if days else None, unchecked="" if is_whole else UNCHECKED,
        remarks=remarks,
    )  # fmt: skip


def _entry(row: Row, mapping: Mapping, sides: Sign = SIDES[0][1]) -> Entry:
    where = f"line {row.line}"
    width = max((place for places in mapping.columns.values() for place in places), default=0)
    if len(row.cells) <= min(width, max(_must(mapping))):
        raise BadStatement(f"{where}: not as many fields as there are columns")
    currency = _one(row, mapping, "currency") or mapping.currency
    if not currency:
        raise BadStatement(
            f"{where}: no column and no setting names the currency; set currency to"
            " a code such as EUR"
        )
    currency = amounts.currency_of(currency, where)
    amount = _amount(row, mapping, sides)
    reference = joined(*(row.cell(place) for place in mapping.columns.get("reference", ())))
    own = _one(row, mapping, "bank_id")
    return Entry(
        day=cells.day(_one(row, mapping, "date"), mapping.date_order, where),
        amount=amounts.money(amount, currency, where),
        payer=joined(*(row.cell(place) for place in mapping.columns.get("payer", ()))),
        payer_account="".join(_one(row, mapping, "payer_account").split()),
        reference=reference, bank_reference=own if is_reference(own) else "",
    )  # fmt: skip


def _must(mapping: Mapping) -> list[int]:
    roles = ("date", "amount", "credit", "debit")
    return [place for role in roles for place in mapping.columns.get(role, ())] or [0]


def _one(row: Row, mapping: Mapping, role: str) -> str:
    places = mapping.columns.get(role, ())
    return row.cell(places[0]) if places else ""


def _amount(row: Row, mapping: Mapping, sides: Sign) -> Decimal:
    where = f"line {row.line}"
    if mapping.columns.get("amount"):
        text = _one(row, mapping, "amount")
        suffix = re.search(r"\s*\b(CR|DR|C|D)$", text)
        found = cells.amount(text[: suffix.start()] if suffix else text, mapping.decimal, where)
        direction = _one(row, mapping, "direction") or (suffix[1] if suffix else "")
        if mapping.columns.get("direction") or suffix:
            found = abs(found) if _is_in(direction, where) else -abs(found)
    else:
        credit, debit = (
            cells.amount(_one(row, mapping, role) or "0", mapping.decimal, where)
            for role in ("credit", "debit")
        )
        found = sides(credit, debit)
    return -found if mapping.sign == "turned" else found


def _is_in(direction: str, where: str) -> bool:
    told = folded(direction) or direction.strip()
    if told in IN:
        return True
    if told in OUT:
        return False
    raise BadStatement(f"{where}: {direction[:40]!r} says neither credit nor debit")


def _by_balance(
    rows: Sequence[Row], entries: list[Entry], mapping: Mapping, currency: str
) -> tuple[list[Entry], Money, Money, str]:
    """The entries under the reading that the running balance proves, from either end of the list.

    Raises BadStatement where no reading fits, which is how a missing or changed line shows.
    """
    balances = [
        cells.amount(_one(row, mapping, "balance"), mapping.decimal, f"line {row.line}")
        for row in rows
    ]
    two_sided = not mapping.columns.get("amount")
    ways = SIDES if two_sided else (("amount", SIDES[0][1]),)
    for name, sides in ways:
        made = [_entry(row, mapping, sides) for row in rows] if two_sided else entries
        for is_oldest_first in (True, False):
            ordered = balances if is_oldest_first else balances[::-1]
            parts = [e.amount.amount for e in (made if is_oldest_first else made[::-1])]
            if _runs(ordered, parts):
                first, last = ordered[0] - parts[0], ordered[-1]
                where = f"line {rows[0].line}, balance"
                return (made, amounts.money(first, currency, where),
                        amounts.money(last, currency, where), name)  # fmt: skip
    line, expected, told = _break(rows, balances, [e.amount.amount for e in entries])
    raise BadStatement(
        f"line {line}: the running balance is {told}, but by the line before and the amount it"
        f" should be {expected}; a line is missing or changed: export the file again"
    )


def _runs(balances: Sequence[Decimal], parts: Sequence[Decimal]) -> bool:
    return all(
        before + part == after
        for (before, after), part in zip(pairwise(balances), parts[1:], strict=True)
    )


def _break(
    rows: Sequence[Row], balances: Sequence[Decimal], parts: Sequence[Decimal]
) -> tuple[int, Decimal, Decimal]:
    for place, (before, after) in enumerate(pairwise(balances), 1):
        if before + parts[place] != after:
            return rows[place].line, before + parts[place], after
    raise AssertionError("asked for the break of a balance that runs")


def with_defaults(mapping: Mapping, *, account: str, currency: str) -> Mapping:
    """What the caller knows, where neither the file nor the mapping says it."""
    return replace(
        mapping, account=account or mapping.account, currency=mapping.currency or currency
    )
