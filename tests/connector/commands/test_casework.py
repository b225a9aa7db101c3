"""A case from the command line: written as one ZIP, its formal steps listed and taken back."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from connector.commands import casework
from connector.commands.arguments import Verbs
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm
from tests.connector.formal import on_hold, open_formal, taken

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    opened = open_formal(open_firm, ledger)
    on_hold(opened)
    return opened


def typed(firm: Firm, *words: str) -> None:
    parser = ArgumentParser()
    casework.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(firm.deps, given)


def test_a_pack_is_written_and_says_what_is_missing(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ash.zip"
    typed(firm, "case", "pack", "1", "Ash", "--out", str(file))
    said = capsys.readouterr().out
    assert said.startswith(f"{file}: 5 files, {file.stat().st_size} bytes, SHA-256 ")
    assert "missing: an order, a contract or a proof of delivery for INV-1" in said
    with ZipFile(file) as archive:
        assert "index.html" in archive.namelist()
    typed(firm, "case", "pack", "1", "Ash", "--out", str(file), "--json")
    told = json.loads(capsys.readouterr().out)
    assert sorted(told) == ["bytes", "file", "files", "missing", "sha256"]
    assert "statement.pdf" in told["files"]


@pytest.mark.parametrize(("words", "told"), [
    (("pack", "1", "Birch", "--out", "x.zip"), "has no customer 'Birch'"),
    (("pack", "1", "Ash", "--out", "nowhere/x.zip"), "name a file in a folder that is there"),
    (("revoke", "1", "99", "--reason", "x"), "has no credit hold or referral 99; see `ledgerhand"),
    (("revoke", "1", "one", "--reason", "x"), "'one' is no credit hold or referral; see"),
    (("revoke", "1", "1", "--reason", " "), "write why it is taken back"),
])  # fmt: skip
def test_what_cannot_be_is_told_and_changes_nothing(
    terminal: Terminal, words: tuple[str, ...], told: str
) -> None:
    before = taken(terminal.firm)
    said = terminal.type("case", *words)
    assert (said.code, told in said.error) == (1, True), said.error
    assert (taken(terminal.firm), terminal.firm.log("case_pack")) == (before, [])


def test_a_credit_hold_is_listed_and_taken_back_with_a_reason(terminal: Terminal) -> None:
    (row,) = terminal.type("case", "steps", "1", "--json").rows()
    assert (row["customer"], row["what"], row["by"]) == ("Ash", "credit hold", "ann")
    said = terminal.type("case", "revoke", "1", str(row["id"]), "--reason", "they paid a part")
    assert said.out == f"The credit hold {row['id']} is taken back.\n"
    assert terminal.type("case", "steps", "1").out.startswith("No customer is on credit hold")
    (kept,) = terminal.type("case", "steps", "1", "--all", "--json").rows()
    assert kept["reason"] == "they paid a part"
    again = terminal.type("case", "revoke", "1", str(row["id"]), "--reason", "once more")
    assert "was taken back before; nothing was changed" in again.error
