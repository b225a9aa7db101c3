"""A company to report on: its mirror filled by hand, and the command as it is typed."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import pytest

from connector.clients import sweeps, tenants
from connector.commands import explain
from connector.commands.arguments import Verbs
from connector.deps import Deps
from connector.mirroring import mirror
from connector.outcomes import facts, report
from connector.outcomes.book import Period
from connector.outcomes.resolution import Promises
from connector.rules import policy
from connector.rules.policy import Policy
from tests.connector import office
from tests.connector.firm import Firm
from tests.connector.office import NOW


def typed(deps: Deps, *words: str) -> None:
    parser = ArgumentParser()
    explain.add(Verbs(parser))
    given = parser.parse_args(words)
    given.work(deps, given)


def told(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    typed(firm.deps, "report", "outcomes", firm.company, "--json", *words)
    (document,) = json.loads(capsys.readouterr().out)
    found: dict[str, Any] = document
    return found


def by_name(figures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {figure["name"]: figure for figure in figures}


def installed(deps: Deps, **rules: Any) -> int:
    """A company whose first import ended now, in UTC."""
    connection_id = office.connect(deps)
    with deps.writing() as tx:
        sweeps.keep(tx, connection_id, imported_at=NOW)
        policy.save(tx, 1, Policy(**rules), at=NOW, by="tests")
    return connection_id


def keep(deps: Deps, connection_id: int, *records: Any) -> None:
    with deps.writing() as tx:
        mirror.store(tx, connection_id, records, read_at=NOW)


def report_of(deps: Deps, connection_id: int, period: Period) -> report.Report:
    with deps.reading() as tx:
        known = facts.read(tx, tenants.connection(tx, connection_id), deps.now())
        return report.made(known, period, promises=lambda *_: Promises(0, 0))


def figure(made: report.Report, name: str) -> Any:
    return next(it for it in made.parts[0].figures if it.name == name)
