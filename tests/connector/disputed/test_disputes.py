"""Disputes as they are kept: never more than is open, ended once, each company's own, on both
databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connector import agenda, audit
from connector.account.accounts import accounts_of
from connector.clients import tenants
from connector.commitments import disputing
from connector.commitments.disputing import CannotDispute
from connector.deps import Deps
from connector.disputed import disputes
from connector.disputed.disputes import Dispute, Source, State, Type
from connector.mirroring import mirror
from dunning.customer.account import DueInvoice
from providers.ledger import Status
from providers.money import Money
from tests.connector.office import NOW, connect, customer, invoice, usd


@pytest.fixture
def company(both: Deps) -> int:
    connection_id = connect(both)
    with both.writing() as tx:
        mirror.store(tx, connection_id, [customer(), invoice("i1", "1000")], read_at=NOW)
    return connection_id


def dispute(deps: Deps, connection_id: int, amount: Money | None = None) -> Dispute:
    with deps.writing() as tx:
        owed = disputing.invoice_of(tx, connection_id, "i1")
        assert owed
        return disputing.raised(
            tx, tenants.connection(tx, connection_id), owed, amount, type_=Type.PRICE,
            words="as agreed with Bea", source=Source.PERSON, by="ann", at=deps.now(),
        )  # fmt: skip


def end(deps: Deps, connection_id: int, one: Dispute, state: State, outcome: str = "seen") -> None:
    with deps.writing() as tx:
        disputing.ended(
            tx, tenants.connection(tx, connection_id), one, state, outcome=outcome, by="bea",
            at=deps.now(),
        )  # fmt: skip


def kept(deps: Deps, connection_id: int) -> list[Dispute]:
    with deps.reading() as tx:
        return disputes.listed(tx, connection_id)


def owed(deps: Deps, connection_id: int) -> DueInvoice:
    with deps.reading() as tx:
        connection = tenants.connection(tx, connection_id)
        ((account,),) = accounts_of(tx, connection, ["c1"], deps.now()).values()
    return account.invoices[0]


def test_what_is_kept_is_what_was_said(both: Deps, company: int) -> None:
    made = dispute(both, company, usd("200"))
    assert kept(both, company) == [made]
    assert (made.number, made.state, made.by, made.at) == (
        f"D{made.id}", State.OPEN, "ann", both.now(),
    )  # fmt: skip
    claim = made.claim
    assert (claim.amount, claim.open_then, claim.words) == (
        usd("200"), usd("1000"), "as agreed with Bea",
    )  # fmt: skip


def test_several_disputes_of_one_invoice_add_up_and_are_named(both: Deps, company: int) -> None:
    one, other = dispute(both, company, usd("200")), dispute(both, company, usd("50"))
    found = owed(both, company)
    assert (found.disputed, found.asked) == (usd("250"), usd("750"))
    assert found.case == f"{one.number}, {other.number}"
    end(both, company, one, State.REJECTED)
    assert owed(both, company).asked == usd("950")


@pytest.mark.parametrize(("amount", "why"), [
    ("1000.01", "USD 1,000.01 is more than there is to dispute: USD 1,000.00 is open on INV-i1"),
    ("0", "USD 0.00 is no amount to dispute"),
    ("-5", "USD -5.00 is no amount to dispute"),
])  # fmt: skip
def test_no_more_than_is_open_can_be_disputed(
    both: Deps, company: int, amount: str, why: str
) -> None:
    with pytest.raises(CannotDispute, match=why):
        dispute(both, company, usd(amount))
    assert kept(both, company) == []
    assert owed(both, company).asked == usd("1000")


def test_what_is_disputed_already_is_not_disputed_again(both: Deps, company: int) -> None:
    dispute(both, company, usd("200"))
    with pytest.raises(CannotDispute, match=r"of which USD 200\.00 is disputed already"):
        dispute(both, company, usd("900"))
    assert dispute(both, company).claim.amount == usd("800")
    with pytest.raises(CannotDispute, match=r"all of the USD 1,000\.00 .* is disputed already"):
        dispute(both, company)
    assert len(kept(both, company)) == 2


def test_other_money_is_refused(both: Deps, company: int) -> None:
    with pytest.raises(CannotDispute, match="INV-i1 is in USD, and the amount in EUR"):
        dispute(both, company, Money.of("10", "EUR"))
    assert kept(both, company) == []


def test_a_paid_invoice_is_not_disputed(both: Deps, company: int) -> None:
    with both.writing() as tx:
        paid = invoice("i1", "1000", left="0", changed=5)
        assert paid.status is Status.PAID
        mirror.store(tx, company, [paid], read_at=NOW.replace(hour=15))
    with pytest.raises(CannotDispute, match="nothing is open on INV-i1"):
        dispute(both, company)
    assert kept(both, company) == []


def test_all_of_it_at_the_same_moment_is_disputed_once(both: Deps, company: int) -> None:
    def attempt(_: int) -> bool:
        try:
            dispute(both, company)
        except CannotDispute:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(attempt, range(4))) == [False, False, False, True]
    assert len(kept(both, company)) == 1


def test_a_dispute_is_ended_once_with_an_outcome(both: Deps, company: int) -> None:
    made = dispute(both, company, usd("200"))
    for outcome in ("", "  ", "x" * 501):
        with pytest.raises(CannotDispute, match="say in 1 to 500 characters"):
            end(both, company, made, State.REJECTED, outcome)
    end(both, company, made, State.WITHDRAWN, "the boxes were found")
    with pytest.raises(CannotDispute, match=f"dispute {made.number} has ended before"):
        end(both, company, made, State.REJECTED)
    (ended,) = kept(both, company)
    assert (ended.state, ended.ended_by, ended.outcome) == (
        State.WITHDRAWN, "bea", "the boxes were found",
    )  # fmt: skip


@pytest.mark.parametrize(("left", "state"), [("800", State.ACCEPTED), ("800.01", State.OPEN)])
def test_it_is_accepted_once_the_ledger_shows_the_credit(
    both: Deps, company: int, left: str, state: State
) -> None:
    made = dispute(both, company, usd("200"))
    with pytest.raises(CannotDispute, match=r"enter a credit of USD 200\.00 there first"):
        end(both, company, made, State.ACCEPTED)
    with both.writing() as tx:
        credited = invoice("i1", "1000", left=left, changed=5)
        mirror.store(tx, company, [credited], read_at=NOW.replace(hour=15))
    if state is State.OPEN:
        with pytest.raises(CannotDispute):
            end(both, company, made, State.ACCEPTED)
    else:
        end(both, company, made, State.ACCEPTED)
    assert [one.state for one in kept(both, company)] == [state]


def test_opening_and_ending_let_the_account_be_looked_at_again(both: Deps, company: int) -> None:
    def is_due() -> bool:
        with both.writing() as tx:
            due = agenda.due(tx, company, both.now(), 10)
            for item in due:
                agenda.settle(tx, company, item, look_at=None, reason="seen")
        return bool(due)

    is_due()
    made = dispute(both, company, usd("200"))
    assert is_due()
    assert not is_due()
    end(both, company, made, State.REJECTED)
    assert is_due()
    with both.reading() as tx:
        events = [entry.event for entry in audit.entries(tx, company)]
    assert events == ["dispute.rejected", "dispute.opened"]


def test_another_company_has_none_of_it(both: Deps, company: int) -> None:
    made = dispute(both, company, usd("200"))
    other = connect(both, "Elm Books")
    with both.reading() as tx:
        assert disputes.listed(tx, other) == []
        assert disputes.find(tx, other, made.id) is None
