"""What stands in a table without being a movement: balances, totals, announced lines, a footer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from providers.bank import cells, days, states, table
from providers.bank.header_words import (
    BALANCES,
    CLOSING,
    OPENING,
    folded,
    is_about_balance,
    is_balance,
    is_only_total,
    is_total,
)
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement
from providers.bank.table import Row
from providers.receipts import Statement

SIDES = ("amount", "credit", "debit")
NOT_NOUGHT = set("123456789")


@dataclass(slots=True)
class Parts:
    """`lines` are movements and those that only tell a balance, whose line numbers are `standing`.

    `edges` are balances that are told before and after the table, with their lines.
    """

    lines: list[Row] = field(default_factory=list)
    standing: set[int] = field(default_factory=set)
    edges: dict[str, tuple[Decimal, str]] = field(default_factory=dict)
    totals: list[Row] = field(default_factory=list)
    perhaps_totals: list[Row] = field(default_factory=list)
    announced: list[Row] = field(default_factory=list)
    footer: list[Row] = field(default_factory=list)

    def remarks(self, mapping: Mapping) -> list[str]:
        told = []
        if self.announced:
            words = {one(row, mapping, "status") for row in self.announced}
            count, are = len(self.announced), "line is" if len(self.announced) == 1 else "lines are"
            told.append(f"{count} {are} not booked and no money: {', '.join(sorted(words))}")
        told += [
            f"line {row.line} is no movement: {' '.join(' '.join(row.cells).split())[:60]}"
            for row in self.footer
        ]
        return told


def parted(found: Sequence[Row], mapping: Mapping, *, is_ended: bool) -> Parts:
    """`is_ended` tells that the last line has its end. Raises BadStatement."""
    parts = Parts()
    for row in found:
        if row.line == mapping.header:
            continue
        if edge := _edge(row, mapping):
            parts.edges[edge[0]] = edge[1], f"line {row.line}"
        elif row.line > mapping.header:
            _take(parts, row, mapping)
    while parts.lines and _is_footer(parts.lines[-1], mapping):
        if parts.lines[-1] is found[-1] and not is_ended:
            break  # the file may be cut off here, in the middle of a movement
        parts.footer.insert(0, parts.lines.pop())
    return parts


def must(mapping: Mapping) -> list[int]:
    """The columns without which a line is none."""
    roles = ("date", *SIDES)
    return [place for role in roles for place in mapping.columns.get(role, ())] or [0]


def one(row: Row, mapping: Mapping, role: str) -> str:
    """What stands under a role; of several columns in the first that has anything."""
    held = (row.cell(place) for place in mapping.columns.get(role, ()))
    return next(filter(None, held), "")


def prove_totals(parts: Parts, statements: Sequence[Statement], mapping: Mapping) -> None:
    """Raises BadStatement where a total under the table is none of what the lines make."""
    moved = [entry.amount for statement in statements for entry in statement.entries]
    one_currency = len({amount.currency for amount in moved}) <= 1
    came = sum((it.amount for it in moved if it.amount > 0), Decimal(0))
    went = -sum((it.amount for it in moved if it.amount < 0), Decimal(0))
    closings = {st.closing.amount for st in statements if st.closing is not None}
    fits = {
        "amount": {came - went, came, went, -went, *closings},
        "credit": {came}, "debit": {went, -went},
    }  # fmt: skip
    for row, role, total in _amounts(parts.totals, mapping):
        if not one_currency or total not in fits[role]:
            raise BadStatement(
                f"line {row.line}: the total is {total}, but the lines make {came - went} ({came}"
                f" came, {went} went); lines are missing, or it is the total of something else:"
                " take that line out"
            )
    for row, _, total in _amounts(parts.perhaps_totals, mapping):
        if len(moved) > 1 and abs(came - went) == 2 * abs(total):
            raise BadStatement(
                f"line {row.line}: {total} is what all other lines make: take that line out if it"
                " is their total; if it is a payment, write what it is for"
            )


def _amounts(rows: Sequence[Row], mapping: Mapping) -> Iterator[tuple[Row, str, Decimal]]:
    """What stands in each row, by its role, with the sign that counts."""
    for row in rows:
        for role in SIDES:
            if text := one(row, mapping, role):
                total = cells.amount(text, mapping.decimal, f"line {row.line}")
                yield row, role, -total if mapping.sign == "turned" else total


def _take(parts: Parts, row: Row, mapping: Mapping) -> None:
    where = f"line {row.line}"
    is_dated = days.looks_like_day(one(row, mapping, "date"))
    if not is_dated and is_total(_first(row)):
        parts.totals.append(row)
    elif not is_dated and is_about_balance(_first(row)) and not _moves(row, mapping):
        parts.footer.append(row)
    elif not any(row.cell(place) for place in must(mapping)):
        _pass_over(row, mapping)
    elif not states.is_booked(one(row, mapping, "status"), where):
        parts.announced.append(row)
    else:
        if is_dated and _stands(row, mapping):
            parts.standing.add(row.line)
        elif any(map(is_only_total, _texts(row, mapping))) and not one(row, mapping, "balance"):
            parts.perhaps_totals.append(row)
        parts.lines.append(row)


def _pass_over(row: Row, mapping: Mapping) -> None:
    """Raises BadStatement where no line names the columns, and what has neither day nor amount
    where others have them may be a line all the same."""
    if not mapping.header and not _is_footer(row, mapping):
        told = " ".join(" ".join(row.cells).split())[:40]
        raise BadStatement(
            f"line {row.line}: {told!r} has neither a day nor an amount where other lines have"
            " them, and no line is known to name the columns: say which is what, such as"
            " date=1,amount=3, or take that line out"
        )


def _moves(row: Row, mapping: Mapping) -> bool:
    return any(one(row, mapping, role) for role in SIDES)


def _texts(row: Row, mapping: Mapping) -> list[str]:
    return [row.cell(place) for role in ("reference", "note", "payer")
            for place in mapping.columns.get(role, ())]  # fmt: skip


def _stands(row: Row, mapping: Mapping) -> bool:
    """Whether a line only tells a balance. Raises BadStatement where it may be a movement too."""
    texts = _texts(row, mapping)
    balance = one(row, mapping, "balance")
    if not any(map(is_balance, texts)):
        return bool(balance) and not any(texts) and not _moves(row, mapping)
    moved = [text for role in SIDES if set(text := one(row, mapping, role)) & NOT_NOUGHT]
    if not moved or moved == [balance]:
        return bool(balance)
    if balance:
        return False
    raise BadStatement(
        f"line {row.line}: {next(filter(is_balance, texts))[:40]!r} with an amount may be a balance"
        " or a payment; take the line out, or write the balance in a column of its own"
    )


def _edge(row: Row, mapping: Mapping) -> tuple[str, Decimal] | None:
    """A line that tells a balance, such as `Balance at end of period,,,,"+31070,11"`."""
    held = [cell.strip() for cell in row.cells if cell.strip()]
    label = set(folded(held[0]).split()) if len(held) == 2 else set()  # noqa: PLR2004
    if not label & BALANCES:
        return None
    for name, words in (("opening", OPENING), ("closing", CLOSING)):
        if label & words:
            return name, cells.amount(held[1], mapping.decimal, f"line {row.line}")
    return None


def _first(row: Row) -> str:
    return next((cell for cell in row.cells if cell.strip()), "")


def _is_footer(row: Row, mapping: Mapping) -> bool:
    """Words under the table, without a day and without anything that may be an amount."""
    if days.looks_like_day(one(row, mapping, "date")) or not _first(row).strip()[:1].isalpha():
        return False
    return not any(table.looks_like_amount(cell.strip()) for cell in row.cells) and not any(
        one(row, mapping, role) for role in (*SIDES, "balance")
    )
