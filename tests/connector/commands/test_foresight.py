"""`ledgerhand policy preview` and `ledgerhand plan`, as they are typed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.agenda import Item
from connector.commands import people, planning, policies
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.correspondence import messages
from connector.mirroring import mirror
from connector.rule_changes.membership import SHOWN_MAX
from connector.rules import policy
from connector.rules.modes import Mode
from tests.connector.firm import Firm

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


def book(firm: Firm) -> None:
    for number in range(5):
        firm.owe(firm.books.customer(f"Late{number}"), f"INV-{number}", late_days=4 + number)
    firm.owe(firm.books.customer("Ash"), "INV-A", late_days=-18)


def named(firm: Firm) -> dict[str, Item]:
    """What is planned for each customer, by its name."""
    plan = firm.plan()
    with firm.deps.reading() as tx:
        names = mirror.names(tx, firm.connection_id, plan.keys())
    return {names[id_]: item for id_, item in plan.items()}


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


def test_the_preview_lists_who_would_be_in_which_segment_and_who_changes(
    firm: Firm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = {item.customer_id: name for name, item in named(firm).items()}
    wanted = [id_ for id_, name in ids.items() if name in ("Late1", "Late3")]
    file = tmp_path / "rules.json"
    segments = [{"name": "few", "when": {"customers": wanted}}, {"name": "rest", "when": {}}]
    file.write_text(json.dumps({"dunning": {"segments": segments}}))
    typed(firm, "policy", "preview", firm.company, str(file), "--json")
    (row,) = told(capsys)
    rest = ["Ash", "Late0", "Late2", "Late4"]
    assert row["segments"] == [
        {"segment": "few", "count": 2, "customers": ["Late1", "Late3"]},
        {"segment": "rest", "count": 4, "customers": rest},
        {"segment": "everybody", "count": 0, "customers": []},
    ]
    assert row["moved"] == [
        {"from": "everybody", "to": "few", "count": 2, "customers": ["Late1", "Late3"]},
        {"from": "everybody", "to": "rest", "count": 4, "customers": rest},
    ]
    typed(firm, "policy", "preview", firm.company, "--json")
    (row,) = told(capsys)
    assert [(it["segment"], it["count"]) for it in row["segments"]] == [("everybody", 6)]
    assert row["moved"] == []


def test_of_many_members_the_first_are_named_and_the_rest_counted(
    open_firm: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    def crowd(firm: Firm) -> None:
        for number in range(SHOWN_MAX + 2):
            firm.owe(firm.books.customer(f"C{number:02}"), f"INV-{number}")

    firm = open_firm("quickbooks", fill=crowd)
    typed(firm, "policy", "preview", firm.company, "--json")
    (row,) = told(capsys)
    (everybody,) = row["segments"]
    assert everybody["count"] == SHOWN_MAX + 2
    assert everybody["customers"] == [f"C{number:02}" for number in range(SHOWN_MAX)]


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
    assert [number.startswith("INV-") for number in rows[0]["invoices"]] == [True]
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
