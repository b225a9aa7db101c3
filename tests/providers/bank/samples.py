"""The table of sample files in docs/statements.md, made by reading every file.

`LEDGERHAND_STATEMENTS=FOLDER python -m tests.providers.bank.samples` writes it anew.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from providers.bank import balance, mapping, reading
from providers.bank.refusal import BadStatement
from providers.money import Money
from providers.receipts import Statement

VARIABLE = "LEDGERHAND_STATEMENTS"
PAGE = Path(__file__).parents[3] / "docs" / "statements.md"
NOTES = "SOURCES.md"
BEGIN, END = "<!-- the table -->", "<!-- the end of the table -->"
HEAD = (
    "| file | format | outcome | lines | credits | sum of the booked lines | balance check, or the"
    " reason of the refusal |\n|---|---|---|---|---|---|---|"
)
SHEET = "OCA+bank-statement-import/account_statement_import_sheet_file__tests__fixtures__"
ANSWERS = {
    f"{SHEET}original_currency.csv": "original_currency=Currency",
    f"{SHEET}sample_statement_en.csv": "original_currency=Currency",
    f"{SHEET}sample_statement_credit_card_inverse_sign_en.csv":
        "original_currency=Currency,sign=turned",
}  # fmt: skip
"""What a person would answer where a file leaves something open."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file; `statements` is empty where it was refused."""

    name: str
    answer: str
    statements: tuple[Statement, ...]
    refusal: str

    @property
    def row(self) -> str:
        name = f"`{self.name}`" + (f" with `{self.answer}`" if self.answer else "")
        if self.refusal:
            return f"| {name} | | refused | | | | {_cell(self.refusal)} |"
        lines = sum(len(one.entries) for one in self.statements)
        credits_ = sum(len(one.receipts) for one in self.statements)
        formats = ", ".join(dict.fromkeys(one.format for one in self.statements))
        return (
            f"| {name} | {formats} | imported | {lines} | {credits_} | {self.sums} |"
            f" {_cell(self.check)} |"
        )

    @property
    def sums(self) -> str:
        by_currency: dict[str, Money] = {}
        for statement in self.statements:
            for entry in statement.entries:
                if entry.is_booked:
                    code = entry.amount.currency
                    by_currency[code] = by_currency.get(code, Money.zero(code)) + entry.amount
        return ", ".join(str(total) for total in by_currency.values()) or "nothing is booked"

    @property
    def check(self) -> str:
        told: dict[str, int] = {}
        for statement in self.statements:
            words = "opening + movements = closing, to the cent"
            if statement.opening is None or statement.closing is None:
                words = balance.told(statement)
            told[words] = told.get(words, 0) + 1
        return "; ".join(
            words if len(self.statements) == 1 else f"{count} x {words}"
            for words, count in told.items()
        )


def outcome(folder: Path, name: str, answer: str = "") -> Outcome:
    content = (folder / name).read_bytes()
    try:
        chosen = None
        if answer:
            guessed = reading.guessed(content)
            assert guessed is not None
            chosen = guessed.changed(mapping.parse(answer))
        found = reading.read(content, mapping=chosen, account="sample", currency="USD")
    except BadStatement as refusal:
        return Outcome(name, answer, (), str(refusal))
    return Outcome(name, answer, found, "")


def outcomes(folder: Path) -> Iterator[Outcome]:
    """Every file of the folder but its own notes, then the open ones with their answers."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != NOTES:
            yield outcome(folder, name)
    for name, answer in ANSWERS.items():
        yield outcome(folder, name, answer)


def table(folder: Path) -> str:
    found = list(outcomes(folder))
    taken = sum(not one.refusal for one in found if not one.answer)
    files = sum(not one.answer for one in found)
    count = f"{files} files: {taken} imported, {files - taken} refused."
    return "\n".join((count, "", HEAD, *(one.row for one in found)))


def written() -> str:
    """The table as it stands in the page."""
    return PAGE.read_text().partition(BEGIN)[2].partition(END)[0].strip()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


def main() -> None:
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    made = table(Path(os.environ[VARIABLE]))
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{after}")
    sys.stdout.write(f"{made.splitlines()[0]}\n")


if __name__ == "__main__":
    main()
