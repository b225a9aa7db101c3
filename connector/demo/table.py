"""The table of what is done, company by company: live at a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.table import Table

from connector.demo.report import Figures

COLUMNS = (
    "company", "invoices", "receipts", "applied", "amount", "waiting", "messages", "notes", "calls",
)  # fmt: skip

SHOWN_MAX = 3


class Board:
    """A context manager. `say` puts a line above the table."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._live = Live(console=self._console, auto_refresh=False, transient=False)

    def __enter__(self) -> Board:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._live.stop()

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)

    def show(self, now: datetime, look: Callable[[], Sequence[Figures]], *, is_last: bool) -> None:
        """At a terminal at each hop; elsewhere one line at the last hop of each day."""
        day = f"{now:%a %d %b %Y}"
        if self._console.is_terminal:
            self._live.update(_table(f"{day} {now:%H:%M}", look()), refresh=True)
        elif is_last:
            self.say(f"{day}  {_lines(look())}")

    def end(self, found: Sequence[Figures]) -> None:
        """The last word: the whole table once more where there was none."""
        if not self._console.is_terminal:
            self._console.print(_table("in the end", found))


def _table(title: str, found: Sequence[Figures]) -> Table:
    table = Table(title=title, title_justify="left")
    for name in COLUMNS:
        table.add_column(name, justify="left" if name == "company" else "right")
    for figures in found:
        table.add_row(*_cells(figures))
    return table


def _cells(figures: Figures) -> list[str]:
    return [
        f"{figures.name} ({figures.ledger})",
        *(str(n) for n in (figures.invoices, figures.receipts, figures.applied_count)),
        _amounts(figures),
        *(str(n) for n in (figures.waiting, figures.messages, figures.notes)),
        str(sum(figures.calls.values())),
    ]


def _lines(found: Sequence[Figures]) -> str:
    """Company by company, or the sum of many."""
    if len(found) <= SHOWN_MAX:
        return "; ".join(f"{figures.name}: {_line([figures])}" for figures in found)
    return f"{len(found)} companies: {_line(found)}"


def _line(found: Sequence[Figures]) -> str:
    return (
        f"{sum(f.receipts for f in found)} received, {sum(f.applied_count for f in found)} applied,"
        f" {sum(f.waiting for f in found)} waiting, {sum(f.messages for f in found)} messages,"
        f" {sum(f.notes for f in found)} notes"
    )


def _amounts(figures: Figures) -> str:
    return ", ".join(f"{sum_.amount:,.2f} {sum_.currency}" for sum_ in figures.applied.values())
