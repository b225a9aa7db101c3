"""`ledgerhand receipts import`, `list` and `show`, as they are typed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path

import pytest

from connector.commands import receipts
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.deps import Deps
from connector.receiving import receipts as receipts_of_bank
from tests.connector.office import connect
from tests.connector.receiving.test_receipts import money
from tests.providers.bank.shelf import SHELF

CLIENT = ("--client", "Cedar Books")


def typed(deps: Deps, *words: str) -> None:
    parser = ArgumentParser()
    receipts.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(deps, given)


def bring(deps: Deps, name: str, *more: str) -> None:
    typed(deps, "receipts", "import", str(SHELF / name), *CLIENT, *more)


def test_an_import_tells_what_it_recognised(deps: Deps, capsys: pytest.CaptureFixture[str]) -> None:
    connect(deps)
    bring(deps, "german.sta")
    assert capsys.readouterr().out.splitlines() == [
        (
            "MT940, account 37040044/0532013000, statement 00041/001: 1 credit of 4 lines; balance"
            " EUR 1,000.00 + movements = EUR 1,245.50, to the cent"
        ),
        "2 lines took an earlier credit back",
        "1 credits read, 1 of them new.",
    ]
    bring(deps, "german.sta")
    assert "1 credits read, 0 of them new." in capsys.readouterr().out


def test_a_csv_tells_how_it_is_read_and_takes_an_answer(
    deps: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    connection_id = connect(deps)
    with pytest.raises(CommandError, match=r"more than one way.*nothing was imported"):
        bring(deps, "british.csv", "--account", "main")
    assert money(deps, connection_id) == []
    bring(deps, "british.csv", "--account", "main", "--mapping", "date_order=DMY,currency=USD")
    told = capsys.readouterr().out
    assert "credit = Money In" in told
    assert "Dates are DMY, decimals have a point, cells are parted by a comma" in told
    assert [item.received.isoformat() for item in money(deps, connection_id)] == ["2026-03-03"]


def test_one_is_shown_with_all_that_the_bank_said(
    deps: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    connection_id = connect(deps)
    bring(deps, "german.sta")
    capsys.readouterr()
    typed(deps, "receipts", "list", *CLIENT, "--json")
    (row,) = json.loads(capsys.readouterr().out)
    for name in (row["id"], money(deps, connection_id)[0].id):
        typed(deps, "receipts", "show", name, *CLIENT, "--json")
        shown = json.loads(capsys.readouterr().out)
        assert shown["payer_account"] == "DE75512108001245126199"
        assert shown["text"].startswith("Rechnung Nr INV-2026-00001")
    with pytest.raises(CommandError, match="there is no money 'bank:none'"):
        typed(deps, "receipts", "show", "bank:none", *CLIENT)


@pytest.mark.parametrize(("words", "told"), [
    (("nowhere.csv",), "there is no file"), ((".",), "there is no file"),
])  # fmt: skip
def test_what_is_no_file_is_named(deps: Deps, words: tuple[str, ...], told: str) -> None:
    connect(deps)
    with pytest.raises(CommandError, match=told):
        typed(deps, "receipts", "import", *words, *CLIENT)


def test_a_mapping_with_a_slip_imports_nothing(deps: Deps, tmp_path: Path) -> None:
    connection_id = connect(deps)
    with pytest.raises(CommandError, match="'nonsense' is unknown"):
        bring(deps, "german.csv", "--mapping", "nonsense=1")
    assert money(deps, connection_id) == []


def test_the_newest_stand_first_and_what_is_left_out_is_said(
    deps: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    connection_id = connect(deps)
    rows = "".join(f"main,x{n},2026-01-{n:02d},1.00,USD,P,t{n}\n" for n in range(1, 29))
    heads = "account,bank_id,date,amount,currency,payer,reference\n"
    receipts_of_bank.import_statement(deps, connection_id, (heads + rows).encode(), by="tests")
    typed(deps, "receipts", "list", *CLIENT, "--limit", "3", "--json")
    said = capsys.readouterr()
    assert [row["text"] for row in json.loads(said.out)] == ["t28", "t27", "t26"]
    assert "the newest 3 of 28; --limit 28 shows all" in said.err
    typed(deps, "receipts", "list", *CLIENT)
    assert capsys.readouterr().err == ""
    with pytest.raises(CommandError, match="'few' is no number"):
        typed(deps, "receipts", "list", *CLIENT, "--limit", "few")


def test_ids_can_be_copied_out_of_a_narrow_list(
    deps: Deps, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection_id = connect(deps)
    bring(deps, "german.sta")
    (item,) = money(deps, connection_id)
    monkeypatch.setenv("COLUMNS", "80")
    for is_terminal in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", is_terminal)
        capsys.readouterr()
        typed(deps, "receipts", "list", *CLIENT)
        assert f"{item.subject} " in capsys.readouterr().out
