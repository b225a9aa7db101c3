"""A CSV that says too little is guessed as far as possible, and a person's choice is checked."""

from __future__ import annotations

import pytest

from providers.bank import chosen, reading
from providers.bank.chosen import LINES_SHOWN
from providers.bank.mapping import Mapping
from providers.bank.refusal import BadStatement

PLAIN = "{}2026-03-02;Ash;120.00\n2026-03-03;Elm;30.50\n"


def shown(content: str) -> Mapping:
    found = reading.guessed(content.encode(), is_shown=True)
    assert found is not None
    return found


@pytest.mark.parametrize(("content", "header", "columns"), [
    (PLAIN.format("Quand;Quoi;Combien\n"), 1, {"date": (0,), "amount": (2,), "reference": (1,)}),
    (PLAIN.format("Made on;2026-03-09;\nQuand;Quoi;Combien\n"), 2, {
        "date": (0,), "amount": (2,), "reference": (1,)}),
    (PLAIN.format("Report;;\n"), 0, {"date": (0,), "amount": (2,), "reference": (1,)}),
    (PLAIN.format("a;b;1.00\n"), 0, {"date": (0,), "amount": (2,), "reference": (1,)}),
    ("Quand;Quoi;Montant\n2026-03-02;Ash;1.00\n", 1, {
        "date": (0,), "amount": (2,), "reference": (1,)}),
    ("K;Q;A;B\n2026-03-02;Ash;1.00;3.00\n", 1, {"date": (0,), "reference": (1,)}),
    ("2026-03-02;Ash;1.00;3.00\n", 0, {"date": (0,), "reference": (1,)}),
    ("K;Q;N\n2026-03-02;Ash;12\n2026-03-03;Elm;30\n", 1, {"date": (0,), "reference": (1,)}),
])  # fmt: skip
def test_what_can_be_guessed_is_and_the_rest_is_open(
    content: str, header: int, columns: dict[str, tuple[int, ...]]
) -> None:
    with pytest.raises(BadStatement):
        reading.read(content.encode(), account="main", currency="EUR")
    found = shown(content)
    assert found.header == header
    assert {role: places for role, places in found.columns.items() if places} == columns
    is_open = "amount" not in columns
    assert ("no column holds the amount" in [it.what for it in found.doubts]) is is_open


def test_no_day_anywhere_is_refused() -> None:
    with pytest.raises(BadStatement, match="no column of the table holds days"):
        shown("a;b\nc;d\n")


def test_the_cells_of_the_chosen_column_settle_how_days_are_written() -> None:
    raw = b"A;B;C;D\n02/03/2026;25/03/2026;x;1.00\n"
    found = shown(raw.decode())
    rows = chosen.body(raw, found)
    open_ = chosen.settled(rows, found)
    assert (open_.open, len(open_.mapping.doubts)) == (("date_order",), 1)
    said = chosen.settled(rows, found, date_order="MDY")
    assert (said.mapping.date_order, said.mapping.doubts) == ("MDY", ())
    other = found.changed({"date": "2"})
    known = chosen.settled(rows, other, date_order="MDY")
    assert (known.mapping.date_order, known.open) == ("DMY", ())


def test_the_decimal_sign_is_asked_where_the_cells_leave_it_open() -> None:
    raw = b"A;B;C\n2026-03-02;x;1.250\n"
    rows = chosen.body(raw, shown(raw.decode()))
    assert chosen.settled(rows, shown(raw.decode())).open == ("decimal",)
    said = chosen.settled(rows, shown(raw.decode()), decimal=",").mapping
    assert str(reading.read(raw, mapping=said, account="a", currency="EUR")[0].receipts[0].amount) \
        == "EUR 1,250.00"  # fmt: skip


def test_as_many_lines_are_shown_as_fit() -> None:
    raw = ("A;B;C\n" + "2026-03-02; x ;1.00\n" * 30).encode()
    lines = chosen.first_lines(chosen.body(raw, shown(raw.decode())), (2, 1, 7))
    assert (len(lines), lines[0].line, lines[0].cells) == (LINES_SHOWN, 2, ("1.00", "x", ""))
