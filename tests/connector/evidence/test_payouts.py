"""Payouts: charges are the money, the bank line of their sum is not; neither counts twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector import vault
from connector.clients import meter
from connector.config import load
from connector.decided import approvals
from connector.deps import Deps
from connector.evidence import payouts
from connector.evidence.payouts import CannotKeep
from connector.money import cash
from connector.money.cash import Standing
from connector.receiving import payout_sources, processor_keys, receipts
from connector.receiving.payout_sources import NoKey
from connector.rules.modes import Mode
from connector.vault import Vault
from providers.errors import TryLater
from providers.processors.errors import BadReport
from providers.simulated.faults import Fault
from providers.simulated.processors.paypal import PayPalAccount
from providers.simulated.processors.stripe import StripeAccount, charge
from tests.connector.firm import Firm
from tests.connector.office import KEYS, connect
from tests.providers.processors.serving import Served, clock, serving

Opens = Callable[..., Firm]
REPORT = Path(__file__).parents[2] / "fixtures" / "processors" / "stripe_payout_reconciliation.csv"
BANK = (
    "account,bank_id,date,amount,currency,payer,reference\n"
    "main,7,2026-03-02,1293.10,USD,STRIPE,STRIPE TRANSFER ST-K1\n"
    "main,8,2026-03-02,1293.10,USD,Cedar,rent\n"
)


def statement(deps: Deps, connection_id: int, text: str = BANK) -> None:
    receipts.import_statement(deps, connection_id, text.encode(), by="tests")


def report(deps: Deps, connection_id: int, *changes: tuple[str, str]) -> payout_sources.Kept:
    text = REPORT.read_text()
    for before, after in changes:
        text = text.replace(before, after)
    return payout_sources.import_report(deps, connection_id, text.encode(), by="tests")


def money(deps: Deps, connection_id: int) -> dict[str, tuple[Standing, str]]:
    with deps.reading() as tx:
        found = cash.listed(tx, connection_id, tuple(Standing))
    return {item.id: (item.state, str(item.left)) for item in found}


def listed(deps: Deps, connection_id: int) -> dict[str, tuple[str, str]]:
    with deps.reading() as tx:
        found = payouts.listed(tx, connection_id)
    return {row.payout.id: (row.state, row.line_id) for row in found}


@pytest.mark.parametrize("bank_first", [True, False])
def test_either_order_gives_the_same_state(both: Deps, bank_first: bool) -> None:
    connection_id = connect(both)
    steps: list[Callable[[Deps, int], object]] = [statement, report]
    for step in steps if bank_first else steps[::-1]:
        step(both, connection_id)
    assert money(both, connection_id) == {
        "main:7": (Standing.CLOSED, "USD 0.00"),
        "main:8": (Standing.NEW, "USD 1,293.10"),
        "stripe:ch_1": (Standing.NEW, "USD 1,200.00"),
        "stripe:ch_2": (Standing.NEW, "USD 300.00"),
        "stripe:ch_7": (Standing.NEW, "JPY 120,000"),
        "stripe:ch_8": (Standing.NEW, "EUR 100.00"),
    }
    assert listed(both, connection_id)["po_2101"] == ("paired", "main:7")
    assert listed(both, connection_id)["po_2102"] == ("waiting", "")


def test_the_same_report_twice_counts_once(both: Deps) -> None:
    connection_id = connect(both)
    assert report(both, connection_id) == payout_sources.Kept(3, 3)
    before = money(both, connection_id)
    assert report(both, connection_id) == payout_sources.Kept(3, 0)
    assert money(both, connection_id) == before


def test_a_report_that_contradicts_what_is_known_counts_for_nothing(deps: Deps) -> None:
    connection_id = connect(deps)
    report(deps, connection_id)
    before = money(deps, connection_id)
    with pytest.raises(CannotKeep, match=r"po_2101 is known with USD 1,293.10, not USD 1,295.10"):
        report(deps, connection_id, ("-2.00,0.00,-2.00", "0.00,0.00,0.00"), ("po_2102", "po_9"))
    assert money(deps, connection_id) == before
    assert "po_9" not in listed(deps, connection_id)


def test_a_bad_report_counts_for_nothing(deps: Deps) -> None:
    connection_id = connect(deps)
    with pytest.raises(BadReport):
        report(deps, connection_id, ("1164.90", "1164.91"))
    assert money(deps, connection_id) == listed(deps, connection_id) == {}


def test_of_two_bank_lines_that_fit_neither_is_closed_nor_decided(deps: Deps) -> None:
    connection_id = connect(deps)
    statement(deps, connection_id, BANK.replace("Cedar,rent", "STRIPE,STRIPE"))
    report(deps, connection_id)
    found = money(deps, connection_id)
    assert found["main:7"] == found["main:8"] == (Standing.REVIEW, "USD 1,293.10")


def test_a_bank_line_that_was_applied_already_keeps_the_charges_out(deps: Deps) -> None:
    connection_id = connect(deps)
    statement(deps, connection_id)
    with deps.writing() as tx:
        item = cash.find(tx, connection_id, "bank", "main:7")
        assert item is not None
        cash.stand(tx, connection_id, item, Standing.APPLIED)
    report(deps, connection_id)
    assert listed(deps, connection_id)["po_2101"] == ("review", "main:7")
    found = money(deps, connection_id)
    assert not {"stripe:ch_1", "stripe:ch_2"} & set(found)
    assert found["main:7"][0] is Standing.APPLIED


@pytest.mark.either_ledger
def test_a_charge_pays_its_invoice_and_the_bank_line_pays_nothing(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    invoice = firm.owe(firm.books.customer("Cedar Works"), "INV-1001", "1200.00")
    firm.settle()
    text = REPORT.read_text().replace("2026-03-02", str(firm.today))
    bank = BANK.replace("2026-03-02", str(firm.today))
    statement(firm.deps, firm.connection_id, bank)
    firm.pass_time(minutes=2)
    payout_sources.import_report(firm.deps, firm.connection_id, text.encode(), by="tests")
    firm.pass_time(minutes=2)
    assert firm.books.balance(invoice) == 0
    found = money(firm.deps, firm.connection_id)
    assert found["stripe:ch_1"][0] is Standing.APPLIED
    assert found["main:7"][0] is Standing.CLOSED
    with firm.deps.reading() as tx:
        waiting = [asked.subject for asked in approvals.waiting(tx, firm.connection_id)]
    assert "bank:main:7" not in waiting
    assert "payout:po_2101" in waiting  # what was taken back of an earlier charge
    assert len(firm.writes()) == 1


@pytest.fixture
def office(deps: Deps, stripe_host: Served) -> Deps:
    bases = f'{{"stripe": "{stripe_host.base}"}}'
    return replace(deps, config=deps.config.model_copy(update={"processor_bases": bases}))


def keep_key(deps: Deps, connection_id: int, key: str = "rk_test_cedar") -> None:
    with deps.writing() as tx:
        processor_keys.keep(tx, Vault(deps.config.keys), connection_id, "stripe", key)


def test_payouts_are_fetched_with_the_clients_key_and_counted(
    office: Deps, stripe: StripeAccount
) -> None:
    connection_id = connect(office)
    stripe.pay_out("po_1", "usd", office.now() - timedelta(days=1), [charge(1, 5_000, 175)])
    with pytest.raises(NoKey, match="ledgerhand payouts key stripe"):
        payout_sources.fetch(office, connection_id, "stripe", by="tests")
    keep_key(office, connection_id)
    done = payout_sources.fetch(office, connection_id, "stripe", by="tests")
    assert done == payout_sources.Kept(1, 1)
    assert money(office, connection_id) == {"stripe:ch_1": (Standing.NEW, "USD 50.00")}
    with office.reading() as tx:
        calls = meter.totals(tx, [connection_id], office.now().date())[connection_id]
    assert calls == {"stripe.balance_transactions.read": 1, "stripe.payouts.read": 1}
    assert payout_sources.fetch(office, connection_id, "stripe", by="tests").new == 0


def test_trouble_on_the_way_leaves_nothing_half_done(
    office: Deps, stripe_host: Served, stripe: StripeAccount
) -> None:
    connection_id = connect(office)
    keep_key(office, connection_id)
    stripe.pay_out("po_1", "usd", office.now(), [charge(n, 500, 0) for n in range(150)])
    stripe_host.fail(Fault("500", on="stripe.balance_transactions.read", times=1))
    with pytest.raises(TryLater):
        payout_sources.fetch(office, connection_id, "stripe", by="tests")
    assert listed(office, connection_id) == {}
    assert payout_sources.fetch(office, connection_id, "stripe", by="tests").new == 1


def test_paypal_is_fetched_with_the_key_of_the_settings(deps: Deps) -> None:
    connection_id = connect(deps)
    still = clock()
    account = PayPalAccount(still)
    account.add("P1", "T0006", deps.now() - timedelta(days=3), "80.00", fee="-2.00",
                invoice_id="INV-1")  # fmt: skip
    account.add("W2", "T0403", deps.now() - timedelta(days=2), "-78.00")
    with serving(account.product(), still) as there:
        told = {"processor_bases": f'{{"paypal": "{there.base}"}}',
                "paypal_key": "app-cedar:secret-cedar"}  # fmt: skip
        office = replace(deps, config=deps.config.model_copy(update=told))
        assert payout_sources.fetch(office, connection_id, "paypal", by="tests").new == 1
        assert payout_sources.fetch(office, connection_id, "paypal", by="tests").new == 0
    assert money(deps, connection_id) == {"paypal:P1": (Standing.NEW, "USD 80.00")}
    assert listed(deps, connection_id) == {"W2": ("waiting", "")}


def test_a_key_is_sealed_for_its_own_row_and_can_be_rotated(both: Deps) -> None:
    connection_id = connect(both)
    keep_key(both, connection_id)
    keep_key(both, connection_id, "rk_test_newer")
    rotated = both.config.model_copy(update={"vault_keys": f"{vault.new_key()},{KEYS}"})
    keys = Vault(load(**rotated.model_dump()).keys)
    with both.writing() as tx:
        assert processor_keys.reseal(tx, keys) == 1
        assert processor_keys.reseal(tx, keys) == 0
        assert processor_keys.find(tx, keys, connection_id, "stripe") == "rk_test_newer"
        assert processor_keys.find(tx, keys, connection_id, "paypal") == ""
