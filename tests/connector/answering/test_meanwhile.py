"""What others do between a reading and the act that stands on it counts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from connector import audit, lease
from connector.answering import answers
from connector.answering.answers import CannotAnswer
from connector.decided import approvals
from connector.deps import Deps
from connector.disputed import cases
from connector.money import cash
from connector.money.cash import Moved, Standing
from connector.outgoing import intents
from connector.outgoing.intents import Step
from connector.receiving import payout_sources, receipts
from connector.rule_changes import allowing
from connector.rules.modes import Capability, Mode
from connector.short_payments import deductions
from connector.syncing import perceive
from connector.undoing import undo
from providers.ledger import Allocation, ApplyUnapplied, Gone, Kind, RecordPayment, Undo
from tests.connector.firm import AUTOPILOT, Firm
from tests.connector.office import clock_of, connect, payment, usd
from tests.connector.short_payments.test_deductions import GRANTED, allow, cases_of, sold

Opens = Callable[..., Firm]
STATEMENT = "account,bank_id,date,amount,currency,payer,reference\n"
PAYOUT = (
    "automatic_payout_id,automatic_payout_effective_at_utc,balance_transaction_id,created_utc,"
    "available_on_utc,currency,gross,fee,net,reporting_category,source_id,description,"
    "customer_facing_amount,customer_facing_currency,customer_name,customer_email,charge_id,"
    "invoice_number,payment_metadata[invoice_no]\n"
    "po_1,2026-03-02 00:00:00,txn_1,2026-02-27 10:11:12,2026-03-02 00:00:00,usd,100.00,0.00,100.00,"
    "charge,ch_1,Order,100.00,usd,Ash,,ch_1,INV-1,\n"
)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Once a function has answered for the first time, somebody acts before the answer is used."""

    def between(module: ModuleType, name: str, act: Callable[[], object]) -> None:
        real, waiting = getattr(module, name), [act]

        def answered(*given: Any, **how: Any) -> Any:
            found = real(*given, **how)
            if waiting:
                waiting.pop()()
            return found

        monkeypatch.setattr(module, name, answered)

    return between


def lines(firm: Firm, *rows: str) -> None:
    text = STATEMENT + "".join(f"main,{row}\n" for row in rows)
    receipts.import_statement(firm.deps, firm.connection_id, text.encode(), by="tests")


