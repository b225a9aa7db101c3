"""A letter as plain text: lines of 76 characters, and the table in columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from dunning.message.draft import Draft

WIDTH = 76
NUMBER_WIDTH_MAX = 22
GAP = 3


def as_text(draft: Draft) -> str:
    """The whole letter. Links stand on lines of their own, which no line break cuts."""
    blocks = [*draft.salutation, *draft.before]
    blocks = [_wrapped(text) for text in blocks]
    blocks += ["\n".join(table_lines(draft))] if draft.rows else []
    if draft.one and draft.one.link:
        blocks.append(f"{_wrapped(draft.one.pay)}\n{draft.one.link}")
    if draft.account_link:
        blocks.append(f"{_wrapped(draft.labels['account'])}\n{draft.account_link}")
    blocks.append("\n".join(draft.where_to_pay))
    blocks += [_wrapped(text) for text in draft.after]
    blocks.append(_wrapped("\n".join((draft.closing, draft.sender, *draft.signature))))
    return "\n\n".join(filter(None, blocks)).strip("\n") + "\n"


def _wrapped(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, WIDTH, break_on_hyphens=False, break_long_words="://" not in line)
        for line in text.split("\n")
    ).strip("\n")


def table_lines(draft: Draft) -> Iterator[str]:
    """The amounts are aligned on the right; what does not fit beside them goes to the next line."""
    labels, rows = draft.labels, draft.rows
    amounts = [labels["open"], *(a for row in rows for a in (row.amount, row.partly))]
    amounts += [amount for _, amount in draft.sums]
    right = max(map(len, amounts))
    dates = [labels["due"], *(cell for row in rows for cell in (row.due, row.when))]
    middle = max(map(len, dates))
    left = max(len(labels["invoice"]), *(min(len(row.number), NUMBER_WIDTH_MAX) for row in rows))
    widths = (left, middle, right)
    yield _line((labels["invoice"], labels["due"], labels["open"]), widths)
    yield "-" * (sum(widths) + 2 * GAP)
    for row in rows:
        number = textwrap.wrap(row.number, left) or [""]
        number += [""] * (2 - len(number))
        yield _line((number[0], row.due, row.amount), widths)
        yield _line((number[1], row.when, row.partly), widths)
        yield from number[2:]
        if row.link and not draft.one:
            yield from (_wrapped(row.pay), row.link)
    yield "-" * (sum(widths) + 2 * GAP)
    for label, amount in draft.sums:
        yield f"{label:<{left + middle + 2 * GAP}}{amount:>{right}}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    number, when, amount = cells
    left, middle, right = widths
    gap = " " * GAP
    return f"{number:<{left}}{gap}{when:<{middle}}{gap}{amount:>{right}}".rstrip()
