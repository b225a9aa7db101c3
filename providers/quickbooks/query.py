"""Statements of QuickBooks' query language (developer.intuit.com, "Data queries")."""

from __future__ import annotations

from collections.abc import Iterable

ROWS_MAX = 1000
"""Most rows in one answer; the default is 100."""


def quoted(value: str) -> str:
    r"""A value in quotes; a quote and a backslash inside it are escaped with a backslash."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def is_one_of(field: str, values: Iterable[str]) -> str:
    return f"{field} IN ({','.join(quoted(value) for value in values)})"


def equals(field: str, value: str) -> str:
    return f"{field} = {quoted(value)}"


def select(
    entity: str, *conditions: str, order: str = "", start: int = 1, rows_max: int = ROWS_MAX
) -> str:
    """A whole statement; `start` counts from 1. The language knows AND only, no OR."""
    parts = ["SELECT * FROM", entity]
    if conditions:
        parts.append(f"WHERE {' AND '.join(conditions)}")
    if order:
        parts.append(f"ORDERBY {order}")
    parts.append(f"STARTPOSITION {start} MAXRESULTS {rows_max}")
    return " ".join(parts)
