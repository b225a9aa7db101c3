"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

PIPED_MAX = 100_000
"""How wide a table may be that goes into a file or a pipe."""


class CommandError(Exception):
    """The command cannot be done; the text says what, where and how to mend it."""


def show(
    rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str, whole: Collection[str] = ()
) -> None:
    """Print rows of the same columns; what stands in the columns `whole` is never shortened or
    broken, and into a file or a pipe nothing is."""
    if as_json:
        say(json.dumps([dict(row) for row in rows], default=_plain, indent=2))
        return
    if not rows:
        say(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in rows[0]:
        width = max(len(_cell(row[name])) for row in rows) if name in whole else None
        table.add_column(name.replace("_", " "), no_wrap=name in whole, min_width=width)
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    console = Console(file=sys.stdout)
    if not console.is_terminal:
        console.width = max(
            console.width,
            console.measure(table, options=console.options.update(width=PIPED_MAX)).maximum,
        )
    console.print(table, markup=False)


def show_one(value: Any) -> None:
    say(json.dumps(value, default=_plain, indent=2, ensure_ascii=False))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return "\n".join(map(_cell, value))
    return str(value)
