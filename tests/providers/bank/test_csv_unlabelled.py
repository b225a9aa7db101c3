"""Lines that only tell a balance and do not say so: proved by what is around them, or refused."""

from __future__ import annotations

import pytest

from providers.bank.refusal import BadStatement
from tests.providers.bank.shelf import amounts, only, received

NAMES = "Date;Text;Amount\n"
BETWEEN = "2026-03-02;INV-1;100.00\n2026-03-03;rent;-40.00\n"
FIRST, LAST = "2026-03-01;;1000.00\n", "2026-03-04;;1060.00\n"
RUNNING = "2026-03-02;INV-1;100.00;1100.00\n2026-03-03;rent;-40.00;1060.00\n"
SIDES = "2026-03-02;INV-1;100.00;;1100.00\n2026-03-03;rent;;40.00;1060.00\n"
EITHER = "says nothing of what it is for, and may be a balance or a payment"


def turned(content: str) -> str:
    return "".join(content.splitlines(keepends=True)[::-1])


@pytest.mark.parametrize("content", [
    FIRST + BETWEEN + LAST, turned(FIRST + BETWEEN + LAST), NAMES + FIRST + BETWEEN + LAST,
    (FIRST + BETWEEN + LAST).replace(";;", ";Saldo;"),
    FIRST + BETWEEN + LAST + BETWEEN.replace("03-0", "04-0") + "2026-04-05;;1120.00\n",
])  # fmt: skip
def test_what_the_lines_between_lead_to_is_a_balance(content: str) -> None:
    statement = only(content.encode())
    assert {"100.00", "-40.00"} == set(amounts(statement))
    assert statement.opening is not None
    assert statement.closing is not None
    moved = sum(entry.amount.amount for entry in statement.entries)
    assert statement.closing.amount - statement.opening.amount == moved
    assert any("line 1 is no movement" in it for it in statement.remarks) is (content[0] != "D")


@pytest.mark.parametrize("content", [
    RUNNING + "2026-03-04;;1060.00;1060.00\n", turned(RUNNING) + "2026-03-01;;;1000.00\n",
    "2026-03-01;;;1000.00\n" + RUNNING, SIDES + "2026-03-04;;1060.00;;1060.00\n",
    "2026-03-01;;;;1000.00\n" + SIDES + "2026-03-04;;;;1060.00\n",
    "2026-03-01;;1000.00;1000.00\n" + RUNNING + "2026-03-04;;1060.00;1060.00\n",
])  # fmt: skip
def test_what_the_running_balance_is_right_only_without_is_a_balance(content: str) -> None:
    statement = only(content.encode())
    assert set(amounts(statement)) == {"100.00", "-40.00"}
    assert (str(statement.opening), str(statement.closing)) == ("USD 1,000.00", "USD 1,060.00")


@pytest.mark.parametrize(("content", "line"), [
    (FIRST + BETWEEN, 1), (BETWEEN + LAST, 3), (turned(BETWEEN) + FIRST, 3),
    (FIRST.replace(";;", ";Saldo;") + BETWEEN, 1), (FIRST + BETWEEN + "2026-03-04;;1061.00\n", 1),
    (NAMES + FIRST + "2026-03-02;INV-1;60.00\n" + LAST, 2),
    ("2026-03-01;;1000.00;1000.00\n" + RUNNING, 1),
    ("Date;Text;Amount;Balance\n2026-03-01;;1000.00;1000.00\n" + RUNNING, 2),
])  # fmt: skip
def test_what_may_be_either_is_refused_with_its_line(content: str, line: int) -> None:
    with pytest.raises(BadStatement, match=f"line {line}: 10[06][01].00 {EITHER}"):
        only(content.encode())


def test_payments_without_a_word_stay_payments() -> None:
    assert received(only((NAMES + FIRST + BETWEEN).encode())) == ["1000.00", "100.00"]
    silent = "2026-03-01;1000.00\n2026-03-02;100.00\n2026-03-03;1100.00\n"
    assert len(only(silent.encode()).entries) == 3
    middle = BETWEEN + FIRST + BETWEEN.replace("03-0", "04-0")
    assert received(only(middle.encode())) == ["100.00", "1000.00", "100.00"]
    inside = NAMES + BETWEEN + FIRST + BETWEEN + LAST + BETWEEN
    assert received(only(inside.encode()))[1::2] == ["1000.00", "1060.00"]
    nothing_between = "2026-03-01;;50.00\n2026-03-01;;50.00\n"
    assert len(only((NAMES + nothing_between + BETWEEN).encode()).entries) == 4
    opened = "2026-03-01;first INV-7;1000.00;1000.00\n" + RUNNING
    assert received(only(opened.encode())) == ["1000.00", "100.00"]