@pytest.mark.either_ledger
def test_a_bank_line_that_turns_out_to_be_a_payout_is_not_booked_besides_its_charges(
    open_firm: Opens, ledger: str, meanwhile: Callable[..., None]
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    owed = [
        firm.owe(firm.books.customer(name), number, late_days=-9)
        for name, number in (("Ash", "INV-1"), ("Oak", "INV-2"))
    ]
    firm.settle()
    meanwhile(cash, "due", lambda: payout_sources.import_report(
        firm.deps, firm.connection_id, PAYOUT.encode(), by="ann"
    ))  # fmt: skip
    lines(firm, f"b1,{firm.today},100.00,USD,Stripe,STRIPE TRANSFER INV-2")
    firm.settle()
    firm.sweep()
    assert [firm.books.balance(invoice) for invoice in owed] == [0, 100]
    assert firm.money("bank", "main:b1").state is Standing.CLOSED


def test_money_does_not_move_on_from_where_it_no_longer_is(both: Deps) -> None:
    connection_id = connect(both)
    text = f"{STATEMENT}main,b1,2026-03-02,100.00,USD,Ash,INV-1\n"
    receipts.import_statement(both, connection_id, text.encode(), by="tests")
    with both.writing() as tx:
        item = cash.find(tx, connection_id, "bank", "main:b1")
        assert item
        cash.stand(tx, connection_id, item, Standing.CLOSED, left=usd(0))
    with both.writing() as tx:
        assert cash.still_due(tx, connection_id, item) is None
        with pytest.raises(Moved, match="bank:main:b1 is no longer new"):
            cash.stand(tx, connection_id, item, Standing.APPLYING)
    with both.reading() as tx:
        now = cash.find(tx, connection_id, "bank", "main:b1")
    assert now
    assert (now.state, now.left) == (Standing.CLOSED, usd(0))


@pytest.mark.either_ledger
def test_switching_cash_off_stops_at_the_next_item(
    open_firm: Opens, ledger: str, meanwhile: Callable[..., None]
) -> None:
    firm = open_firm(ledger, modes={"cash": Mode.AUTOPILOT})
    ash = firm.books.customer("Ash")
    owed = [firm.owe(ash, f"INV-{n}", f"1{n}.00", late_days=-9) for n in range(3)]
    firm.settle()
    meanwhile(cash, "due", lambda: allowing.switch(
        firm.deps, firm.connection.client_id, Capability.CASH, Mode.OFF, by="ann"
    ))  # fmt: skip
    lines(firm, *(f"b{n},{firm.today},1{n}.00,USD,Ash,INV-{n}" for n in range(3)))
    firm.settle()
    assert firm.intents() == []
    assert {item.state for item in firm.all_money()} == {Standing.NEW}
    assert [firm.books.balance(invoice) for invoice in owed] == [10, 11, 12]


def test_money_whose_undoing_is_on_its_way_is_not_decided_on(both: Deps) -> None:
    connection_id = connect(both)
    with both.writing() as tx:
        cash.observe(tx, connection_id, [payment()])
        item = cash.find(tx, connection_id, "payment", "p1")
        assert item
        done = ApplyUnapplied(Kind.PAYMENT, "p1", "c1", (Allocation("i1", usd(100)),), "")
        undoing = Undo(done, "p1", "0", (), ("pay",), None, "")
        intents.add(tx, connection_id, undoing, key="undo", subject=item.subject, decision_id=1,
                    now=both.now())  # fmt: skip
        cash.stand(tx, connection_id, item, Standing.APPLYING, left=usd(0))
    with both.writing() as tx:
        cash.observe(tx, connection_id, [payment(left="0", version="2")])
        cash.observe(tx, connection_id, [payment(left="100", version="3")])
        assert cash.due(tx, connection_id, 1) == []


def test_a_payment_that_is_undone_while_it_is_seen_to_be_gone_is_given_back_once(
    both: Deps, meanwhile: Callable[..., None]
) -> None:
    """On PostgreSQL the undoing comes meanwhile, and waits; on SQLite nobody can write between a
    reading and its end, so it comes after it."""
    connection_id = connect(both)
    text = f"{STATEMENT}main,b1,2026-03-02,100.00,USD,Ash,INV-1\n"
    receipts.import_statement(both, connection_id, text.encode(), by="tests")
    done = RecordPayment(
        receipt_id="main:b1", customer_id="c1", received=both.now().date(), total=usd(100),
        allocations=(Allocation("i1", usd(100)),), reference="", memo="",
    )  # fmt: skip
    undoing = Undo(done, "p1", "0", (), ("pay",), None, "")
    with both.writing() as tx:
        item = cash.find(tx, connection_id, "bank", "main:b1")
        assert item
        for key, effect in (("pay", done), ("undo", undoing)):
            intents.add(tx, connection_id, effect, key=key, subject=item.subject, decision_id=1,
                        now=both.now())  # fmt: skip
        (paid,) = intents.of_keys(tx, connection_id, ["pay"])
        intents.confirmed(tx, paid, "p1", now=both.now())
        cash.stand(tx, connection_id, item, Standing.APPLYING, left=usd(0))
    clock_of(both).advance(minutes=5)

    def confirm() -> None:
        with both.writing() as tx:
            (intent,) = intents.of_keys(tx, connection_id, ["undo"])
            intents.confirmed(tx, intent, "p1", now=both.now())
            undo.confirmed(tx, intent, now=both.now())

    at_once = both.engine.dialect.name == "postgresql"
    with ThreadPoolExecutor(1) as beside:
        if at_once:
            meanwhile(intents, "brought", lambda: beside.submit(confirm))
        with lease.held(both, "sync", connection_id) as fence, both.writing() as tx:
            assert fence
            perceive.keep(tx, fence, [Gone(Kind.PAYMENT, "p1")], read_at=both.now())
    if not at_once:
        confirm()
    with both.reading() as tx:
        found = cash.find(tx, connection_id, "bank", "main:b1")
        (paid,) = intents.of_keys(tx, connection_id, ["pay"])
    assert found
    assert (found.state, found.left, paid.state) == (Standing.REVIEW, usd(100), Step.UNDONE)


@pytest.mark.either_ledger
def test_no_credit_is_written_for_a_deduction_that_a_person_has_just_closed(
    open_firm: Opens, ledger: str, meanwhile: Callable[..., None]
) -> None:
    firm = open_firm(ledger, modes=AUTOPILOT)
    account = firm.books.account("Bank Fees")
    allow(firm, granted=[GRANTED], accounts={"": account})
    invoice = sold(firm, firm.books.customer("Ash"), "INV-1", ("bolt", "100", "10"))

    def close() -> None:
        (case,) = cases_of(firm)
        with firm.deps.writing() as tx:
            assert cases.close(tx, firm.connection_id, case.id, outcome="Ash pays the rest",
                               by="ann", at=firm.deps.now())  # fmt: skip

    meanwhile(deductions, "_told", close)
    firm.pass_time(minutes=20)
    firm.bank("b1", "980.00", "INV-1 less 2% skonto", payer="Ash")
    firm.sweep()
    assert [case.state for case in cases_of(firm, "open", "closed", "booked")] == ["closed"]
    assert firm.books.booked(account) == 0
    assert firm.books.balance(invoice) == 20


def test_who_rejects_what_another_has_just_approved_is_told_so(
    both: Deps, meanwhile: Callable[..., None]
) -> None:
    """On SQLite nobody can answer between a reading and its end, so the other is first there."""
    connection_id = connect(both)
    with both.writing() as tx:
        id_ = approvals.ask(
            tx, connection_id, decision_id=1, capability=Capability.REMIND, summary="?",
            subject="customer:c1/USD", options=[], at=both.now(),
        )  # fmt: skip
        approval = approvals.find(tx, id_)
        assert approval

    def approve() -> None:
        with both.writing() as tx:
            assert approvals.answer(tx, approval, state="approved", by="ann", at=both.now())

    if both.engine.dialect.name == "postgresql":
        meanwhile(approvals, "find", approve)
    else:
        approve()
    with pytest.raises(CannotAnswer, match=r"somebody else|already approved"):
        answers.reject(both, id_, "ben")
    with both.reading() as tx:
        found = approvals.find(tx, id_)
        assert [entry.event for entry in audit.entries(tx, connection_id)] == []
    assert found
    assert (found.state, found.by) == ("approved", "ann")
