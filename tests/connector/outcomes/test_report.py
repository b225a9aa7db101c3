"""The whole report: from both simulated ledgers, through the mirror, to the command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.clients import meter
from connector.commands.output import CommandError
from connector.deps import Deps
from connector.mirroring import mirror
from connector.rules.modes import Mode
from tests.connector import office
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.office import TODAY, customer, invoice
from tests.connector.outcomes.company import (
    by_name,
    installed,
    keep,
    told,
    typed,
)

pytestmark = pytest.mark.either_ledger

Opens = Callable[..., Firm]


def test_a_quarter_at_a_real_company(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Installed on 2 March. Ash owes 300 that was due on the 1st, and is written to on the 4th;
    the bookkeeper enters the payment of 300 on the 6th. Birch, 200 due on the 1st, is written to
    as well and does not pay. Cedar buys for 100 on the 3rd and pays at once, without a message.

    Receivables at the end: 200. Sales since the 2nd: 100. Recovered: 300 of 400 received.
    """
    firm = open_firm(ledger, modes=AUTOPILOT, fill=two_who_are_late)
    firm.pass_days(1)
    cedar = firm.books.customer("Cedar")
    third = firm.books.invoice(
        cedar, "INV-3", amount=Decimal(100), issued=firm.today, due=firm.today + timedelta(30)
    )
    firm.pass_days(1)
    firm.books.pay_by_hand(cedar, third, Decimal(100), firm.today)
    firm.pass_days(2)
    first = {it.number: it for it in mirrored(firm)}["INV-1"]
    firm.books.pay_by_hand(first.customer_id, first.id, Decimal(300), firm.today)
    firm.pass_days(2)
    document = told(firm, capsys)
    assert (document["since"], document["until"]) == ("2026-03-02", "2026-03-08")
    (part,) = document["currencies"]
    found = by_name(part["figures"])
    assert found["dso"]["worked"] == "200.00 / 100.00 x 7 = 14.0 days"
    assert found["dso_best"]["value"] == "0.0"
    assert found["dso_countback"]["shown"] == "n/a"
    assert found["collection_effectiveness"]["worked"] == (
        "(500.00 + 100.00 - 200.00) / (500.00 + 100.00 - 0.00) x 100 = 66.7 %"
    )
    assert (found["recovered"]["value"], found["recovered"]["unit"]) == ("300.00", "USD")
    (evidence,) = found["recovered"]["evidence"]
    assert (evidence["customer"], evidence["amount"]) == ("Ash", "USD 300.00")
    assert evidence["decision_id"]
    assert found["contact_rate"]["inputs"] == {"contacted": 2, "overdue": 2}
    assert found["first_contact"]["shown"] == "3.0 days"
    assert found["resolved_alone"]["inputs"] == {"alone": 1, "with_help": 0, "open": 1}
    assert found["promises_kept"]["shown"] == found["bad_debt_rate"]["shown"] == "n/a"
    assert part["age"]["buckets"]["1-30"] == part["age"]["total"] == "200.00"
    assert [row["customer"] for row in part["age"]["top"]] == ["Birch"]
    assert by_name(part["before"])["dso"]["shown"] == "n/a"
    cost = by_name(document["costs"])["cost"]
    assert cost["shown"] == "n/a"
    assert cost["inputs"]["messages"] == len(firm.mails())
    with firm.deps.reading() as tx:
        counted = meter.totals(tx, [firm.connection_id], date.min)[firm.connection_id]
    assert cost["inputs"]["calls"] == sum(counted.values())


def two_who_are_late(firm: Firm) -> None:
    firm.owe(firm.books.customer("Ash"), "INV-1", "300.00", late_days=1)
    firm.owe(firm.books.customer("Birch"), "INV-2", "200.00", late_days=1)


def mirrored(firm: Firm) -> list[Any]:
    with firm.deps.reading() as tx:
        return mirror.everything(tx, firm.connection_id, [mirror.Kind.INVOICE])


def test_a_payment_that_is_taken_out_again_opens_the_case_again(
    open_firm: Opens, ledger: str, capsys: pytest.CaptureFixture[str]
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    customer_id = firm.books.customer("Ash")
    firm.owe(customer_id, "INV-1", "60.00")
    firm.settle()
    firm.bank("line", "60.00", "INV-1", payer="Ash")
    firm.sweep()
    share = by_name(told(firm, capsys)["currencies"][0]["figures"])["resolved_alone"]
    assert share["inputs"] == {"alone": 1, "with_help": 0, "open": 0}
    (entered,) = (it for it in firm.intents() if it.receipt and it.facts)
    firm.books.remove(entered.receipt)
    firm.sweep()
    share = by_name(told(firm, capsys)["currencies"][0]["figures"])["resolved_alone"]
    assert share["inputs"] == {"alone": 0, "with_help": 0, "open": 1}


@pytest.mark.parametrize("capability", ["cash", "remind"])
def test_what_a_person_approved_was_resolved_with_help(
    open_firm: Opens, ledger: str, capability: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Money that waited for an answer, or a reminder that did; the invoice is paid in the end."""
    firm = open_firm(ledger, modes={capability: Mode.COPILOT})
    ash = firm.books.customer("Ash")
    invoice = firm.owe(ash, "INV-1", "60.00", late_days=4)
    firm.sweep()
    if capability == "cash":
        firm.bank("line", "60.00", "INV-1", payer="Ash")
        firm.sweep()
        firm.approve()
    else:
        firm.approve()
        firm.pass_days(1)
        firm.books.pay_by_hand(ash, invoice, Decimal(60), firm.today)
    firm.sweep()
    share = by_name(told(firm, capsys)["currencies"][0]["figures"])["resolved_alone"]
    assert share["inputs"] == {"alone": 0, "with_help": 1, "open": 0}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--from", "2026-13-01"), "--from '2026-13-01' is no date"),
        (("--to", "soon"), "--to 'soon' is no date"),
        (("--from", "2026-03-02", "--to", "2026-03-01"), "swap them"),
        (("--to", "2027-01-01"), "still to come; the last day is 2026-03-02"),
        (("--from", "2001-01-01"), "too long"),
    ],
)
def test_days_that_cannot_be_meant_are_named(
    deps: Deps, words: tuple[str, ...], named: str
) -> None:
    installed(deps)
    with pytest.raises(CommandError, match=named):
        typed(deps, "report", "outcomes", "1", *words)


def test_before_the_first_import_is_over_there_is_no_report(deps: Deps) -> None:
    office.connect(deps)
    with pytest.raises(CommandError, match="the first import of Cedar Books is not over yet"):
        typed(deps, "report", "outcomes", "1")


def test_for_people_each_figure_stands_with_its_formula(
    deps: Deps, capsys: pytest.CaptureFixture[str]
) -> None:
    connection_id = installed(deps)
    keep(deps, connection_id, customer(), invoice(issued=TODAY), invoice("i2", left="0"))
    typed(deps, "report", "outcomes", "1", "--from", "2026-03-01")
    out = capsys.readouterr().out
    assert "2026-03-01 to 2026-03-02 (2 days, UTC)" in out
    assert "the mirror knows every sale from 2026-03-02 on" in " ".join(out.split())
    assert "* Days sales outstanding: receivables at the end / sales of the period" in out
    assert "Customer c1: USD 100.00" in out
    assert "USD 100.00 was settled by credits" in out
