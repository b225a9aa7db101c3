"""Rounds that alternate between what is measured and its baseline, and the table of the medians."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from rich.console import Console
from rich.table import Table

WIDTH = 110
Found = TypeVar("Found")


@dataclass
class Watch:
    """What a block took: by the clock, and of the processors in this process. Where other work
    goes on beside it, the second is the one to compare."""

    seconds: float = 0.0
    processor_seconds: float = 0.0

    def add(self, other: Watch) -> None:
        self.seconds += other.seconds
        self.processor_seconds += other.processor_seconds


@contextmanager
def timed() -> Iterator[Watch]:
    watch, start, used = Watch(), time.perf_counter(), time.process_time()
    yield watch
    watch.seconds = time.perf_counter() - start
    watch.processor_seconds = time.process_time() - used


@contextmanager
def folder() -> Iterator[Path]:
    """A place on disk for as long as a benchmark runs."""
    with TemporaryDirectory(prefix="ledgerhand-benchmark-") as name:
        yield Path(name)


def alternate(contenders: Mapping[str, Callable[[], Found]], rounds: int) -> dict[str, list[Found]]:
    """Each contender once in every round, and every other round in the opposite order."""
    found: dict[str, list[Found]] = {name: [] for name in contenders}
    for number in range(rounds):
        names = list(contenders)
        for name in reversed(names) if number % 2 else names:
            found[name].append(contenders[name]())
    return found


def middle(figures: Sequence[float]) -> float:
    return float(median(figures))


def median_of(watches: Sequence[Watch]) -> Watch:
    """The median of each figure."""
    return Watch(
        middle([watch.seconds for watch in watches]),
        middle([watch.processor_seconds for watch in watches]),
    )


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *notes: str) -> None:
    """Print a table: the first column names, the others hold figures."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    for row in rows:
        table.add_row(*row)
    console = Console(width=WIDTH)
    console.print(table)
    for note in notes:
        console.print(note, markup=False, highlight=False)
    console.print()
