"""`ledgerhand backtest`, as it is typed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.clients import tenants
from connector.clients.tenants import State
from connector.commands import backtest
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.evidence import habits
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from matching.facts.items import Tally
from matching.facts.rules import Family
from providers.simulated.faults import Fault
from tests.connector.firm import Firm
from tests.connector.past_month import fill

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]
DAYS = ("--from", "2026-02-01", "--to", "2026-02-28")


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, fill=fill)


def typed(firm: Firm, *words: str) -> None:
    parser = ArgumentParser()
    verbs = Verbs(parser)
    backtest.add(verbs)
    given = parser.parse_args(["backtest", "--client", firm.company, *words])
    given.work(firm.deps, given)


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_person_reads_rules_disagreements_and_what_cannot_be_known(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(firm, *DAYS)
    out = capsys.readouterr().out
    assert "8 receipts, 7 looked at (USD 1,365.00), 1 of them left unapplied" in out
    assert "7 of 7 decided (100.0% of USD), 5 of 6 as the bookkeeper did" in out
    assert "named_exact" in out
    assert "66.7% (21%-94%)" in out
    assert "decided:    INV-3001 USD 75.00\n  bookkeeper: INV-3002 USD 75.00" in out
    assert "What this cannot know:\n* " in out


def test_the_last_one_is_shown_again_without_asking_the_ledger(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(firm, *DAYS, "--json")
    first, asked = told(capsys), len(firm.requests())
    typed(firm, "--last", "--json")
    assert told(capsys) == first
    assert len(firm.requests()) == asked
    assert (first["number"], first["since"], first["looked_at"]) == (1, "2026-02-01", 7)
    (rule,) = (r for r in first["sides"][1]["every"]["rules"] if r["name"] == "named_exact")
    assert (rule["right"]["right"], rule["right"]["judged"]) == (2, 3)
    assert {"question", "decided", "bookkeeper", "reasons"} <= set(first["disagreements"][0])


def test_the_calibration_is_drawn(firm: Firm, tmp_path: Path) -> None:
    typed(firm, *DAYS, "--plot", str(tmp_path / "plot.svg"))
    assert "<desc" in (tmp_path / "plot.svg").read_text()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "say either --from and --to, or --last"),
        ((*DAYS, "--last"), "say either --from and --to, or --last"),
        (("--from", "2026-02-01"), "--to is missing: a day such as 2026-01-31"),
        (("--from", "February", "--to", "2026-02-28"), "--from 'February' is no date"),
        (("--from", "2026-02-28", "--to", "2026-02-01"), "is before; swap them"),
        (("--from", "2026-02-01", "--to", "2030-01-01"), "2030-01-01 is still to come"),
        (("--from", "2019-02-01", "--to", "2026-02-01"), "ask for 1098 at most"),
        (("--from", "2025-02-01", "--to", "2025-02-28"), "received no money from 2025-02-01"),
        (("--last",), "there is no backtest of"),
        ((*DAYS, "--company", "Nobody"), "name one of them with --company"),
        ((*DAYS, "--client", "nobody"), "there is no client 'nobody'"),
        ((*DAYS, "--plot", "none/plot.svg"), "none/plot.svg cannot be drawn to"),
        ((*DAYS, "--plot", "plot.png"), "name a .svg file"),
    ],
)
def test_what_cannot_be_done_gets_one_line(
    firm: Firm, words: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(CommandError) as error:
        typed(firm, *words)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("fault", "sentence"), [("429", "try again in"), ("503", "try again in")])
def test_a_ledger_that_is_busy_leaves_nothing_half_done(
    firm: Firm, fault: str, sentence: str
) -> None:
    firm.fail(Fault(fault, on=r".*\.(read|query)", seconds=30.0))
    with pytest.raises(CommandError, match=sentence):
        typed(firm, *DAYS)
    firm.fail()
    with pytest.raises(CommandError, match="there is no backtest"):
        typed(firm, "--last")


def test_a_company_that_is_not_connected_is_not_read(firm: Firm) -> None:
    with firm.deps.writing() as tx:
        tenants.set_state(tx, firm.connection_id, State.DISCONNECTED, "by hand")
    asked = len(firm.requests())
    with pytest.raises(CommandError, match="is not connected now"):
        typed(firm, *DAYS)
    assert len(firm.requests()) == asked


def test_what_the_past_shows_counts_beside_what_was_decided_since(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    allow = {"apply_by": list(Family), "confidence_min_of": {"named_exact": 0.995}}
    rules = policies.Policy.model_validate({"matching": allow})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    typed(firm, *DAYS)
    assert "66.7% (21%-94%)" in capsys.readouterr().out
    with firm.deps.reading() as tx:
        known = habits.experience(tx, firm.connection_id)
    assert known["named_exact"] == Tally(3, 2)
    (back,) = [entry for entry in firm.log("rule.stepped_back") if entry.about == "named_exact"]
    assert (back.what["decided"], back.what["right"]) == (3, 2)
    firm.switch(cash=Mode.AUTOPILOT)
    customer = firm.books.customer("Birch")
    invoice = firm.owe(customer, "INV-9001", "42.00")
    firm.pay(customer, "42.00", "INV-9001")
    firm.sweep()
    assert firm.books.balance(invoice) == 42
    assert any("99.5% is asked for" in asked.summary for asked in firm.asked())
