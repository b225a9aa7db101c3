"""A mistyped year, in any option that takes a day: one line that says so, and nothing else."""

from __future__ import annotations

import pytest

from tests.connector.commands.test_bad_input import firm, is_one_line
from tests.connector.commands.typing_in import Terminal

__all__ = ["firm"]
FAR = ("0001-01-01", "0006-01-01", "9999-12-31")
COMMANDS = (
    "simulate --client 1 --from DAY --to 2026-02-28",
    "simulate --client 1 --from DAY --to DAY",
    "simulate --book folder --from DAY --to DAY",
    "backtest --client 1 --from DAY --to DAY",
    "backtest --client 1 --from DAY --to 2026-02-28",
    "report outcomes 1 --from DAY --to DAY",
    "report outcomes 1 --to DAY",
    "report shadow 1 --from DAY --to DAY",
    "report shadow 1 --to DAY",
    "report shadow 1 --from DAY",
    "statement 1 Ash --from DAY --out a.pdf",
    "statement 1 Ash --to DAY --out a.pdf",
    "promise add 1 Ash --on DAY",
    "payment-plan add 1 Ash --first DAY --parts 2 --every month --invoice INV-1",
    "payouts fetch --client 1 --since DAY",
)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_day_too_far_away_is_told(terminal: Terminal, words: str) -> None:
    firm = terminal.firm
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=1)
    firm.settle()
    before = firm.log()
    for far in FAR:
        told = terminal.type(*words.replace("DAY", far).split())
        assert is_one_line(told), told
        assert f"{far} is too far away; write a day from 1970-01-01 to 2999-12-31" in told.error
    assert firm.log() == before


@pytest.mark.parametrize("days", ["0", "-1", "367", "99999999", "9" * 30])
def test_so_many_days_cannot_be_planned(terminal: Terminal, days: str) -> None:
    told = terminal.type("plan", "1", f"--days={days}")
    assert is_one_line(told)
    assert f"'{days}' is no number of days; write one from 1 to 366" in told.error
