"""`ledgerhand credit`: from a ledger's own past, also of customers who owe nothing now."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import pytest

from connector.commands import crediting
from connector.commands.arguments import Verbs
from tests.connector.book_of_payers import paid_for_a_year
from tests.connector.collecting.reading import Opens
from tests.connector.firm import Firm
from tests.connector.remembered import everything


def a_past(firm: Firm) -> None:
    """Ash and Elm paid 24 invoices on time; Ash owes one more, Birch one and nothing before."""
    for name in ("Ash", "Elm"):
        customer = firm.books.customer(name)
        paid_for_a_year(firm, customer)
        if name == "Ash":
            firm.owe(customer, "INV-1", "80.00", late_days=-2)
    firm.owe(firm.books.customer("Birch"), "INV-2", "40.00", late_days=40)


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    return open_firm(ledger, fill=a_past)


def typed(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = ArgumentParser()
    crediting.add(Verbs(parser))
    given = parser.parse_args(["credit", "1", *words])
    capsys.readouterr()
    given.work(firm.deps, given)
    return capsys.readouterr().out


def test_everybody_has_a_limit_or_the_reason_why_not(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    before = everything(firm.deps)
    rows: list[dict[str, Any]] = json.loads(typed(firm, capsys, "--json"))
    by_name = {row["customer"]: row for row in rows}
    ash, birch, elm = (by_name[name] for name in ("Ash", "Birch", "Elm"))
    assert (elm["limit"], elm["open"], elm["left"]) == ("1600.00", "0.00", "1600.00")
    assert (ash["limit"], ash["open"], ash["left"]) == ("1600.00", "80.00", "1520.00")
    assert [one["input"] for one in ash["inputs"]] == [
        "customer since", "paid on time", "days late on average", "trend", "promises",
        "overdue now", "disputed now",
    ]  # fmt: skip
    assert birch["limit"] is None
    assert birch["why"] == "not enough data: 0 paid invoices, at least 6 are needed"
    assert everything(firm.deps) == before


def test_one_customer_is_told_with_every_input(
    firm: Firm, capsys: pytest.CaptureFixture[str]
) -> None:
    told = " ".join(typed(firm, capsys, "Ash").split())
    assert "Ash: a limit of USD 1,600.00; USD 80.00 is open, which leaves USD 1,520.00." in told
    assert "2 months of purchases" in told
    assert "100% of 24 invoices" in told
    assert "nothing is changed because of it" in told
    assert "not enough data" in typed(firm, capsys, "Birch")
