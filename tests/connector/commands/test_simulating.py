"""`ledgerhand simulate`, as it is typed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.commands import whatif
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from providers.simulated.faults import Fault
from tests.connector.firm import Firm
from tests.connector.past_month import fill

pytestmark = pytest.mark.either_ledger

DAYS = ("--from", "2026-02-01", "--to", "2026-02-28")
BOOK = {
    "customers": [{"ledger": "own", "id": "c1", "name": "Ash", "aliases": []}],
    "invoices": [
        {"ledger": "own", "id": "i1", "customer_id": "c1", "number": "INV-7001",
         "type": "invoice", "issue_date": "2026-01-01", "due_date": "2026-01-31",
         "currency": "USD", "total": 80.0, "balance": 80.0},
    ],
    "payments": [
        {"ledger": "own", "id": "p1", "date": "2026-02-12", "currency": "USD", "amount": 80.0,
         "payer_name": "Ash", "reference_text": "INV-7001", "customer_id": "c1"},
    ],
}  # fmt: skip


@pytest.fixture
def firm(open_firm: Callable[..., Firm], ledger: str) -> Firm:
    return open_firm(ledger, fill=fill)


def typed(firm: Firm, *words: str) -> None:
    parser = ArgumentParser()
    whatif.add(Verbs(parser))
    given = parser.parse_args(["simulate", *words])
    given.work(firm.deps, given)


def book(folder: Path) -> str:
    for name, rows in BOOK.items():
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return str(folder)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_what_would_have_been_sent_is_told_kept_and_not_sent(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(firm, "--client", firm.company, *DAYS, "--policy", "services")
    out = capsys.readouterr().out
    assert "kept as number 1" in out
    assert "how they would have answered cannot be known" in out
    typed(firm, "--client", firm.company, *DAYS, "--json")
    first, asked = told(capsys), len(firm.requests())
    sent = [row for row in first[firm.connection.name]["rows"] if row["action"] == "send"]
    assert sent
    assert sum(first[firm.connection.name]["summary"]["messages"].values()) == len(sent)
    typed(firm, "--client", firm.company, "--kept", "2", "--json")
    assert told(capsys) == first
    assert len(firm.requests()) == asked
    assert firm.intents() == []


def test_a_book_in_files_is_tried_until_it_was_paid(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(firm, "--book", book(tmp_path), *DAYS, "--json")
    rows = told(capsys)["own"]["rows"]
    assert [(row["at"][:10], row["step"]) for row in rows if row["action"] == "send"] == [
        ("2026-02-03", "friendly"), ("2026-02-09", "reminder"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say either --from and --to, or --kept"),
        ((*DAYS, "--kept", "1"), "say either --from and --to, or --kept"),
        ((*DAYS, "--book", "folder"), "say either --client or --book"),
        (("--from", "2026-02-01"), "--to is missing: a day such as 2026-01-31"),
        (("--from", "2026-02-28", "--to", "2026-02-01"), "the first day comes first"),
        (("--from", "2026-02-01", "--to", "2030-01-01"), "is not over yet"),
        (("--kept", "first"), "'first' is no number of a run"),
        (("--kept", "7"), "has no run 7; make one with --from and --to"),
        ((*DAYS, "--policy", "none.json"), "none.json"),
    ],
)
def test_what_cannot_be_done_gets_one_line(
    firm: Firm, words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError) as error:
        typed(firm, "--client", firm.company, *words)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_ledger_that_is_busy_leaves_nothing_half_done(firm: Firm) -> None:
    firm.fail(Fault("503", on=r".*\.(read|query)", seconds=30.0))
    with pytest.raises(CommandError, match="nothing was kept"):
        typed(firm, "--client", firm.company, *DAYS)
    firm.fail()
    with pytest.raises(CommandError, match="has no run 1"):
        typed(firm, "--client", firm.company, "--kept", "1")


def test_what_is_drafted_and_what_is_noted_is_no_message(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [
        {"name": "noted", "offset_days": 2, "tone": "friendly", "mode": "shadow"},
        {"name": "drafted", "offset_days": 3, "tone": "reminder", "draft": True},
        {"name": "sent", "offset_days": 10, "tone": "reminder"},
    ]
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"dunning": {"steps": steps, "min_days_between_messages": 7}}))
    folder = book(tmp_path)
    typed(firm, "--book", folder, "--policy", str(rules), *DAYS, "--json")
    summary = told(capsys)["own"]["summary"]
    kinds = (summary["messages"], summary["drafts"], summary["noted"])
    assert kinds == ({"sent": 1}, {"drafted": 1}, {"noted": 1})
    assert (summary["customers"], summary["most_in_seven_days"]) == (1, 1)
    typed(firm, "--book", folder, "--policy", str(rules), *DAYS)
    said = capsys.readouterr().out
    assert "own: 1 messages and 1 drafts that a person approves first to 1 customers" in said
    assert "1 noted only, 0 questions" in said
