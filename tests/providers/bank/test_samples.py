"""Every sample file is imported or refused as docs/statements.md says, and adds up by itself."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path

import pytest

from providers.receipts import Statement
from tests.providers.bank import samples

FOLDER = Path(os.environ.get(samples.VARIABLE) or "no folder")
HERE = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"the folder of sample statements is not at hand; name it in {samples.VARIABLE}",
)
MT940 = re.compile(rb"^:(60|62)[FM]:([CD])\d{6}(?:[A-Z]{3})?([\d,]+)", re.MULTILINE)
CAMT = re.compile(rb"<Cd>(OPBD|CLBD)</Cd>.*?<Amt[^>]*>([\d.]+)</Amt>\s*<CdtDbtInd>(\w)", re.DOTALL)
BAI2 = re.compile(rb"03,\d+,\w*,010,(-?\d+),,,015,(-?\d+)")


@HERE
def test_the_page_has_a_row_for_every_file_and_each_is_true() -> None:
    assert samples.written().splitlines() == samples.table(FOLDER).splitlines()


@HERE
def test_what_is_imported_moves_from_the_files_first_balance_to_its_last() -> None:
    """The balances are taken from the bytes here, by other means than the readers'."""
    proved = 0
    for found in samples.outcomes(FOLDER):
        if found.statements and all(one.closing is not None for one in found.statements):
            moves = _moves((FOLDER / found.name).read_bytes())
            if moves:
                assert [_sum(one) for one in found.statements] == moves, found.name
            proved += len(moves)
    assert proved > 100


def _moves(raw: bytes) -> list[Decimal]:
    """Closing less opening of each statement in the bytes."""
    found: list[Decimal] = []
    signed: list[Decimal] = []
    for kind, side, amount in MT940.findall(raw):
        value = Decimal(amount.decode().replace(",", ".").rstrip("."))
        signed.append(value if side == b"C" else -value)
        if kind == b"62":
            found.append(signed[-1] - signed[-2])
    for code, amount, side in CAMT.findall(raw):
        value = Decimal(amount.decode()) * (1 if side == b"C" else -1)
        signed.append(value)
        if code == b"CLBD":
            found.append(signed[-1] - signed[-2])
    found += [(Decimal(int(b)) - int(a)) / 100 for a, b in BAI2.findall(raw)]
    return found


def _sum(statement: Statement) -> Decimal:
    return sum((e.amount.amount for e in statement.entries if e.is_booked), Decimal(0))
