"""`ledgerhand policy preview` and `ledgerhand plan`, as they are typed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector import messages, policy
from connector.commands import people, planning, policies
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.modes import Mode
from tests.connector.firm import Firm

Opens = Callable[..., Firm]


def book(firm: Firm) -> None:
    for number in range(5):
        firm.owe(firm.books.customer(f"Late{number}"), f"INV-{number}", late_days=4 + number)
    firm.owe(firm.books.customer("Ash"), "INV-A", late_days=-18)


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, fill=book, dunning={"ramp_per_day": 2})


def typed(firm: Firm, *words: str) -> None:
    parser = ArgumentParser()
    verbs = Verbs(parser)
    people.add(verbs)
    policies.add(verbs)
    planning.add(verbs)
    given = parser.parse_args(words)
    given.work(firm.deps, given)


def told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_the_preview_tells_the_first_day_and_the_dates_of_the_newest_invoice(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(firm, "policy", "preview", firm.company, "--json")
    (row,) = told(capsys)
    assert (row["written_to"], row["due"], row["a_day"]) == (2, 5, 2)
    assert (row["day_1"], row["totals"]) == ("2026-03-02T09:00:00-05:00", ["USD 200.00"])
    assert (row["invoice"], row["asked_about"]) == ("INV-A", 0)
    assert row["dates"][:2] == ["upcoming 2026-03-16 09:00", "friendly 2026-03-23 09:00"]


def test_the_preview_of_a_file_saves_nothing(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rules.json"
    file.write_text('{"dunning": {"ramp_per_day": 4}}')
    typed(firm, "policy", "preview", firm.company, str(file), "--json")
    assert told(capsys)[0]["written_to"] == 4
    with firm.deps.reading() as tx:
        assert policy.current(tx, firm.connection.client_id).number == 1


@pytest.mark.parametrize(
    ("document", "named"), [(None, "there is no file"), ('{"colour": 1}', "colour")]
)
def test_a_file_that_is_no_policy_is_named(
    firm: Firm, tmp_path: Path, document: str | None, named: str
) -> None:
    file = tmp_path / "rules.json"
    if document is not None:
        file.write_text(document)
    with pytest.raises(CommandError, match=named):
        typed(firm, "policy", "preview", firm.company, str(file))


def test_both_are_tables_for_people(firm: Firm, capsys: pytest.CaptureFixture[str]) -> None:
    typed(firm, "policy", "preview", firm.company)
    assert "INV-A" in capsys.readouterr().out
    typed(firm, "plan", firm.company)
    assert "Late0" in capsys.readouterr().out


def test_the_plan_has_a_row_for_everybody_with_an_open_invoice(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(firm, "plan", firm.company, "--json")
    rows = told(capsys)
    assert {row["customer"] for row in rows} == {"Ash", *(f"Late{n}" for n in range(5))}
    assert [row["overdue"] for row in rows].count("USD 100.00") == 5
    assert all(row["reason"] == "USD: reminders are switched off" for row in rows)


def test_the_days_ahead_are_listed_message_by_message_and_go_out_so(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    firm.switch(remind=Mode.AUTOPILOT)
    firm.settle()
    before = sent(firm)
    assert len(before) == 2, "the ramp of today"
    typed(firm, "plan", "--client", firm.company, "--days", "3", "--json")
    rows = told(capsys)
    assert [row["how"] for row in rows] == ["goes out by itself"] * 3
    assert (rows[0]["total"], rows[0]["currency"]) == ("100.00", "USD")
    assert (rows[0]["channel"], rows[0]["step"]) == ("email", "friendly")
    assert rows[0]["invoices"].startswith("INV-")
    firm.pass_days(3)
    assert sent(firm) - before == {(row["customer_id"], row["step"]) for row in rows}


def sent(firm: Firm) -> set[tuple[str, str]]:
    with firm.deps.reading() as tx:
        return {(it.customer_id, it.step) for it in messages.sent(tx, firm.connection_id)}


def test_for_people_the_days_ahead_fit_a_terminal_and_say_why_when_asked(
    firm: Firm, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    firm.switch(remind=Mode.AUTOPILOT)
    firm.settle()
    typed(firm, "plan", firm.company, "--days", "3")
    short = capsys.readouterr().out
    assert "why" not in short.splitlines()[0]
    assert any("friendly" in line and "USD 100.00" in line for line in short.splitlines())
    typed(firm, "plan", firm.company, "--days", "3", "--why")
    assert "why" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "name the client once"),
        (("A", "--client", "B"), "name the client once"),
        (("A", "--days", "0"), "from 1 to 366"),
        (("A", "--days", "soon"), "'soon' is no number of days"),
    ],
)
def test_what_cannot_be_planned_is_said(firm: Firm, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        typed(firm, "plan", *words)
