"""`ledgerhand charges`, as it is typed: listed, shown, approved, waived, undone, and interest."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

import pytest

from connector.commands import charges
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from dunning.fees.late_fees import FeeState
from tests.connector.charging import found, only, open_charging
from tests.connector.commands.typing_in import Terminal
from tests.connector.firm import Firm
from tests.connector.late_fees.test_interest_claims import british

Opens = Callable[..., Firm]


@pytest.fixture
def firm(open_firm: Opens, ledger: str) -> Firm:
    opened = open_charging(open_firm, ledger)
    opened.owe(opened.books.customer("Ash"), "INV-1", "200.00")
    opened.pass_time(days=1)
    return opened


def typed(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """A command that speaks to the ledger, which is simulated here."""
    capsys.readouterr()
    parser = ArgumentParser()
    charges.add(Verbs(parser))
    given = parser.parse_args(["charges", *words])
    given.work(firm.deps, given)
    return capsys.readouterr().out


def told(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(typed(firm, capsys, *words, "--json"))
    return found


@pytest.mark.either_ledger
def test_a_draft_is_listed_shown_and_approved_into_the_ledger(terminal: Terminal) -> None:
    (row,) = terminal.type("charges", "list", "1", "--json").rows()
    assert (row["customer"], row["kind"], row["amount"]) == ("Ash", "late fee", "USD 3.00")
    assert (row["state"], row["for"]) == (
        "waits for a person", "invoice INV-1, from 2026-02-21 to 2026-03-20",
    )  # fmt: skip
    assert terminal.type("charges", "list", "1", "--customer", "Ash", "--json").rows() == [row]
    assert json.loads(terminal.type("charges", "show", "1", "1", "--json").out) == row
    assert "reason: INV-1: due 2026-02-20" in terminal.type("charges", "show", "1", "1").out
    assert "Ash" in terminal.type("charges", "list", "1").out
    assert terminal.type("approvals", "approve", str(row["approval"])).code == 0
    terminal.firm.pass_time(minutes=1)
    (row,) = terminal.type("charges", "list", "1", "--json").rows()
    assert row["state"] == "in the ledger"
    assert terminal.firm.books.balance(row["invoice_id"]) == 3


@pytest.mark.either_ledger
def test_a_raised_charge_is_undone_and_another_one_is_not(terminal: Terminal) -> None:
    refused = terminal.type("charges", "undo", "1", "1")
    assert (refused.code, "only a posted one is undone" in refused.error) == (1, True)
    (row,) = terminal.type("charges", "list", "1", "--json").rows()
    terminal.type("approvals", "approve", str(row["approval"]))
    terminal.firm.pass_time(minutes=1)
    done = terminal.type("charges", "undo", "1", "1")
    assert (done.code, "is being voided" in done.out) == (0, True)
    terminal.firm.pass_time(minutes=1)
    (row,) = terminal.type("charges", "list", "1", "--json").rows()
    assert row["state"] == "taken back"


@pytest.mark.either_ledger
def test_a_waiver_takes_a_reason_and_stays_listed(terminal: Terminal) -> None:
    refused = terminal.type("charges", "waive", "1", "1", " ")
    assert (refused.code, "say why" in refused.error) == (1, True)
    assert only(terminal.firm).state is FeeState.DRAFTED
    assert terminal.type("charges", "waive", "1", "1", "They called.").code == 0
    (row,) = terminal.type("charges", "list", "1", "--json").rows()
    assert (row["state"], row["remark"]) == ("waived", "They called.")
    assert "Nothing waits for you." in terminal.type("approvals", "list").out


@pytest.mark.either_ledger
@pytest.mark.parametrize(("words", "why"), [
    (("show", "1", "99"), "there is no charge 99; see `ledgerhand charges list 1`"),
    (("waive", "1", "x", "why"), "'x' is no number"),
    (("undo", "7", "1"), "7"),
    (("list", "1", "--customer", "Nobody"), "has no customer 'Nobody'"),
    (("interest", "1", "INV-9"), "has no invoice 'INV-9'; write the number as in the ledger"),
    (("interest", "1", "INV-1"), "the policy claims no interest"),
])  # fmt: skip
def test_what_is_not_there_is_named(
    firm: Firm, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CommandError, match=why.replace("`", ".")):
        typed(firm, capsys, *words)
    assert [one.state for one in found(firm)] == [FeeState.DRAFTED]


def test_nothing_charged_says_so(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "nothing was charged" in typed(open_firm(ledger), capsys, "list", "1")


@pytest.mark.either_ledger
def test_interest_is_shown_as_gov_uk_shows_it_and_drafted_only_when_asked(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = british(open_firm, ledger)
    row = told(firm, capsys, "interest", "1", "INV-1")
    assert (row["interest"], row["daily"], row["fixed_sum"], row["due"]) == (
        "GBP 11.50", "GBP 0.23", "GBP 70.00", "GBP 81.50",
    )  # fmt: skip
    said = typed(firm, capsys, "interest", "1", "INV-1")
    assert "Nothing was drafted; add --draft" in said
    assert "8.50 % a year is GBP 11.50 (payontime.co.uk" in said
    assert found(firm) == []
    assert "waits for a person" in typed(firm, capsys, "interest", "1", "INV-1", "--draft")
    assert [str(one.fee.amount) for one in found(firm)] == ["GBP 81.50"]
