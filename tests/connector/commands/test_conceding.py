"""Credits approved on the command line, for a deduction case and for a dispute."""

from __future__ import annotations

from argparse import ArgumentParser

import pytest

from connector.commands import deductions, disputing
from connector.commands.arguments import Verbs
from connector.commands.output import CommandError
from connector.rules.modes import Mode
from tests.connector.credited import disputed, short_paid
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.short_payments.test_deductions import Opens

CASE = ("cases", "credit", "1", "--client", "1", "--code", "damage", "--reason", "broken")
DISPUTE = ("dispute", "credit", "1", "D1", "--code", "pricing", "--reason", "80 was agreed")
ACCOUNT = ("--account", "bad debts")


def typed(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = ArgumentParser()
    verbs = Verbs(parser)
    for group in (deductions, disputing):
        group.add(verbs)
    given = parser.parse_args(words)
    capsys.readouterr()
    given.work(firm.deps, given)
    return capsys.readouterr().out


def refused(firm: Firm, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(CommandError) as told:
        typed(firm, capsys, *words)
    return str(told.value)


def test_a_case_is_credited_and_not_closed_meanwhile(
    open_firm: Opens, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = open_firm("quickbooks", modes=AUTOPILOT)
    short_paid(firm)
    why = refused(firm, capsys, *CASE)
    assert "the policy names no account for credits of the code damage; there are:" in why
    assert "Bad debts (" in why
    assert "nothing was credited" in why
    told = typed(firm, capsys, *CASE, *ACCOUNT, "--amount", "3")
    assert "The credit is on its way to the ledger" in told
    closed = refused(firm, capsys, "cases", "close", "1", "again", "--client", "1")
    assert "a credit for it is on its way" in closed
    firm.settle()
    assert "no deduction waits" in typed(firm, capsys, "cases", "list", "--client", "1")
    shown = typed(firm, capsys, "cases", "show", "1", "--client", "1")
    assert "outcome: USD 3.00 of USD 5.00 credited (damage)" in shown
    assert "deduction case 1 has ended" in refused(firm, capsys, *CASE, *ACCOUNT)
    assert "there is no case 99" in refused(firm, capsys, *CASE[:2], "99", *CASE[3:])


@pytest.mark.either_ledger
def test_a_dispute_is_credited(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.COPILOT})
    disputed(firm)
    assert "on its way to the ledger" in typed(firm, capsys, *DISPUTE, *ACCOUNT)
    close = ("dispute", "close", "1", "D1", "--as", "rejected", "--outcome", "no")
    assert "a credit for it is on its way" in refused(firm, capsys, *close)
    firm.settle()
    shown = typed(firm, capsys, "dispute", "show", "1", "D1")
    assert "state: accepted" in shown
    assert "USD 20.00 of USD 20.00 credited (pricing) by credit" in shown
