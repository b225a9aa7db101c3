"""The nightly comparison: a ledger that refuses it holds up nothing, and the firm is told."""

from __future__ import annotations

import pytest

from connector.clients import sweeps
from connector.clients.sweeps import Progress
from connector.rules.modes import Mode
from tests.connector.choosy import Choosy, open_choosy
from tests.connector.firm import Firm
from tests.connector.notified import Opens, open_notified, text, told
from tests.connector.short_payments.test_deductions import drop_scope

TOLD = "the nightly check cannot be made"
REPORT = {"quickbooks": "reports/AgedReceivables", "xero": "AgedReceivablesByContact"}
COMPANY = {"quickbooks": "companyinfo", "xero": "Organisation"}


def progress(firm: Firm) -> Progress:
    with firm.deps.reading() as tx:
        return sweeps.progress(tx, firm.connection_id)


def owe_and_pay(firm: Firm, number: str) -> str:
    """An invoice that is paid at once, as both are told of."""
    invoice = firm.owe(firm.books.customer(f"Payer of {number}"), number, late_days=-9)
    firm.pass_time(minutes=1)
    firm.bank(number, "100.00", number, payer=f"Payer of {number}")
    firm.pass_time(minutes=1)
    return invoice


@pytest.fixture
def choosy(open_firm: Opens, ledger: str) -> tuple[Firm, Choosy]:
    made: list[Choosy] = []

    def opens(name: str, **how: object) -> Firm:
        firm, gateway = open_choosy(open_firm, name, **how)
        made.append(gateway)
        return firm

    firm = open_notified(opens, ledger, modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-0", late_days=-90)
    return firm, made[0]


@pytest.mark.parametrize("refused", [REPORT, COMPANY])
def test_a_refused_comparison_is_told_once_and_all_other_work_goes_on(
    choosy: tuple[Firm, Choosy], refused: dict[str, str]
) -> None:
    firm, gateway = choosy
    gateway.poison = refused[firm.ledger]
    firm.pass_time(hours=25)
    assert progress(firm).compare_refused
    assert firm.books.balance(owe_and_pay(firm, "INV-1")) == 0
    firm.pass_nights(3)
    (mail,) = told(firm, TOLD)
    assert progress(firm).compare_refused in text(mail)
    assert len(firm.log("mirror.not_compared")) == 4
    assert firm.log("mirror.compared") == []
    assert firm.log("conservation.proved"), "what needs no ledger is done all the same"
    gateway.poison = "nothing any more"
    firm.pass_nights(1)
    assert len(firm.log("mirror.compared")) == 1
    assert not progress(firm).compare_refused


def test_a_company_connected_without_the_reports_permission_is_worked_for(
    open_firm: Opens,
) -> None:
    firm = open_notified(open_firm, "xero", modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-0", late_days=-9)
    firm.settle()
    drop_scope(firm, "accounting.reports.aged.read")
    firm.pass_time(hours=25)
    assert firm.books.balance(owe_and_pay(firm, "INV-1")) == 0
    assert len(told(firm, TOLD)) == 1
