"""The mirror kept true: by webhooks, by sweeps when they are lost, and within all limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from connector import lease
from connector.clients import meter, sweeps, tenants
from connector.clients.tenants import State
from connector.mirroring import inbox, mirror, rereading
from connector.outgoing.intents import Step
from connector.rule_changes import allowing
from connector.rules import policy as policies
from connector.rules.modes import Mode
from matching.facts.rules import Family
from providers.ledger import Gone, Invoice, Kind, Record, Status
from providers.money import Money
from providers.simulated.faults import Fault
from tests.connector.choosy import Choosy, open_choosy
from tests.connector.firm import AUTOPILOT, Firm

Opens = Callable[..., Firm]


def held(firm: Firm, id_: str, kind: Kind = Kind.INVOICE) -> Record:
    with firm.deps.reading() as tx:
        (found,) = mirror.fetch(tx, firm.connection_id, kind, [id_])
    return found


def open_on(firm: Firm, invoice: str) -> Money:
    record = held(firm, invoice)
    assert isinstance(record, Invoice)
    return record.open


def lose_webhooks(firm: Firm, fault: str = "lose") -> None:
    firm.fail(Fault(fault, on=rf"{firm.ledger}\.webhook", times=-1))


def test_a_change_is_in_the_mirror_and_the_plan_as_soon_as_its_webhook_came(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"remind": Mode.SHADOW})
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", late_days=-9)
    firm.pass_time(seconds=30)
    assert open_on(firm, invoice) == Money.of(100, "USD")
    planned = firm.plan()[customer]
    assert planned.look_at is not None
    firm.books.pay_by_hand(customer, invoice, Decimal(100), firm.today)
    firm.pass_time(seconds=30)
    assert open_on(firm, invoice) == Money.zero("USD")
    assert firm.plan()[customer].reason == "nothing is owed"


@pytest.mark.parametrize("fault", ["lose", "duplicate", "reorder"])
def test_a_sweep_finds_the_same_changes_when_webhooks_fail(firm: Firm, fault: str) -> None:
    lose_webhooks(firm, fault)
    customer = firm.books.customer("Ash")
    paid, void = (firm.owe(customer, f"INV-{n}", "40.00") for n in (1, 2))
    firm.books.pay_by_hand(customer, paid, Decimal(15), firm.today)
    firm.books.void(void)
    firm.pass_time(minutes=16)
    assert open_on(firm, paid) == Money.of(25, "USD")
    record = held(firm, void)
    assert isinstance(record, Gone) or getattr(record, "status", None) is Status.VOID
    with firm.deps.reading() as tx:
        assert mirror.owed(tx, firm.connection_id) == {(customer, "USD"): Money.of(25, "USD")}
        fresh = sweeps.progress(tx, firm.connection_id).fresh_at()
    assert fresh == firm.world.clock.now()


def test_the_same_webhook_twenty_times_is_one_reading(firm: Firm) -> None:
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    for _ in range(20):
        with firm.deps.writing() as tx:
            rereading.hint_at(
                tx, firm.connection_id, [(Kind.INVOICE, invoice)], why="again",
                now=firm.deps.now(),
            )  # fmt: skip
    before = len(firm.requests())
    firm.settle()
    reads = Counter(row["kind"] for row in firm.requests(before))
    assert (
        reads[f"{firm.ledger}.{'query' if firm.ledger == 'quickbooks' else 'invoices'}.read"] <= 3
    )


def test_two_customers_merged_into_one_leave_one_account(firm: Firm) -> None:
    gone, into = firm.books.customer("Ash Old"), firm.books.customer("Ash")
    invoice = firm.owe(gone, "INV-1")
    firm.settle()
    firm.merge(gone, into)
    firm.pass_time(minutes=16)
    record = held(firm, invoice)
    assert isinstance(record, Invoice)
    assert record.customer_id == into
    with firm.deps.reading() as tx:
        assert set(mirror.owed(tx, firm.connection_id)) == {(into, "USD")}


@pytest.fixture
def choosy(open_firm: Opens, ledger: str) -> tuple[Firm, Choosy]:
    return open_choosy(open_firm, ledger)


def test_a_hint_that_the_ledger_refuses_is_parked_and_holds_up_no_other(
    choosy: tuple[Firm, Choosy],
) -> None:
    firm, ledger = choosy
    customer = firm.books.customer("Ash")
    invoices = [firm.owe(customer, f"INV-{n}") for n in range(6)]
    ledger.poison = "4af0cafe" if firm.ledger == "xero" else "99887766"
    places = [(Kind.INVOICE, invoice) for invoice in invoices]
    poison = f"{ledger.poison}-0000-4000-8000-000000000000"
    places.insert(2, (Kind.INVOICE, poison if firm.ledger == "xero" else ledger.poison))
    with firm.deps.writing() as tx:
        rereading.hint_at(tx, firm.connection_id, places, why="told", now=firm.deps.now())
    firm.pass_time(minutes=1)
    for invoice in invoices:
        assert open_on(firm, invoice) == Money.of(100, "USD")
    for _ in range(12):
        firm.pass_time(hours=2)
    with firm.deps.reading() as tx:
        assert inbox.parked(tx, firm.connection_id) == 1
        assert not inbox.has_waiting(tx, firm.connection_id)
    assert firm.connection.state is State.LIVE


def test_a_ledger_that_refuses_a_sweep_is_asked_again_later_and_not_at_once(
    choosy: tuple[Firm, Choosy],
) -> None:
    firm, ledger = choosy
    ledger.poison = "cdc" if firm.ledger == "quickbooks" else "CreditNotes"
    firm.pass_time(minutes=16)
    before = len(firm.requests())
    for _ in range(2):
        firm.pass_time(seconds=30)
    assert len(firm.requests()) == before
    ledger.poison = "nothing any more"
    for _ in range(2):
        firm.pass_time(minutes=16)
    with firm.deps.reading() as tx:
        assert sweeps.progress(tx, firm.connection_id).swept_at == firm.world.clock.now()


def test_one_record_that_cannot_be_read_holds_up_no_other(open_firm: Opens) -> None:
    firm = open_firm("quickbooks")
    customer = firm.books.customer("Ash")
    unreadable = firm.owe(customer, "INV-1")
    store = firm.world.store
    doc = store.get(firm.company, "Invoice", unreadable)
    assert doc is not None
    store.put(firm.company, "Invoice", unreadable, doc | {"TxnDate": "not a day"})
    lose_webhooks(firm)
    readable = firm.owe(customer, "INV-2")
    firm.pass_time(minutes=16)
    assert open_on(firm, readable) == Money.of(100, "USD")
    with firm.deps.reading() as tx:
        assert mirror.fetch(tx, firm.connection_id, Kind.INVOICE, [unreadable]) == []
        assert sweeps.progress(tx, firm.connection_id).swept_at == firm.world.clock.now()


def test_while_a_ledger_refuses_to_be_swept_money_is_entered_and_budget_is_left(
    open_firm: Opens, ledger: str
) -> None:
    firm, gateway = open_choosy(open_firm, ledger, modes={"cash": Mode.AUTOPILOT})
    firm.owe(firm.books.customer("Ash"), "INV-1", late_days=-9)
    firm.settle()
    gateway.poison = "cdc" if ledger == "quickbooks" else "CreditNotes"
    firm.pass_time(minutes=16)
    with firm.deps.reading() as tx:
        assert ("sync", firm.connection_id) in lease.all_taken(tx, firm.world.clock.now())
        assert lease.at_work(tx, firm.world.clock.now()) == set()
    firm.bank("b1", "100.00", "INV-1", payer="Ash")
    firm.pass_time(seconds=30)
    assert [intent.state for intent in firm.intents()] == [Step.CONFIRMED]


def test_what_the_meter_counted_is_what_the_ledger_received_kind_by_kind(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    with firm.deps.reading() as tx:
        before = Counter(meter.totals(tx, [firm.connection_id], firm.today)[firm.connection_id])
    first = len(firm.requests())
    began = firm.today
    for number in range(3):
        customer = firm.books.customer(f"Buyer{number}")
        firm.owe(customer, f"INV-{number}", late_days=4)
        firm.pay(customer, "100.00", f"INV-{number}" if number else "no number")
    faults = ("503", "429", "cut_body", "reset_after_commit", "html", "500")
    for fault in faults:
        firm.fail(Fault(fault, on=rf"{ledger}\..*", times=2, seconds=3))
        firm.pass_time(minutes=17)
    firm.fail()
    for _ in range(3):
        firm.pass_time(hours=11)
    with firm.deps.reading() as tx:
        counted = Counter(meter.totals(tx, [firm.connection_id], began)[firm.connection_id])
    received = Counter(row["kind"] for row in firm.requests(first))
    assert counted - before == received
    assert sum(received.values()) > 25


def test_with_the_vendors_limits_on_a_busy_day_draws_no_refusal(open_firm: Opens) -> None:
    """60 calls a minute and 5,000 a day for one Xero organisation, never exceeded."""
    firm = open_firm("xero", modes=AUTOPILOT, limits_on=True)
    for number in range(16):
        customer = firm.books.customer(f"Buyer{number}")
        firm.owe(customer, f"INV-{number}", late_days=4 if number % 2 else -9)
        firm.pay(customer, "100.00", f"INV-{number}")
    for _ in range(24):
        firm.pass_time(seconds=20)
    turned = [row for row in firm.requests() if row["status"] == "429"]
    assert turned == []
    by_minute = Counter(row["time"][:16] for row in firm.requests() if row["company"])
    assert max(by_minute.values()) <= 60
    written = [row for row in firm.writes() if row["status"].startswith("2")]
    assert len(written) >= 32, "writes keep their share of the calls"


@pytest.mark.parametrize("state", [State.RECONNECT, State.DISCONNECTED])
def test_a_connection_that_is_not_live_is_not_read(firm: Firm, state: State) -> None:
    with firm.deps.writing() as tx:
        tenants.set_state(tx, firm.connection_id, state, "tests")
    before = len(firm.requests())
    customer = firm.books.customer("Ash")
    firm.owe(customer, "INV-1")
    firm.pass_time(hours=3)
    assert len(firm.requests()) == before


def test_a_first_import_that_dies_midway_starts_over(open_firm: Opens, ledger: str) -> None:
    firm = open_firm(ledger)
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1")
    with firm.deps.writing() as tx:
        tenants.set_state(tx, firm.connection_id, State.IMPORTING)
    firm.fail(Fault("503", on=rf"{ledger}\.(query|invoices)\.read", times=1, seconds=2))
    firm.settle()
    assert firm.connection.state is State.IMPORTING
    firm.pass_time(seconds=30)
    assert firm.connection.state is State.LIVE
    assert open_on(firm, invoice) == Money.of(100, "USD")
    with firm.deps.reading() as tx:
        assert sweeps.progress(tx, firm.connection_id).imported >= 2


def test_money_that_waits_for_a_sweep_waits_for_no_more_than_two_minutes(
    open_firm: Opens, ledger: str
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    rules = policies.Policy.model_validate({"matching": {"apply_by": list(Family)}})
    allowing.set_policy(firm.deps, firm.connection.client_id, rules, by="ann", reason="tests")
    customer = firm.books.customer("Ash")
    invoice = firm.owe(customer, "INV-1", "71.23")
    firm.pass_time(minutes=16)
    firm.pay(customer, "71.23", "thank you")
    swept: set[datetime | None] = set()
    seen: list[Decimal] = []
    for _ in range(9):
        firm.pass_time(seconds=30)
        with firm.deps.reading() as tx:
            swept.add(sweeps.progress(tx, firm.connection_id).swept_at)
        seen.append(firm.books.balance(invoice))
    assert seen[0] == Decimal("71.23")
    assert seen[4:] == [0] * 5
    assert len(swept) == 2, "one before, and one for the money: then nobody waits any more"
